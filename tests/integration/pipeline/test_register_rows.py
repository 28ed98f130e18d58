"""Rows of a register: what is taken, what is refused with its remedy, and for whom a row counts."""

from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.register import Fault, OtherAgency, Scope, withdraw
from storage.ledger import Ledger
from storage.ledger.models import RegisterEntry
from tests.integration.pipeline.counting_town import noon
from tests.integration.pipeline.registers import ROW, counts_of, import_file, register_file, rows_of

pytestmark = pytest.mark.usefixtures("english")


def test_rows_outside_the_scope_named_are_refused(small: Ledger, tmp_path: Path) -> None:
    result = import_file(small, register_file(tmp_path, *rows_of(1)), Scope(("H41.20",)))
    assert [error.fault for error in result.errors] == [Fault.OUTSIDE_SCOPE]


def test_wrong_rows_are_listed_by_row_with_cause_and_remedy_and_the_others_taken(small: Ledger, tmp_path: Path) -> None:
    header = "Mã hồ sơ,Mã cơ quan,Mã TTHC,Ngày trả kết quả,Số kết quả,Số giấy tờ,Trích yếu,Mã dòng"
    path = register_file(
        tmp_path,
        "H41.30-260311-0001,H41.30,1.012790,05/03/2026,1,2,ok",
        ",,,05/03/2026,,,no code",
        "../../etc/passwd,H41.30,,05/03/2026,,,x",
        "a/b,H41.30,,05/03/2026,,,x",
        "H41.30-260311-0004,41.30,,05/03/2026,,,x",
        "H41.30-260311-0005,H41.30,12,30/02/2026,-1,,x",
        "H41.30-260311-0006,H41.30,,03/25/2026,,,x",
        "H41.30-260311-0007,H41.30,,5/3/26,,,x",
        "H41.30-260311-0008,H41.30,,05/03/2027,,,x",
        "H41.30-260311-0009,H41.30,,05/03/2026,0,0,x",
        "H41.30-260311-0010,H41.30,,05/03/2026,,,x,,y",
        "H41.30-260311-0011,H41.30,,#REF!,,,x",
        "000.00.30.H41-260311-0001,H41.30,,05/03/2026,,,twice",
        ",,,05/03/2026,,,no agency,ĐKKD-0001",
        "H41.30-26031-21,H41.30,,05/03/2026,,,a digit is gone",
        header=header,
    )
    result = import_file(small, path)
    assert counts_of(result) == (1, 0, 0, 0, 14)
    assert result.rows == 15
    assert [(error.row, error.fault) for error in result.errors] == [
        (3, Fault.NO_CODE),
        (4, Fault.BAD_CODE),
        (5, Fault.BAD_CODE),
        (6, Fault.BAD_AGENCY),
        (7, Fault.BAD_PROCEDURE),
        (7, Fault.BAD_DATE),
        (7, Fault.BAD_COUNT),
        (8, Fault.AMERICAN_DATE),
        (9, Fault.SHORT_YEAR),
        (10, Fault.FUTURE_DATE),
        (11, Fault.NOTHING_EXPECTED),
        (12, Fault.TOO_MANY_CELLS),
        (13, Fault.CELL_ERROR),
        (14, Fault.DUPLICATE),
        (15, Fault.NO_AGENCY),
        (16, Fault.NO_RECORD_CODE),
    ]
    assert all(error.cause() and error.remedy() for error in result.errors)
    assert [error.row for error in result.errors if not error.column] == [12]
    duplicate = next(error for error in result.errors if error.fault is Fault.DUPLICATE)
    assert "row 2" in duplicate.cause()
    assert "row 14" in duplicate.cause()
    with small.reading() as session:
        kept = session.scalars(select(RegisterEntry)).one()
        assert (kept.expected_results, kept.expected_papers, kept.procedure_code) == (1, 2, "1.012790")


def test_a_known_row_that_is_wrong_in_a_later_file_is_refused_not_missing(small: Ledger, tmp_path: Path) -> None:
    import_file(small, register_file(tmp_path, *rows_of(1, 2)))
    result = import_file(small, register_file(tmp_path, *rows_of(1), ROW.format(2, 2).replace("05/03", "35/03")))
    assert counts_of(result) == (0, 0, 1, 0, 1)


def test_a_code_is_never_counted_for_two_agencies(small: Ledger, tmp_path: Path) -> None:
    header = "Mã hồ sơ,Mã cơ quan,Ngày trả kết quả"
    import_file(small, register_file(tmp_path, "H41.30-260311-0001,H41.30,05/03/2026", header=header))
    result = import_file(small, register_file(tmp_path, "H41.30-260311-0001,H41.20,05/03/2026", header=header))
    assert [error.fault for error in result.errors] == [Fault.OTHER_AGENCY]
    assert result.errors.first(1)[0].column == "Mã cơ quan"
    assert "H41.30" in result.errors.first(1)[0].cause()


def test_a_column_that_holds_the_agencys_name_leaves_the_word_to_the_code(small: Ledger, tmp_path: Path) -> None:
    path = register_file(
        tmp_path,
        "H41.30-260311-0001,Xã Mẫu,05/03/2026",
        "H41.30-260311-0002,H41.20,05/03/2026",
        ",Xã Mẫu,05/03/2026,GKS-0001",
        header="Mã hồ sơ,Cơ quan,Ngày trả kết quả,Mã dòng",
    )
    result = import_file(small, path)
    assert [(error.row, error.fault) for error in result.errors] == [(4, Fault.BAD_AGENCY)]
    with small.reading() as session:
        agencies = session.scalars(select(RegisterEntry.agency_code).order_by(RegisterEntry.record_code)).all()
    assert agencies == ["H41.30", "H41.20"]


def test_rows_whose_code_is_of_another_agency_are_taken_and_pointed_out(small: Ledger, tmp_path: Path) -> None:
    """An office may receive for another agency; but a wrong agency would be counted in a wrong denominator."""
    path = register_file(
        tmp_path,
        "H41.30-260311-0001,H41.20",
        "H41.30-260311-0002,H41.30",
        "H41.30-260311-0003,H41.20",
        "000.00.00.H41-260311-0004,H41.20",
        "H41.20.03-260311-0005,H41.20",
        header="Mã hồ sơ,Cơ quan giải quyết",
    )
    result = import_file(small, path)
    assert counts_of(result) == (5, 0, 0, 0, 0)
    assert result.sheets[0].other_agencies == (
        OtherAgency(code_agency="H41.30", agency="H41.20", column="Cơ quan giải quyết", rows=2, first_row=2),
    )


def test_a_refused_row_is_not_said_to_count_for_another_agency(small: Ledger, tmp_path: Path) -> None:
    header = "Mã hồ sơ,Cơ quan giải quyết"
    import_file(small, register_file(tmp_path, "H41.30-260311-0001,H41.20", "H41.30-260311-0004,H41.30", header=header))
    with small.session() as session:
        withdraw(session, "H41.30-260311-0001", "Nhập nhầm", "cli:lan", noon)
    path = register_file(
        tmp_path,
        "H41.30-260311-0001,H41.20",  # withdrawn
        "H41.30-260311-0002,H41.20",
        "H41.30-260311-0002,H41.20",  # there already
        "H41.30-260311-0003,H41.40",  # of an agency this file is not about
        "H41.30-260311-0004,H41.20",  # counted for H41.30
        "H41.30-260311-0005,H41.20",
        header=header,
    )
    result = import_file(small, path, Scope(("H41.20",)))
    assert (result.added, result.refused) == (2, 4)
    assert result.sheets[0].other_agencies == (
        OtherAgency(code_agency="H41.30", agency="H41.20", column="Cơ quan giải quyết", rows=2, first_row=3),
    )


def test_old_results_go_by_their_rows_own_name(small: Ledger, tmp_path: Path) -> None:
    path = register_file(tmp_path, "GKS-1998.0031,H41.30,", header="Mã dòng,Mã cơ quan,Ngày trả kết quả")
    assert import_file(small, path).added == 1


def test_what_stands_as_a_ma_ho_so_and_is_none_is_refused_and_never_counted(small: Ledger, tmp_path: Path) -> None:
    header = "Mã số hồ sơ,Mã dòng,Mã cơ quan"
    result = import_file(
        small, register_file(tmp_path, "H41.30-26031-21,,H41.30", ",GKS-1998.0031,H41.30", header=header)
    )
    [error] = result.errors
    assert (error.row, error.fault, error.column) == (2, Fault.NO_RECORD_CODE, "Mã số hồ sơ")
    assert error.cause() == "“H41.30-26031-21” is not a mã hồ sơ"
    assert "H41.15-260311-0012" in error.remedy()
    assert "“Mã dòng”" in error.remedy()
    with small.reading() as session:
        assert session.scalars(select(RegisterEntry.record_code)).all() == ["GKS-1998.0031"]


def test_a_row_taken_by_its_own_name_is_refused_not_missing_where_the_name_stands_as_a_ma_ho_so(
    small: Ledger, tmp_path: Path
) -> None:
    import_file(small, register_file(tmp_path, "GKS-1998.0031,H41.30", header="Mã dòng,Mã cơ quan"))
    result = import_file(
        small, register_file(tmp_path, "GKS-1998.0031,H41.30", header="Mã hồ sơ,Mã cơ quan"), Scope(("H41.30",))
    )
    assert counts_of(result) == (0, 0, 0, 0, 1)
