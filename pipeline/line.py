"""One run of the whole line: inbox drained, documents worked off batch by batch, released ones sealed, head sealed.

How a batch of documents is worked on (threads, a Prefect flow, several machines) is the caller's, given as `work`.
"""

from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from sqlalchemy import select

from config.errors import WrongEnvironmentError
from config.i18n import mark as _
from pipeline.chunks import chunk_of
from pipeline.context import Context
from pipeline.event_chain import ensure_not_rolled_back, head_trouble
from pipeline.extract import type_book
from pipeline.extract.signers import load_signers
from pipeline.foreign import recheck_trust
from pipeline.inbox import arrivals
from pipeline.inbox_ledger import is_settled
from pipeline.inbox_turns import drain_in_turn, tidy_in_turn
from pipeline.job import free_dead_claims
from pipeline.lanes import Lanes, left_for_larger_machines
from pipeline.lease_clock import ensure_right_clock
from pipeline.leases import end_dead_leases
from pipeline.machines import come_to_work
from pipeline.outcome import Outcome, RunSummary, count_failures, count_states
from pipeline.release import approve, waiting_batches
from pipeline.runner import sweep, workable, workload
from pipeline.scratch import take_scratch
from pipeline.search.indexing import refresh_index
from pipeline.stack_keeping import keep_stacks
from storage.ledger.models import Document

MOST_INDEXED = 100_000
"""Changes that one run brings into the search index; what an older ledger still has to index takes several."""
MOST_KNOWN = 20_000
"""Of a million documents that wait, a run looks no further ahead."""
Work = Callable[[list[UUID]], Sequence[Outcome | None]]
"""Works on a batch of documents and gives what each came to; None where another worker has it."""


def has_work(ctx: Context, *, agency: str | None = None, release_as_test: bool = False) -> bool:
    """Tell whether a run would find anything to take in or to work on."""
    if workable(ctx, limit=1, agency=agency) or (release_as_test and waiting_batches(ctx, agency)):
        return True
    return any(not is_settled(ctx, arrival) for arrival in arrivals(ctx.settings.inbox_folder))


def run_line(ctx: Context, work: Work, *, agency: str | None = None, release_as_test: bool = False) -> RunSummary:
    """Run the line once until nothing can be worked on; `release_as_test` releases batches as the demo does.

    Raise WrongEnvironmentError for that in a production ledger, InboxMissingError when there is no inbox,
    ReferenceDataError for a fault in a site's document types or its list of signers,
    LedgerRolledBackError or ChainBrokenError when the store knows of events that this ledger does not: then nothing is
    taken in, numbered or sealed.
    """
    if release_as_test and ctx.is_production:
        raise WrongEnvironmentError(thing=_("the release"), found="TEST", expected=ctx.environment)
    ensure_right_clock(ctx)
    ensure_not_rolled_back(ctx)
    # Better now than at every document.
    type_book(ctx.settings.document_types_folder)
    load_signers(ctx.settings.signers_file)
    come_to_work(ctx)
    free_dead_claims(ctx)
    with ctx.ledger.session() as session:
        # Else what a killed run had leased is nobody's work until its lease runs out.
        end_dead_leases(ctx, session)
    take_scratch(ctx.settings.home, ctx.worker)
    sweep(ctx)
    recheck_trust(ctx)
    intake = drain_in_turn(ctx)
    came_to: dict[UUID, Outcome] = {}
    _work_off(ctx, work, agency, came_to)
    if release_as_test:
        for batch in waiting_batches(ctx, agency):
            approve(ctx, batch.batch_id, is_test=True)
        _work_off(ctx, work, agency, came_to)
    keep_stacks(ctx)
    removed = tidy_in_turn(ctx)
    refresh_index(ctx, MOST_INDEXED)
    outcomes = [*came_to.values(), *left_for_larger_machines(ctx, agency)]
    return RunSummary(intake, count_states(outcomes), removed, head_trouble(ctx), count_failures(outcomes))


def batches_of(ctx: Context, documents: Sequence[UUID]) -> list[UUID]:
    """Give the batches under whose sheets documents were scanned."""
    found = select(Document.batch_id).where(Document.id.in_(documents), Document.batch_id.is_not(None)).distinct()
    with ctx.ledger.reading() as session:
        return sorted(batch for batch in session.scalars(found) if batch is not None)


def _work_off(ctx: Context, work: Work, agency: str | None, came_to: dict[UUID, Outcome]) -> None:
    """Work chunk after chunk, each under a head of its own; a document that failed in this round is not tried again."""
    under_no_head: set[UUID] = set()
    for batch in _batches(ctx, agency):
        ctx.batch_checks.begin_anew()
        worked = zip(batch, work(batch), strict=True)
        came_to |= {document_id: outcome for document_id, outcome in worked if outcome is not None}
        under_no_head.update(batches_of(ctx, batch))
        if head_trouble(ctx, sorted(under_no_head)) is None:
            under_no_head.clear()


def _batches(ctx: Context, agency: str | None) -> Iterator[list[UUID]]:
    tried: set[UUID] = set()
    tried_in_vain, lanes = 0, Lanes(ctx)
    while True:
        found = workload(ctx, limit=MOST_KNOWN + tried_in_vain, agency=agency)
        known = {id_: pages for id_, pages in found.items() if id_ not in tried}
        tried_in_vain = len(found) - len(known)
        ctx.watcher.taken_on(known)
        if not known:
            return
        with chunk_of(ctx, lanes.next_of(known)) as batch:
            if not batch:
                # Others were quicker with all of it.
                return
            tried.update(batch)
            yield batch
