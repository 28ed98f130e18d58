"""The bytes of a secret paper are secret in every record they stand in: erased there, or stopped if stored."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select, update

from pipeline import review
from pipeline.holds import SecretStoredError
from pipeline.overview import read_status
from pipeline.secrecy import SecrecyMark
from pipeline.transitions import move
from storage.ledger.models import Event, Record
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import AGENCY, LETTER, House, page
from tests.integration.pipeline.test_line_secrecy import find

pytestmark = pytest.mark.needs("tesseract", "poppler")
DOUBTFUL = (LETTER[0], "Độ mật: Mật", *LETTER[2:])


@pytest.fixture
def twins(house: House) -> House:
    """Two records with the same paper, on which a mark is suspected; in the first a person cleared it."""
    scan = page(house.record / "a.png", *DOUBTFUL)
    copy = other(house) / "a.png"
    shutil.copyfile(scan, copy)
    house.run()
    review.accept(house.ctx, house.documents()[0].id)
    return house


def other(house: House) -> Path:
    folder = house.inbox / AGENCY / "so-2"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize("is_archived", [False, True], ids=["waiting", "archived"])
def test_what_a_person_finds_secret_stops_the_same_bytes_that_are_stored_in_another_record(
    twins: House, *, is_archived: bool
) -> None:
    first, second = twins.documents()
    twins.run()
    if is_archived:
        for question in review.open_questions(twins.ctx, record_code=twins.record.name):
            review.set_value(twins.ctx, first.id, str(question.field_name), "11/03/2026")
        twins.run(release=True)
        assert twins.states()[0] == DocumentState.ARCHIVED
        with twins.ctx.ledger.session() as session:
            session.execute(update(Record).where(Record.id == first.record_id).values(state="digitized"))
    assert review.reject(twins.ctx, second.id) is DocumentState.QUARANTINED
    stopped, erased = twins.documents()
    assert (stopped.state, stopped.reason_code) == (DocumentState.STUCK, "secret_stored")
    assert erased.state == DocumentState.QUARANTINED
    with twins.ctx.ledger.reading() as session:
        kinds = session.scalars(select(Event.kind).where(Event.subject_id == str(first.id)).order_by(Event.seq)).all()
        assert session.scalars(select(Record.state).where(Record.id == first.record_id)).all() == ["open"]
    assert "document.stuck" in kinds
    assert str(SecretStoredError(page=1)) in {told.cause for told in read_status(twins.ctx).troubles}
    twins.backfill()
    assert twins.documents()[0].reason_code == "secret_stored", "what was cleared before does not lead it on"


@pytest.mark.parametrize("state", [DocumentState.WAITING_REVIEW, DocumentState.REFUSED, DocumentState.DUPLICATE])
def test_the_same_bytes_are_erased_where_nothing_is_stored_though_the_paper_found_secret_is(
    twins: House, monkeypatch: pytest.MonkeyPatch, state: DocumentState
) -> None:
    first, second = twins.documents()
    twins.run()
    if state is DocumentState.REFUSED:
        with twins.ctx.ledger.session() as session:
            move(session, second.id, state, actor="tester", at=twins.ctx.clock())
    if state is DocumentState.DUPLICATE:
        shutil.copyfile(other(twins) / "a.png", other(twins) / "b.png")
        twins.drain()
        assert len(twins.documents()) == 3
    with twins.ctx.ledger.session() as session:
        move(session, first.id, DocumentState.IN_WORK, actor="tester", at=twins.ctx.clock())
    find(monkeypatch, SecrecyMark("Mật", 1, is_certain=True))
    twins.work([first.id])
    stopped, erased = twins.documents()
    assert (stopped.state, stopped.reason_code) == (DocumentState.STUCK, "secret_stored")
    assert (erased.state, erased.record_id, erased.source_path) == (DocumentState.QUARANTINED, None, None)
    assert not list((twins.home / "staging" / str(second.id)).rglob("*.png"))
