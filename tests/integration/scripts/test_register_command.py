"""What `sohoa register` tells the person who brings a register in."""

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from config.errors import ExitCode
from tests.integration.scripts.desk import Desk, Told

pytestmark = pytest.mark.usefixtures("vietnamese_and_nothing_set")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk at which an installation was set up."""
    at = Desk(tmp_path / "home", tmp_path)
    assert at("init").code == ExitCode.DONE
    return at


def _imported(desk: Desk, *rows: str) -> Told:
    path = desk.home / "danh-muc.csv"
    path.write_text("\n".join(rows), "utf-8")
    return desk("register", "import", str(path))


def test_a_wrong_row_is_told_with_the_column_as_it_is_named_in_the_file(desk: Desk) -> None:
    told = _imported(
        desk,
        "Số hồ sơ,Đơn vị,Ngày trả",
        "H41.30-260311-0001,H41.30,05/03/2026",
        "H41.30-260311-0002,H41.30,31/02/2026",
        ",H41.30,05/03/2026",
        "H41.30-260311-0001,H41.30,05/03/2026",
    )
    assert told.code == ExitCode.FINISHED_WITH_FAILURES
    assert "dòng 3 · cột “Ngày trả”  “31/02/2026” không phải là ngày hợp lệ" in told.out
    assert "dòng 4 · cột “Số hồ sơ”  dòng không có mã hồ sơ" in told.out
    assert "dòng 5 · cột “Số hồ sơ”  trùng mã với dòng 2" in told.out


def test_an_import_tells_of_rows_whose_code_is_of_another_agency(desk: Desk) -> None:
    told = _imported(desk, "Mã hồ sơ,Mã cơ quan", "H41.30-260311-0001,H41.20")
    assert told.code == ExitCode.DONE
    assert "Dòng của H41.20 nhưng mã hồ sơ của H41.30: 1, đầu tiên là dòng 2." in told.out
    assert "sửa cột “Mã cơ quan” rồi nhập lại" in told.out


def test_an_import_names_the_columns_it_does_not_use(desk: Desk) -> None:
    told = _imported(desk, "STT,Mã hồ sơ,Trích yếu,Ghi chú,Người nộp", "1,H41.30-260311-0001,x,y,z")
    assert "Cột không dùng đến: Ghi chú, Người nộp." in told.out
    assert "Cột không dùng đến" not in _imported(desk, "STT,Mã hồ sơ,Trích yếu", "1,H41.30-260311-0001,x").out


def test_an_import_tells_of_sheets_it_cannot_read_and_of_swapped_dates(desk: Desk) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Sổ"
    sheet.append(["Mã hồ sơ", "Ngày trả kết quả"])
    sheet.append(["H41.30-260311-0001", datetime.fromisoformat("2026-03-05")])
    sheet.append(["H41.30-260311-0002", "25/03/2026"])
    book.create_sheet("Hướng dẫn").append(["Nhập mỗi hồ sơ một dòng"])
    book.save(desk.home / "danh-muc.xlsx")
    told = desk("register", "import", str(desk.home / "danh-muc.xlsx"))
    assert "Sổ · Cột “Ngày trả kết quả” có thể bị đảo ngày và tháng" in told.out
    assert "Hướng dẫn · Không tìm thấy dòng tiêu đề" in told.out


def test_wrong_rows_come_back_beside_the_file_and_are_never_written_over(desk: Desk) -> None:
    told = _imported(desk, "Mã hồ sơ,Đơn vị,Ngày trả", "H41.30-260311-0001,H41.30,31/02/2026")
    out = desk.home / "danh-muc-can-sua.xlsx"
    assert f"Các dòng lỗi nằm trong {out}" in told.out
    again = _imported(desk, "Mã hồ sơ,Đơn vị,Ngày trả", "H41.30-260311-0001,H41.30,31/02/2026")
    assert "danh-muc-can-sua-2.xlsx" in again.out
    book = load_workbook(out)
    book.worksheets[0]["C2"] = "28/02/2026"
    book.save(out)
    mended = desk("register", "import", str(out))
    assert (mended.code, "Thêm 1, sửa 0" in mended.out) == (ExitCode.DONE, True)


def test_wrong_rows_are_given_back_where_a_person_says_or_nothing_is_imported(desk: Desk) -> None:
    path = desk.home / "danh-muc.csv"
    path.write_text("Mã hồ sơ,Ngày trả\nH41.30-260311-0001,05/03/2026\nH41.30-260311-0002,31/02/2026", "utf-8")
    place = desk.home / "sua.xlsx"
    for wrong in (desk.home / "nowhere" / "x.xlsx", desk.home / "x.csv", path):
        assert desk("register", "import", str(path), "--rejected", str(wrong)).code == ExitCode.USAGE
    told = desk("register", "import", str(path), "--rejected", str(place), "--json")
    assert (told.result["added"], told.result["returned"]) == (1, str(place))
    assert place.is_file()


def test_a_dry_run_writes_no_workbook_that_nobody_asked_for(desk: Desk) -> None:
    path = desk.home / "danh-muc.csv"
    path.write_text("Mã hồ sơ,Ngày trả\nH41.30-260311-0002,31/02/2026", "utf-8")
    told = desk("register", "import", str(path), "--dry-run")
    assert told.code == ExitCode.FINISHED_WITH_FAILURES
    assert not list(desk.home.glob("*.xlsx"))
