"""What can be wrong with one row of a register: cause and remedy by code, and the list a person works through."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path

from openpyxl import Workbook

from config.i18n import gettext
from config.i18n import mark as _

MOST_ROWS = 1_000_000
"""Rows below the header of one sheet; spreadsheet programs open 1,048,576."""


class Fault(StrEnum):
    """Why a row was refused."""

    NO_CODE = "no_code"
    BAD_CODE = "bad_code"
    NO_RECORD_CODE = "no_record_code"
    NO_AGENCY = "no_agency"
    BAD_AGENCY = "bad_agency"
    OUTSIDE_SCOPE = "outside_scope"
    BAD_PROCEDURE = "bad_procedure"
    BAD_DATE = "bad_date"
    SHORT_YEAR = "short_year"
    AMERICAN_DATE = "american_date"
    FUTURE_DATE = "future_date"
    BAD_COUNT = "bad_count"
    NOTHING_EXPECTED = "nothing_expected"
    CELL_ERROR = "cell_error"
    TOO_MANY_CELLS = "too_many_cells"
    DUPLICATE = "duplicate"
    OTHER_AGENCY = "other_agency"
    WITHDRAWN = "withdrawn"
    ALREADY_TAKEN = "already_taken"


_TEXTS: dict[Fault, tuple[str, str]] = {
    Fault.NO_CODE: (
        _("the row has no mã hồ sơ and no name of its own"),
        _("Enter the mã hồ sơ, or a name of its own in the column “Mã dòng”; remove lines that are no records."),
    ),
    Fault.BAD_CODE: (_("{value}: {cause}"), _("Correct the mã hồ sơ; it looks like H41.15-260311-0012.")),
    Fault.NO_RECORD_CODE: (
        _("“{value}” is not a mã hồ sơ"),
        _(
            "Correct the mã hồ sơ; it looks like H41.15-260311-0012. "
            "An old result that has none goes by a name of its own in the column “Mã dòng”."
        ),
    ),
    Fault.NO_AGENCY: (
        _("neither the row nor its code names an agency"),
        _("Add the column “Mã cơ quan” with the agency's identifier."),
    ),
    Fault.BAD_AGENCY: (_("{value}: {cause}"), _("Enter the agency's identifier; it looks like H41.15.")),
    Fault.OUTSIDE_SCOPE: (
        _("the agency {value} is not one of those this file was said to cover ({scope})"),
        _("Move the row to that agency's register, or import with a wider scope."),
    ),
    Fault.BAD_PROCEDURE: (_("{value}: {cause}"), _("Enter the procedure's code; it looks like 1.012790.")),
    Fault.BAD_DATE: (
        _("“{value}” is not a date"),
        _("Enter day/month/year, such as 05/03/2026, or leave the cell empty if there is none."),
    ),
    Fault.SHORT_YEAR: (
        _("“{value}” does not say which century"),
        _("Enter the year with four digits, such as 05/03/2026."),
    ),
    Fault.AMERICAN_DATE: (
        _("“{value}” has no such month; day and month seem to be swapped"),
        _("Enter the day first; check the other dates of this column too."),
    ),
    Fault.FUTURE_DATE: (
        _("“{value}” is later than the day of import"),
        _("Correct the date; what is not yet resolved does not belong in the register."),
    ),
    Fault.BAD_COUNT: (_("“{value}” is not a whole number from 0 up"), _("Enter how many there are, in digits.")),
    Fault.NOTHING_EXPECTED: (
        _("the row expects neither a result nor a paper"),
        _("Enter how many results or papers belong to the record."),
    ),
    Fault.CELL_ERROR: (
        _("the cell holds the spreadsheet error {value}"),
        _("Correct the formula, or enter the value itself."),
    ),
    Fault.TOO_MANY_CELLS: (
        _("the row has more cells than the header; a separator may stand inside a text"),
        _("Put texts that contain the separator into quotation marks, or save as XLSX."),
    ),
    Fault.DUPLICATE: (
        _("the same code as in row {first}; row {first} was taken, row {row} not"),
        _("Keep one of the two rows, or correct the wrong code."),
    ),
    Fault.OTHER_AGENCY: (
        _("this mã hồ sơ already stands in the register of {agency}"),
        _("Correct the agency, or have the other row withdrawn first."),
    ),
    Fault.WITHDRAWN: (
        _("the row was withdrawn on {day}; it is not counted"),
        _("Remove the row from the file, or have it reinstated with a reason."),
    ),
    Fault.ALREADY_TAKEN: (
        _("another row of this code was taken from the whole file of {day}, where it is row {first}"),
        _("Correct the code where this is another record; that row itself is changed by a whole file."),
    ),
}


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong with one row; the row is not counted until it is put right."""

    row: int
    fault: Fault
    sheet: str = ""
    column: str = ""
    code: str = ""
    """The row's code as written, to find it by."""
    details: dict[str, str] = field(default_factory=dict)

    def cause(self) -> str:
        """Give what is wrong, in the active language."""
        return gettext(_TEXTS[self.fault][0]).format_map({"row": self.row, **self._shown()})

    def remedy(self) -> str:
        """Give what to do, in the active language."""
        return gettext(_TEXTS[self.fault][1])

    def _shown(self) -> dict[str, str]:
        return {key: gettext(value) if key == "cause" else value for key, value in self.details.items()}


def write_row_errors(errors: Iterable[RowError], path: Path) -> None:
    """Write the list as CSV or XLSX, by the ending of the path, in the active language."""
    if path.suffix.casefold() == ".xlsx":
        _write_xlsx(errors, path)
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(_header())
            writer.writerows(_cells(error) for error in errors)


def plain_cell(text: str) -> str:
    """Give a text as a spreadsheet shows it and never runs it as a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _header() -> list[str]:
    return [gettext(name) for name in (_("Sheet"), _("Row"), _("Mã hồ sơ"), _("Column"), _("Cause"), _("Remedy"))]


def _cells(error: RowError) -> list[str | int]:
    texts = (error.code, error.column, error.cause(), error.remedy())
    return [plain_cell(error.sheet), error.row, *map(plain_cell, texts)]


def _write_xlsx(errors: Iterable[RowError], path: Path) -> None:
    book = Workbook(write_only=True)
    waiting = iter(errors)
    while some := list(islice(waiting, 1)):
        # One sheet, and another only where a spreadsheet program would open no more rows of the first.
        sheet = book.create_sheet(gettext(_("Row errors")))
        sheet.freeze_panes = "A2"
        for column, width in zip("ABCDEF", (14, 8, 30, 24, 60, 60), strict=True):
            sheet.column_dimensions[column].width = width
        sheet.append(_header())
        for error in chain(some, islice(waiting, MOST_ROWS - 1)):
            sheet.append(_cells(error))
    book.save(path)
