"""Wrong rows given back as a workbook, in the file's own columns with the reason beside, to be corrected and imported.

The import knows the workbook by these columns: it adds and corrects, and what it lacks is not missing.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path
from typing import IO

from config.errors import FileVanishedError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.register.error_list import ErrorList
from pipeline.register.faults import MOST_ROWS, RowError
from pipeline.register.headers import RETURNED, SEARCHED_ROWS, Header, find_header
from pipeline.register.importing import ImportResult, file_sha256
from pipeline.register.sheets import Sheet, open_sheets
from pipeline.register.values import Cell
from pipeline.register.workbook.writing import BookWriter, Look, SheetRows

ADDED = (_("Row in the first file"), _("Why it came back"), _("How to mend this row"))
_SUFFIX = _("-to-correct")
_WIDTHS = {"returned_row": 12, "returned_reason": 60, "returned_remedy": 60}
_MAC_EPOCH_YEAR = 1904


def place_beside(path: Path) -> Path:
    """Give a name beside a register file that is not taken, for its wrong rows."""
    suffix = gettext(_SUFFIX)
    stem = re.sub(rf"{re.escape(suffix)}(?:-\d+)?$", "", path.stem)
    names = chain([f"{stem}{suffix}.xlsx"], (f"{stem}{suffix}-{number}.xlsx" for number in range(2, 10_000)))
    return next(place for name in names if not (place := path.with_name(name)).exists())


def write_returned(path: Path, result: ImportResult, out: Path) -> None:
    """Write the wrong rows of an imported file as XLSX, in the active language; never over another file.

    Raise FileVanishedError when the file is no longer the one that was imported, OSError when `out` cannot be made.
    """
    if file_sha256(path) != result.sha256:
        raise FileVanishedError(file=path.name)
    with out.open("xb") as target, ExitStack() as undo:
        undo.callback(out.unlink)
        _write(path, result.errors, target)
        undo.pop_all()


def _write(path: Path, errors: ErrorList, target: IO[bytes]) -> None:
    waiting = errors.by_row()
    wrong = next(waiting, None)
    book: BookWriter | None = None
    for sheet in open_sheets(path):
        if wrong is not None and wrong[0].sheet == sheet.name:
            book = book or BookWriter(target, is_mac=sheet.epoch.year == _MAC_EPOCH_YEAR)
            wrong = _SheetWriter(book, sheet).write(wrong, waiting)
    if book is not None:
        book.close()


class _SheetWriter:
    """Writes one sheet: its header, and its wrong rows with what is wrong with them."""

    def __init__(self, book: BookWriter, sheet: Sheet) -> None:
        self._book, self._name = book, sheet.name or gettext(_("Register"))
        self._first = list(islice(sheet.rows, SEARCHED_ROWS + 1))
        self._rows = enumerate(chain(self._first, sheet.rows), start=1)
        header = find_header(self._first)
        if header is None:
            raise ValueError("rows were refused, so there is a header")
        self._header: Header = header
        self._own = [column for column in range(header.width) if column not in header.returned.values()]
        self._by_name = {header.names[column]: column for column in header.columns.values() if column in header.names}

    def write(
        self, wrong: tuple[RowError, ...], waiting: Iterator[tuple[RowError, ...]]
    ) -> tuple[RowError, ...] | None:
        """Write the rows that have errors, from the first wrong one on; give the first one of a later sheet."""
        head = self._header
        beside = enumerate(RETURNED, start=len(self._own) + 1)
        widths = [(column, _WIDTHS[field]) for column, field in beside]
        following: tuple[RowError, ...] | None = wrong
        while following is not None and following[0].sheet == wrong[0].sheet:
            # One sheet; another only where a spreadsheet program would open no more rows of the first.
            with self._book.sheet(self._name, widths, head.last_row - head.first_row + 1) as out:
                self._write_head(out)
                for _number in range(MOST_ROWS):
                    out.add(self._wrong_row(self._cells_of(following[0].row), following))
                    following = next(waiting, None)
                    if following is None or following[0].sheet != wrong[0].sheet:
                        break
        return following

    def _write_head(self, out: SheetRows) -> None:
        for index in range(self._header.first_row, self._header.last_row + 1):
            added = [gettext(name) for name in ADDED] if index == self._header.first_row else []
            out.add((value, Look.HEAD) for value in self._line(self._first[index], added))

    def _cells_of(self, row: int) -> Sequence[Cell]:
        """Read on to a row of the file."""
        for number, cells in self._rows:
            if number == row:
                return cells
        raise ValueError("the file was read to its end when its rows were refused")

    def _line(self, cells: Sequence[Cell], added: Sequence[Cell]) -> Iterator[Cell]:
        """Give a row's own cells, what is added, and then what the row had beyond the header."""
        yield from (cells[column] if column < len(cells) else None for column in self._own)
        yield from (*added, *[None] * (len(RETURNED) - len(added)), *cells[self._header.width :])

    def _wrong_row(self, cells: Sequence[Cell], errors: Sequence[RowError]) -> Iterator[tuple[Cell, Look]]:
        column = self._header.returned.get("returned_row", len(cells))
        first = cells[column] if column < len(cells) else None
        reasons = "\n".join(f"{error.column}: {error.cause()}" if error.column else error.cause() for error in errors)
        remedies = "\n".join(dict.fromkeys(error.remedy() for error in errors))
        faulty = {self._by_name.get(error.column, -1) for error in errors}
        own, beyond = len(self._own), len(self._own) + len(RETURNED)
        for place, value in enumerate(self._line(cells, (first or errors[0].row, reasons, remedies))):
            is_wrong = place >= beyond or (place < own and self._own[place] in faulty)
            yield value, Look.WRONG if is_wrong else Look.OWN if place < own else Look.BESIDE
