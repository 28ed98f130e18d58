"""One document in work: its facts, its folder of stage outputs, and the claim that lets one worker touch it.

A claim carries a fencing number that grows each time. Every commit names the number it was made under;
when another worker has taken the document over, the older number no longer matches and nothing is written.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import Select, case, select, update
from sqlalchemy.orm import Session

from config.errors import LostClaimError
from ocr.model import PageText
from pipeline.context import Context
from pipeline.lease_clock import ensure_clock, lease_now
from pipeline.machines import is_within_reach
from pipeline.needs import Need, need_of, size_of
from pipeline.worker import is_known_dead
from storage.ledger.models import Batch, Document, DocumentVersion, Record
from storage.ledger.states import BatchProfile, DocumentState


@dataclass(frozen=True, slots=True)
class Output:
    """What a stage left: one file and its hash."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What does not change while a document is in work."""

    document_id: UUID
    version_id: UUID
    version: int
    agency_code: str
    record_id: UUID
    record_code: str
    year: int
    stt: int
    is_signed: bool
    is_archived: bool
    """This version was archived: its PDF stays as it was signed."""
    original_sha256: str
    pages: int
    need: Need
    """What work on its pages is thought to need."""
    received_at: datetime
    """When this version came in."""
    converter: str
    scanned_at: datetime
    batch_id: UUID
    needs_attest: bool
    """Whether its batch wants the signature of the person who scanned."""


@dataclass(slots=True)
class Job:
    """A document under one claim."""

    ctx: Context
    facts: DocumentFacts
    fence: int
    claimed_at: datetime
    last_sign_at: datetime
    """When the work last gave a sign of life: a page, a commit."""
    outputs: dict[str, Output] = field(default_factory=dict)
    readings: tuple[str, tuple[PageText, ...]] | None = None
    """The pages as read, under the hash of the stage output they come from."""
    lane: str | None = None
    """The way the PDF was built, once it was."""

    @property
    def name(self) -> str:
        """What people call this document: `{mã hồ sơ}.{STT}`."""
        return f"{self.facts.record_code}.{self.facts.stt}"

    @property
    def folder(self) -> Path:
        """Where this version's stage outputs lie: `<work>/<document id>/v<N>`."""
        return work_folder(self.ctx, self.facts.document_id, self.facts.version)

    def renew(self) -> None:
        """Prolong the claim without a sign of life from the work. Raise LostClaimError when it does not hold."""
        with self.ctx.ledger.session() as session:
            self._prolong(session)

    @contextmanager
    def commit(self) -> Iterator[Session]:
        """Open a transaction that holds only if the claim still does. Raise LostClaimError when it does not."""
        self.last_sign_at = self.ctx.clock()
        with self.ctx.ledger.session() as session:
            if self._is_due:
                self._prolong(session)
            else:
                # Nobody takes it over before this transaction ends.
                self._compare(session.scalar(self._fence_now().with_for_update()))
            yield session

    def keep_alive(self) -> None:
        """Give a sign of life between pages, and prolong the claim when a third of it has passed."""
        self.last_sign_at = self.ctx.clock()
        if self._is_due:
            self.renew()

    def ensure_claimed(self) -> None:
        """Raise LostClaimError when another worker has the claim: asked before signing and putting."""
        self.keep_alive()
        with self.ctx.ledger.reading() as session:
            self._compare(session.scalar(self._fence_now()))

    @property
    def _is_due(self) -> bool:
        return (self.ctx.clock() - self.claimed_at).total_seconds() > self.ctx.settings.run.claim_s / 3

    def _fence_now(self) -> Select[int]:
        return select(Document.claim_fence).where(Document.id == self.facts.document_id)

    def _compare(self, fence: int | None) -> None:
        if fence != self.fence:
            raise LostClaimError(document=self.facts.document_id)

    def _prolong(self, session: Session) -> None:
        until = lease_now(self.ctx, session) + timedelta(seconds=self.ctx.settings.run.claim_s)
        held = session.execute(
            update(Document)
            .where(Document.id == self.facts.document_id, Document.claim_fence == self.fence)
            .values(claim_until=until)
            .returning(Document.id)
        ).scalar_one_or_none()
        if held is None:
            raise LostClaimError(document=self.facts.document_id)
        self.claimed_at = self.ctx.clock()


def work_folder(ctx: Context, document_id: UUID, version: int) -> Path:
    """Give the folder of stage outputs of one version of a document."""
    return ctx.settings.work_folder / str(document_id) / f"v{version}"


def staging_folder(ctx: Context, document_id: UUID) -> Path:
    """Give the deletable folder in which a document's originals rest until the secrecy check has passed."""
    return ctx.settings.staging_folder / str(document_id)


def staged_version(ctx: Context, document_id: UUID, version: int) -> Path:
    """Give the folder in staging of the originals of one version."""
    return staging_folder(ctx, document_id) / f"v{version}"


def claim(ctx: Context, document_id: UUID, states: tuple[DocumentState, ...]) -> Job | None:
    """Take a document to work on; None when another worker has it or it is no longer in one of these states.

    Raise ClockSkewError where what is written of it would bear a wrong time.
    """
    with ctx.ledger.session() as session:
        now = lease_now(ctx, session)
        ensure_clock(ctx, now)
        fence = session.execute(
            update(Document)
            .where(
                Document.id == document_id,
                Document.state.in_(states),
                (Document.claim_until.is_(None)) | (Document.claim_until < now),
                is_within_reach(ctx, session),
            )
            .values(
                claim_owner=ctx.worker,
                claim_fence=Document.claim_fence + 1,
                claim_until=now + timedelta(seconds=ctx.settings.run.claim_s),
                place=ctx.place,
                # Who held it before never let go: that was a try, which may have ended the whole process.
                tries=Document.tries + case((Document.claim_until.is_not(None), 1), else_=0),
            )
            .returning(Document.claim_fence)
        ).scalar_one_or_none()
        if fence is None:
            return None
        began = ctx.clock()
        return Job(ctx, _facts(session, document_id), fence, began, began)


def free_dead_claims(ctx: Context) -> int:
    """Take claims from workers of this machine that are known to have ended; give how many.

    Each was a try of its document: a page that kills whoever reads it must not be read for ever.
    """
    with ctx.ledger.reading() as session:
        held = Document.claim_until > lease_now(ctx, session)
        owners = set(session.scalars(select(Document.claim_owner).where(held)))
    dead = [owner for owner in owners if owner and is_known_dead(owner)]
    if not dead:
        return 0
    with ctx.ledger.session() as session:
        freed = update(Document).where(Document.claim_owner.in_(dead), Document.claim_until.is_not(None))
        taken = freed.values(claim_until=None, tries=Document.tries + 1).returning(Document.id)
        return len(session.scalars(taken).all())


def let_go(job: Job) -> None:
    """Give the claim back so that the document can be taken up at once."""
    with job.ctx.ledger.session() as session:
        session.execute(
            update(Document)
            .where(Document.id == job.facts.document_id, Document.claim_fence == job.fence)
            .values(claim_owner=None, claim_until=None)
        )


def file_sha256(path: Path) -> str:
    """Give the SHA-256 of a file, lower-case hex."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _facts(session: Session, document_id: UUID) -> DocumentFacts:
    document, version, record, batch = session.execute(
        select(Document, DocumentVersion, Record, Batch)
        .join(DocumentVersion, DocumentVersion.document_id == Document.id)
        .join(Record, Record.id == Document.record_id)
        .join(Batch, Batch.id == Document.batch_id)
        .where(Document.id == document_id, DocumentVersion.number == Document.current_version)
    ).one()
    return DocumentFacts(
        document_id=document.id,
        version_id=version.id,
        version=version.number,
        agency_code=document.agency_code,
        record_id=record.id,
        record_code=record.code,
        year=record.year,
        stt=document.stt or 0,
        is_signed=document.lane == "signed",
        is_archived=version.archived_at is not None,
        original_sha256=document.original_sha256,
        pages=document.page_count or 1,
        need=need_of(size_of(document)),
        received_at=version.created_at,
        converter=batch.operator,
        scanned_at=batch.scanned_at,
        batch_id=batch.id,
        needs_attest=batch.profile == BatchProfile.ONE_STOP_SCAN,
    )
