"""What documents in work need together never exceeds the budget; they are let in in turn; nothing is left behind."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipeline.budget
from pipeline.budget import Budget, DiskShortError, LargerMachineNeededError
from pipeline.needs import Need, Size, need_of

MEMORY, DISK = 100, 1000
PLENTY = 10**9
NEEDS = st.lists(st.tuples(st.integers(1, MEMORY), st.integers(0, DISK)), min_size=1, max_size=12)


def budget(folder: Path, *, free: int = PLENTY) -> Budget:
    return Budget(folder / "admission", MEMORY, folder, lambda: free)


@contextmanager
def inside(one: Budget, memory: int, disk: int = 0, folders: Sequence[Path] = ()) -> Iterator[None]:
    with one.inside(Need(memory, disk), "giay", folders, lambda: None):
        yield


def waits(one: Budget, count: int) -> None:
    """Come back when so many have drawn a ticket and wait."""
    while sum(not ticket.is_inside for ticket in one.tickets()) < count:
        pass


@given(needs=NEEDS, workers=st.integers(2, 6))
@settings(max_examples=20, deadline=None)
def test_the_sum_of_those_inside_never_exceeds_the_budget_and_all_come_through(
    needs: list[tuple[int, int]], workers: int
) -> None:
    together, most, lock = [0, 0], [0, 0], threading.Lock()

    def work(need: tuple[int, int]) -> int:
        with inside(one, *need):
            with lock:
                for place, amount in enumerate(need):
                    together[place] += amount
                    most[place] = max(most[place], together[place])
            with lock:
                for place, amount in enumerate(need):
                    together[place] -= amount
        return 1

    with TemporaryDirectory() as name, ThreadPoolExecutor(workers) as threads:
        one = budget(Path(name), free=DISK)
        assert sum(threads.map(work, needs)) == len(needs)
        assert one.tickets() == []
    assert most[0] <= MEMORY
    assert most[1] <= DISK


def test_a_big_one_that_waits_is_not_passed_by_those_that_came_later(tmp_path: Path) -> None:
    one, order = budget(tmp_path), []

    def work(memory: int) -> None:
        with inside(one, memory):
            order.append(memory)

    with ThreadPoolExecutor(2) as threads, inside(one, 60):
        threads.submit(work, 80)
        waits(one, 1)
        threads.submit(work, 30)
        waits(one, 2)
        assert order == []
    assert order == [80, 30]


def test_one_whose_process_is_asleep_while_it_waits_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = budget(tmp_path)
    with ThreadPoolExecutor(1) as threads, inside(one, 60):
        asleep = threads.submit(lambda: inside(one, 80).__enter__())
        waits(one, 1)
        monkeypatch.setattr(pipeline.budget, "SILENT_S", 0.0)
        with inside(one, 30):
            assert not asleep.done()
        monkeypatch.undo()


def test_what_processes_of_one_machine_need_counts_together_and_a_killed_one_leaves_nothing(tmp_path: Path) -> None:
    forks = multiprocessing.get_context("fork")
    is_in = forks.Event()

    def hold() -> None:
        with inside(budget(tmp_path), 70):
            is_in.set()
            signal.pause()

    other = forks.Process(target=hold)
    other.start()
    assert is_in.wait(20)
    one, came = budget(tmp_path), threading.Event()

    def come() -> None:
        with inside(one, 40):
            came.set()

    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(come)
        waits(one, 1)
        assert [ticket.need.memory for ticket in one.tickets() if ticket.is_inside] == [70]
        assert not came.is_set()
        os.kill(other.pid or 0, signal.SIGKILL)
        other.join()
        waiting.result(20)
    assert one.tickets() == []


def test_disk_that_was_written_counts_once_and_what_is_still_to_be_written_is_kept_free(tmp_path: Path) -> None:
    folder, block = tmp_path / "work", 4096
    folder.mkdir()
    (folder / "page").write_bytes(b"x" * 2 * block)
    free = 3 * block
    one = budget(tmp_path, free=free)
    with ThreadPoolExecutor(1) as threads, inside(one, 1, 3 * block, [folder]), inside(one, 1, 2 * block):
        refused = threads.submit(lambda: inside(one, 1, block).__enter__())
        waits(one, 1)
        assert not refused.done()


def test_what_needs_more_than_all_of_it_is_told_at_once_and_leaves_no_ticket(tmp_path: Path) -> None:
    with pytest.raises(LargerMachineNeededError, match="giay"), inside(budget(tmp_path), MEMORY + 1):
        pass
    assert budget(tmp_path).tickets() == []


def test_a_disk_without_room_is_told_with_the_need_and_what_has_written_all_may_end_on_it(tmp_path: Path) -> None:
    one, folder = budget(tmp_path, free=-5), tmp_path / "work"
    with pytest.raises(DiskShortError) as refused, inside(one, 1, 30_000_000):
        pass
    assert (refused.value.details["need"], refused.value.details["free"]) == ("30", "0")
    folder.mkdir()
    (folder / "page").write_bytes(b"x" * 5000)
    with inside(one, 1, 4000, [folder]):
        pass
    assert one.tickets() == []


@pytest.mark.parametrize("fault", [KeyError, KeyboardInterrupt, MemoryError])
def test_room_is_given_back_however_the_work_ends(tmp_path: Path, fault: type[BaseException]) -> None:
    one = budget(tmp_path)
    with pytest.raises(fault), inside(one, MEMORY):
        raise fault
    with inside(one, MEMORY):
        pass


@given(
    size=st.builds(Size, st.integers(1, 2000), st.integers(0, 10**9), st.integers(0, 10**12), st.integers(0, 10**10)),
    more=st.builds(Size, st.integers(0, 9), st.integers(0, 99), st.integers(0, 99), st.integers(0, 99)),
)
def test_a_larger_document_never_needs_less(size: Size, more: Size) -> None:
    larger = Size(
        size.pages + more.pages,
        size.largest_page_px + more.largest_page_px,
        size.all_pages_px + more.all_pages_px,
        size.original_bytes + more.original_bytes,
    )
    assert need_of(larger).memory >= need_of(size).memory
    assert need_of(larger).disk >= need_of(size).disk
