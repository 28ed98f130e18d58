"""The rows of one sheet, one at a time: numbers, days, texts and errors as the cells hold them."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import from_excel, from_ISO8601

from config.i18n import mark as _
from config.text import nfc
from pipeline.register.values import Cell
from pipeline.register.workbook.markup import Markup, MarkupRefusedError
from pipeline.register.workbook.styles import Styles
from pipeline.register.workbook.texts import Texts

MOST_COLUMNS = 200
_MOST_ROWS = 1 << 20
_FIGURES = "0123456789"
_OUT_OF_ORDER = _("the workbook is damaged: the rows of a sheet are out of order")
_TOO_MANY = _("a sheet has more rows than a sheet can have")
_INLINE = "inlineStr"


class _SheetPart(Markup):
    """Takes in a sheet; rows that are whole wait in `done`, each with its number."""

    def __init__(self, texts: Texts, styles: Styles, epoch: datetime) -> None:
        super().__init__()
        self.done: list[tuple[int, list[Cell]]] = []
        self._shared, self._styles, self._epoch = texts, styles, epoch
        self._columns: dict[str, int] = {}
        self._is_in_data = self._is_in_row = self._is_reading = False
        self._number = self._column = 0
        self._row: list[Cell] = []
        self._kind, self._style = "n", ""
        self._read: dict[str, Callable[[str], Any]] = {
            "n": self._from_number,
            "s": lambda text: self._shared.at(int(text)) or None,
            "b": lambda text: bool(int(text)),
            "d": lambda text: _plain(from_ISO8601(text)),  # type: ignore[no-untyped-call] # openpyxl's
        }

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a row, a cell, or what a cell holds."""
        if name == "c":
            self.texts.clear()
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            place = attributes.get("r")
            self._column = self._column_of(place) if place else self._column + 1
        elif name == "v":
            self.keep_letters(keep=self._kind != _INLINE)
        elif name == "t":
            self.keep_letters(keep=self._kind == _INLINE and not self._is_reading)
        elif name == "row":
            self._begin_row(attributes.get("r"))
        elif name == "rPh":
            self._is_reading = True
        elif name == "sheetData":
            self._is_in_data = True

    def end(self, name: str) -> None:
        """End a row, a cell, or what a cell holds."""
        if name == "c":
            if self._is_in_row and self._column <= MOST_COLUMNS:
                self._place(self._cell())
        elif name in {"v", "t"}:
            self.keep_letters(keep=False)
        elif name == "row" and self._is_in_row:
            self._is_in_row = False
            self.done.append((self._number, self._row))
        elif name == "rPh":
            self._is_reading = False
        elif name == "sheetData":
            self._is_in_data = False

    def _begin_row(self, said: str | None) -> None:
        if not self._is_in_data:
            return
        number = self._number + 1 if said is None else int(float(said))
        if number <= self._number:
            raise MarkupRefusedError(_OUT_OF_ORDER)
        if number > _MOST_ROWS:
            raise MarkupRefusedError(_TOO_MANY)
        self._is_in_row, self._number, self._column, self._row = True, number, 0, []

    def _column_of(self, place: str) -> int:
        letters = place.rstrip(_FIGURES)
        column = self._columns.get(letters)
        if column is None:
            column = self._columns[letters] = column_index_from_string(letters)
        return column

    def _place(self, cell: Cell) -> None:
        lacking = self._column - len(self._row)
        if lacking == 1:
            self._row.append(cell)
        elif lacking <= 0:
            self._row[self._column - 1] = cell
        else:
            self._row.extend([None] * (lacking - 1))
            self._row.append(cell)

    def _cell(self) -> Cell:
        texts = self.texts
        text = texts[0] if len(texts) == 1 else "".join(texts)
        if not text:
            return None
        read = self._read.get(self._kind)
        if read is not None:
            return read(text)  # type: ignore[no-any-return] # each of them gives a cell
        return nfc(text) if text.strip() else None

    def _from_number(self, text: str) -> Cell:
        number = float(text) if "." in text or "E" in text or "e" in text else int(text)
        if self._style not in self._styles.days:
            return number
        try:
            return _plain(from_excel(number, self._epoch, timedelta=self._style in self._styles.lengths))
        except (OverflowError, ValueError):
            return "#VALUE!"


def sheet_rows(source: IO[bytes], texts: Texts, styles: Styles, epoch: datetime) -> Iterator[list[Cell]]:
    """Give the rows of a sheet from its first, those it leaves out as empty ones, cut to MOST_COLUMNS."""
    part = _SheetPart(texts, styles, epoch)
    at = 0
    for _piece in part.pieces(source):
        for number, cells in part.done:
            while at + 1 < number:
                at += 1
                yield []
            at = number
            yield cells
        part.done.clear()


def _plain(value: object) -> Cell:
    """Give a day as it is, and times and lengths of time, which no register has, as text."""
    if isinstance(value, time | timedelta):
        return str(value)
    return value if value is None or isinstance(value, int | float | date) else str(value)
