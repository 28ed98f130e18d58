"""Finding the header of a register: synonyms, two rows, titles above, and what is no header."""

from pathlib import Path

import pytest

from config.errors import ReferenceDataError
from pipeline.register.headers import find_header, header_key, header_names, is_header_repeated


def test_names_are_compared_without_accents_case_and_punctuation() -> None:
    assert header_key("  SỐ, KÝ HIỆU:") == header_key("so ky hieu") == "so ky hieu"


def test_a_header_is_found_under_title_rows() -> None:
    header = find_header([["SỔ THEO DÕI NĂM 2026"], [], ["STT", "MÃ HỒ SƠ", "Ngày trả kết quả", "Người nộp"], [1, "x"]])
    assert header is not None
    assert header.columns == {"record_code": 1, "resolved_on": 2}
    assert header.last_row == 2
    assert header.unused == ("Người nộp",)


def test_two_rows_are_read_together() -> None:
    header = find_header(
        [
            ["SỔ THEO DÕI NĂM 2026"],
            ["TT", "Hồ sơ", None, "Kết quả", None, "Số trang"],
            [None, "Mã", "Thủ tục hành chính", "Số, ký hiệu", "Ngày ban hành", None],
        ]
    )
    assert header is not None
    assert header.columns == {"record_code": 1, "procedure_name": 2, "symbol": 3, "issued_on": 4, "expected_pages": 5}
    assert header.last_row == 2


def test_the_stronger_of_two_names_for_one_thing_wins() -> None:
    header = find_header([["Mã hồ sơ", "Ngày trả kết quả", "Ngày giải quyết"]])
    assert header is not None
    assert header.columns["resolved_on"] == 2
    assert header.twice is None
    assert header.unused == ("Ngày trả kết quả",)


def test_the_same_name_twice_is_noticed() -> None:
    header = find_header([["Mã hồ sơ", "Ngày ký", "Ngày ký"]])
    assert header is not None
    assert header.twice == ("Ngày ký", "Ngày ký")


@pytest.mark.parametrize("rows", [[], [["Mã hồ sơ"]], [["Họ tên", "Địa chỉ"]], [["Ngày ký", "Trích yếu"]], [[1, 2, 3]]])
def test_rows_without_a_code_column_are_no_header(rows: list[list[str | int | float | None]]) -> None:
    assert find_header(rows) is None


def test_a_header_again_and_numbered_columns_are_told_from_records() -> None:
    header = find_header([["Mã hồ sơ", "Ngày trả kết quả"]])
    assert header is not None
    assert is_header_repeated(header, ["Mã hồ sơ", "Ngày trả kết quả"])
    assert is_header_repeated(header, ["(1)", "(2)"])
    assert not is_header_repeated(header, ["H41.15-260311-0012", "05/03/2026"])
    assert not is_header_repeated(header, ["Mã hồ sơ", None])


def test_a_name_for_two_fields_is_a_fault_of_the_data(tmp_path: Path) -> None:
    path = tmp_path / "headers.toml"
    path.write_text('no_end = []\n[fields]\nsymbol = ["Số"]\nsubject = ["SỐ"]\n', "utf-8")
    with pytest.raises(ReferenceDataError):
        header_names(path)


def test_the_shipped_names_are_sound() -> None:
    known = header_names()
    assert known.fields["ma ho so"] == ("record_code", 0)
    assert "khong thoi han" in known.no_end


def test_the_columns_of_a_common_export_are_all_known() -> None:
    names = (
        "STT,Mã hồ sơ,Mã TTHC,Tên thủ tục,Cơ quan,Số ký hiệu,Ngày ban hành,Trích yếu,Ngày giải quyết,Hiệu lực đến,"
        "Số giấy tờ,Số kết quả,Số trang"
    )
    header = find_header([names.split(",")])
    assert header is not None
    assert len(header.columns) == 12
    assert header.unused == ()
