"""Rows of an XLSX register, read as a stream; a cell merged downwards counts for each row it spans."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.exceptions import InvalidFileException

from config.errors import RegisterFileError, TooLargeError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import nfc
from pipeline.register.values import Cell

_MOST_BYTES = 1 << 30
"""Most bytes a workbook may unpack to; a bomb stops here."""
_MOST_COLUMNS = 200
_CHUNK = 1 << 20
_OVERLAP = 256
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})\"")
_BROKEN = (zipfile.BadZipFile, InvalidFileException, KeyError, ParseError, ValueError, OSError, IndexError, TypeError)
"""What openpyxl lets through from a damaged workbook."""

Spans = dict[int, list[tuple[int, int]]]
"""First row -> (column, last row) of the cells merged downwards, all counted from 1."""


def xlsx_sheets(path: Path) -> Iterator[tuple[str, Iterator[Sequence[Cell]], date]]:
    """Give name, rows and epoch of each sheet. Raise RegisterFileError when the workbook is damaged."""
    try:
        _check_size(path)
        book: Any = load_workbook(path, read_only=True, data_only=True)
    except _BROKEN as err:
        raise _damaged(path, err) from err
    try:
        for sheet in book.worksheets:
            # Read-only sheets say under a private name which part of the package they are.
            spans = _merged_down(path, sheet._worksheet_path)
            sheet.reset_dimensions()
            yield nfc(sheet.title), _rows(path, sheet, spans), book.epoch.date()
    finally:
        book.close()


def _rows(path: Path, sheet: Any, spans: Spans) -> Iterator[Sequence[Cell]]:
    open_spans: dict[int, tuple[int, Cell]] = {}
    try:
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            cells = [_cell(value) for value in values[:_MOST_COLUMNS]]
            for column, (last, value) in list(open_spans.items()):
                if number > last:
                    del open_spans[column]
                elif column <= len(cells):
                    cells[column - 1] = value
            for column, last in spans.get(number, ()):
                if column <= len(cells):
                    open_spans[column] = (last, cells[column - 1])
            yield cells
    except _BROKEN as err:
        raise _damaged(path, err) from err


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return nfc(value) if value.strip() else None
    if isinstance(value, time | timedelta):
        return str(value)
    return value if value is None or isinstance(value, int | float | date) else str(value)


def _merged_down(path: Path, part: str) -> Spans:
    """Find the merged ranges, which stand after all rows, without parsing the rows a second time."""
    spans: Spans = {}
    seen: set[bytes] = set()
    with zipfile.ZipFile(path) as package, package.open(part.lstrip("/")) as source:
        tail = b""
        while chunk := source.read(_CHUNK):
            text = tail + chunk
            seen.update(_MERGED.findall(text))
            tail = text[-_OVERLAP:]
    for reference in seen:
        left_top, right_bottom = reference.decode("ascii").split(":")
        top, left = coordinate_to_tuple(left_top)
        bottom, _right = coordinate_to_tuple(right_bottom)
        if bottom > top:
            spans.setdefault(top, []).append((left, bottom))
    return spans


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as package:
        size = sum(item.file_size for item in package.infolist())
    if size > _MOST_BYTES:
        raise TooLargeError(file=path.name, amount=size, unit="B", limit=_MOST_BYTES)


def _damaged(path: Path, err: Exception) -> RegisterFileError:
    cause = gettext(_("the workbook is damaged or is no XLSX file ({kind})")).format(kind=type(err).__name__)
    return RegisterFileError(file=path.name, cause=cause)
