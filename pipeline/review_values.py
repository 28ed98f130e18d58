"""What a person may set a field to: trimmed, NFC, for dates a real date, and for the date of issue one that can be."""

from datetime import date

from config.dates import day_text
from config.errors import UsageError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import fold_space
from pipeline.extract import FieldName
from pipeline.extract.document_types import TypeBook
from pipeline.extract.place_date import OLDEST_YEAR
from pipeline.register.values import CellRefusedError, written_date
from pipeline.wording import field_name

MOST_CHARACTERS = 1000


class DateUnreadableError(UsageError):
    """A date was given that is not surely one day."""

    code = "date_unreadable"
    message = _("{field}: “{value}” is not a date")
    remedy = _("Write day, month and year with four digits, such as 05/03/2026 or “ngày 05 tháng 3 năm 2026”.")


class IssueDateError(UsageError):
    """A date of issue was given, or accepted as it was read, that cannot be."""

    code = "issue_date"
    remedy = _(
        "Look at the page again and give the date that stands on it: sohoa review set DOCUMENT {name} 05/03/2026"
    )


class IssuedInFutureError(IssueDateError):
    """A date of issue lies in the future."""

    code = "issued_in_future"
    message = _("{field}: {value} lies in the future; today is {today}")


class IssuedTooEarlyError(IssueDateError):
    """A date of issue lies before any paper that this program is for."""

    code = "issued_too_early"
    message = _("{field}: {value} is not plausible; no paper is older than {oldest}, and today is {today}")


def check_value(name: str, value: str, today: date, types: TypeBook) -> str:
    """Give the value as the ledger keeps it; dates as ISO. `types` say which fields are dates.

    Raise UsageError for a bad value, DateUnreadableError for what is no date, IssueDateError for a date of issue that
    cannot be.
    """
    text = fold_space(value)
    if not text or len(text) > MOST_CHARACTERS:
        raise UsageError(cause=gettext(_("a value has 1 to {most} characters")).format(most=MOST_CHARACTERS))
    if name != FieldName.ISSUED_ON and name not in types.field_names("date"):
        return text
    try:
        day = written_date(text)
    except CellRefusedError as err:
        raise DateUnreadableError(field=field_name(name), value=text) from err
    check_issue_date(name, day.isoformat(), today)
    return day.isoformat()


def check_issue_date(name: str, value: str, today: date) -> None:
    """Let a value pass by the rule that readings are held to. Raise IssueDateError for a date that cannot be."""
    if name != FieldName.ISSUED_ON:
        return
    day = date.fromisoformat(value)
    told = {"field": field_name(name), "name": name, "value": day_text(day), "today": day_text(today)}
    if day > today:
        raise IssuedInFutureError(**told)
    if day.year < OLDEST_YEAR:
        raise IssuedTooEarlyError(**told, oldest=OLDEST_YEAR)
