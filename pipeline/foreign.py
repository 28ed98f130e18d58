"""Files that came in already signed: their signatures judged and kept, the file itself never re-written."""

import shutil

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipeline.context import Context
from pipeline.job import Job, claim, file_sha256, let_go, staging_folder
from pipeline.objects import TEXT, put_object
from pipeline.originals import bring_back_originals
from pipeline.stages.recognize import read_pages
from pipeline.transitions import move
from signing.report import SignatureReport, Verdict
from signing.validate import validate
from storage.ledger.models import Document, Signature
from storage.ledger.states import DocumentState

AGENCY, FOREIGN = "agency", "foreign"


def judge_foreign_signatures(job: Job) -> None:
    """Validate every signature of a signed original and write the verdicts into the ledger."""
    reports = validate(job.originals[0], job.ctx.trust)
    with job.commit() as session:
        record_signatures(job, session, reports, FOREIGN)


def record_signatures(job: Job, session: Session, reports: tuple[SignatureReport, ...], role: str) -> None:
    """Replace what is known of a version's signatures of one role."""
    version_id, now = job.facts.version_id, job.ctx.clock()
    session.execute(delete(Signature).where(Signature.version_id == version_id, Signature.role == role))
    for report in reports:
        session.add(
            Signature(
                version_id=version_id,
                role=role,
                field=report.field,
                signer=report.signer,
                certificate_sha256=report.certificate_sha256,
                level=report.level,
                signed_at=report.signed_at,
                timestamp_at=report.timestamp_at,
                verdict=report.verdict,
                is_trusted=report.trusted,
                is_test=report.is_test,
                checked_at=now,
            )
        )


def keep_text_beside(job: Job) -> None:
    """Store the text of a signed file beside it, page by page, since the file itself may not be changed."""
    text = "\f".join(page.text() for page in read_pages(job.outputs["recognize"])) + "\n"
    target = job.folder / "text.txt"
    target.write_text(text, "utf-8")
    put_object(job, TEXT, "txt", target, file_sha256(target))


def resting_state(session: Session, job: Job) -> DocumentState:
    """Give where a signed file comes to rest: archived when intact and trusted, else it waits."""
    verdicts = session.scalars(
        select(Signature.verdict).where(Signature.version_id == job.facts.version_id, Signature.role == FOREIGN)
    ).all()
    if verdicts and all(verdict == Verdict.VALID for verdict in verdicts):
        return DocumentState.ARCHIVED
    return DocumentState.WAITING_TRUST


def recheck_trust(ctx: Context) -> int:
    """Judge the signatures of waiting signed files again, since a root may be trusted now; give how many pass."""
    with ctx.ledger.session() as session:
        waiting = list(session.scalars(select(Document.id).where(Document.state == DocumentState.WAITING_TRUST)))
    passed = 0
    for document_id in waiting:
        job = claim(ctx, document_id, (DocumentState.WAITING_TRUST,))
        if job is None:
            continue
        bring_back_originals(ctx, document_id)
        judge_foreign_signatures(job)
        with job.commit() as session:
            state = resting_state(session, job)
            if state is DocumentState.ARCHIVED:
                move(session, document_id, state, actor=ctx.actor, at=ctx.clock())
                passed += 1
        let_go(job)
        shutil.rmtree(staging_folder(ctx, document_id), ignore_errors=True)
    return passed
