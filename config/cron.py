"""Schedules as cron writes them: minute, hour, day of the month, month, day of the week.

Only what every cron understands: numbers, English short names, ranges, lists and steps.
"""

import re

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FIELDS: tuple[tuple[int, int, list[str]], ...] = (
    (0, 59, []),
    (0, 23, []),
    (1, 31, []),
    (1, 12, _MONTHS),
    (0, 7, _DAYS),
)
_PIECE = re.compile(r"(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>\d+))?", re.ASCII)


def is_cron(text: str) -> bool:
    """Tell whether a text is a schedule that ever comes due."""
    fields = text.split()
    if len(fields) != len(_FIELDS):
        return False
    values = [_values(field, *bounds) for field, bounds in zip(fields, _FIELDS, strict=True)]
    if not all(values):
        return False
    _minute, _hour, days, months, _weekday = values
    # A day of the week, where one is named, counts beside the day of the month.
    return fields[4] != "*" or any(min(days) <= _LONGEST[month - 1] for month in months)


def _values(field: str, least: int, most: int, names: list[str]) -> set[int]:
    """Give the values that one field stands for; none when any piece of it is wrong."""
    found: set[int] = set()
    for piece in field.lower().split(","):
        match = _PIECE.fullmatch(piece)
        if match is None:
            return set()
        first, last, step = match["first"], match["last"], int(match["step"] or 1)
        low = least if first is None else _number(first, least, names)
        high = _number(last, least, names) if last else (low if first and not match["step"] else most)
        if not (least <= low <= high <= most and 1 <= step <= most):
            return set()
        found.update(range(low, high + 1, step))
    return found


def _number(word: str, least: int, names: list[str]) -> int:
    if word.isdecimal():
        return int(word)
    # Names count from the least value that a month or day has.
    return names.index(word) + least if word in names else -1
