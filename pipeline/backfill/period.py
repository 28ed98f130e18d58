"""Periods as an administrator types them: a year, a quarter, a month, a day, or from one of these to another."""

import re
from datetime import date, datetime

from config.errors import UsageError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.figures.period import parse_period

_TO = re.compile(r"\s*(?:\.\.|…|–|—|\s-\s|\sđến\s|\sto\s)\s*", re.IGNORECASE)
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")
_NO_PERIOD = _(
    "{text} is no period; it is written as 2024, 2024-Q2, 2024-05, 05/2024, 2024-05-01..2024-06-30 or "
    "01/05/2024..30/06/2024"
)
_BACKWARDS = _("the period ends before it begins: {text}")


def days_of(text: str) -> tuple[date | None, date | None]:
    """Give the first and last day of a period; None at an end that was left open (`2024-05..`).

    Raise UsageError for what is no period, or ends before it begins.
    """
    first, *rest = _TO.split(text.strip(), maxsplit=1)
    ends = (first, rest[0]) if rest else (first, first)
    if ends == ("", ""):
        raise UsageError(cause=gettext(_NO_PERIOD).format(text=text))
    begin, end = (_span(part, text) if part else None for part in ends)
    days = (begin[0] if begin else None, end[1] if end else None)
    if days[0] and days[1] and days[1] < days[0]:
        raise UsageError(cause=gettext(_BACKWARDS).format(text=text))
    return days


def _span(part: str, text: str) -> tuple[date, date]:
    for form in _DAYS:
        try:
            day = datetime.strptime(part, form).date()  # noqa: DTZ007 - a legal date has no time zone
        except ValueError:
            continue
        return day, day
    period = parse_period(part)
    if period is None:
        raise UsageError(cause=gettext(_NO_PERIOD).format(text=text))
    return date(period.year, period.first_month, 1), period.last_day
