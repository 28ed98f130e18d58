"""Restraint towards an authority that does not answer: after a failure it is left alone for a while, then longer.

Without it, each of a thousand waiting documents would wait out the same silence.
"""

import time
from collections.abc import Callable
from threading import Lock

from config.errors import SealPendingError

FIRST_REST_S, LONGEST_REST_S = 60.0, 900.0


class Patience:
    """Knows whether an authority may be asked now; threads share one."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = Lock()
        self._failures = 0
        self._until = 0.0
        self._refusal: SealPendingError | None = None

    def ensure_over(self) -> None:
        """Raise the last failure again while the authority is left alone."""
        with self._lock:
            if self._refusal is not None and self._monotonic() < self._until:
                raise type(self._refusal)(**self._refusal.details)

    def failed(self, refusal: SealPendingError) -> None:
        """Leave the authority alone; the longer, the more often in a row it failed."""
        with self._lock:
            now = self._monotonic()
            if self._refusal is None or now >= self._until:
                # Those that asked at the same time failed for the same reason, once.
                self._until = now + min(FIRST_REST_S * 2**self._failures, LONGEST_REST_S)
                self._failures += 1
            self._refusal = refusal

    def succeeded(self) -> None:
        """Forget all failures."""
        with self._lock:
            self._failures, self._refusal = 0, None
