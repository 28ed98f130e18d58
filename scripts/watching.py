"""The live display of a run, on standard error: documents, pages, pages a minute, time left."""

import sys
import threading
import time
from types import TracebackType
from typing import Self
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn
from rich.progress import TimeRemainingColumn as TimeLeft
from rich.text import Text

from config.errors import SohoaError
from config.i18n import gettext as _


class PagesAMinute(ProgressColumn):
    """How many pages were read a minute since the first."""

    def render(self, task: Task) -> Text:
        """Give the pace, once there is one."""
        elapsed = task.finished_time or task.elapsed
        if not elapsed or not task.completed:
            return Text("–")
        return Text(_("{pace} pages/min").format(pace=f"{task.completed / elapsed * 60:.0f}"))


class LiveDisplay:
    """Shows a run as it goes; on something that is no terminal, a plain line now and then."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stderr, highlight=False)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            PagesAMinute(),
            TimeLeft(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._documents = self._progress.add_task(_("Documents"), total=0)
        self._pages = self._progress.add_task(_("Pages"), total=0)
        self._lock = threading.Lock()
        self._done = self._all = self._read = 0
        self._last_line = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def taken_on(self, documents: int, pages: int) -> None:
        """So much more work is known now."""
        with self._lock:
            # Not before: a run with nothing to do shows no empty bars.
            self._progress.start()
            self._all += documents
            for task, more in ((self._documents, documents), (self._pages, pages)):
                total = (self._progress.tasks[task].total or 0) + more
                self._progress.update(task, total=total)

    def page_read(self, document_id: UUID) -> None:  # noqa: ARG002 - the signature is Watcher's
        """One more page was read."""
        with self._lock:
            self._read += 1
            self._progress.advance(self._pages)

    def finished(self, document_id: UUID, state: str) -> None:  # noqa: ARG002 - the signature is Watcher's
        """A document came to rest in a state."""
        with self._lock:
            self._done += 1
            self._progress.advance(self._documents)
            self._plain_line()

    def noticed(self, path: str, cause: SohoaError) -> None:  # noqa: ARG002 - the signature is Watcher's
        """An arrival in the inbox was held or refused."""
        self._console.print(f"• {cause}", markup=False)

    def _plain_line(self) -> None:
        if self._console.is_terminal or time.monotonic() - self._last_line < 5:
            return
        self._last_line = time.monotonic()
        self._console.print(
            _("{done} of {all} documents, {pages} pages read").format(done=self._done, all=self._all, pages=self._read)
        )
