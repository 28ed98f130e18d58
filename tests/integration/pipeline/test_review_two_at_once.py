"""Two archivists who answer one question at once: the second waits for the first, and is told what was decided."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import select

from pipeline.review_seen import AnsweredMeanwhileError, Seen, seen_of, tasks_as_seen
from storage.ledger import Ledger, open_ledger
from storage.ledger.models import Document, ReviewTask
from storage.ledger.states import DocumentState
from tests.integration.pipeline.counting_town import NOON, Scan, Town, open_town

pytestmark = pytest.mark.usefixtures("english")
WAITS_S = 0.5
"""Long enough for an answer that nothing holds back."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A document that two people look at, and what both see of its one question."""

    url: str
    document_id: UUID
    seen: Seen


@pytest.fixture
def asked(ledger_url: str) -> Iterator[Asked]:
    with open_town(ledger_url) as ledger:
        with ledger.session() as session:
            town = Town(session)
            entry = town.entry("H41.30", resolved_on=date(2026, 3, 5))
            town.record(entry, Scan(state=DocumentState.WAITING_REVIEW, archived_at=None, verdict=None))
            document = session.scalars(select(Document)).one()
            task = ReviewTask(
                document_id=document.id, version=1, field_name="issuer", reason_code="unsure", opened_at=NOON
            )
            session.add(task)
            session.flush()
            found = Asked(ledger_url, document.id, seen_of(session, [task]))
        yield found


def _answer(ledger: Ledger, asked: Asked, login: str) -> None:
    with ledger.session() as session:
        _settle(tasks_as_seen(session, asked.document_id, asked.seen), login)


def _settle(tasks: list[ReviewTask], login: str) -> None:
    for task in tasks:
        task.settled_at, task.actor, task.decision = NOON, login, "accepted"


def _answers_beside(pool: ThreadPoolExecutor, asked: Asked, login: str) -> "Future[None]":
    """Let another process's worth of connections answer, and give its answer once it has begun."""
    begun = Event()

    def work() -> None:
        other = open_ledger(asked.url)
        begun.set()
        try:
            _answer(other, asked, login)
        finally:
            other.close()

    answering = pool.submit(work)
    begun.wait()
    return answering


def test_the_second_waits_until_the_first_has_answered_and_is_told_who_did(asked: Asked) -> None:
    ledger = open_ledger(asked.url)
    with ThreadPoolExecutor() as pool:
        with ledger.session() as session:
            tasks = tasks_as_seen(session, asked.document_id, asked.seen)
            late = _answers_beside(pool, asked, "web:hoa")
            with pytest.raises(TimeoutError):
                late.result(timeout=WAITS_S)
            _settle(tasks, "web:lan")
        with pytest.raises(AnsweredMeanwhileError) as told:
            late.result()
    assert "web:lan decided it meanwhile" in str(told.value)
    with ledger.reading() as session:
        assert session.scalars(select(ReviewTask.actor)).all() == ["web:lan"]
    ledger.close()


def test_the_second_answers_where_the_first_gave_up(asked: Asked) -> None:
    ledger = open_ledger(asked.url)
    with ThreadPoolExecutor() as pool:
        with ledger.session() as session:
            _settle(tasks_as_seen(session, asked.document_id, asked.seen), "web:lan")
            late = _answers_beside(pool, asked, "web:hoa")
            session.rollback()
        late.result()
    with ledger.reading() as session:
        assert session.scalars(select(ReviewTask.actor)).all() == ["web:hoa"]
    ledger.close()
