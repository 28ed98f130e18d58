"""Backfill: find what is missing or stale, and redo only that.

Stale means that a stage would give another result today: its version, its engine or a setting that matters changed.
On documents that are sealed only the ledger's text and fields are renewed; their PDF stays as it was signed.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import Row, Select, select

from config.clock import VIETNAM
from config.errors import LostClaimError, SohoaError, UsageError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.event_chain import ensure_not_rolled_back, head_trouble
from pipeline.failures import settle_renewal_failure
from pipeline.guard import guarded
from pipeline.heartbeat import kept_alive
from pipeline.intake import IntakeCount
from pipeline.job import Job, claim, let_go
from pipeline.known_agencies import ensure_known_agency
from pipeline.line import Work, batches_of
from pipeline.outcome import Outcome, RunSummary, count_failures, count_states
from pipeline.resting import clear_work
from pipeline.sealing import sealed_output
from pipeline.secrecy_gate import pass_secrecy_gate
from pipeline.stages import ASSEMBLE, DELIVER, EXTRACT, PREPARE, RECOGNIZE, STAGES, Stage, do_stage, is_stale
from pipeline.transitions import move, note_reason
from pipeline.words import bring_back_words, keep_words
from storage.ledger.models import Agency, Document, DocumentVersion, StageRun
from storage.ledger.states import DocumentState

OPEN_STATES = (DocumentState.WAITING_REVIEW, DocumentState.WAITING_RELEASE, DocumentState.STUCK)
SEALED_STATES = (DocumentState.ARCHIVED, DocumentState.WAITING_TRUST)
REOPENED = (DocumentState.IN_WORK, DocumentState.SEALED)
SEAL = "seal"
READING = (DELIVER, PREPARE, RECOGNIZE)
"""The stages before the secrecy gate, which are redone on a sealed document too; its PDF is not built again."""


@dataclass(frozen=True, slots=True)
class BackfillScope:
    """Which documents to look at: agency, level, days received (first and last), and from which stage on."""

    agency: str | None = None
    level: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    stage: str | None = None

    def as_parameters(self) -> dict[str, str | None]:
        """Give the scope as plain values, for the parameters of a flow."""
        return {
            "agency": self.agency,
            "level": self.level,
            "first_day": self.first_day.isoformat() if self.first_day else None,
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "stage": self.stage,
        }


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """One document with the stages that are missing or stale."""

    document_id: UUID
    state: DocumentState
    pages: int
    stages: tuple[str, ...]


PlannedRow = Row[UUID, str, str | None, int | None, str | None, UUID]
"""Id, state, lane, pages, type and version of a document in scope."""
RedoMany = Callable[[list[PlannedWork]], Sequence[Outcome | None]]
"""Redoes a batch of planned work, several documents at a time."""


@dataclass(frozen=True, slots=True)
class BackfillPlan:
    """All that a backfill would do; a dry run and the real one count from the same plan."""

    work: tuple[PlannedWork, ...]

    @property
    def documents(self) -> int:
        """How many documents have something to redo."""
        return len(self.work)

    @property
    def pages(self) -> int:
        """How many pages these have."""
        return sum(item.pages for item in self.work)

    def by_stage(self) -> dict[str, int]:
        """How many documents need each stage."""
        return dict(Counter(stage for item in self.work for stage in item.stages))


def plan_backfill(ctx: Context, scope: BackfillScope) -> BackfillPlan:
    """Find the missing and stale work in a scope.

    Raise UnknownAgencyError when its agency is not known here, UsageError when its last day is before its first.
    """
    if scope.first_day and scope.last_day and scope.last_day < scope.first_day:
        raise UsageError(cause=gettext(_("the day of --to is before that of --from")))
    if scope.agency:
        ensure_known_agency(ctx, scope.agency)
    with ctx.ledger.reading() as session:
        rows = session.execute(_in_scope(scope)).all()
        versions = _in_scope(scope).order_by(None).with_only_columns(DocumentVersion.id)
        runs: dict[UUID, dict[str, StageRun]] = {}
        for run in session.scalars(
            select(StageRun).where(StageRun.version_id.in_(versions)).order_by(StageRun.ended_at)
        ):
            runs.setdefault(run.version_id, {})[run.stage] = run
    work = (
        PlannedWork(
            row.id, DocumentState(row.state), row.page_count or 0, _due(ctx, row, runs.get(row.version_id, {}), scope)
        )
        for row in rows
    )
    return BackfillPlan(tuple(item for item in work if item.stages))


def run_backfill(ctx: Context, scope: BackfillScope, work: Work, redo_many: RedoMany) -> RunSummary:
    """Redo what is planned; unsealed documents then go through the line like new ones.

    Raise LedgerRolledBackError or ChainBrokenError as `run_line` does, before anything is redone.
    """
    ensure_not_rolled_back(ctx)
    plan = plan_backfill(ctx, scope)
    ctx.watcher.taken_on({item.document_id: item.pages for item in plan.work})
    redone: list[Outcome | None] = []
    size = ctx.settings.run.batch_size
    for start in range(0, len(plan.work), size):
        batch = list(plan.work[start : start + size])
        redone += redo_many(batch)
        head_trouble(ctx, batches_of(ctx, [item.document_id for item in batch]))
    reopened = [
        item.document_id
        for item, outcome in zip(plan.work, redone, strict=True)
        if outcome is not None and outcome.state in REOPENED
    ]
    final = [outcome for outcome in redone if outcome is not None and outcome.state not in REOPENED]
    for start in range(0, len(reopened), size):
        again = reopened[start : start + size]
        ctx.batch_checks.begin_anew()
        final += [outcome for outcome in work(again) if outcome is not None]
        head_trouble(ctx, batches_of(ctx, again))
    ctx.watcher.taken_on({})
    return RunSummary(IntakeCount(), count_states(final), 0, head_trouble(ctx), count_failures(final))


def redo(ctx: Context, item: PlannedWork) -> Outcome | None:
    """Redo one document's planned work; None when another worker has it. Nothing is raised, as by `process`."""
    try:
        outcome = guarded(lambda: _claimed(ctx, item), lambda cause: _unwritten(ctx, item, cause), item.document_id)
    except LostClaimError:
        return None
    if outcome is not None and outcome.state not in REOPENED:
        ctx.watcher.finished(item.document_id, outcome.state)
    return outcome


def _claimed(ctx: Context, item: PlannedWork) -> Outcome | None:
    job = claim(ctx, item.document_id, (*OPEN_STATES, *SEALED_STATES))
    if job is None:
        return None
    try:
        with kept_alive(job):
            return guarded(lambda: _redone(job, item), lambda cause: settle_renewal_failure(job, cause), job.name)
    finally:
        let_go(job)


def _unwritten(ctx: Context, item: PlannedWork, cause: SohoaError) -> Outcome:
    ctx.watcher.noticed(str(item.document_id), cause)
    return Outcome(item.state, cause.code)


def _redone(job: Job, item: PlannedWork) -> Outcome:
    return Outcome(_renew_reading(job) if item.state in SEALED_STATES else _back_to_work(job))


def _renew_reading(job: Job) -> DocumentState:
    """Read a sealed document anew. A better reading may find a secrecy mark: nothing of that one is written."""
    bring_back_words(job)
    for stage in READING:
        do_stage(job, stage)
    pass_secrecy_gate(job)
    do_stage(job, EXTRACT)
    keep_words(job)
    with job.commit() as session:
        document = session.get_one(Document, job.facts.document_id)
        note_reason(document, None)
        state = DocumentState(document.state)
    clear_work(job.ctx, job.facts.document_id)
    return state


def _back_to_work(job: Job) -> DocumentState:
    """Send an unsealed document through the line again; stages whose keys still hold are not redone.

    One that got stuck with its signed bytes at hand goes on with these; otherwise it will be sealed anew.
    """
    state = DocumentState.SEALED if sealed_output(job) is not None else DocumentState.IN_WORK
    with job.commit() as session:
        document = session.get_one(Document, job.facts.document_id)
        if document.state != DocumentState.STUCK:
            state = DocumentState.IN_WORK
        move(session, document.id, state, actor=job.ctx.actor, at=job.ctx.clock())
    return state


def _due(ctx: Context, row: PlannedRow, runs: dict[str, StageRun], scope: BackfillScope) -> tuple[str, ...]:
    """Give the stages to redo: the first missing or stale one, and all that build on it."""
    stages: tuple[Stage, ...] = tuple(
        stage for stage in STAGES if stage is not ASSEMBLE or (row.state not in SEALED_STATES and row.lane != "signed")
    )
    for index, stage in enumerate(stages):
        run = runs.get(stage.name)
        asked_for = scope.stage in {None, stage.name}
        if asked_for and (run is None or is_stale(ctx, stage, run, row.type_code)):
            # Nothing builds on the assembled PDF but the seal.
            return (stage.name,) if stage is ASSEMBLE else tuple(later.name for later in stages[index:])
    # What got stuck after its stages is tried again from where it stands.
    is_stuck = row.state == DocumentState.STUCK and scope.stage is None
    return (SEAL,) if is_stuck else ()


def _in_scope(scope: BackfillScope) -> Select[UUID, str, str | None, int | None, str | None, UUID]:
    query = (
        select(
            Document.id,
            Document.state,
            Document.lane,
            Document.page_count,
            Document.type_code,
            DocumentVersion.id.label("version_id"),
        )
        .join(
            DocumentVersion,
            (DocumentVersion.document_id == Document.id) & (DocumentVersion.number == Document.current_version),
        )
        .where(Document.state.in_([*OPEN_STATES, *SEALED_STATES]))
        .order_by(Document.received_at, Document.id)
    )
    if scope.agency:
        query = query.where(Document.agency_code == scope.agency)
    if scope.level:
        query = query.join(Agency, Agency.code == Document.agency_code).where(Agency.level == scope.level)
    if scope.first_day:
        query = query.where(Document.received_at >= _midnight(scope.first_day))
    if scope.last_day:
        query = query.where(Document.received_at < _midnight(date.fromordinal(scope.last_day.toordinal() + 1)))
    return query


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)
