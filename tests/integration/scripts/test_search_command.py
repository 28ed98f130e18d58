"""`sohoa search`: the same answers in a terminal, as a table or JSON, and each search written down."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from config.errors import ExitCode
from config.settings import load_settings
from pipeline.context import Context
from pipeline.founding import found
from storage.ledger.models import Document, DocumentVersion, FieldValue, RecordSearch
from storage.ledger.states import Environment
from tests.integration.pipeline.counting_town import NOON, Scan, Town
from tests.integration.scripts.desk import Desk


@pytest.fixture
def desk(tmp_path: Path, vietnamese_and_nothing_set: None) -> Desk:
    ctx = Context(load_settings(tmp_path), actor="tester")
    found(ctx, Environment.TEST)
    with ctx.ledger.session() as session:
        town = Town(session)
        for _ in range(3):
            record = town.record(town.entry("H41.30", resolved_on=NOON.date()), Scan())
            version = session.scalars(
                select(DocumentVersion.id).join(Document).where(Document.record_id == record.id)
            ).one()
            for name, value in (("code", "15/QĐ-UBND"), ("subject", "Khen thưởng bà Đặng Thị Ví Dụ")):
                session.add(
                    FieldValue(
                        version_id=version,
                        name=name,
                        value=value,
                        confidence=1.0,
                        source="ocr",
                        status="accepted",
                        recorded_at=NOON,
                    )
                )
        town.entry("H41.30", resolved_on=None)
    ctx.ledger.close()
    return Desk(tmp_path, tmp_path)


def test_records_are_found_by_names_and_listed_with_what_they_are_about(desk: Desk) -> None:
    told = desk("search", "vi", "du")
    assert told.code == ExitCode.DONE
    assert [word in told.out for word in ("H41.30-250101-0001.1", "15/QĐ-UBND", "Ví Dụ", "đã lưu trữ")] == [True] * 4
    assert "Số tài liệu tìm thấy: 3" in told.out


def test_codes_alone_are_looked_at_when_asked(desk: Desk) -> None:
    assert "Không tìm thấy tài liệu nào" in desk("search", "--codes", "Ví", "Dụ").out
    assert desk("search", "--codes", "15/qđ", "--json").result["total"] == 3


def test_words_that_the_shell_took_out_of_quotation_marks_stand_together(desk: Desk) -> None:
    assert desk("search", "Thị Ví Dụ", "--json").result["total"] == 3
    assert desk("search", "Dụ Thị", "--json").result["total"] == 0
    assert desk("search", "Dụ", "Thị", "--json").result["total"] == 3


def test_only_so_many_are_listed_and_the_rest_is_counted(desk: Desk) -> None:
    result = desk("search", "--limit", "2", "15/QĐ-UBND", "--json").result
    assert (len(result["documents"]), result["total"], result["is_more"]) == (2, 3, False)
    assert "2 trên 3 tài liệu" in desk("search", "--limit", "2", "15/QĐ-UBND").out
    assert desk("search", "--limit", "0", "x").code == ExitCode.USAGE


def test_a_row_of_the_register_without_a_scan_is_listed_apart(desk: Desk) -> None:
    told = desk("search", "H41.30-250101-0010")
    assert "Có trong danh mục, chưa có bản quét" in told.out
    (row,) = desk("search", "H41.30-250101-0010", "--json").result["unscanned"]
    assert (row["record_code"], row["is_withdrawn"]) == ("H41.30-250101-0010", False)


def test_each_search_is_written_down_under_who_made_it(desk: Desk) -> None:
    desk("search", "Ví Dụ")
    ctx = Context(load_settings(desk.home), actor="tester")
    with ctx.ledger.reading() as session:
        (kept,) = session.scalars(select(RecordSearch)).all()
    assert (kept.actor, kept.words, kept.scope) == ("lan", '"Ví Dụ"', "all")
    ctx.ledger.close()


def test_nothing_to_look_for_is_told(desk: Desk) -> None:
    assert desk("search").code == ExitCode.USAGE


def test_who_searched_for_what_is_listed_until_the_words_are_deleted(desk: Desk) -> None:
    assert "Chưa có ai tra cứu" in desk("user", "searches").out
    desk("search", "Ví Dụ")
    desk("search", "--codes", "15/QĐ")
    listed = desk("user", "searches")
    assert [word in listed.out for word in ("lan", '"Ví Dụ"', "15/QĐ")] == [True] * 3
    assert [one["scope"] for one in desk("user", "searches", "--json").result] == ["codes", "all"]
    assert desk("user", "searches", "--of", "minh", "--json").result == []
    tomorrow = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"
    counted = desk("user", "forget-words", "--before", tomorrow, "--dry-run", "--json")
    assert (counted.result["searches"], "Ví Dụ" in desk("user", "searches").out) == (2, True)
    assert desk("user", "forget-words", "--before", tomorrow).code == ExitCode.USAGE, "nobody can be asked"
    assert desk("user", "forget-words", "--before", "2020-01-01", "--yes", "--json").result["searches"] == 0
    assert desk("user", "forget-words", "--before", tomorrow, "--yes", "--json").result["searches"] == 2
    left = desk("user", "searches")
    assert ("Ví Dụ" in left.out, left.out.count("(đã xóa)")) == (False, 2)
    stored = b"".join(path.read_bytes() for path in desk.home.glob("*.sqlite3*"))
    assert '"Ví Dụ"'.encode() not in stored
