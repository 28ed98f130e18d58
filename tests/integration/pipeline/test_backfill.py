"""Backfill redoes what is missing or stale and only that; signed bytes stay as they are."""

import gzip
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from config.clock import legal_date
from config.errors import ObjectMissingError, UsageError
from pipeline.agencies import AgencyFacts, keep_agencies
from pipeline.backfill import BackfillScope, plan_backfill
from pipeline.outcome import FailureCount, RunSummary
from pipeline.overview import read_status, show_record
from pipeline.stages import extract, recognize
from pipeline.targets import Level
from scripts.watching import LiveDisplay
from storage.ledger.models import FieldValue, StageRun, StoredObject
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import AGENCY, RECORD, House, page

pytestmark = pytest.mark.needs("tesseract", "poppler")


@pytest.fixture
def filled(house: House) -> House:
    """One archived document, and one of another agency that waits for its release."""
    with house.ctx.ledger.session() as session:
        keep_agencies(
            session, [AgencyFacts(AGENCY, "Xã Mẫu", Level.COMMUNE), AgencyFacts("H41.98", "Sở", Level.PROVINCE)]
        )
    page(house.record / "a.png")
    house.archive_all()
    page(house.inbox / "H41.98" / "so-2" / "b.png", seed=3)
    house.run()
    house.settle_questions()
    house.run()
    assert house.states() == [DocumentState.ARCHIVED, DocumentState.WAITING_RELEASE]
    return house


def backfill(house: House, scope: BackfillScope) -> RunSummary:
    return house.backfill(scope)


def test_nothing_is_to_do_when_nothing_changed(filled: House) -> None:
    assert plan_backfill(filled.ctx, BackfillScope()).documents == 0


def test_a_period_that_ends_before_it_begins_is_a_mistake_not_a_lack_of_work(filled: House) -> None:
    with pytest.raises(UsageError, match="--to"):
        plan_backfill(filled.ctx, BackfillScope(first_day=date(2026, 12, 31), last_day=date(2026, 1, 1)))


def test_a_new_reading_is_planned_counted_and_done_once(filled: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognize, "READ_VERSION", "next")
    plan = plan_backfill(filled.ctx, BackfillScope())
    assert (plan.documents, plan.pages) == (2, 2)
    assert plan.by_stage == {"recognize": 2, "assemble": 1, "extract": 2}
    with filled.ctx.ledger.reading() as session:
        archived = {item.key: item.sha256 for item in session.scalars(select(StoredObject))}
    filled.ctx.watcher = display = LiveDisplay()
    summary = backfill(filled, BackfillScope())
    # Of the archived one only the reading is redone; it is done all the same.
    assert (display.tally.documents, display.tally.pages) == ((2, 2), (2, 2))
    assert summary.states == {"archived": 1, "waiting_release": 1}
    assert plan_backfill(filled.ctx, BackfillScope()).documents == 0
    with filled.ctx.ledger.reading() as session:
        assert {item.key: item.sha256 for item in session.scalars(select(StoredObject))} == archived
        redone = session.scalars(select(StageRun.stage).where(StageRun.stage_version == "next")).all()
    assert redone == ["recognize", "recognize"]
    assert all(filled.ctx.store.read_back(key) == sha256 for key, sha256 in archived.items())
    assert not list((filled.home / "work").rglob("sealed*"))


def test_new_rules_for_fields_are_put_to_the_words_that_were_kept(
    filled: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract, "EXTRACT_VERSION", "next")
    monkeypatch.setattr(recognize, "read_page", lambda *_: pytest.fail("a page was read again"))
    assert not backfill(filled, BackfillScope()).has_failures
    with filled.ctx.ledger.reading() as session:
        renewed = session.scalars(select(StageRun.stage).where(StageRun.stage_version == "next")).all()
    assert renewed == ["extract", "extract"]


def test_kept_words_that_the_store_gives_otherwise_are_not_believed(
    filled: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract, "EXTRACT_VERSION", "next")
    with filled.ctx.ledger.reading() as session:
        key = session.scalars(select(StoredObject.key).where(StoredObject.kind == "words")).one()
    kept = filled.home / "store" / key
    kept.chmod(0o644)
    kept.write_bytes(gzip.compress(b"{}"))
    summary = backfill(filled, BackfillScope())
    assert summary.failures == (FailureCount("read_back", "archived", 1),)


def test_scope_narrows_by_unit_level_period_and_stage(filled: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "EXTRACT_VERSION", "next")
    today = legal_date(filled.ctx.clock())

    def documents(scope: BackfillScope) -> int:
        return plan_backfill(filled.ctx, scope).documents

    assert documents(BackfillScope(unit="H41.98")) == 1
    assert documents(BackfillScope(level="commune")) == 1
    assert documents(BackfillScope(first_day=today, last_day=today)) == 2
    assert documents(BackfillScope(last_day=today - timedelta(days=1))) == 0
    assert documents(BackfillScope(stage="extract")) == 2
    assert documents(BackfillScope(stage="recognize")) == 0


def test_what_a_person_said_outlives_a_new_reading(filled: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "EXTRACT_VERSION", "next")
    with filled.ctx.ledger.reading() as session:
        before = session.scalars(select(FieldValue.value).where(FieldValue.source == "person")).all()
    assert before
    backfill(filled, BackfillScope())
    with filled.ctx.ledger.reading() as session:
        assert session.scalars(select(FieldValue.value).where(FieldValue.source == "person")).all() == before


def test_one_document_whose_original_is_gone_is_told_of_and_does_not_stop_the_others(
    filled: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract, "EXTRACT_VERSION", "next")
    with filled.ctx.ledger.reading() as session:
        key = session.scalars(
            select(StoredObject.key).where(StoredObject.kind == "original", StoredObject.key.contains(AGENCY))
        ).one()
    original = filled.home / "store" / key
    kept = original.rename(filled.home / "elsewhere")
    summary = backfill(filled, BackfillScope())
    assert summary.states == {"archived": 1, "waiting_release": 1}
    assert summary.failures == (FailureCount("object_missing", "archived", 1),)
    (told,) = read_status(filled.ctx).troubles
    assert (told.code, told.state) == ("object_missing", "archived")
    assert told.remedy == ObjectMissingError(key=key).remedy_text()
    (shown,) = show_record(filled.ctx, RECORD)
    assert shown.documents[0].trouble == told
    kept.rename(original)
    assert not backfill(filled, BackfillScope()).has_failures
    assert read_status(filled.ctx).troubles == ()
