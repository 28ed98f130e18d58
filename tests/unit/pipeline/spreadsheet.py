"""Reckons the formulas that reports write, as a spreadsheet program does: IF, OR, INT, ROUND, SUM, SUMIF."""

import re
from math import floor
from typing import Any

from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

_RANGE = re.compile(r"\$?([A-Z]{1,2})\$?(\d+):\$?([A-Z]{1,2})\$?(\d+)")


def reckon(sheet: Worksheet, cell: str) -> Any:
    """Give what a cell comes to; a formula of other functions than these is a NameError."""
    value = sheet[cell].value
    if not isinstance(value, str) or not value.startswith("="):
        return "" if value is None else value
    ranges: list[list[Any]] = []

    def keep(found: re.Match[str]) -> str:
        ranges.append(_cells(sheet, found.group().replace("$", "")))
        return f"_RANGES[{len(ranges) - 1}]"

    python = _RANGE.sub(keep, value[1:])
    python = re.sub(r"(?<![A-Z\"])([A-Z]{1,2}\d+)(?![\d(\]])", lambda found: f'_AT("{found.group(1)}")', python)
    python = re.sub(r"(?<![<>=])=(?!=)", "==", python)
    names = {
        "IF": lambda test, one, other: one() if test else other(),
        "OR": lambda *tests: any(tests),
        "INT": floor,
        "ROUND": round,
        "SUM": lambda *some: sum(one for part in some for one in (part if isinstance(part, list) else [part])),
        "SUMIF": lambda over, wanted, some: sum(n for key, n in zip(over, some, strict=True) if key == wanted),
        "_RANGES": ranges,
        "_AT": lambda name: reckon(sheet, name),
        "__builtins__": {},
    }
    return eval(_lazy(python), names)


def _lazy(python: str) -> str:
    """Let only the branch of an IF be reckoned that is taken."""
    if not python.startswith("IF("):
        return python
    parts, depth, start = [], 0, 3
    for place, sign in enumerate(python):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if (sign == "," and depth == 1) or (sign == ")" and depth == 0):
            parts.append(python[start:place])
            start = place + 1
    test, one, other = parts
    return f"IF({test}, lambda: {one}, lambda: {other})"


def _cells(sheet: Worksheet, span: str) -> list[Any]:
    left, top, right, bottom = range_boundaries(span)
    rows = sheet.iter_rows(min_row=top, max_row=bottom, min_col=left, max_col=right)
    return [reckon(sheet, cell.coordinate) for row in rows for cell in row]
