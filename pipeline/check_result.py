"""What one check of `doctor` came to."""

from dataclasses import dataclass

from config.errors import SohoaError
from config.i18n import gettext
from config.i18n import mark as _


class NotWellError(SohoaError):
    """A check found something that is not as it must be."""

    code = "not_well"
    message = _("{found}")
    remedy = _("{todo}")


class Absent(str):
    """What a check says of something that may be there and is not."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check: its title, what was found, and what to do when it is not well. All in the active language.

    One that is well and has a remedy is a warning: something is missing or will be, and nothing stands still for it.
    One that is absent was looked for, is not there and need not be.
    """

    title: str
    is_well: bool
    found: str
    remedy: str = ""
    is_absent: bool = False

    @property
    def is_warning(self) -> bool:
        """Whether it is worth a person's time though nothing stands still."""
        return self.is_well and bool(self.remedy)


def failed(title: str, err: SohoaError, about: str = "") -> CheckResult:
    """Give the result for a check that an error ended, about one of several things where named."""
    found = f"{about}: {err}" if about else str(err)
    return CheckResult(gettext(title), is_well=False, found=found, remedy=err.remedy_text())
