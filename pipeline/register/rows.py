"""Rows of a register file as typed rows, or as the list of what is wrong with each."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import TypeVar

from config.codes import is_record_code, normalize_agency_code, normalize_record_code, parse_procedure_code
from config.codes import parse_record_code as parse_code
from config.dates import day_text
from config.errors import CodeError, RegisterFileError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import printable
from pipeline.register.faults import Fault, RowError
from pipeline.register.headers import SEARCHED_ROWS, Header, find_header, header_key, header_names, is_header_repeated
from pipeline.register.keys import symbol_key
from pipeline.register.notes import DateColumn, SheetNotes
from pipeline.register.sheets import Sheet
from pipeline.register.values import Cell, CellRefusedError, cell_text, parse_count, parse_date

T = TypeVar("T")
_LATER_COLUMNS = ("issuer", "signer_name")
"""Columns that releases before did not read: a row without them has the hash it had then, and is no changed one."""
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One good row: what the register says exists."""

    sheet: str
    number: int
    agency_code: str
    record_code: str
    procedure_code: str | None
    procedure_name: str | None
    symbol: str | None
    issued_on: date | None
    subject: str | None
    issuer: str | None
    signer_name: str | None
    resolved_on: date | None
    in_force_until: date | None
    expected_results: int
    expected_papers: int
    expected_pages: int | None
    code_column: str
    agency_column: str
    """What the columns are called that said its code and its agency, to name them by in a later refusal."""

    @property
    def has_record_code(self) -> bool:
        """Whether it goes by a mã hồ sơ, and not by a name of its own."""
        return is_record_code(self.record_code)

    @property
    def other_agency(self) -> str | None:
        """The agency its mã hồ sơ begins with, where that is of another line than the one it is counted for."""
        if not self.has_record_code:
            return None
        code_agency = parse_code(self.record_code).agency
        return None if _are_of_one_line(code_agency, self.agency_code) else code_agency

    @property
    def symbol_key(self) -> str | None:
        """The spelling under which a paper finds this row by its number and symbol."""
        return symbol_key(self.symbol) if self.symbol else None

    def values(self) -> dict[str, str | int | None]:
        """Give what the register says, without where it stood; of columns that came later only what is filled in."""
        found: dict[str, str | int | None] = {}
        for name in _SAID:
            value = getattr(self, name)
            if value is not None or name not in _LATER_COLUMNS:
                found[name] = value.isoformat() if isinstance(value, date) else value
        return found

    def sha256(self) -> str:
        """Give the hash of its values in canonical JSON (RFC 8785), which json writes of texts and whole numbers."""
        return hashlib.sha256(_CANONICAL.encode(self.values()).encode()).hexdigest()


_SAID = tuple(sorted(set(RegisterRow.__slots__) - {"sheet", "number", "code_column", "agency_column"}))


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row that is not taken, with everything that is wrong with it, and its key where that can be told."""

    sheet: str
    number: int
    errors: tuple[RowError, ...]
    agency_code: str | None
    record_code: str | None

    @property
    def has_record_code(self) -> bool:
        """Whether it goes by a mã hồ sơ, and not by a name of its own."""
        return self.record_code is not None and is_record_code(self.record_code)


class SheetReader:
    """Reads one sheet, row by row."""

    def __init__(self, sheet: Sheet, file_name: str, today: date) -> None:
        self.notes = SheetNotes()
        self._sheet = sheet
        self._file_name = file_name
        self._today = today
        self._dates: dict[str, DateColumn] = {}

    def rows(self) -> Iterator[RegisterRow | RefusedRow]:
        """Give each row of the sheet; nothing for a sheet without a header, which the notes then say."""
        first = list(islice(self._sheet.rows, SEARCHED_ROWS + 1))
        self.notes.has_content = any(cell is not None for row in first for cell in row)
        header = find_header(first)
        if header is None:
            return
        if header.twice:
            cause = gettext(_("two columns are named “{name}”")).format(name=header.twice[0])
            raise RegisterFileError(file=self._file_name, cause=cause)
        self.notes.is_read = True
        self.notes.is_returned = bool(header.returned)
        self.notes.unused_columns = header.unused
        body = chain(first[header.last_row + 1 :], self._sheet.rows)
        for number, cells in enumerate(body, start=header.last_row + 2):
            if all(cell is None for cell in cells):
                continue
            if is_header_repeated(header, cells):
                self.notes.repeated_headers.append(number)
                continue
            yield self._row(header, number, cells)
        self.notes.swapped_dates = [name for name, column in self._dates.items() if column.looks_swapped]

    def _row(self, header: Header, number: int, cells: Sequence[Cell]) -> RegisterRow | RefusedRow:
        reading = _RowReading(self._sheet.name, number, cells, header)
        code = reading.code()
        agency = reading.agency(code)
        row = RegisterRow(
            sheet=self._sheet.name,
            number=number,
            agency_code=agency or "",
            record_code=code or "",
            procedure_code=reading.procedure(),
            procedure_name=reading.text("procedure_name"),
            symbol=reading.text("symbol"),
            issued_on=self._day(reading, "issued_on"),
            subject=reading.text("subject"),
            issuer=reading.text("issuer"),
            signer_name=reading.text("signer_name"),
            resolved_on=self._day(reading, "resolved_on"),
            in_force_until=self._day(reading, "in_force_until"),
            expected_results=reading.count("expected_results", 1) or 0,
            expected_papers=reading.count("expected_papers", 0) or 0,
            expected_pages=reading.count("expected_pages", None),
            code_column=reading.column_name(reading.code_field),
            agency_column=reading.column_name(reading.agency_field),
        )
        reading.check_whole(row)
        if reading.errors:
            return RefusedRow(self._sheet.name, number, tuple(reading.errors), agency, code)
        return row

    def _day(self, reading: "_RowReading", field_name: str) -> date | None:
        cell = reading.cell(field_name)
        if field_name == "in_force_until" and isinstance(cell, str) and header_key(cell) in header_names().no_end:
            return None
        day = reading.take(field_name, lambda value: parse_date(value, self._sheet.epoch))
        self._dates.setdefault(reading.column_name(field_name), DateColumn()).note(cell, day)
        if day and day > self._today and field_name != "in_force_until":
            reading.refuse(Fault.FUTURE_DATE, field_name, value=day_text(day))
        return day


class _RowReading:
    """One row being read: its cells by field, and the errors found so far."""

    def __init__(self, sheet: str, number: int, cells: Sequence[Cell], header: Header) -> None:
        self.errors: list[RowError] = []
        self.code_field, self.agency_field = "record_code", "agency_code"
        """The fields that said the code and the agency."""
        self._sheet, self._number, self._cells, self._header = sheet, number, cells, header
        self._written = self._safe_text("record_code") or self._safe_text("row_name")

    def cell(self, field_name: str) -> Cell:
        column = self._header.columns.get(field_name)
        return self._cells[column] if column is not None and column < len(self._cells) else None

    def column_name(self, field_name: str) -> str:
        return self._header.names.get(self._header.columns.get(field_name, -1), "")

    def refuse(self, fault: Fault, field_name: str = "", **details: str) -> None:
        column = self.column_name(field_name)
        self.errors.append(RowError(self._number, fault, self._sheet, column, self._written, details))

    def take(self, field_name: str, read: Callable[[Cell], T]) -> T | None:
        try:
            return read(self.cell(field_name))
        except CellRefusedError as err:
            self.refuse(err.fault, field_name, value=err.value)
            return None

    def text(self, field_name: str) -> str | None:
        return self.take(field_name, cell_text) or None

    def count(self, field_name: str, default: int | None) -> int | None:
        return self.take(field_name, lambda cell: parse_count(cell, default))

    def code(self) -> str | None:
        raw = self.text(self.code_field)
        if raw is None and "row_name" in self._header.columns:
            self.code_field = "row_name"
            raw = self.text(self.code_field)
        if raw is None:
            if not self.errors:
                self.refuse(Fault.NO_CODE, self.code_field)
            return None
        code = self._coded(self.code_field, raw, Fault.BAD_CODE, normalize_record_code)
        if code and self.code_field == "record_code" and not is_record_code(code):
            # What stands in this column and is none is a slip of the pen: counted, no scan would ever be found for it.
            # It stays the row's key, so that a row taken under it before is refused now, and not missing.
            self.refuse(Fault.NO_RECORD_CODE, self.code_field, value=code)
        return code

    def agency(self, code: str | None) -> str | None:
        raw = self.text("agency_code")
        if raw is not None:
            return self._coded("agency_code", raw, Fault.BAD_AGENCY, normalize_agency_code)
        loose = self.text("agency")
        if loose is not None and _is_agency_code(loose):
            self.agency_field = "agency"
            return normalize_agency_code(loose)
        if code and is_record_code(code):
            # The column holds a name: the mã hồ sơ says which agency solves the record.
            self.agency_field = self.code_field
            return parse_code(code).agency
        if loose is not None:
            return self._coded("agency", loose, Fault.BAD_AGENCY, normalize_agency_code)
        if code and not self.errors:
            self.refuse(Fault.NO_AGENCY, "agency_code")
        return None

    def procedure(self) -> str | None:
        raw = self.text("procedure_code")
        number = raw and self._coded(
            "procedure_code", raw, Fault.BAD_PROCEDURE, lambda text: parse_procedure_code(text).number
        )
        return number or None

    def check_whole(self, row: RegisterRow) -> None:
        if any(cell is not None for cell in self._cells[self._header.width :]):
            self.refuse(Fault.TOO_MANY_CELLS)
        if not self.errors and row.expected_results + row.expected_papers == 0:
            self.refuse(Fault.NOTHING_EXPECTED, "expected_results")

    def _coded(self, field_name: str, raw: str, fault: Fault, read: Callable[[str], str]) -> str | None:
        try:
            return read(raw)
        except CodeError as err:
            self.refuse(fault, field_name, value=str(err.details["value"]), cause=str(err.details["cause"]))
            return None

    def _safe_text(self, field_name: str) -> str:
        cell = self.cell(field_name)
        text = "" if cell is None else str(cell)
        return printable(text)[:100]


def _are_of_one_line(code: str, other: str) -> bool:
    """Say whether one agency stands above the other, or is it: the older spelling often names the province alone."""
    return all(a == b for a, b in zip(code.split("."), other.split("."), strict=False))


def _is_agency_code(text: str) -> bool:
    try:
        normalize_agency_code(text)
    except CodeError:
        return False
    return True
