"""Files that came in already signed: their signatures judged and kept, the file itself never re-written."""

import shutil
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from config.errors import LostClaimError, SohoaError
from ocr.pdftext import text_of
from ocr.source import open_delivered
from pipeline.context import Context
from pipeline.guard import guarded
from pipeline.job import Job, claim, file_sha256, let_go, staging_folder
from pipeline.objects import TEXT, put_object
from pipeline.originals import originals_of
from pipeline.resting import rest
from pipeline.signature_rows import FOREIGN, record_signatures
from pipeline.stages.recognize import read_pages
from signing.report import Verdict
from signing.trust import Purpose, room_of
from signing.validate import validate
from storage.ledger.models import Document, DocumentVersion, Signature, StoredObject
from storage.ledger.states import DocumentState

COVERING_SHARE = 0.6
"""A page's own text with fewer words than this share of ours is a stamp or a remnant, not the page."""


def judge_foreign_signatures(job: Job) -> None:
    """Validate every signature of a signed original and write the verdicts into the ledger."""
    reports = validate(originals_of(job)[0], job.ctx.trust, now=job.ctx.clock())
    with job.commit() as session:
        record_signatures(job, session, reports, FOREIGN)


def keep_text_beside(job: Job) -> None:
    """Store the text of a signed file beside it, page by page, since the file itself may not be changed."""
    with job.ctx.ledger.reading() as session:
        kept = select(StoredObject.id).where(StoredObject.version_id == job.facts.version_id, StoredObject.kind == TEXT)
        if session.scalar(kept) is not None:
            # Read anew, the ledger has the newer text; what the store has is never overwritten.
            return
    text = "\f".join(_page_texts(job)) + "\n"
    target = job.folder / "text.txt"
    target.write_text(text, "utf-8")
    put_object(job, TEXT, "txt", target, file_sha256(target))


def _page_texts(job: Job) -> list[str]:
    """Give each page's text: the file's own where it has one that covers the page, else what was read."""
    delivered = job.outputs["deliver"].path
    with open_delivered(delivered) as pages:
        has_own = [page.has_text for page in pages.pages]
    own = text_of(delivered) if any(has_own) else [""] * len(has_own)
    read = [page.text() for page in read_pages(job)]
    return [
        mine if has and len(mine.split()) >= COVERING_SHARE * len(ours.split()) else ours
        for has, mine, ours in zip(has_own, own, read, strict=True)
    ]


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
    changed_at = _trust_changed_at(ctx)
    with ctx.ledger.reading() as session:
        judged_before = exists().where(
            DocumentVersion.document_id == Document.id,
            Signature.version_id == DocumentVersion.id,
            Signature.checked_at <= changed_at,
        )
        waiting = session.scalars(
            select(Document.id).where(Document.state == DocumentState.WAITING_TRUST, judged_before)
        ).all()
    return sum(_recheck(ctx, document_id) for document_id in waiting)


def _recheck(ctx: Context, document_id: UUID) -> bool:
    job = claim(ctx, document_id, (DocumentState.WAITING_TRUST,))
    if job is None:
        return False
    try:
        return guarded(lambda: _is_trusted_now(job), lambda cause: _goes_on_waiting(job, cause), job.name)
    except LostClaimError:
        return False
    finally:
        shutil.rmtree(staging_folder(ctx, document_id), ignore_errors=True)
        let_go(job)


def _is_trusted_now(job: Job) -> bool:
    judge_foreign_signatures(job)
    with job.commit() as session:
        passes = resting_state(session, job) is DocumentState.ARCHIVED
        if passes:
            rest(session, job, DocumentState.ARCHIVED)
    return passes


def _goes_on_waiting(job: Job, cause: SohoaError) -> bool:
    """Say that a file cannot be had now; it goes on waiting, and the others are looked at."""
    job.ctx.watcher.noticed(job.name, cause)
    return False


def _trust_changed_at(ctx: Context) -> datetime:
    """Give when the folders of trusted roots last changed: a file put there keeps its own older time."""
    folders = [ctx.settings.keys_folder, *(room_of(ctx.trust_folder, purpose) for purpose in Purpose)]
    changed = [path.stat().st_ctime for folder in folders if folder.is_dir() for path in (folder, *folder.iterdir())]
    return datetime.fromtimestamp(max(changed, default=0.0), UTC)
