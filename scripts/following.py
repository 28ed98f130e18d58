"""A backfill watched as it goes, on standard error: what the ledger says of it, whoever works on it."""

import sys
import threading
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from config.errors import SohoaError
from pipeline.backfill.plans import BackfillView, find_plan
from pipeline.backfill.wording import progress_text
from pipeline.context import Context

LOOK_EACH_S = 1.0
LINE_EACH_S = 10.0
"""How often a line is written where nobody looks at a terminal."""


class Following:
    """Shows how far a backfill is while something else goes on."""

    def __init__(self, ctx: Context, number: int) -> None:
        self._ctx, self._number = ctx, number
        console = Console(file=sys.stderr, highlight=False)
        self._is_live = console.is_terminal
        self._console = console
        columns = (SpinnerColumn(), BarColumn(bar_width=20), TextColumn("{task.description}", markup=False))
        self._progress = Progress(*columns, console=console, disable=not self._is_live)
        self._task = self._progress.add_task("", total=None)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_again, name="following", daemon=True)
        self._last_line = time.monotonic()
        self._last_text = ""

    def __enter__(self) -> Self:
        self._progress.start()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self._look()
        self._progress.stop()

    def _look_again(self) -> None:
        while not self._over.wait(LOOK_EACH_S):
            self._look()

    def _look(self) -> None:
        try:
            self.show(find_plan(self._ctx, self._number))
        except SohoaError:
            # The ledger may answer again; whoever works on the backfill tells what is wrong.
            return

    def show(self, view: BackfillView) -> None:
        """Show how far it is now."""
        text = progress_text(view)
        self._progress.update(self._task, description=text, total=max(view.pages, 1), completed=view.pages_done)
        now = time.monotonic()
        if not self._is_live and text != self._last_text and now - self._last_line >= LINE_EACH_S:
            self._console.print(text, markup=False, soft_wrap=True)
            self._last_line, self._last_text = now, text
