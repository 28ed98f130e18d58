from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.settings import load_settings
from flows.threads import Pile, piles
from pipeline.context import Context


def test_threads_take_each_item_of_a_pile_once_and_none_is_left() -> None:
    items = list(range(10_000))
    pile = Pile(items)
    with ThreadPoolExecutor(4) as threads:
        taken = [list(future.result()) for future in [threads.submit(list, pile) for _ in range(4)]]
    assert sorted(item for of_one in taken for item in of_one) == items


@pytest.mark.parametrize(("documents", "tasks"), [(0, 0), (1, 1), (2, 2), (40, 2)])
def test_a_batch_has_a_task_for_each_thread_and_none_without_work(tmp_path: Path, documents: int, tasks: int) -> None:
    ctx = Context(load_settings(tmp_path, run={"workers": 2}, signing={"timestamp": "local"}), actor="test")
    made = piles(ctx, list(range(documents)))
    assert len(made) == tasks
    assert len({id(pile) for pile in made}) <= 1


def test_threads_that_wait_for_an_authority_come_beside_those_that_read(tmp_path: Path) -> None:
    signing = {"timestamp": "http://tsa.invalid", "timestamps_at_once": 3}
    ctx = Context(load_settings(tmp_path, run={"workers": 2}, signing=signing), actor="test")
    assert len(piles(ctx, list(range(40)))) == 5
