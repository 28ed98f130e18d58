"""What a person may set a field to: trimmed, NFC, and for dates a real date."""

from datetime import date, datetime

from config.errors import UsageError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import fold_space
from pipeline.extract import FieldName, labelled_field_names

MOST_CHARACTERS = 1000


def check_value(field_name: str, value: str) -> str:
    """Give the value as the ledger keeps it; dates as ISO. Raise UsageError for a bad value."""
    text = fold_space(value)
    if not text or len(text) > MOST_CHARACTERS:
        raise UsageError(cause=gettext(_("a value has 1 to {most} characters")).format(most=MOST_CHARACTERS))
    return _iso_date(text) if field_name in _date_fields() else text


def _date_fields() -> frozenset[str]:
    return frozenset({str(FieldName.ISSUED_ON), *labelled_field_names("date")})


def _iso_date(text: str) -> str:
    """Read a date as officials write it (05/01/2026) or ISO."""
    for pattern in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            found: date = datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a legal date has no time zone
        except ValueError:
            continue
        return found.isoformat()
    raise UsageError(cause=gettext(_("“{text}” is not a date; write day/month/year")).format(text=text))
