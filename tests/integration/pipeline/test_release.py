"""The release: what a person saw and approved is sealed, and nothing else of the batch."""

import pytest
from sqlalchemy import select

from config.errors import KeyUnavailableError, NotFoundError, TimestampUnavailableError
from pipeline import release, review
from pipeline.line import run_line
from pipeline.verification import verify_record
from pipeline.waiting_release import NothingWaitsAnyMoreError, NothingWaitsError, SeenOtherwiseError
from signing.report import Verdict
from signing.seal import Sealer
from storage.ledger.models import Batch, Event, Release
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import RECORD, House, page

pytestmark = pytest.mark.needs("tesseract", "poppler")


def test_what_comes_into_a_batch_after_its_release_needs_a_release_of_its_own(waiting: House) -> None:
    waiting.check_samples()
    (batch,) = release.waiting_batches(waiting.ctx)
    assert release.approve(waiting.ctx, batch.batch_id, seen=batch.seen) == 1
    page(waiting.record / "late.png", seed=7)
    waiting.run()
    waiting.settle_questions()
    waiting.run()
    assert waiting.states() == [DocumentState.ARCHIVED, DocumentState.WAITING_RELEASE]
    (later,) = release.waiting_batches(waiting.ctx)
    assert (later.batch_id, later.documents) == (batch.batch_id, 1)


def test_a_test_release_of_one_agency_frees_no_other_agencys_batches(house: House) -> None:
    page(house.record / "a.png")
    page(house.inbox / "H41.98" / "H41.98-260311-0001" / "b.png", seed=6)
    house.run()
    house.settle_questions()
    house.run()
    run_line(house.ctx, house.work, agency="H41.99", release_as_test=True)
    (batch,) = release.waiting_batches(house.ctx)
    assert batch.agency_code == "H41.98"
    with house.ctx.ledger.reading() as session:
        assert len(session.scalars(select(Release)).all()) == 1


def test_a_batch_that_was_never_released_is_not_said_to_wait_no_longer_and_to_be_sealed(waiting: House) -> None:
    (batch,) = release.waiting_batches(waiting.ctx)
    release.reject(waiting.ctx, batch.batch_id, errors=1)
    with pytest.raises(NothingWaitsError) as never:
        release.approve(waiting.ctx, batch.batch_id)
    assert never.value.code == "nothing_waits"
    assert "sohoa run" not in never.value.remedy_text()
    waiting.settle_questions()
    waiting.run()
    approve_all(waiting)
    with pytest.raises(NothingWaitsAnyMoreError) as over:
        release.approve(waiting.ctx, batch.batch_id)
    assert "sohoa run" in over.value.remedy_text()


def test_a_release_frees_only_what_was_seen_and_names_what_came_in_since(waiting: House) -> None:
    (seen,) = release.waiting_batches(waiting.ctx)
    page(waiting.record / "late.png", seed=7)
    waiting.run()
    waiting.settle_questions()
    waiting.run()
    with pytest.raises(SeenOtherwiseError) as caught:
        release.approve(waiting.ctx, seen.batch_id, seen=seen.seen)
    assert f"{RECORD}.2" in str(caught.value)
    with pytest.raises(SeenOtherwiseError):
        release.approve(waiting.ctx, seen.batch_id, seen="0" * 12)
    waiting.check_samples()
    (now,) = release.waiting_batches(waiting.ctx)
    assert release.approve(waiting.ctx, now.batch_id, seen=now.seen) == 2


def test_a_field_that_is_set_after_the_sample_was_looked_at_is_not_released_unseen(waiting: House) -> None:
    (seen,) = release.waiting_batches(waiting.ctx)
    waiting.check_samples()
    prompted = release.about_to_release(waiting.ctx, seen.batch_id).seen
    review.set_value(waiting.ctx, waiting.document().id, "code", "99/TB-UBND")
    for digest in {seen.seen, prompted}:
        with pytest.raises(SeenOtherwiseError):
            release.approve(waiting.ctx, seen.batch_id, seen=digest)
    waiting.check_samples()
    (now,) = release.waiting_batches(waiting.ctx)
    assert release.approve(waiting.ctx, now.batch_id, seen=now.seen) == 1


def fields_set(house: House) -> list[tuple[object, str | None]]:
    with house.ctx.ledger.reading() as session:
        rows = session.scalars(select(Event).where(Event.kind == "field.set").order_by(Event.seq))
        return [(row.payload["field"], row.output_sha256) for row in rows]


def test_a_field_that_is_set_after_the_release_takes_the_release_back_and_is_an_event(waiting: House) -> None:
    approve_all(waiting)
    before = fields_set(waiting)
    review.set_value(waiting.ctx, waiting.document().id, "signer_name", "Trần Thị Giả")
    (told,) = fields_set(waiting)[len(before) :]
    assert told[0] == "signer_name"
    assert told[1] is not None
    assert waiting.run().states.get("archived") is None
    assert waiting.states() == [DocumentState.WAITING_RELEASE]
    approve_all(waiting)
    waiting.run()
    assert waiting.states() == [DocumentState.ARCHIVED]


def test_a_field_of_an_archived_document_is_corrected_in_the_ledger_alone_and_is_an_event(waiting: House) -> None:
    waiting.run(release=True)
    sealed, before = waiting.document(), fields_set(waiting)
    assert review.set_value(waiting.ctx, sealed.id, "code", "99/TB-UBND") is DocumentState.ARCHIVED
    assert [name for name, _hash in fields_set(waiting)[len(before) :]] == ["code"]
    assert "99/TB-UBND" not in str(fields_set(waiting))
    assert waiting.document().current_version == sealed.current_version
    (proof,) = verify_record(waiting.ctx, RECORD)
    assert (proof.verdict, proof.ledger_match) == (Verdict.VALID, True)


def test_no_field_is_set_on_a_document_that_its_record_does_not_hold(house: House) -> None:
    page(house.record / "a.png")
    house.run()
    assert house.states() == [DocumentState.WAITING_REVIEW]
    review.reject(house.ctx, house.document().id)
    with pytest.raises(review.NotSettableError):
        review.set_value(house.ctx, house.document().id, "code", "99/TB-UBND")


def approve_all(house: House) -> None:
    house.check_samples()
    for batch in release.waiting_batches(house.ctx):
        release.approve(house.ctx, batch.batch_id)


def test_a_release_frees_only_what_waited_for_it_not_what_is_settled_later(waiting: House) -> None:
    page(waiting.record / "asked.png", seed=7)
    waiting.run()
    assert waiting.states() == [DocumentState.WAITING_RELEASE, DocumentState.WAITING_REVIEW]
    approve_all(waiting)
    waiting.settle_questions()
    waiting.run()
    assert waiting.states() == [DocumentState.ARCHIVED, DocumentState.WAITING_RELEASE]
    (later,) = release.waiting_batches(waiting.ctx)
    assert (later.documents, len(later.sample)) == (1, 1)


def test_a_persons_release_in_a_test_ledger_is_a_test_release(waiting: House) -> None:
    approve_all(waiting)
    with waiting.ctx.ledger.reading() as session:
        assert session.scalars(select(Release.is_test)).all() == [True]
        (told,) = session.scalars(select(Event.payload).where(Event.kind == "batch.approved"))
    assert told["test"] is True


def test_a_later_release_of_the_batch_leaves_an_earlier_one_standing(
    waiting: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_key(*_: object) -> None:
        raise KeyUnavailableError(key="keys", cause="gone")

    page(waiting.record / "asked.png", seed=7)
    waiting.run()
    approve_all(waiting)
    with monkeypatch.context() as locked:
        locked.setattr(Sealer, "seal", no_key)
        waiting.settle_questions()
        waiting.run()
    assert waiting.states() == [DocumentState.WAITING_RELEASE] * 2
    approve_all(waiting)
    waiting.run()
    assert waiting.states() == [DocumentState.ARCHIVED] * 2


@pytest.mark.parametrize("state", [DocumentState.WAITING_RELEASE, DocumentState.PENDING_SIGNATURE])
def test_a_pdf_that_is_built_anew_after_its_release_waits_for_another(
    waiting: House, monkeypatch: pytest.MonkeyPatch, state: DocumentState
) -> None:
    def no_authority(*_: object) -> None:
        raise TimestampUnavailableError(authority="local", cause="down")

    approve_all(waiting)
    if state is DocumentState.PENDING_SIGNATURE:
        with monkeypatch.context() as down:
            down.setattr(Sealer, "seal", no_authority)
            waiting.run()
    with waiting.ctx.ledger.session() as session:
        session.scalars(select(Batch)).one().operator = "Trần Thị Mẫu"
    waiting.run()
    assert waiting.states() == [DocumentState.WAITING_RELEASE]
    approve_all(waiting)
    waiting.run()
    assert waiting.states() == [DocumentState.ARCHIVED]


def test_a_rejected_batch_goes_to_review_and_can_be_released_later(waiting: House) -> None:
    (batch,) = release.waiting_batches(waiting.ctx)
    assert release.reject(waiting.ctx, batch.batch_id, errors=2) == 1
    assert waiting.states() == [DocumentState.WAITING_REVIEW]
    with pytest.raises(NotFoundError):
        release.approve(waiting.ctx, batch.batch_id)
    waiting.archive_all()
    assert waiting.states() == [DocumentState.ARCHIVED]
