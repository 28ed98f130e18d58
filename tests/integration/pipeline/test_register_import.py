"""Register import: every format in, every row accounted for, every file a version."""

import codecs
import csv
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from config.errors import EmptyFileError, InputRefusedError, NotFoundError, RegisterFileError, UsageError
from config.i18n import activate
from pipeline.register import (
    Fault,
    Scope,
    import_register,
    missing_entries,
    reinstate,
    withdraw,
    write_row_errors,
)
from storage.ledger import Ledger
from storage.ledger.events import check_chain
from storage.ledger.models import Event, Record, RegisterEntry, RegisterEntryHistory, RegisterImport
from tests.integration.pipeline.counting_town import NOON, Scan, Town, noon, open_town
from tests.integration.pipeline.registers import HEADER, ROW, counts_of, import_file, register_file, rows_of

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else f"sqlite:///{tmp_path}/l.sqlite3"
    with open_town(url) as town:
        yield town


def test_each_file_is_a_version_with_its_difference(ledger: Ledger, tmp_path: Path) -> None:
    first = import_file(ledger, register_file(tmp_path, *rows_of(1, 2, 3)))
    again = import_file(ledger, register_file(tmp_path, *rows_of(1, 2, 3)))
    second = import_file(ledger, register_file(tmp_path, *rows_of(2, 4), ROW.format(3, 33)))
    assert counts_of(first) == (3, 0, 0, 0, 0)
    assert counts_of(again) == (0, 0, 3, 0, 0)
    assert again.import_id is None
    assert counts_of(second) == (1, 1, 1, 1, 0)
    with ledger.reading() as session:
        versions = session.scalars(select(RegisterImport).order_by(RegisterImport.id)).all()
        assert [(one.scope, one.actor, one.missing) for one in versions] == [
            ("H41.30", "cli:lan", 0),
            ("H41.30", "cli:lan", 1),
        ]
        kinds = session.scalars(select(Event.kind)).all()
        assert kinds == ["register.imported", "register.imported"]
        check_chain(session)
        before = session.scalars(select(RegisterEntryHistory)).one()
        assert before.values["symbol"] == "3/TLKS"
        assert before.replaced_by_id == second.import_id
        changed = session.scalars(select(RegisterEntry).where(RegisterEntry.symbol == "33/TLKS")).one()
        assert (changed.first_import_id, changed.last_import_id) == (first.import_id, second.import_id)
        assert (changed.resolved_on, changed.in_force_until, changed.procedure_name) == (
            date(2026, 3, 5),
            None,
            "Đăng ký khai sinh",
        )


def test_a_row_that_a_later_file_lacks_stays_counted_until_withdrawn(ledger: Ledger, tmp_path: Path) -> None:
    import_file(ledger, register_file(tmp_path, *rows_of(1, 2)))
    import_file(ledger, register_file(tmp_path, *rows_of(1)))
    with ledger.session() as session:
        [(entry, version)] = list(missing_entries(session))
        assert (entry.record_code, version.missing) == ("H41.30-260311-0002", 1)
        withdrawn = withdraw(session, "000.00.30.H41-260311-0002", "Nhập nhầm", "cli:lan", noon)
        assert (withdrawn.withdrawn_by, withdrawn.withdrawn_reason) == ("cli:lan", "Nhập nhầm")
        assert list(missing_entries(session)) == []
    returned = import_file(ledger, register_file(tmp_path, *rows_of(1, 2)))
    assert counts_of(returned) == (0, 0, 1, 0, 1)
    assert returned.errors.first(1)[0].fault is Fault.WITHDRAWN
    with ledger.session() as session:
        reinstate(session, "H41.30-260311-0002", "Đã tìm thấy", "cli:lan", noon)
    assert counts_of(import_file(ledger, register_file(tmp_path, *rows_of(1, 2)))) == (0, 0, 2, 0, 0)
    with ledger.reading() as session:
        assert list(missing_entries(session)) == []
        payloads = session.scalars(select(Event.payload).where(Event.kind == "register.withdrawn")).all()
        assert payloads[0].keys() == {"reason_sha256"}
        check_chain(session)


def test_withdrawal_needs_a_reason_and_a_row(small: Ledger, tmp_path: Path) -> None:
    import_file(small, register_file(tmp_path, *rows_of(1)))
    with small.session() as session:
        with pytest.raises(NotFoundError):
            withdraw(session, "H41.30-260311-0009", "x", "cli:lan", noon)
        with pytest.raises(UsageError):
            withdraw(session, "H41.30-260311-0001", "  ", "cli:lan", noon)
        with pytest.raises(UsageError):
            reinstate(session, "H41.30-260311-0001", "x", "cli:lan", noon)


def test_going_back_to_an_older_file_is_a_new_version(small: Ledger, tmp_path: Path) -> None:
    for rows, expected in (
        (rows_of(1, 2), (2, 0, 0, 0, 0)),
        (rows_of(1), (0, 0, 1, 1, 0)),
        (rows_of(1, 2), (0, 0, 2, 0, 0)),
    ):
        result = import_file(small, register_file(tmp_path, *rows))
        assert counts_of(result) == expected
        assert result.import_id is not None


def test_a_file_of_one_agency_or_month_says_nothing_of_the_others(small: Ledger, tmp_path: Path) -> None:
    import_file(small, register_file(tmp_path, *rows_of(1)))
    other = import_file(small, register_file(tmp_path, ROW.format(1, 1).replace("H41.30", "H41.20")))
    assert (other.added, other.missing) == (1, 0)
    april = Scope(("H41.30",), date(2026, 4, 1), date(2026, 4, 30))
    month = import_file(small, register_file(tmp_path, ROW.format(7, 7).replace("05/03", "05/04")), april)
    assert (month.added, month.missing) == (1, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_office_encodings_and_separators_are_read(small: Ledger, tmp_path: Path, encoding: str, separator: str) -> None:
    text = "\r\n".join([HEADER, *rows_of(1, 2)]).replace(",", separator)
    if encoding == "cp1258":
        text = _for_cp1258(text)
    path = tmp_path / "danh-muc.csv"
    path.write_bytes(text.encode(encoding))
    assert import_file(small, path).added == 2
    with small.reading() as session:
        assert set(session.scalars(select(RegisterEntry.procedure_name))) == {"Đăng ký khai sinh"}


def _for_cp1258(text: str) -> str:
    """Tone marks stand after their letter in windows-1258."""
    import unicodedata  # noqa: PLC0415 - of this one encoding alone

    out = []
    for char in text:
        try:
            char.encode("cp1258")
            out.append(char)
        except UnicodeEncodeError:
            base, *marks = list(unicodedata.normalize("NFD", char))
            tones = [mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"]
            shapes = [mark for mark in marks if mark not in tones]
            out.append(unicodedata.normalize("NFC", base + "".join(shapes)) + "".join(tones))
    return "".join(out)


def test_a_workbook_with_title_two_row_header_merged_cells_and_real_dates(small: Ledger, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["SỔ THEO DÕI HỒ SƠ NĂM 2026"])
    sheet.append(["STT", "Hồ sơ", None, "Kết quả", None, "Cơ quan, đơn vị", "Ghi chú"])
    sheet.append([None, "Mã", "Thủ tục hành chính", "Số, ký hiệu", "Ngày ban hành", "Mã định danh", None])
    sheet.append(["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"])
    sheet.append([1, "H41.30-260311-0001", "Khai sinh", "12/QĐ", datetime.fromisoformat("2026-03-05"), "H41.30", None])
    sheet.append([2, "H41.30-260311-0002", "Khai sinh", "13/QĐ", 46086, None, "x"])
    sheet.append([None] * 7)
    sheet.append(["Mã hồ sơ", "Mã hồ sơ", "Thủ tục", "Số, ký hiệu", "Ngày ban hành", "Mã định danh"])
    sheet.append([3, "H41.30-260311-0003", "Khai sinh", "14/QĐ", "05/03/2026", "H41.30", None])
    for merged in ("A1:G1", "A2:A3", "B2:C2", "D2:E2", "G2:G3", "F5:F6"):
        sheet.merge_cells(merged)
    book.create_sheet("Hướng dẫn").append(["Nhập mỗi hồ sơ một dòng"])
    book.save(tmp_path / "danh-muc.xlsx")
    result = import_file(small, tmp_path / "danh-muc.xlsx")
    assert counts_of(result) == (3, 0, 0, 0, 0)
    first, notes = result.sheets
    assert first.repeated_headers == (4, 8)
    assert first.unused_columns == ("Ghi chú",)
    assert (notes.name, notes.is_read) == ("Hướng dẫn", False)
    with small.reading() as session:
        assert set(session.execute(select(RegisterEntry.issued_on, RegisterEntry.agency_code))) == {
            (date(2026, 3, 5), "H41.30")
        }


def test_a_column_whose_days_and_months_a_program_swapped_is_pointed_out(small: Ledger, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Mã hồ sơ", "Ngày trả kết quả"])
    sheet.append(["H41.30-260311-0001", datetime.fromisoformat("2026-03-05")])
    sheet.append(["H41.30-260311-0002", "25/03/2026"])
    book.save(tmp_path / "a.xlsx")
    assert import_file(small, tmp_path / "a.xlsx").sheets[0].swapped_dates == ("Ngày trả kết quả",)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyFileError),
        (b"PK\x03\x04broken", RegisterFileError),
        (codecs.BOM_UTF8 + b"a,b\n1,2\n", RegisterFileError),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, RegisterFileError),
        (b"%PDF-1.7\n", RegisterFileError),
        (b"\x89PNG\r\n\x1a\n\x00\x00", RegisterFileError),
        (f'{HEADER}\nH41.30-260311-0001,"open'.encode() + b"x" * 300_000, RegisterFileError),
        ("Mã hồ sơ,Ngày ký,Ngày ký\n".encode(), RegisterFileError),
        ("Mã hồ sơ,Kệ\nH41.30-260311-0001,4\n".encode(), RegisterFileError),
    ],
)
def test_a_file_that_cannot_be_read_as_a_whole_changes_nothing(
    small: Ledger, tmp_path: Path, content: bytes, error: type[InputRefusedError]
) -> None:
    path = tmp_path / "danh-muc.csv"
    path.write_bytes(content)
    with pytest.raises(error):
        import_file(small, path)
    with small.reading() as session:
        assert session.scalar(select(func.count()).select_from(RegisterImport)) == 0
    assert import_file(small, register_file(tmp_path, *rows_of(1))).added == 1


def test_records_scanned_before_the_register_came_are_tied_to_their_rows(small: Ledger, tmp_path: Path) -> None:
    with small.session() as session:
        code = Town(session).record(None, Scan(), agency="H41.30").code
    import_file(small, register_file(tmp_path, ROW.format(1, 1).replace("H41.30-260311-0001", code)))
    with small.reading() as session:
        assert (
            session.scalars(select(Record.register_entry_id)).one() == session.scalars(select(RegisterEntry.id)).one()
        )


def test_an_agency_of_unknown_level_is_pointed_out(small: Ledger, tmp_path: Path) -> None:
    result = import_file(small, register_file(tmp_path, ROW.format(1, 1).replace("H41.30", "H41.99")))
    assert (result.added, result.unknown_agencies) == (1, ("H41.99",))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_list_of_wrong_rows_can_be_handed_out(small: Ledger, tmp_path: Path, suffix: str) -> None:
    result = import_file(small, register_file(tmp_path, '"=HYPERLINK(""x"")/",x,x,05/03/2026,'))
    path = tmp_path / f"loi{suffix}"
    activate("vi")
    write_row_errors(result.errors, path)
    if suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as source:
            rows: list[tuple[object, ...]] = [tuple(row) for row in csv.reader(source)]
    else:
        sheet = load_workbook(path).active
        assert sheet is not None
        rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][1:3] == ("Dòng", "Mã hồ sơ")
    assert str(rows[1][2]).startswith("'=")
    assert len(rows) == 2


def test_memory_stays_flat_over_many_rows(small: Ledger, tmp_path: Path) -> None:
    import_file(small, register_file(tmp_path, *rows_of(1)))
    tracemalloc.start()
    assert import_file(small, register_file(tmp_path, *rows_of(*range(1, 8000)))).added == 7998
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12_000_000


def test_the_day_of_import_is_vietnams(small: Ledger, tmp_path: Path) -> None:
    path = register_file(tmp_path, ROW.format(1, 1).replace("05/03/2026", "24/11/2026"))
    with small.session() as session:
        just_midnight = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
        assert import_register(session, path, "cli:lan", lambda: just_midnight).refused == 0
    assert just_midnight < NOON
