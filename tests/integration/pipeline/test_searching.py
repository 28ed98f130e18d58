"""What a search looks at, page after page, and how the index follows what changes; on SQLite and PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from config.settings import load_settings
from pipeline.context import Context
from pipeline.identifiers import name_paper_file
from pipeline.personal_data import personal_data
from pipeline.search.finding import (
    Asked,
    Place,
    Scope,
    Where,
    count_documents,
    find_documents,
    find_unscanned,
)
from pipeline.search.indexing import bring_index_up_to_date, is_index_current, refresh_index
from pipeline.search.results import PUBLIC
from pipeline.search.searching import Answer, search_at_desk
from storage.ledger import Ledger
from storage.ledger.events import check_chain
from storage.ledger.models import Document, DocumentVersion, FieldValue, Record, RecordSearch, RegisterEntry
from tests.integration.pipeline.counting_town import NOON, Scan, Town, open_town

CODES_OF_ONE = ("H41.30-250101-0001", "h41.30-25", "000.00.30.H41-250101-0001", "15/QĐ-UBND", "15 qd ubnd", "15/qđ")


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with open_town(ledger_url) as town:
        yield town


@pytest.fixture
def ctx(ledger_url: str, ledger: Ledger, tmp_path: Path) -> Iterator[Context]:
    context = Context(load_settings(tmp_path, ledger={"url": ledger_url}), actor="lan", clock=lambda: NOON)
    yield context
    context.ledger.close()


def add(ledger: Ledger, count: int = 1, **fields: str) -> list[UUID]:
    """Add documents with these fields, each in a record of its own."""
    with ledger.session() as session:
        town, made = Town(session), []
        for _ in range(count):
            record = town.record(town.entry("H41.30", resolved_on=NOON.date()), Scan())
            version = session.scalars(
                select(DocumentVersion).join(Document).where(Document.record_id == record.id)
            ).one()
            session.add_all(field(version.id, name, value) for name, value in fields.items())
            made.append(version.document_id)
    return made


def field(version_id: UUID, name: str, value: str) -> FieldValue:
    return FieldValue(
        version_id=version_id,
        name=name,
        value=value,
        confidence=1.0,
        source="ocr",
        status="accepted",
        recorded_at=NOON,
    )


def found(ledger: Ledger, typed: str, scope: Scope = Scope.ALL) -> list[tuple[UUID, Where]]:
    with ledger.session() as session:
        bring_index_up_to_date(session)
    with ledger.reading() as session:
        return [(hit.document_id, hit.where) for hit in find_documents(session, Asked.of(typed), scope)]


@pytest.mark.parametrize("typed", CODES_OF_ONE)
def test_codes_are_found_whether_names_are_looked_at_or_not(ledger: Ledger, typed: str) -> None:
    (one,) = add(ledger, code="15/QĐ-UBND", subject="Về việc khen thưởng bà Đặng Thị Ví Dụ")
    assert found(ledger, typed, Scope.CODES) == found(ledger, typed) == [(one, Where.CODES)]


@pytest.mark.parametrize("typed", ["khen thưởng", "Ví Dụ", "15/QĐ-UBND khen thưởng", "11/03/2026"])
def test_names_and_text_are_found_only_where_they_are_looked_at(ledger: Ledger, typed: str) -> None:
    (one,) = add(ledger, code="15/QĐ-UBND", subject="Về việc khen thưởng bà Đặng Thị Ví Dụ", issued_on="2026-03-11")
    assert found(ledger, typed) == [(one, Where.FIELDS)]
    assert found(ledger, typed, Scope.CODES) == []
    with ledger.reading() as session:
        assert count_documents(session, Asked.of(typed), Scope.CODES) == 0


@pytest.mark.parametrize("code", ["038090012345", "số 079 123 456 789", "0912345678"])
def test_what_may_be_a_persons_number_is_no_code(ledger: Ledger, code: str) -> None:
    add(ledger, code="15/QĐ-UBND", record_code=code.replace(" ", "."))
    assert found(ledger, code.replace(" ", "."), Scope.CODES) == []


def test_the_parts_of_a_code_must_stand_together(ledger: Ledger) -> None:
    add(ledger, code="30/QĐ-UBND")
    assert found(ledger, "H41/QĐ-UBND") == []
    assert found(ledger, "UBND 30") != []


def test_pages_of_an_answer_give_each_document_once_also_when_some_are_indexed_anew_meanwhile(ledger: Ledger) -> None:
    by_code = add(ledger, 3, code="77/KH-UBND")
    with ledger.session() as session:
        town = Town(session, iter(range(1000, 2000)))
        by_field = [_with_subject(session, town, "Thực hiện Kế hoạch 77/KH-UBND") for _ in range(4)]
        bring_index_up_to_date(session)
    seen: list[UUID] = []
    after: Place | None = None
    with ledger.reading() as session:
        assert count_documents(session, Asked.of("77/KH-UBND")) == 7
    while True:
        with ledger.session() as session:
            hits = find_documents(session, Asked.of("77/KH-UBND"), after=after, most=2)
            session.execute(update(Document).where(Document.id == by_code[0]).values(state="archived"))
            bring_index_up_to_date(session)
        if not hits:
            break
        seen += [hit.document_id for hit in hits]
        after = Place.parse(str(hits[-1].place))
    assert seen == [*by_code[::-1], *by_field[::-1]]


def _with_subject(session: Session, town: Town, subject: str) -> UUID:
    record = town.record(None, Scan())
    version = session.scalars(select(DocumentVersion).join(Document).where(Document.record_id == record.id)).one()
    session.add(field(version.id, "subject", subject))
    return version.document_id


def test_what_changes_in_the_register_or_of_the_paper_file_is_found_anew(ledger: Ledger) -> None:
    (one,) = add(ledger)
    assert found(ledger, "thủy lợi") == found(ledger, "88/GP-UBND") == found(ledger, "HOP-7") == []
    with ledger.session() as session:
        entry, record = session.scalars(select(RegisterEntry)).one(), session.scalars(select(Record)).one()
        entry.subject, entry.symbol = "Hỗ trợ thủy lợi nhỏ", "88/GP-UBND"
        name_paper_file(session, record.id, "HOP-7", NOON)
    assert found(ledger, "thủy lợi") == [(one, Where.FIELDS)]
    assert found(ledger, "88/gp-ubnd", Scope.CODES) == found(ledger, "hop-7", Scope.CODES) == [(one, Where.CODES)]
    with ledger.session() as session:
        session.scalars(select(Record)).one().register_entry_id = None
    assert found(ledger, "thủy lợi") == []


def test_rows_without_a_scan_are_found_by_code_in_either_spelling_and_by_symbol(ledger: Ledger) -> None:
    with ledger.session() as session:
        row = Town(session).entry("H41.30", resolved_on=None)
        row.symbol, row.symbol_key = "09/GP-UBND", "9/GP-UBND"
    with ledger.reading() as session:
        for typed in (row.record_code, "000.00.30.h41-250101-0001", "9/gp-ubnd", " Số: 09/GP-UBND"):
            assert [one.id for one in find_unscanned(session, typed)] == [row.id], typed
        for typed in ("", " ", "H41.30", "GP-UBND", "%", "' OR 1=1"):
            assert find_unscanned(session, typed) == [], typed


def test_what_is_listed_of_everybodys_papers_is_public() -> None:
    assert set(PUBLIC) <= personal_data().public_fields


def test_the_index_is_brought_up_to_date_in_turns_and_waits_for_nobody_when_it_is(ctx: Context, ledger: Ledger) -> None:
    add(ledger, 3, code="15/QĐ-UBND")
    assert not refresh_index(ctx, 0)
    assert refresh_index(ctx)
    with ledger.engine.begin() as writing:
        writing.execute(text("SELECT 1"))
        assert refresh_index(ctx), "on SQLite another writer has the turn"
    with ledger.reading() as session:
        assert is_index_current(session)


def at_desk(ctx: Context, typed: str, scope: Scope = Scope.ALL) -> Answer:
    return search_at_desk(ctx, typed, scope, 2)


def test_a_search_at_the_desk_is_an_event_with_what_it_found_but_no_words(ctx: Context, ledger: Ledger) -> None:
    add(ledger, 3, code="15/QĐ-UBND", type_name="Quyết định", issued_on="2026-03-11", subject="Khen thưởng bà Ví Dụ")
    answer = at_desk(ctx, "Ví Dụ")
    assert (answer.total, len(answer.documents), answer.is_current) == (3, 2, True)
    first = answer.documents[0]
    assert (first.name, first.type_name, first.symbol) == ("H41.30-250101-0007.1", "Quyết định", "15/QĐ-UBND")
    assert (first.agency_name, first.state, first.subject) == ("Xã Mẫu", "archived", "Khen thưởng bà Ví Dụ")
    assert at_desk(ctx, "Ví Dụ", Scope.CODES).documents == []
    with ledger.reading() as session:
        check_chain(session)
        kept = session.scalars(select(RecordSearch).order_by(RecordSearch.id)).all()
        rows = session.execute(text("SELECT kind, actor, payload FROM event ORDER BY seq")).all()
    assert [(one.words, one.scope, one.actor, one.user_id) for one in kept] == [
        ("Ví Dụ", "all", "lan", None),
        ("Ví Dụ", "codes", "lan", None),
    ]
    assert [(row.kind, row.actor) for row in rows] == [("records.searched", "lan")] * 2
    assert "Ví" not in str(rows)
    assert "V\\u00ed" not in str(rows)


def test_a_count_stops_where_it_says_no_more(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    add(ledger, 5, code="15/QĐ-UBND")
    found(ledger, "x")
    monkeypatch.setattr("pipeline.search.finding.MOST_COUNTED", 3)
    with ledger.reading() as session:
        assert count_documents(session, Asked.of("qđ ubnd")) == 4
