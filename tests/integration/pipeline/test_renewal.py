"""Renewed archive timestamps of archived documents: a new object, the old one staying, and the proof going on."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from config.errors import ReadBackError
from pipeline.audit import audit_installation
from pipeline.context import Context
from pipeline.objects import ARCHIVAL, EARLIER
from pipeline.renewal import due_documents, renew_due
from pipeline.verification import verify_file, verify_record
from signing.report import Verdict
from storage.ledger.models import DocumentVersion, Event, StoredObject
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import RECORD, House, page
from tests.integration.pipeline.test_release import approve_all

pytestmark = pytest.mark.needs("tesseract", "poppler")
A_LONG_TIME = timedelta(days=365 * 19 + 200)


@pytest.fixture
def archived(waiting: House) -> House:
    approve_all(waiting)
    waiting.run()
    assert waiting.states() == [DocumentState.ARCHIVED]
    return waiting


def at(house: House, moment: datetime) -> Context:
    house.open()
    house.ctx.clock = lambda: moment
    return house.ctx


def test_nothing_is_due_while_the_newest_timestamp_lasts(archived: House) -> None:
    assert due_documents(archived.ctx) == 0
    assert renew_due(archived.ctx).renewed == 0


def test_a_renewed_file_takes_the_place_of_the_one_before_which_stays(archived: House) -> None:
    summary = renew_due(archived.ctx, within=A_LONG_TIME * 2)
    assert (summary.due, summary.renewed, summary.failures) == (1, 1, ())
    with archived.ctx.ledger.reading() as session:
        old, new = (
            session.scalars(select(StoredObject).where(StoredObject.kind == kind)).one() for kind in (EARLIER, ARCHIVAL)
        )
        version = session.scalars(select(DocumentVersion)).one()
        events = session.scalars(select(Event.kind).order_by(Event.seq)).all()
    assert ("/v1/" in old.key, "/v2/" in new.key, version.object_number) == (True, True, 2)
    before, after = archived.home / "before.pdf", archived.home / "after.pdf"
    assert archived.ctx.store.fetch(old.key, before) == old.sha256
    assert archived.ctx.store.fetch(new.key, after) == new.sha256
    assert after.read_bytes().startswith(before.read_bytes())
    assert "document.renewed" in events
    (proof,) = verify_record(archived.ctx, RECORD)
    assert (proof.verdict, proof.ledger_match, len(proof.signatures)) == (Verdict.VALID, True, 3)
    assert verify_file(archived.ctx, before).ledger_match
    assert audit_installation(archived.ctx, reread=True).findings == ()


def test_a_paper_scanned_again_takes_a_number_of_its_own(archived: House) -> None:
    renew_due(archived.ctx, within=A_LONG_TIME * 2)
    page(archived.record / "a.png", seed=9)
    archived.run()
    with archived.ctx.ledger.reading() as session:
        assert sorted(session.scalars(select(DocumentVersion.number))) == [1, 3]


def test_a_file_that_was_damaged_in_the_store_is_not_renewed(archived: House) -> None:
    with archived.ctx.ledger.reading() as session:
        key = session.scalars(select(StoredObject.key).where(StoredObject.kind == ARCHIVAL)).one()
    path = archived.home / "store" / key
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-40] + b" " * 40)
    summary = renew_due(archived.ctx, within=A_LONG_TIME * 2)
    (failed,) = summary.failures
    assert failed.failure is not None
    assert failed.failure.code == "object_unsound"
    assert (summary.renewed, summary.left) == (0, 1)


def test_a_run_cut_off_after_the_upload_is_done_again_beside_what_it_left(
    archived: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise ReadBackError(key="v2")

    with monkeypatch.context() as cut:
        cut.setattr("pipeline.renewal.note_object", gone)
        assert len(renew_due(archived.ctx, within=A_LONG_TIME * 2).failures) == 1
    assert renew_due(archived.ctx, within=A_LONG_TIME * 2).renewed == 1
    with archived.ctx.ledger.reading() as session:
        assert session.scalars(select(DocumentVersion.object_number)).one() == 3


def test_the_last_year_of_a_timestamp_makes_it_due(archived: House) -> None:
    with archived.ctx.ledger.reading() as session:
        until = session.scalars(select(DocumentVersion.proven_until)).one()
    assert until is not None
    ctx = at(archived, until - timedelta(days=364))
    assert due_documents(ctx) == 1
    assert due_documents(at(archived, until - timedelta(days=366))) == 0
