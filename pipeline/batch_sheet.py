"""The batch sheet: a small TOML file in the inbox that names who scanned, when and with what.

NĐ 137/2024 Đ4 wants the converter's full name and the conversion time on a digitized copy, so a batch
without them waits. The sheet `lo.toml` stands in the record's folder, the agency's folder, or, for the whole
inbox, in the inbox itself; the nearest counts.
"""

import hashlib
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config.clock import VIETNAM
from config.errors import InputRefusedError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import fold_space
from storage.ledger.states import BatchProfile

SHEET_NAME = "lo.toml"
_OFFICIAL_TIMES = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y")
"""How officials write a time, day first; ISO 8601 is taken too."""
_MISSING = {
    "operator": _("operator is missing"),
    "scanned_at": _("scanned_at is missing"),
    "device": _("device is missing"),
}

_PROFILE = _("profile is none of: {known}")


class BatchSheetError(InputRefusedError):
    """A batch sheet is missing something or cannot be read."""

    code = "batch_sheet"
    retry_helps = True
    message = _("{file}: the batch sheet is wrong: {cause}")
    remedy = _(
        "Write three lines into it, each text in double quotes, such as: "
        'operator = "Nguyễn Văn Mẫu", scanned_at = "11/03/2026 08:30", device = "Fujitsu fi-7160".'
    )


@dataclass(frozen=True, slots=True)
class BatchSheet:
    """Who scanned, when, with what; `sha256` of these facts tells one batch from another."""

    operator: str
    scanned_at: datetime
    device: str
    sha256: str
    profile: BatchProfile = BatchProfile.AGENCY_COPY
    is_specimen: bool = False
    """The scans are fictional papers; no production ledger takes them."""


def find_sheet(folder: Path, inbox: Path) -> Path | None:
    """Give the nearest batch sheet at or above a folder, up to the inbox."""
    for place in (folder, *folder.parents):
        sheet = place / SHEET_NAME
        if sheet.is_file() and not sheet.is_symlink():
            return sheet
        if place == inbox:
            return None
    return None


def read_sheet(path: Path, profile: str = BatchProfile.AGENCY_COPY) -> BatchSheet:
    """Read a batch sheet; `profile` is that of sheets which name none.

    Raise BatchSheetError naming what is missing or wrong.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as err:
        raise BatchSheetError(file=path, cause=err) from err
    missing = [message for key, message in _MISSING.items() if not _is_given(key, values.get(key))]
    if missing:
        raise BatchSheetError(file=path, cause=missing[0])
    operator, device = fold_space(str(values["operator"])), fold_space(str(values["device"]))
    scanned_at = _instant(path, values["scanned_at"])
    named = values.get("profile", profile)
    if not isinstance(named, str) or named not in set(BatchProfile):
        raise BatchSheetError(file=path, cause=gettext(_PROFILE).format(known=", ".join(BatchProfile)))
    # Where only the agency signs, as ever, a batch is known by the hash that it always had.
    signed_by = [named] if named != BatchProfile.AGENCY_COPY else []
    facts = "\n".join([operator, scanned_at.isoformat(), device, *signed_by])
    return BatchSheet(
        operator,
        scanned_at,
        device,
        hashlib.sha256(facts.encode()).hexdigest(),
        profile=BatchProfile(named),
        is_specimen=values.get("specimen") is True,
    )


def _is_given(key: str, value: object) -> bool:
    """Tell whether a fact stands there: a name is text, never a number or a list."""
    return bool(value) and (key == "scanned_at" or isinstance(value, str))


def _instant(path: Path, value: object) -> datetime:
    if isinstance(value, datetime):
        instant: datetime | None = value
    else:
        instant = _time_written(fold_space(str(value)))
    if instant is None:
        raise BatchSheetError(file=path, cause=_("scanned_at is not a time"))
    return instant if instant.tzinfo else instant.replace(tzinfo=VIETNAM)


def _time_written(text: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    for form in _OFFICIAL_TIMES:
        with suppress(ValueError):
            return datetime.strptime(text, form).replace(tzinfo=VIETNAM)
    return None
