"""Which column of a register holds what: header names as offices write them, in one row or two."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.errors import ReferenceDataError
from config.text import accentless, fold_space
from pipeline.register.values import Cell

HEADERS_FILE = Path(__file__).parents[2] / "config" / "reference" / "register_headers.toml"
SEARCHED_ROWS = 30
"""A header further down than this is not looked for."""
_PUNCTUATION = re.compile(r"[^0-9a-z]+")
_LEAST_FIELDS = 2
_LONGEST_NAME = 100
_COLUMN_NUMBER = re.compile(r"\(\d{1,2}\)|\[\d{1,2}\]")
_FIGURE = re.compile(r"\d")
RETURNED = ("returned_row", "returned_reason", "returned_remedy")
"""Fields of the columns that a workbook of wrong rows has beside the file's own; nothing is taken from them."""
_IGNORED = frozenset({"ordinal", *RETURNED})


@dataclass(frozen=True, slots=True)
class HeaderNames:
    """Header names by field, and the words that mean "no end"."""

    fields: dict[str, tuple[str, int]]
    """Key of a name -> its field and its rank within the field, 0 the strongest."""
    no_end: frozenset[str]


@dataclass(frozen=True, slots=True)
class Header:
    """The header found in a sheet."""

    columns: dict[str, int]
    """Field -> column, counted from 0."""
    names: dict[int, str]
    """Column -> its name as written."""
    first_row: int
    last_row: int
    """Indexes of the header's first and last row: one, or two that belong together."""
    width: int
    twice: tuple[str, str] | None
    """Two columns of one and the same name, if there are any."""
    returned: dict[str, int]
    """Columns that a workbook of wrong rows has beside the file's own; empty for any other file."""

    @property
    def unused(self) -> tuple[str, ...]:
        """Names of the columns that nothing is taken from."""
        known = header_names()
        taken = set(self.columns.values())
        return tuple(
            name
            for column, name in sorted(self.names.items())
            if column not in taken and known.fields.get(header_key(name), ("", 0))[0] not in _IGNORED
        )


def header_key(text: str) -> str:
    """Give what header names are compared by: no accents, case or punctuation."""
    return _PUNCTUATION.sub(" ", accentless(text)).strip()


@cache
def header_names(path: Path = HEADERS_FILE) -> HeaderNames:
    """Read the header names. Raise ReferenceDataError when the file is wrong or a name stands for two fields."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        lists: dict[str, list[str]] = data["fields"]
        no_end = frozenset(header_key(word) for word in data["no_end"])
    except (OSError, tomllib.TOMLDecodeError, KeyError) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err
    fields: dict[str, tuple[str, int]] = {}
    for field, names in lists.items():
        for rank, name in enumerate(names):
            key = header_key(name)
            if fields.setdefault(key, (field, rank))[0] != field:
                cause = f"“{name}” also stands for {fields[key][0]}"
                raise ReferenceDataError(file=path.name, place=field, cause=cause)
    return HeaderNames(fields, no_end)


def find_header(rows: Sequence[Sequence[Cell]]) -> Header | None:
    """Give the best header among the first rows: one row, or two that belong together; None if there is none."""
    best: Header | None = None
    for index, row in enumerate(rows[:SEARCHED_ROWS]):
        for candidate in (_read(None, row, index), _read(rows[index - 1], row, index) if index else None):
            if candidate and (best is None or len(candidate.columns) > len(best.columns)):
                best = candidate
    if best is None or len(best.columns) < _LEAST_FIELDS or not {"record_code", "row_name"} & best.columns.keys():
        return None
    return best


def is_header_repeated(header: Header, cells: Sequence[Cell]) -> bool:
    """Say whether a row is the header again, as printed at the top of each page, or numbers its columns."""
    filled = [cell for cell in cells if cell is not None]
    if len(filled) < _LEAST_FIELDS:
        return False
    if all(_COLUMN_NUMBER.fullmatch(fold_space(str(cell))) for cell in filled):
        return True
    code = header.columns.get("record_code", header.columns.get("row_name", -1))
    if 0 <= code < len(cells) and isinstance(cell := cells[code], str) and _FIGURE.search(cell):
        return False
    here = (cells[column] for column in header.columns.values() if column < len(cells))
    return sum(_is_name(cell) for cell in here) >= _LEAST_FIELDS


def _is_name(cell: Cell) -> bool:
    """Say whether a cell is the name of a column; most cells hold figures or much text, and no name does."""
    if not isinstance(cell, str) or len(cell) > _LONGEST_NAME or _FIGURE.search(cell):
        return False
    return header_key(cell) in header_names().fields


def _read(upper: Sequence[Cell] | None, lower: Sequence[Cell], index: int) -> Header:
    known = header_names().fields
    found: dict[str, tuple[int, int]] = {}
    names: dict[int, str] = {}
    twice: tuple[str, str] | None = None
    parent = ""
    for column in range(max(len(lower), len(upper or ()))):
        own = _text(lower, column)
        above = _text(upper or (), column)
        parent = above or (parent if own else "")
        names[column] = " ".join(dict.fromkeys(part for part in (parent, own) if part))
        matches = [known[key] for key in _spellings(parent, own) if key in known]
        if not matches:
            continue
        field, rank = matches[0]
        if field in found and found[field][0] == rank:
            twice = (names[found[field][1]], names[column])
        if field not in found or rank < found[field][0]:
            found[field] = (rank, column)
    columns = {field: column for field, (_, column) in found.items() if field not in _IGNORED}
    returned = {field: column for field, (_, column) in found.items() if field in RETURNED}
    shown = {column: name for column, name in names.items() if name}
    first = index if upper is None else index - 1
    return Header(columns, shown, first, index, max(shown, default=-1) + 1, twice, returned)


def _spellings(parent: str, own: str) -> tuple[str, ...]:
    if not own:
        return (header_key(parent),)
    return tuple(map(header_key, (f"{own} {parent}", f"{parent} {own}", own) if parent else (own,)))


def _text(cells: Sequence[Cell], column: int) -> str:
    cell = cells[column] if column < len(cells) else None
    return fold_space(str(cell)) if isinstance(cell, str) else ""
