"""Sizes are noted at intake; what is worked on at once fits into the machine; what never fits waits and is told."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from pipeline.budget import Budget, LargerMachineNeededError, megabytes
from pipeline.check_result import NotWellError
from pipeline.context import Context
from pipeline.health_room import check_room
from pipeline.lanes import Lanes
from pipeline.line import has_work, run_line
from pipeline.needs import memory_needed, need_of, size_of
from pipeline.outcome import RunSummary
from pipeline.overview import read_status
from pipeline.runner import process, workload
from storage.ledger.models import Document, Machine
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import House, Notices, page

TOO_BIG = LargerMachineNeededError.code
LINE = pytest.mark.needs("tesseract", "poppler")
TINY = (200, 100)
"""Nothing can be read on it: it is refused once it was looked at."""
BIG_PX, HUGE_PX = 100_000_000, 10**9


@dataclass
class Finished(Notices):
    """A watcher that remembers in which order documents came to rest."""

    order: list[UUID] = field(default_factory=list)

    def finished(self, document_id: UUID, state: str) -> None:  # noqa: ARG002 - told to every watcher
        self.order.append(document_id)


def take_in(house: House, count: int) -> list[UUID]:
    """Take in so many small pages; give them in the order in which they are worked on."""
    for seed in range(count):
        page(house.record / f"{seed}.png", size=TINY, seed=seed)
    house.drain()
    return [document.id for document in house.documents()]


def set_size(house: House, document_id: UUID, **sizes: int | None) -> None:
    with house.ctx.ledger.session() as session:
        session.execute(update(Document).where(Document.id == document_id).values(**sizes))


def memory_of(house: House, document_id: UUID) -> int:
    return next(need_of(size_of(one)).memory for one in house.documents() if one.id == document_id)


def give(house: House, memory: int, *, workers: int = 2) -> Finished:
    """Open an installation anew with so much memory for documents."""
    house.open(run={"memory_mb": -(-memory // 1_000_000), "workers": workers})
    house.ctx.watcher = watcher = Finished()
    return watcher


def run(house: House) -> RunSummary:
    ctx = house.ctx

    def work(ids: list[UUID]) -> list[Any]:
        with ThreadPoolExecutor(3) as threads:
            return list(threads.map(lambda id_: process(ctx, id_), ids))

    return run_line(ctx, work)


@contextmanager
def watched(budget: Budget) -> Iterator[list[int]]:
    """Give what those inside needed together, as seen from another process's side, again and again."""
    sums, ended = [0], threading.Event()

    def look() -> None:
        other = Budget(budget._folder, budget.memory, budget._work, lambda: 0)
        while not ended.wait(0.002):
            sums.append(sum(ticket.need.memory for ticket in other.tickets() if ticket.is_inside))

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield sums
    finally:
        ended.set()
        watching.join()


@pytest.mark.parametrize(
    ("write", "size"),
    [
        (lambda record: page(record / "a.png", size=(300, 200)), (60_000, 60_000)),
        (lambda record: page(record / "a.pdf", size=(300, 200)), (135_000, 135_000)),
        (
            lambda record: [page(record / "scan" / f"{number}.png", size=(100 * number, 100)) for number in (1, 2)],
            (20_000, 30_000),
        ),
    ],
    ids=["image", "PDF as it would be drawn", "folder"],
)
def test_the_size_of_what_comes_in_is_noted(house: House, write: Callable[[Path], Any], size: tuple[int, int]) -> None:
    write(house.record)
    house.drain()
    document = house.document()
    assert (document.largest_page_px, document.all_pages_px) == size
    files = [path for path in house.record.rglob("*") if path.is_file()]
    assert document.original_bytes == sum(path.stat().st_size for path in files)


def test_the_ledger_counts_the_memory_needed_as_the_program_does(any_house: House) -> None:
    known, big, unknown = take_in(any_house, 3)
    set_size(any_house, big, largest_page_px=123_456_789, original_bytes=2**40, page_count=1999)
    set_size(any_house, unknown, largest_page_px=None, all_pages_px=None, original_bytes=None)
    with any_house.ctx.ledger.reading() as session:
        counted = {id_: need for id_, need in session.execute(select(Document.id, memory_needed()))}  # noqa: C416
    assert counted == {id_: memory_of(any_house, id_) for id_ in (known, big, unknown)}
    assert counted[unknown] > counted[known], "what is not known is taken to be large"


@LINE
def test_documents_in_work_never_need_more_than_there_is_and_big_ones_go_after_the_others(house: House) -> None:
    first, *ordinary, last = take_in(house, 5)
    for big in (first, last):
        set_size(house, big, largest_page_px=BIG_PX)
    need = memory_of(house, first)
    watcher = give(house, need)
    with watched(house.ctx.budget) as sums:
        summary = run(house)
    assert memory_of(house, ordinary[0]) < house.ctx.budget.memory < 2 * need
    assert max(sums) <= house.ctx.budget.memory
    assert max(sums) >= need
    assert summary.states == {DocumentState.REFUSED: 5}
    assert set(watcher.order[:3]) == set(ordinary)
    assert watcher.order[3:] == [first, last]


def test_big_ones_take_turns_with_what_comes_in_while_a_run_lasts(house: House) -> None:
    first, second, *ordinary = take_in(house, 4)
    for big in (first, second):
        set_size(house, big, largest_page_px=BIG_PX)
    give(house, memory_of(house, first))
    lanes, known = Lanes(house.ctx), workload(house.ctx)
    assert list(lanes.next_of(known)) == ordinary
    came_later: Mapping[UUID, int] = {first: 1, second: 1, ordinary[0]: 1}
    lanes = Lanes(house.ctx)
    assert list(lanes.next_of({first: 1, second: 1})) == [first]
    assert list(lanes.next_of(came_later)) == [ordinary[0]]
    assert list(lanes.next_of(came_later)) == [first]
    assert list(lanes.next_of({second: 1})) == [second]


def test_as_many_big_ones_go_at_once_as_there_is_room_for(house: House) -> None:
    documents = take_in(house, 4)
    for big in documents:
        set_size(house, big, largest_page_px=BIG_PX)
    # Two and a half of them: each is more than a third.
    give(house, memory_of(house, documents[0]) * 5 // 2, workers=3)
    assert list(Lanes(house.ctx).next_of(workload(house.ctx))) == documents[:2]


@LINE
def test_what_needs_a_larger_machine_waits_is_told_and_goes_on_once_there_is_memory(house: House) -> None:
    small, huge = take_in(house, 2)
    set_size(house, huge, largest_page_px=HUGE_PX)
    give(house, memory_of(house, small))
    summary = run(house)
    assert {failed.code: failed.documents for failed in summary.failures} == {"unreadable": 1, TOO_BIG: 1}
    assert summary.has_failures
    assert not has_work(house.ctx)
    (document,) = [one for one in house.documents() if one.id == huge]
    assert (document.state, document.tries) == (DocumentState.IN_WORK, 0)
    (told,) = [one for one in read_status(house.ctx).troubles if one.code == TOO_BIG]
    assert megabytes(memory_of(house, huge)) in told.cause
    assert "run.memory_mb" in told.remedy
    with pytest.raises(NotWellError, match=megabytes(memory_of(house, huge))):
        check_room(house.ctx)
    assert run(house).failure_codes == f"{TOO_BIG}: 1", "it is told each time"
    give(house, memory_of(house, huge))
    assert run(house).states == {DocumentState.REFUSED: 1}
    assert "MB" in check_room(house.ctx)


def test_what_a_larger_machine_at_work_can_take_is_left_to_it_and_is_no_failure(house: House) -> None:
    (huge,) = take_in(house, 1)
    set_size(house, huge, largest_page_px=HUGE_PX)
    larger = Machine(name="may-2", place="there", seen_at=datetime.now(UTC), memory_bytes=memory_of(house, huge))
    with house.ctx.ledger.session() as session:
        session.add(larger)
    give(house, memory_of(house, huge) // 2)
    summary = run(house)
    assert (summary.states, summary.has_failures) == ({}, False)
    assert "MB" in check_room(house.ctx)


@LINE
def test_a_document_from_before_sizes_were_noted_is_worked_on(house: House) -> None:
    (old,) = take_in(house, 1)
    set_size(house, old, largest_page_px=None, all_pages_px=None, original_bytes=None)
    give(house, memory_of(house, old))
    assert run(house).states == {DocumentState.REFUSED: 1}


def test_a_disk_without_room_uses_up_no_try_and_names_what_is_needed(house: House) -> None:
    take_in(house, 1)
    ctx = house.ctx
    ctx.budget = Budget(house.home / "admission" / "here", 10**12, ctx.settings.work_folder, lambda: 0)
    assert run(house).failure_codes == "disk_short: 1"
    document = house.document()
    assert (document.state, document.reason_code, document.tries) == (DocumentState.IN_WORK, "disk_short", 0)
    assert int(str((document.reason_details or {})["need"])) >= 1


def test_a_document_too_big_that_is_handed_over_all_the_same_waits_without_using_up_a_try(house: House) -> None:
    (huge,) = take_in(house, 1)
    set_size(house, huge, largest_page_px=HUGE_PX)
    give(house, 1_000_000)
    ctx: Context = house.ctx
    outcome = process(ctx, huge)
    assert outcome is not None
    assert (outcome.state, outcome.failure) == (DocumentState.IN_WORK, TOO_BIG)
    assert house.document().tries == 0
