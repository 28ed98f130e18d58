"""Wrong rows come back as a workbook: corrected there and imported, they are in the register once."""

import tracemalloc
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from sqlalchemy import func, select

from config.errors import FileVanishedError
from config.i18n import activate, gettext
from pipeline import register
from pipeline.register import (
    Fault,
    ImportResult,
    missing_entries,
    place_beside,
    write_returned,
    write_row_errors,
)
from pipeline.register.headers import RETURNED, header_key, header_names
from pipeline.register.returned import ADDED
from storage.ledger import Ledger
from storage.ledger.models import RegisterEntry, RegisterImport
from tests.integration.pipeline.registers import counts_of, import_file, register_file

pytestmark = pytest.mark.usefixtures("english")

HEADER = "Mã dòng,Mã cơ quan,Trích yếu,Ngày trả kết quả,Số trang,Ghi chú"
GOOD = "0001,H41.30,Đăng ký khai sinh,05/03/2026,2,007"
WRONG_DAY = "0002,H41.30,=HYPERLINK(1),31/02/2026,2,+84"
NO_CODE = ",H41.30,@x,05/03/2026,x,-1"


def _returned(ledger: Ledger, path: Path) -> tuple[ImportResult, Path]:
    result = import_file(ledger, path)
    out = place_beside(path)
    write_returned(path, result, out)
    return result, out


def _cells(path: Path) -> list[list[Any]]:
    sheet = load_workbook(path).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def _correct(path: Path, changes: dict[str, str | int | None]) -> None:
    book = load_workbook(path)
    for place, value in changes.items():
        book.worksheets[0][place] = value
    book.save(path)


def test_wrong_rows_alone_come_back_in_the_files_own_columns_with_the_reason_beside(
    small: Ledger, tmp_path: Path
) -> None:
    _result, out = _returned(small, register_file(tmp_path, GOOD, WRONG_DAY, NO_CODE, header=HEADER))
    head, first, second = _cells(out)
    assert head == [*HEADER.split(","), "Row in the first file", "Why it came back", "How to mend this row"]
    assert first[:7] == ["0002", "H41.30", "=HYPERLINK(1)", "31/02/2026", "2", "+84", 3]
    assert first[7] == "Ngày trả kết quả: “31/02/2026” is not a date"
    assert first[8].startswith("Enter day/month/year")
    assert second[:7] == [None, "H41.30", "@x", "05/03/2026", "x", "-1", 4]
    assert second[7].splitlines() == [
        "Mã dòng: the row has no mã hồ sơ and no name of its own",
        "Số trang: “x” is not a whole number from 0 up",
    ]


def test_what_begins_like_a_formula_stays_text_and_the_wrong_cell_is_marked(small: Ledger, tmp_path: Path) -> None:
    _result, out = _returned(small, register_file(tmp_path, WRONG_DAY, header=HEADER))
    row = list(load_workbook(out).worksheets[0].iter_rows())[1]
    assert {cell.data_type for cell in row[:6]} == {"s"}
    assert {cell.number_format for cell in row[:6]} == {"@"}
    assert [cell.fill.fill_type for cell in row[:6]] == [None, None, None, "solid", None, None]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_corrected_workbook_is_imported_as_it_is_and_only_adds(small: Ledger, tmp_path: Path, language: str) -> None:
    activate(language)
    _result, out = _returned(small, register_file(tmp_path, GOOD, WRONG_DAY, NO_CODE, header=HEADER))
    _correct(out, {"D2": "28/02/2026", "A3": "0003", "E3": "4"})
    mended = import_file(small, out)
    assert counts_of(mended) == (2, 0, 0, 0, 0)
    assert mended.scope.is_supplement
    assert mended.sheets[0].unused_columns == ("Ghi chú",)
    assert counts_of(import_file(small, out)) == (0, 0, 2, 0, 0)
    with small.reading() as session:
        found = session.execute(
            select(RegisterEntry.record_code, RegisterEntry.resolved_on, RegisterEntry.subject).order_by(
                RegisterEntry.record_code
            )
        )
        assert [tuple(row) for row in found] == [
            ("0001", date(2026, 3, 5), "Đăng ký khai sinh"),
            ("0002", date(2026, 2, 28), "=HYPERLINK(1)"),
            ("0003", date(2026, 3, 5), "@x"),
        ]
        assert list(missing_entries(session)) == []
        assert session.scalar(select(func.count()).select_from(RegisterImport)) == 2


def test_a_second_row_of_one_code_that_nobody_corrected_does_not_take_the_place_of_the_first(
    small: Ledger, tmp_path: Path
) -> None:
    twin = GOOD.replace("khai sinh", "kết hôn")
    _result, out = _returned(small, register_file(tmp_path, GOOD, twin, header=HEADER))
    again = import_file(small, out)
    assert [error.fault for error in again.errors] == [Fault.ALREADY_TAKEN]
    assert "row 2" in again.errors.first(1)[0].cause()
    _correct(out, {"A2": "0009"})
    assert counts_of(import_file(small, out)) == (1, 0, 0, 0, 0)


def test_a_row_that_was_good_once_is_corrected_and_keeps_its_history(small: Ledger, tmp_path: Path) -> None:
    import_file(small, register_file(tmp_path, GOOD, WRONG_DAY.replace("31/02", "01/02"), header=HEADER))
    _result, out = _returned(small, register_file(tmp_path, GOOD, WRONG_DAY, header=HEADER))
    _correct(out, {"D2": "27/02/2026"})
    assert counts_of(import_file(small, out)) == (0, 1, 0, 0, 0)
    _correct(out, {"D2": "26/02/2026"})
    assert counts_of(import_file(small, out)) == (0, 1, 0, 0, 0)


def test_what_is_still_wrong_comes_back_with_the_number_it_had_in_the_first_file(small: Ledger, tmp_path: Path) -> None:
    path = register_file(tmp_path, GOOD, WRONG_DAY, NO_CODE, header=HEADER)
    _result, out = _returned(small, path)
    _correct(out, {"D2": "28/02/2026"})
    _second, again = _returned(small, out)
    assert again.name == "danh-muc-to-correct-2.xlsx"
    head, row = _cells(again)
    assert len(head) == len(row) == 9
    assert row[6] == 4


def test_dates_and_numbers_of_a_workbook_stay_what_they_are(small: Ledger, tmp_path: Path) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet.append(["Số lượng", None, "Mã dòng", "Mã cơ quan", "Ngày trả", "Ngày cấp"])
    sheet.append(["Số kết quả", "Số trang"])
    sheet.append([1, "x", "A1", "H41.30", datetime.fromisoformat("2026-03-05"), 44000])
    path = tmp_path / "danh-muc.xlsx"
    book.save(path)
    _result, out = _returned(small, path)
    upper, lower, row = _cells(out)
    assert upper[:2] == ["Số lượng", None]
    assert lower[:2] == ["Số kết quả", "Số trang"]
    assert row[:6] == [1, "x", "A1", "H41.30", datetime.fromisoformat("2026-03-05"), 44000]
    _correct(out, {"B3": 3})
    import_file(small, out)
    with small.reading() as session:
        entry = session.scalars(select(RegisterEntry)).one()
        assert (entry.resolved_on, entry.issued_on, entry.expected_pages) == (date(2026, 3, 5), date(2024, 6, 19), 3)


def test_a_row_with_too_many_cells_stays_wrong_until_the_last_ones_are_taken_away(
    small: Ledger, tmp_path: Path
) -> None:
    _result, out = _returned(small, register_file(tmp_path, GOOD + ",lạc", header=HEADER))
    assert _cells(out)[1][9] == "lạc"
    assert [error.fault for error in import_file(small, out).errors] == [Fault.TOO_MANY_CELLS]
    _correct(out, {"J2": None})
    assert counts_of(import_file(small, out)) == (1, 0, 0, 0, 0)


def test_no_file_is_written_over_and_only_the_file_that_was_imported_gives_rows_back(
    small: Ledger, tmp_path: Path
) -> None:
    path = register_file(tmp_path, WRONG_DAY, header=HEADER)
    result, out = _returned(small, path)
    with pytest.raises(FileExistsError):
        write_returned(path, result, out)
    assert _cells(out)
    path.write_text(f"{HEADER}\n{GOOD}", "utf-8")
    with pytest.raises(FileVanishedError):
        write_returned(path, result, tmp_path / "other.xlsx")
    assert not (tmp_path / "other.xlsx").exists()


def test_wrong_rows_of_several_sheets_come_back_in_sheets_of_their_names(small: Ledger, tmp_path: Path) -> None:
    book = Workbook()
    for name, codes in (("Xã B", ["0001", None]), ("Trống", []), ("Xã A", [None, "0001", "0001"])):
        sheet = book.create_sheet(name)
        sheet.append(["Mã dòng", "Mã cơ quan", "Trích yếu"])
        for code in codes:
            sheet.append([code, "H41.30", f"{name} {code}"])
    book.save(tmp_path / "danh-muc.xlsx")
    result, out = _returned(small, tmp_path / "danh-muc.xlsx")
    assert [(error.sheet, error.row) for error in result.errors] == [("Xã B", 3), ("Xã A", 2), ("Xã A", 3), ("Xã A", 4)]
    assert (result.refused, result.added) == (4, 1)
    returned = load_workbook(out)
    assert {sheet.title: sheet.max_row for sheet in returned.worksheets} == {"Xã B": 2, "Xã A": 4}
    assert returned["Xã A"]["E3"].value == "Mã dòng: the same code as in row Xã B!2; row Xã B!2 was taken, row 3 not"


def test_more_wrong_rows_than_a_sheet_holds_go_on_in_another(
    small: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register.returned, "MOST_ROWS", 2)
    rows = [WRONG_DAY.replace("0002", f"000{number}") for number in range(1, 6)]
    result, out = _returned(small, register_file(tmp_path, *rows, header=HEADER))
    sheets = load_workbook(out).worksheets
    assert [(sheet.title, sheet.max_row) for sheet in sheets] == [
        ("Register", 3),
        ("Register (2)", 3),
        ("Register (3)", 2),
    ]
    monkeypatch.setattr(register.faults, "MOST_ROWS", 2)
    write_row_errors(result.errors, tmp_path / "loi.xlsx")
    assert [sheet.max_row for sheet in load_workbook(tmp_path / "loi.xlsx").worksheets] == [3, 3, 2]
    book = load_workbook(out)
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=2):
            row[3].value = "28/02/2026"
    book.save(out)
    assert counts_of(import_file(small, out)) == (5, 0, 0, 0, 0)


def test_memory_does_not_grow_with_the_wrong_rows(small: Ledger, tmp_path: Path) -> None:
    peaks: list[int] = []
    for count in (500, 500, 6_000):
        rows = [WRONG_DAY.replace("0002", f"{number:06}") for number in range(count)]
        path = register_file(tmp_path, *rows, header=HEADER, name=f"danh-muc-{len(peaks)}.csv")
        tracemalloc.start()
        result, _out = _returned(small, path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert result.refused == len(result.errors) == count
    assert peaks[2] < peaks[1] + 3_000_000


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_columns_beside_are_known_by_their_names_in_either_language(language: str) -> None:
    activate(language)
    fields = header_names().fields
    assert tuple(fields[header_key(gettext(name))][0] for name in ADDED) == RETURNED
