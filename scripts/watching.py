"""The live display of a run, on standard error: documents, pages, pages a minute, time left."""

import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
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
    """How many pages were read a minute since the first was known."""

    def render(self, task: Task) -> Text:
        """Give the pace, once there is one."""
        if not task.fields.get("is_pages"):
            return Text("")
        elapsed = task.finished_time or task.elapsed
        if not elapsed or not task.completed:
            return Text("–")
        return Text(_("{pace} pages/min").format(pace=f"{task.completed / elapsed * 60:.0f}"))


class Tally:
    """Counts the documents of a run and their pages, each once, however often it is worked on."""

    def __init__(self) -> None:
        self._pages: dict[UUID, int] = {}
        self._read: Counter[UUID] = Counter()
        self._done: set[UUID] = set()

    def taken_on(self, pages: Mapping[UUID, int]) -> None:
        """Count all that is left: what came to rest is open again, what is gone without that is another run's."""
        for id_ in self._pages.keys() - self._done - pages.keys():
            del self._pages[id_], self._read[id_]
        for id_, to_read in pages.items():
            self._pages[id_] = self._read[id_] + to_read
        self._done.difference_update(pages)

    def page_read(self, document_id: UUID) -> None:
        """Count a page; one that is read again makes one more."""
        self._read[document_id] += 1
        self._pages[document_id] = max(self._pages.get(document_id, 0), self._read[document_id])

    def finished(self, document_id: UUID) -> None:
        """Count a document as done; what was not read of it, as it had been read before, is no work any more."""
        self._done.add(document_id)
        self._pages[document_id] = self._read[document_id]

    @property
    def documents(self) -> tuple[int, int]:
        """How many documents are done, of how many."""
        return len(self._done), len(self._pages)

    @property
    def pages(self) -> tuple[int, int]:
        """How many pages were read, of how many."""
        return self._read.total(), sum(self._pages.values())


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
        self._documents = self._progress.add_task(_("Documents"), start=False, total=0)
        self._pages = self._progress.add_task(_("Pages"), start=False, total=0, is_pages=True)
        self.tally = Tally()
        self._lock = threading.Lock()
        self._last_line = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def taken_on(self, pages: Mapping[UUID, int]) -> None:
        """These documents are known to be worked on."""
        with self._lock:
            self.tally.taken_on(pages)
            self._show()
            if not pages:
                return
            for task in (self._documents, self._pages):
                self._progress.start_task(task)
            # Not before: a run with nothing to do shows no empty bars.
            self._progress.start()

    def page_read(self, document_id: UUID) -> None:
        """One more page was read."""
        with self._lock:
            self.tally.page_read(document_id)
            self._show()

    def finished(self, document_id: UUID, state: str) -> None:  # noqa: ARG002 - the signature is Watcher's
        """A document came to rest in a state."""
        with self._lock:
            self.tally.finished(document_id)
            self._show()
            self._plain_line()

    def noticed(self, path: str, cause: SohoaError) -> None:  # noqa: ARG002 - the signature is Watcher's
        """An arrival in the inbox was held or refused."""
        self._console.print(f"• {cause}", markup=False)

    def _show(self) -> None:
        for task, (done, known) in ((self._documents, self.tally.documents), (self._pages, self.tally.pages)):
            if done < self._progress.tasks[task].completed:
                # Work goes on with what was done: the bar was not at its end.
                self._progress.reset(task, completed=done, total=known)
            self._progress.update(task, completed=done, total=known)

    def _plain_line(self) -> None:
        if self._console.is_terminal or time.monotonic() - self._last_line < 5:
            return
        self._last_line = time.monotonic()
        done, known = self.tally.documents
        read, _of = self.tally.pages
        self._console.print(_("{done} of {all} documents, {pages} pages read").format(done=done, all=known, pages=read))
