"""Bytes that were drawn or fetched to be looked at, kept in this process's memory for whoever turns the next page.

They show persons: nothing is written to a disk, they go after some minutes, and when a document has nothing to show
any more.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from config.clock import Clock

MOST_BYTES = 128 * 1024 * 1024
KEPT_FOR = timedelta(minutes=10)
_LARGEST_SHARE = 2
"""What is larger than this part of the whole is not kept: it would drive out everything else."""


@dataclass(frozen=True, slots=True)
class _Kept:
    content: bytes
    until: datetime


class KeptPictures:
    """A bounded store of bytes by document and name; the one looked at longest ago goes first."""

    def __init__(self, clock: Clock, most_bytes: int = MOST_BYTES, kept_for: timedelta = KEPT_FOR) -> None:
        self._clock, self._most_bytes, self._kept_for = clock, most_bytes, kept_for
        self._kept: OrderedDict[tuple[UUID, str], _Kept] = OrderedDict()
        self._lock = Lock()

    @property
    def size_bytes(self) -> int:
        """How much is kept now."""
        with self._lock:
            return self._size()

    def get(self, document_id: UUID, name: str, make: Callable[[], bytes]) -> bytes:
        """Give what is kept under a name, or make and keep it. What making raises is raised, and nothing kept.

        The name must change with the content: a hash of what it was made from belongs into it.
        """
        with self._lock:
            self._drop_old()
            found = self._kept.get((document_id, name))
            if found is not None:
                self._kept.move_to_end((document_id, name))
                return found.content
        content = make()
        with self._lock:
            self._keep(document_id, name, content)
        return content

    def forget(self, document_id: UUID) -> None:
        """Drop all that is kept of a document."""
        with self._lock:
            for key in [key for key in self._kept if key[0] == document_id]:
                del self._kept[key]

    def _keep(self, document_id: UUID, name: str, content: bytes) -> None:
        if len(content) * _LARGEST_SHARE > self._most_bytes:
            return
        self._kept[document_id, name] = _Kept(content, self._clock() + self._kept_for)
        while self._size() > self._most_bytes:
            self._kept.popitem(last=False)

    def _drop_old(self) -> None:
        now = self._clock()
        for key in [key for key, one in self._kept.items() if one.until <= now]:
            del self._kept[key]

    def _size(self) -> int:
        return sum(len(one.content) for one in self._kept.values())
