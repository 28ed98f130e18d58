"""A new version of an archived document from the same scan: its PDF is built, released and sealed anew.

The archived one is not touched. Until a person has released the new one, nothing of it is sealed; where it is refused,
the document goes back to the one before.
"""

import shutil
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.errors import ExitCode, SohoaError
from config.i18n import mark as _
from pipeline.job import Job, staged_version, work_folder
from pipeline.resting import settle_record
from pipeline.secrecy_gate import pass_secrecy_gate
from pipeline.stages import DELIVER, PREPARE, RECOGNIZE, do_stage
from pipeline.transitions import move
from pipeline.versions import REISSUED, next_number
from pipeline.within_budget import within_budget
from pipeline.words import bring_back_words
from storage.ledger import events
from storage.ledger.models import Document, DocumentVersion, FieldValue, StageRun
from storage.ledger.states import DocumentState

READING = (DELIVER, PREPARE, RECOGNIZE)


class NotReissuableError(SohoaError):
    """A document came in signed by others, or was never sealed here: nothing of it is built anew."""

    code = "not_reissuable"
    exit_code = ExitCode.USAGE
    message = _("{document} is not archived with a seal of this installation; it is not issued anew")
    remedy = _("Nothing to do: what others signed stays as it is, and what is not sealed yet is built anew anyway.")


def issue_anew(job: Job, backfill_id: UUID) -> DocumentState:
    """Begin the next version of an archived document from its scan, read at most once more.

    Raise NotReissuableError for what others signed and what was not sealed and archived here.
    """
    _ensure_ours(job)
    with within_budget(job):
        bring_back_words(job)
        for stage in READING:
            do_stage(job, stage)
        # A mark of secrecy that the newer reading finds is the archived version's too.
        pass_secrecy_gate(job)
    with job.commit() as session:
        number = _begin(job, session, backfill_id)
    _hand_over(job, number)
    return DocumentState.IN_WORK


def _ensure_ours(job: Job) -> None:
    with job.ctx.ledger.reading() as session:
        version = session.get_one(DocumentVersion, job.facts.version_id)
        state = session.get_one(Document, job.facts.document_id).state
        is_ours = version.sealed_sha256 is not None and version.archived_at is not None
    if job.facts.is_signed or not is_ours or state != DocumentState.ARCHIVED:
        raise NotReissuableError(document=job.name)


def _begin(job: Job, session: Session, backfill_id: UUID) -> int:
    now, facts = job.ctx.clock(), job.facts
    document = session.get_one(Document, facts.document_id)
    before = session.get_one(DocumentVersion, facts.version_id)
    number = next_number(session, document.id)
    new = DocumentVersion(
        document_id=document.id,
        number=number,
        reason=REISSUED,
        created_at=now,
        original_sha256=facts.original_sha256,
        stack_id=before.stack_id,
        first_page=before.first_page,
        last_page=before.last_page,
        backfill_id=backfill_id,
    )
    session.add(new)
    session.flush()
    before.original_sha256 = facts.original_sha256
    before.batch_id, before.lane, before.type_code = document.batch_id, document.lane, document.type_code
    _copy_readings(job, session, new.id)
    _copy_answers(session, before, new)
    document.current_version, document.tries, document.place = number, 0, job.ctx.place
    move(session, document.id, DocumentState.IN_WORK, actor=job.ctx.actor, at=now)
    settle_record(session, job.ctx, document.record_id)
    events.append(
        session,
        kind="document.reissued",
        actor=job.ctx.actor,
        subject_type="document",
        subject_id=str(document.id),
        at=now,
        input_hash=before.sealed_sha256,
        payload={"version": number, "before": before.number, "backfill": str(backfill_id)},
    )
    return number


def _copy_readings(job: Job, session: Session, version_id: UUID) -> None:
    """Let the new version know the stages as done that were done just now: no page is read twice for it."""
    columns = [column.name for column in StageRun.__table__.columns if column.name not in {"id", "version_id"}]
    for stage in READING:
        run = session.scalars(
            select(StageRun)
            .where(StageRun.version_id == job.facts.version_id, StageRun.stage == stage.name)
            .where(StageRun.output_sha256 == job.outputs[stage.name].sha256)
            .order_by(StageRun.ended_at.desc())
            .limit(1)
        ).one()
        session.add(StageRun(version_id=version_id, **{name: getattr(run, name) for name in columns}))


def _copy_answers(session: Session, before: DocumentVersion, new: DocumentVersion) -> None:
    """Let the values that persons gave be those of the new version too: it is the same paper.

    What they answered to questions is found by itself, see `deciding`.
    """
    columns = [column.name for column in FieldValue.__table__.columns if column.name not in {"id", "version_id"}]
    said = select(FieldValue).where(FieldValue.version_id == before.id, FieldValue.source == "person")
    for value in session.scalars(said).all():
        session.add(FieldValue(version_id=new.id, **{name: getattr(value, name) for name in columns}))


def _hand_over(job: Job, number: int) -> None:
    """Move the originals and what was read from them to the new version; where a crash takes them, they are made."""
    ctx, document_id = job.ctx, job.facts.document_id
    for old, new in (
        (job.folder, work_folder(ctx, document_id, number)),
        (
            staged_version(ctx, document_id, job.facts.version),
            staged_version(ctx, document_id, number),
        ),
    ):
        shutil.rmtree(new, ignore_errors=True)
        if old.is_dir():
            old.replace(new)
