"""New PDF versions of archived documents: begun from the scan, released by a person, the old ones staying."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from pipeline import review
from pipeline.backfill import BackfillScope, plan_backfill, redo, work_off
from pipeline.backfill.pace import estimate
from pipeline.backfill.planning import Search
from pipeline.backfill.plans import Asked, keep_plan
from pipeline.objects import ARCHIVAL
from pipeline.overview import show_record
from pipeline.release import reject, waiting_batches
from pipeline.stages import assemble, recognize
from pipeline.verification import verify_file, verify_record
from signing.report import Verdict
from storage.ledger.models import Document, DocumentVersion, Event, FieldValue, StoredObject
from storage.ledger.states import DocumentState
from storage.ledger.types import new_id
from tests.integration.pipeline.house import AGENCY, OTHER_AGENCY, RECORD, House, copy_of, redo_each
from tests.integration.pipeline.test_release import approve_all

pytestmark = pytest.mark.needs("tesseract", "poppler")
SCOPE = BackfillScope(unit=AGENCY, limit=1, reissue=True)
WHY = "Bảng chữ ẩn bị lệch"


@pytest.fixture
def house(stock_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Archived documents whose PDF would be built by another version today, to the same bytes as it happens."""
    one = copy_of(stock_home, tmp_path / "home")
    monkeypatch.setattr(assemble, "ASSEMBLE_VERSION", "next")
    yield one
    one.ctx.ledger.close()


def issue_anew(house: House) -> Document:
    plan = plan_backfill(house.ctx, SCOPE)
    view = keep_plan(house.ctx, Asked(SCOPE, plan, estimate(house.ctx, plan), reason=WHY))
    assert not work_off(house.ctx, view.number, redo_each).has_failures
    (document,) = [one for one in house.documents() if one.current_version == 2]
    return document


def test_a_new_version_is_sealed_only_once_a_person_released_it_and_the_old_one_stays(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognize, "read_page", lambda *_: pytest.fail("a page was read again"))
    with house.ctx.ledger.reading() as session:
        said = set(session.scalars(select(FieldValue.value).where(FieldValue.source == "person")))
    document = issue_anew(house)
    # The decision on the first version covers this one neither, though its PDF is the same to the last byte.
    house.run()
    assert house.document_state(document.id) is DocumentState.WAITING_RELEASE
    (first, _second) = verify_record(house.ctx, RECORD)
    assert first.standing is not None
    assert (first.verdict, first.standing.version, first.standing.current_version) == (Verdict.VALID, 1, 2)
    approve_all(house)
    house.run()
    assert house.document_state(document.id) is DocumentState.ARCHIVED
    with house.ctx.ledger.reading() as session:
        stored = session.execute(
            select(DocumentVersion.number, StoredObject.key)
            .join(StoredObject, StoredObject.version_id == DocumentVersion.id)
            .where(DocumentVersion.document_id == document.id, StoredObject.kind == ARCHIVAL)
            .order_by(DocumentVersion.number)
        ).all()
        assert set(session.scalars(select(FieldValue.value).where(FieldValue.source == "person"))) == said
        told = session.scalars(select(Event).where(Event.kind == "document.reissued")).one()
    assert [number for number, _key in stored] == [1, 2]
    assert told.payload.keys() == {"version", "before", "backfill"}
    old = house.home / "old.pdf"
    house.ctx.store.fetch(stored[0][1], old)
    proof = verify_file(house.ctx, old)
    assert proof.standing is not None
    assert (proof.verdict, proof.standing.version, proof.standing.replaced_at is not None) == (Verdict.VALID, 1, True)
    (shown,) = show_record(house.ctx, RECORD)
    versions = next(one.versions for one in shown.documents if one.document_id == document.id)
    assert [(one.reason, one.asked_for) for one in versions] == [("first_scan", None), ("reissued", WHY)]
    assert document.id not in {item.document_id for item in Search(house.ctx, SCOPE).found()}


def test_a_new_version_that_is_refused_leaves_the_old_one_as_it_was(house: House) -> None:
    document = issue_anew(house)
    batch = next(one for one in waiting_batches(house.ctx) if one.agency_code == AGENCY)
    reject(house.ctx, batch.batch_id, errors=1)
    assert review.reject(house.ctx, document.id) is DocumentState.ARCHIVED
    with house.ctx.ledger.reading() as session:
        assert session.get_one(Document, document.id).current_version == 1


def test_what_others_signed_and_what_is_not_archived_is_never_issued_anew(house: House) -> None:
    assert plan_backfill(house.ctx, BackfillScope(unit=OTHER_AGENCY, reissue=True)).documents == 0
    (item,) = Search(house.ctx, SCOPE).found()
    with house.ctx.ledger.session() as session:
        session.execute(update(Document).values(lane="signed"))
    assert plan_backfill(house.ctx, SCOPE).documents == 0
    outcome = redo(house.ctx, type(item)(item.document_id, item.state, 1, item.stages, new_id()))
    assert outcome is not None
    assert (outcome.state, outcome.failure) == (DocumentState.ARCHIVED, "not_reissuable")
