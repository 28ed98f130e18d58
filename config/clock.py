"""The injected clock, and the edges of days and years in Vietnam.

Instants are aware UTC datetimes; legal dates are plain dates; a day begins at midnight in Ho Chi Minh City.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

Clock = Callable[[], datetime]
"""Gives the present instant, aware, in UTC."""


def system_clock() -> datetime:
    """Give the present instant, in UTC."""
    return datetime.now(UTC)


def legal_date(instant: datetime) -> date:
    """Give the Vietnamese calendar date of an instant. Raise ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(VIETNAM).date()


def vietnam_iso(instant: datetime) -> str:
    """Write an instant as NĐ 30/2020 prints it: ISO 8601, whole seconds, +07:00."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(VIETNAM).isoformat(timespec="seconds")
