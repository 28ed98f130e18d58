"""How many documents a flow works on at a time: threads of one process, since recognition releases the GIL.

No more are read at once than the settings say; the further threads wait for authorities, whose answers take long.
Each thread is one task of Prefect's, and takes documents from a pile as long as it has any: a task of its own for each
document costs Prefect and its server a quarter of a second of CPU.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from pipeline.context import Context

T = TypeVar("T")


class Pile(Generic[T]):
    """What several threads take from, each item once."""

    def __init__(self, items: Iterable[T]) -> None:
        self._left = deque(items)

    def __iter__(self) -> Iterator[T]:
        with suppress(IndexError):
            while True:
                yield self._left.popleft()


def threads(ctx: Context) -> TaskRunner[PrefectFuture[Any]]:
    """Give a task runner with as many threads as may read, and as many as may wait for a timestamp."""
    runner: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=_count(ctx))
    return runner


def piles(ctx: Context, items: Sequence[T]) -> list[Iterable[T]]:
    """Give what each task of `threads` takes its items from: the same pile, so that none rests while others work."""
    pile = Pile(items)
    return [pile] * min(_count(ctx), len(items))


def _count(ctx: Context) -> int:
    signing = ctx.settings.signing
    waiting = 0 if signing.timestamp == "local" else signing.timestamps_at_once
    return ctx.settings.run.workers + waiting
