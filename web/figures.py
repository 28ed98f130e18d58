"""The figures of the overview: kept in memory, made anew beside the requests, at most once a minute."""

from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock, Thread

from config.errors import SohoaError
from pipeline.context import Context
from pipeline.progress import Progress
from pipeline.progress.latest import KeptMoment, kept_moment, latest_progress, refresh_kept
from pipeline.search.indexing import refresh_index

FRESH = timedelta(minutes=1)


class Figures:
    """The latest figures of one installation."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._lock = Lock()
        self._latest: Progress | None = None
        self._looked_at: datetime | None = None
        self._working: Thread | None = None

    def latest(self) -> Progress:
        """Give the figures last made; only who comes first of all waits for them."""
        with self._lock:
            if self._latest is None:
                self._latest = self._made()
            elif self._is_due():
                self._working = Thread(target=self._renew, name="figures", daemon=True)
                self._working.start()
            return self._latest

    def moment(self) -> KeptMoment:
        """Give the moment of the sums that lists rest on, which may be a minute later than that of the figures."""
        self.latest()
        with self._ctx.ledger.reading() as session:
            moment = kept_moment(session)
        if moment is None:
            # Units or agencies became other ones: everything is counted anew.
            refresh_kept(self._ctx)
            return self.moment()
        return moment

    def wait(self) -> None:
        """Wait until figures that are being made anew are there."""
        if self._working is not None:
            self._working.join()

    def _is_due(self) -> bool:
        is_old = self._looked_at is None or self._ctx.clock() - self._looked_at >= FRESH
        return is_old and (self._working is None or not self._working.is_alive())

    def _renew(self) -> None:
        # A ledger that is busy or away for a while leaves the figures as they were, with the minute they are of.
        with suppress(SohoaError):
            made = self._made()
            with self._lock:
                self._latest = made
            refresh_index(self._ctx)

    def _made(self) -> Progress:
        self._looked_at = self._ctx.clock()
        refresh_kept(self._ctx)
        made = latest_progress(self._ctx)
        if made is None:
            raise AssertionError("sums were kept just now")
        return made
