"""Wrong rows given back as a workbook, in the file's own columns with the reason beside, to be corrected and imported.

The import knows the workbook by these columns: it adds and corrects, and what it lacks is not missing.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from config.errors import FileVanishedError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.register.faults import RowError
from pipeline.register.headers import RETURNED, SEARCHED_ROWS, Header, find_header
from pipeline.register.importing import ImportResult, file_sha256
from pipeline.register.sheets import Sheet, open_sheets
from pipeline.register.values import Cell

ADDED = (_("Row in the first file"), _("Why it came back"), _("How to mend this row"))
_SUFFIX = _("-to-correct")
_WRONG, _ADDED_FILL = (PatternFill("solid", fgColor=color) for color in ("FFC7CE", "FFF2CC"))
_BOLD, _WRAPPED = Font(bold=True), Alignment(wrap_text=True, vertical="top")
_TEXT, _DAY = "@", "dd/mm/yyyy"
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
        _book(path, result.errors).save(target)
        undo.pop_all()


def _book(path: Path, errors: Sequence[RowError]) -> Workbook:
    book = Workbook(write_only=True)
    for sheet in open_sheets(path):
        wrong: dict[int, list[RowError]] = {}
        for error in errors:
            if error.sheet == sheet.name:
                wrong.setdefault(error.row, []).append(error)
        if wrong:
            if sheet.epoch.year == _MAC_EPOCH_YEAR:
                book.epoch = CALENDAR_MAC_1904
            _SheetWriter(book, sheet).write(wrong)
    return book


class _SheetWriter:
    """Writes one sheet: its header, and its wrong rows with what is wrong with them."""

    def __init__(self, book: Workbook, sheet: Sheet) -> None:
        self._out: Any = book.create_sheet(sheet.name or gettext(_("Register")))
        self._first = list(islice(sheet.rows, SEARCHED_ROWS + 1))
        self._rows = chain(self._first, sheet.rows)
        header = find_header(self._first)
        if header is None:
            raise ValueError("rows were refused, so there is a header")
        self._header: Header = header
        self._own = [column for column in range(header.width) if column not in header.returned.values()]
        self._by_name = {header.names[column]: column for column in header.columns.values() if column in header.names}

    def write(self, wrong: dict[int, list[RowError]]) -> None:
        """Write the rows that have errors."""
        head = self._header
        self._out.freeze_panes = f"A{head.last_row - head.first_row + 2}"
        for place, field in enumerate(RETURNED, start=len(self._own) + 1):
            self._out.column_dimensions[get_column_letter(place)].width = _WIDTHS[field]
        for index in range(head.first_row, head.last_row + 1):
            added = [gettext(name) for name in ADDED] if index == head.first_row else []
            self._out.append([self._named(value) for value in self._line(self._first[index], added)])
        for number, cells in enumerate(self._rows, start=1):
            if number in wrong:
                self._out.append(list(self._wrong_row(number, cells, wrong[number])))

    def _line(self, cells: Sequence[Cell], added: Sequence[Cell]) -> Iterator[Cell]:
        """Give a row's own cells, what is added, and then what the row had beyond the header."""
        yield from (cells[column] if column < len(cells) else None for column in self._own)
        yield from (*added, *[None] * (len(RETURNED) - len(added)), *cells[self._header.width :])

    def _wrong_row(self, number: int, cells: Sequence[Cell], errors: Sequence[RowError]) -> Iterator[Any]:
        column = self._header.returned.get("returned_row", len(cells))
        first = cells[column] if column < len(cells) else None
        reasons = "\n".join(f"{error.column}: {error.cause()}" if error.column else error.cause() for error in errors)
        remedies = "\n".join(dict.fromkeys(error.remedy() for error in errors))
        faulty = {self._by_name.get(error.column, -1) for error in errors}
        own, beyond = len(self._own), len(self._own) + len(RETURNED)
        for place, value in enumerate(self._line(cells, (first or number, reasons, remedies))):
            cell = self._cell(value)
            if place >= beyond or (place < own and self._own[place] in faulty):
                cell.fill = _WRONG
            elif place >= own:
                cell.fill, cell.alignment = _ADDED_FILL, _WRAPPED
            yield cell

    def _named(self, value: Cell) -> Any:
        cell = self._cell(value)
        cell.font = _BOLD
        return cell

    def _cell(self, value: Cell) -> Any:
        if not isinstance(value, str):
            # A cell takes a date as it takes a time; its types do not say so.
            plain: Any = value
            cell = WriteOnlyCell(self._out, plain)
            if isinstance(value, date):
                cell.number_format = _DAY
            return cell
        cell = WriteOnlyCell(self._out, ILLEGAL_CHARACTERS_RE.sub("?", value))
        # Never a formula or an error, whatever it begins with; and figures keep the noughts they begin with.
        cell.data_type = "s"
        cell.number_format = _TEXT
        return cell
