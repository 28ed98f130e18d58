"""Sealing, release and the store: nothing is sealed without a release, lost after sealing, or weaker than asked for."""

import hashlib
import io
import shutil
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import select

import pipeline.sealing
from config.errors import (
    DiskFullError,
    KeyUnavailableError,
    LedgerBusyError,
    SohoaError,
    TimestampUnavailableError,
    ToolMissingError,
    WrongEnvironmentError,
)
from pipeline import release
from pipeline.backfill import BackfillScope, plan_backfill
from pipeline.context import Context
from pipeline.founding import found
from pipeline.job import claim, let_go
from pipeline.outcome import FailureCount, Outcome
from pipeline.overview import read_status
from pipeline.reason_wording import reason_name
from pipeline.runner import WORKABLE, process
from pipeline.stages.stage import settle
from pipeline.verification import verify_record
from scripts.commands.run_command import show_summary
from signing.report import Verdict
from signing.seal import Sealer
from storage.ledger.models import Document, DocumentVersion, StoredObject
from storage.ledger.states import DocumentState, Environment
from storage.objects.s3_client import S3Account
from tests.integration.pipeline.house import RECORD, House, page
from tests.integration.pipeline.test_release import approve_all

pytestmark = pytest.mark.needs("tesseract", "poppler")


def test_without_a_timestamp_a_document_is_pending_and_is_sealed_when_the_authority_is_back(
    waiting: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_authority(*_: object) -> None:
        raise TimestampUnavailableError(authority="local", cause="down")

    with monkeypatch.context() as down:
        down.setattr(Sealer, "seal", no_authority)
        down.setattr(Sealer, "sign_bytes", no_authority)
        summary = waiting.run(release=True)
        assert summary.has_failures
        assert summary.trouble == "timestamp_unavailable"
        assert (waiting.states(), waiting.document().reason_code) == (["pending_signature"], "timestamp_unavailable")
    assert not waiting.run().has_failures
    assert waiting.states() == [DocumentState.ARCHIVED]
    (proof,) = verify_record(waiting.ctx, RECORD)
    assert proof.pdfa is not None
    assert (proof.verdict, proof.ledger_match, proof.pdfa.violations) == (Verdict.VALID, True, ())


@pytest.mark.parametrize(
    "trouble",
    [
        KeyUnavailableError(key="keys", cause="gone"),
        DiskFullError(file="sealed.pdf"),
        LedgerBusyError(),
        ToolMissingError(tool="gs", cause="gone", install="apt install ghostscript"),
    ],
    ids=lambda trouble: trouble.code,
)
def test_a_released_document_that_cannot_be_sealed_is_a_failure_and_its_cause_is_told(
    waiting: House, monkeypatch: pytest.MonkeyPatch, trouble: SohoaError
) -> None:
    def hindered(*_: object) -> None:
        raise trouble

    monkeypatch.setattr(Sealer, "seal", hindered)
    summary = waiting.run(release=True)
    assert summary.states == {"waiting_release": 1}
    assert summary.failures == (FailureCount(trouble.code, "waiting_release", 1),)
    assert summary.has_failures
    (told,) = [found for found in read_status(waiting.ctx).troubles if found.code == trouble.code]
    assert told.remedy == trouble.remedy_text()
    screen = Console(record=True, width=200, file=io.StringIO())
    show_summary(screen, summary)
    text = screen.export_text()
    assert reason_name(trouble.code) in text
    assert "sohoa status" in text
    assert "sohoa release list" not in text, "it was released: that is not what is missing"


def test_without_a_key_papers_are_still_taken_in_and_read_and_what_was_released_waits(waiting: House) -> None:
    approve_all(waiting)
    page(waiting.record / "new.png", seed=7)
    waiting.open(signing={"key": f"pkcs12:{waiting.home / 'nokeys'}"})
    waiting.ctx.open_shared()
    summary = waiting.run()
    assert waiting.states() == [DocumentState.WAITING_RELEASE, DocumentState.WAITING_REVIEW]
    assert summary.failures == (FailureCount("key_unavailable", "waiting_release", 1),)
    waiting.open()
    assert not waiting.run().has_failures
    assert DocumentState.ARCHIVED in waiting.states()


def test_production_takes_no_test_release_and_no_test_key(tmp_path: Path) -> None:
    house = House(tmp_path / "production")
    found(house.ctx, Environment.PRODUCTION)
    with pytest.raises(WrongEnvironmentError):
        house.run(release=True)
    with pytest.raises(WrongEnvironmentError):
        _ = house.ctx.sealer
    with pytest.raises(WrongEnvironmentError):
        found(house.ctx, Environment.TEST)


def sealed(house: House, monkeypatch: pytest.MonkeyPatch) -> Document:
    """Seal the one document and be cut off before its upload."""
    house.check_samples()
    (batch,) = release.waiting_batches(house.ctx)
    release.approve(house.ctx, batch.batch_id)
    with monkeypatch.context() as cut:
        cut.setattr(pipeline.runner, "archive_document", lambda _: DocumentState.SEALED)
        house.run()
    document = house.document()
    assert document.state == DocumentState.SEALED
    return document


def test_sealed_bytes_that_are_lost_are_said_to_be_and_can_be_sealed_anew(
    waiting: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = sealed(waiting, monkeypatch)
    shutil.rmtree(waiting.home / "work")
    assert waiting.run().has_failures
    stuck = waiting.document()
    assert (stuck.state, stuck.reason_code) == (DocumentState.STUCK, "sealed_bytes_lost")
    plan = plan_backfill(waiting.ctx, BackfillScope())
    assert plan.by_stage == {"seal": 1}
    summary = waiting.backfill()
    assert summary.states == {"archived": 1}
    assert not plan_backfill(waiting.ctx, BackfillScope()).documents
    (proof,) = verify_record(waiting.ctx, RECORD)
    assert (proof.verdict, proof.ledger_match) == (Verdict.VALID, True)
    assert waiting.document().id == document.id


def test_sealed_bytes_lost_here_but_uploaded_before_are_taken_from_the_store(
    waiting: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed(waiting, monkeypatch)
    job = claim(waiting.ctx, waiting.document().id, WORKABLE)
    assert job is not None
    output = pipeline.sealing.sealed_output(job)
    assert output is not None
    waiting.ctx.store.put(pipeline.objects.key_of(job, "pdf"), output.path, output.sha256)
    let_go(job)
    shutil.rmtree(waiting.home / "work")
    waiting.run()
    assert waiting.states() == [DocumentState.ARCHIVED]


def test_a_worker_that_sealed_too_late_does_not_cover_the_bytes_the_other_committed(
    waiting: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting.check_samples()
    (batch,) = release.waiting_batches(waiting.ctx)
    release.approve(waiting.ctx, batch.batch_id)
    real = settle

    def paused(part: Path, target: Path) -> None:
        """While this worker sleeps between signing and committing, another one does all of it."""
        monkeypatch.setattr(pipeline.sealing, "settle", real)
        with waiting.ctx.ledger.session() as session:
            session.get_one(Document, waiting.document().id).claim_until = None
        other = Context(waiting.ctx.settings, actor="other")
        monkeypatch.setattr(pipeline.runner, "archive_document", lambda _: DocumentState.SEALED)
        assert process(other, waiting.document().id) == Outcome(DocumentState.SEALED)
        monkeypatch.undo()
        real(part, target)

    monkeypatch.setattr(pipeline.sealing, "settle", paused)
    assert process(waiting.ctx, waiting.document().id) is None
    assert waiting.states() == [DocumentState.SEALED]
    waiting.run()
    assert waiting.states() == [DocumentState.ARCHIVED]
    (proof,) = verify_record(waiting.ctx, RECORD)
    assert (proof.verdict, proof.ledger_match) == (Verdict.VALID, True)


def test_new_questions_before_sealing_go_to_a_person(waiting: House) -> None:
    with waiting.ctx.ledger.session() as session:
        version = session.scalars(select(DocumentVersion)).one()
        pipeline.findings.add_finding(
            session, version.document_id, "seal_without_colour", pipeline.findings.Severity.REVIEW, waiting.ctx.clock()
        )
    waiting.run(release=True)
    assert waiting.states() == [DocumentState.WAITING_REVIEW]


@pytest.mark.needs("s3")
def test_a_document_is_archived_into_s3_and_reads_back(
    house: House, s3_account: S3Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3_ACCESS", s3_account.access_key or "")
    monkeypatch.setenv("S3_SECRET", s3_account.secret_key or "")
    house.settings["store"] = {
        "kind": "s3",
        "bucket": s3_account.bucket,
        "endpoint": s3_account.endpoint,
        "access_key": "env:S3_ACCESS",
        "secret_key": "env:S3_SECRET",
    }
    house.open()
    scan = page(house.record / "a.png")
    sha256 = hashlib.sha256(scan.read_bytes()).hexdigest()
    assert not house.archive_all().has_failures
    with house.ctx.ledger.reading() as session:
        stored = {item.kind: item for item in session.scalars(select(StoredObject))}
    assert stored["original"].sha256 == sha256
    assert all(house.ctx.store.read_back(item.key) == item.sha256 for item in stored.values())
    assert stored["archival"].store_version_id
    assert house.in_inbox() == []
