"""Separator sheets in a stack: which pages are one, and which documents lie between them; their codes are data."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.codes import is_record_code, parse_record_code
from config.errors import InputRefusedError, ReferenceDataError
from ocr.barcodes import glance
from ocr.model import Barcode, Box
from ocr.source import Delivered, Lane

SHEETS_FILE = Path(__file__).parents[1] / "config" / "reference" / "separator_sheets.toml"
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Separator:
    """What a separator sheet says of the document after it: its role, and the record of it and of all that follow."""

    record: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class StackPart:
    """A document in a stack: its pages (from 1) from first to last, and what the sheets before it say of it."""

    first: int
    last: int
    record: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class SheetRules:
    """The codes of separator sheets: their formats, patterns, what our own print, and the names of roles.

    `least_share`: such a code is at least this part of its page's shorter side long.
    """

    formats: frozenset[str]
    least_share: float
    patterns: tuple[re.Pattern[str], ...]
    prints: Mapping[str, str]
    roles: Mapping[str, str]


@cache
def sheet_rules(path: Path = SHEETS_FILE) -> SheetRules:
    """Give the codes of separator sheets. Raise ReferenceDataError when their file is wrong."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        if table["schema"] != SCHEMA:
            raise ReferenceDataError(file=path.name, place="schema", cause=f"{table['schema']!r} is not {SCHEMA}")
        if not table["least_share_reason"] or not all(sheet["source"] for sheet in table["sheet"]):
            raise ReferenceDataError(file=path.name, place="sheet", cause="an entry has no source")
        return SheetRules(
            formats=frozenset(table["formats"]),
            least_share=float(table["least_share"]),
            patterns=tuple(re.compile(sheet["pattern"]) for sheet in table["sheet"]),
            prints={sheet["key"]: sheet["prints"] for sheet in table["sheet"] if "prints" in sheet},
            roles=table["roles"],
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, re.error) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err


def read_separator(code: Barcode) -> Separator | None:
    """Give what a code says if it is a separator sheet's."""
    rules = sheet_rules()
    text = code.text.strip()
    if code.format not in rules.formats or code.is_binary:
        return None
    match = next((found for pattern in rules.patterns if (found := pattern.fullmatch(text))), None)
    if match is None:
        return None
    said = match.groupdict()
    record, role = said.get("record"), said.get("role")
    if record is not None and not is_record_code(record):
        return None
    return Separator(str(parse_record_code(record)) if record else None, rules.roles[role] if role else None)


def separators_in(delivered: Delivered) -> dict[int, Separator]:
    """Give the separator sheets among the pages, by page number.

    Only pages that are one scanned image are looked at; one that is damaged is left to the reading of its document.
    """
    found: dict[int, Separator] = {}
    for page in delivered.pages:
        if page.lane is not Lane.STRAIGHT:
            continue
        try:
            grey = delivered.grey(page.number)
        except InputRefusedError:
            continue
        large = (code for code in glance(grey, page.dpi) if _is_large(code.box, min(grey.shape)))
        separator = next((said for code in large if (said := read_separator(code))), None)
        if separator is not None:
            found[page.number] = separator
    return found


def _is_large(box: Box, shorter_px: int) -> bool:
    """Tell whether a code is as large as on a separator sheet; a small one stands on a page that has more to say."""
    return max(box.width, box.height) >= sheet_rules().least_share * shorter_px


def cut(pages: int, separators: Mapping[int, Separator]) -> tuple[StackPart, ...]:
    """Give the documents of a stack of so many pages; two sheets one after the other leave none between them."""
    parts: list[StackPart] = []
    first, record, role = 1, None, None
    for number in (*sorted(separators), pages + 1):
        if number > first:
            parts.append(StackPart(first, number - 1, record, role))
            role = None
        said = separators.get(number, Separator())
        first, record, role = number + 1, said.record or record, said.role or role
    return tuple(parts)
