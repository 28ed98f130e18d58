"""Dates and times as people read them: 24/11/2026 17:30 in Vietnamese, 24 November 2026, 17:30 in English.

What programs read (JSON, events, the seal and the mark of a copy) is ISO 8601; that is written elsewhere.
"""

import re
from datetime import date, datetime

from config.clock import VIETNAM, legal_date
from config.i18n import active_language

_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def day_text(day: date, language: str | None = None) -> str:
    """Give a date, in the active language unless another is asked for."""
    return f"{day:%d/%m/%Y}" if _is_vietnamese(language) else f"{day.day} {day:%B %Y}"


def instant_text(instant: datetime, language: str | None = None) -> str:
    """Give an instant in Vietnamese time, to the minute. Raise ValueError for a naive one."""
    day = day_text(legal_date(instant), language)
    return f"{day}{'' if _is_vietnamese(language) else ','} {instant.astimezone(VIETNAM):%H:%M}"


def value_text(value: str, language: str | None = None) -> str:
    """Give a value of a field or of metadata as people read it; only dates, which are kept as ISO, look different."""
    try:
        return day_text(date.fromisoformat(value), language) if _ISO_DAY.fullmatch(value) else value
    except ValueError:
        return value


def _is_vietnamese(language: str | None) -> bool:
    return (language or active_language()) == "vi"
