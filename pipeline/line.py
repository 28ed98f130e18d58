"""One run of the whole line: inbox drained, documents worked off batch by batch, released ones sealed, head sealed.

How a batch of documents is worked on (threads, a Prefect flow, several machines) is the caller's, given as `work`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from config.errors import SohoaError, WrongEnvironmentError
from pipeline.context import Context
from pipeline.evidence import seal_head
from pipeline.foreign import recheck_trust
from pipeline.inbox import arrivals
from pipeline.inbox_ledger import is_settled, settle_missing, tidy
from pipeline.intake import IntakeCount, drain
from pipeline.job import free_dead_claims
from pipeline.release import approve, waiting_batches
from pipeline.runner import sweep, workable
from storage.ledger.models import Document
from storage.ledger.states import DocumentState

Work = Callable[[list[UUID]], Sequence[DocumentState | None]]
"""Works on a batch of documents and gives the state each came to; None where another worker has it."""

FAILED_STATES = (
    DocumentState.REFUSED,
    DocumentState.STUCK,
    DocumentState.QUARANTINED,
    # Where only a failure leaves a document at the end of a run: it is tried again at the next.
    DocumentState.IN_WORK,
    DocumentState.PENDING_SIGNATURE,
    DocumentState.SEALED,
)


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What one run came to: the look at the inbox, and how many documents came to which state."""

    intake: IntakeCount
    states: dict[str, int]
    removed_from_inbox: int
    trouble: str | None = None
    """Why the head of the event log could not be sealed, by code; the next run tries again."""

    @property
    def has_failures(self) -> bool:
        """Whether anything was refused, quarantined, got stuck or failed: such a run never exits 0."""
        failed = any(self.states.get(state) for state in FAILED_STATES)
        return bool(self.intake.refused or self.intake.hindered or failed or self.trouble)


def has_work(ctx: Context, *, agency: str | None = None, release_as_test: bool = False) -> bool:
    """Tell whether a run would find anything to take in or to work on."""
    if workable(ctx, limit=1, agency=agency) or (release_as_test and waiting_batches(ctx)):
        return True
    inbox = ctx.settings.inbox_folder
    return inbox.is_dir() and any(not is_settled(ctx, arrival) for arrival in arrivals(inbox))


def run_line(ctx: Context, work: Work, *, agency: str | None = None, release_as_test: bool = False) -> RunSummary:
    """Run the line once until nothing can be worked on; `release_as_test` releases batches as the demo does.

    Raise WrongEnvironmentError for that in a production ledger.
    """
    if release_as_test and ctx.is_production:
        raise WrongEnvironmentError(thing="release", found="TEST", expected=ctx.environment)
    free_dead_claims(ctx)
    sweep(ctx)
    recheck_trust(ctx)
    intake = drain(ctx, ctx.watcher.noticed)
    last_states: dict[UUID, str] = {}
    _work_off(ctx, work, agency, last_states)
    if release_as_test:
        for batch in waiting_batches(ctx):
            approve(ctx, batch.batch_id, is_test=True)
        _work_off(ctx, work, agency, last_states)
    removed = tidy(ctx)
    settle_missing(ctx)
    return RunSummary(intake, dict(Counter(last_states.values())), removed, head_trouble(ctx))


def head_trouble(ctx: Context) -> str | None:
    """Seal the head of the event log; what hinders it spoils the run's result, not the run."""
    try:
        seal_head(ctx)
    except SohoaError as cause:
        ctx.watcher.noticed("", cause)
        return cause.code
    return None


def _work_off(ctx: Context, work: Work, agency: str | None, last_states: dict[UUID, str]) -> None:
    """Work batch after batch; a document that failed in this round is not tried again in it."""
    for batch in _batches(ctx, agency):
        ctx.watcher.taken_on(len(batch), _pages_to_read(ctx, batch))
        came_to = zip(batch, work(batch), strict=True)
        last_states |= {document_id: state for document_id, state in came_to if state is not None}


def _batches(ctx: Context, agency: str | None) -> Iterator[list[UUID]]:
    tried: set[UUID] = set()
    while True:
        batch = [id_ for id_ in workable(ctx, agency=agency) if id_ not in tried][: ctx.settings.run.batch_size]
        if not batch:
            return
        tried.update(batch)
        yield batch


def _pages_to_read(ctx: Context, batch: list[UUID]) -> int:
    with ctx.ledger.reading() as session:
        pages = session.scalar(
            select(func.sum(Document.page_count)).where(Document.id.in_(batch), Document.state == DocumentState.IN_WORK)
        )
    return int(pages or 0)
