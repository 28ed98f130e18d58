"""The benchmark of throughput tells who spent the CPU of a process, and draws papers that differ."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.bench.throughput.documents import fill_inbox, small_papers
from scripts.bench.throughput.shares import DATABASE, IMAGES, OTHER, RECOGNITION, watched

_SPENT_S = 0.3


def code_in(path: str, calls: Callable[[], None] | None = None) -> Callable[[], None]:
    """Give a function that works for a while, as if it stood in a file of this name."""
    source = (
        "def work():\n"
        "    if calls: return calls()\n"
        "    end = time.thread_time() + spent_s\n"
        "    while time.thread_time() < end: pass\n"
    )
    names = {"time": time, "spent_s": _SPENT_S, "calls": calls}
    exec(compile(source, path, "exec"), names)
    work = names["work"]
    assert callable(work)
    return work


@pytest.mark.parametrize(
    ("path", "owner"),
    [("/x/ocr/engines/some.py", RECOGNITION), ("/x/sqlalchemy/orm/some.py", DATABASE), ("/x/numbers.py", OTHER)],
)
def test_cpu_goes_to_whoever_spends_it(path: str, owner: str) -> None:
    with watched() as shares:
        working = threading.Thread(target=code_in(path))
        working.start()
        working.join()
    assert shares.seconds[owner] >= _SPENT_S / 2
    others = {OTHER, RECOGNITION, DATABASE} - {owner}
    assert all(shares.seconds[other] < _SPENT_S / 2 for other in others)


def test_what_a_library_spends_goes_to_whom_it_works_for() -> None:
    with watched() as shares:
        working = threading.Thread(target=code_in("/x/ocr/stamps.py", calls=code_in("/x/numpy/core.py")))
        working.start()
        working.join()
    assert shares.seconds[IMAGES] >= _SPENT_S / 2


def test_small_papers_are_documents_of_their_own(tmp_path: Path) -> None:
    papers = small_papers(tmp_path / "papers", 3)
    assert len({paper[0].read_bytes() for paper in papers}) == 3
    fill_inbox(tmp_path / "home", papers, first=7)
    records = sorted(path.name for path in (tmp_path / "home" / "inbox" / "H41.99").iterdir())
    assert records == ["H41.99-260504-00007", "H41.99-260504-00008", "H41.99-260504-00009"]
