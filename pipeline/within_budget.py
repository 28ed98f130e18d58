"""One document's work on its pages, begun only when the machine has room for it beside those in work."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import ColumnElement

from pipeline.budget import LOOK_EVERY_S
from pipeline.context import Context
from pipeline.job import Job, staging_folder
from pipeline.needs import memory_needed
from pipeline.resting import clear_halves
from storage.ledger.models import Document
from storage.ledger.states import DocumentState


def fits_here(ctx: Context) -> ColumnElement[bool]:
    """Give the SQL condition that this machine has the memory for a document; what is sealed is not read any more."""
    return (Document.state == DocumentState.SEALED) | (memory_needed() <= ctx.budget.memory)


@contextmanager
def within_budget(job: Job) -> Iterator[None]:
    """Work on a document's pages in this block, after waiting for a worker and for room; no transaction is held.

    What a worker that was killed left half-written of it is deleted before.
    Raise LargerMachineNeededError or DiskShortError where there is never room, LostClaimError as the claim is kept
    alive meanwhile.
    """
    ctx, document_id = job.ctx, job.facts.document_id
    clear_halves(job.folder)
    folders = (ctx.settings.work_folder / str(document_id), staging_folder(ctx, document_id))
    while not ctx.reading_slots.acquire(timeout=LOOK_EVERY_S):
        job.keep_alive()
    try:
        with ctx.budget.inside(job.facts.need, job.name, folders, job.keep_alive):
            yield
    finally:
        ctx.reading_slots.release()
