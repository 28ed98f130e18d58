"""The tree over all events of the log: an event is shown to be among them without showing the others.

A hash chain alone would need every event up to the head in full, also those of other people's records.
The tree is that of RFC 6962, 2.1, over the events' hashes in their order. A head signs its peaks: the tops of its whole
parts, from the largest to the smallest, one for each bit of the number of events. From the peaks of one head those of
the next follow with the events between alone. docs/evidence.md says how it is computed.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

LEFT, RIGHT = "left", "right"

Step = tuple[str, str]
"""One step towards a peak: on which side the neighbour stands, and its hash."""


@dataclass(slots=True)
class _Part:
    """A whole part of the tree, and the paths within it that are asked for."""

    leaves: int
    hash: bytes
    paths: list[list[Step]] = field(default_factory=list)


class EventTree:
    """Takes the hashes of events in their order, on top of a number taken before; holds no more than its peaks."""

    def __init__(self, asked: Collection[str] = (), size: int = 0, peaks: Sequence[str] = ()) -> None:
        self._asked = frozenset(asked)
        sizes = [1 << bit for bit in reversed(range(size.bit_length())) if size >> bit & 1]
        self._parts = [_Part(leaves, bytes.fromhex(peak)) for leaves, peak in zip(sizes, peaks, strict=True)]
        self.paths: dict[str, list[Step]] = {}
        """Of each event asked for the way to its peak."""

    def add(self, event_hashes: Iterable[str]) -> None:
        """Take the next events."""
        parts = self._parts
        for event_hash in event_hashes:
            part = _Part(1, _leaf(event_hash))
            if event_hash in self._asked:
                part.paths.append(self.paths.setdefault(event_hash, []))
            while parts and parts[-1].leaves == part.leaves:
                part = _joined(parts.pop(), part)
            parts.append(part)

    def peaks(self) -> tuple[str, ...]:
        """Give the tops of the whole parts, the largest first."""
        return tuple(part.hash.hex() for part in self._parts)


def peak_over(event_hash: str, path: Iterable[Step]) -> str:
    """Give the peak that a path leads to from an event. Raise ValueError for a path that is none."""
    reached = _leaf(event_hash)
    for side, neighbour in path:
        if side not in {LEFT, RIGHT}:
            raise ValueError(side)
        other = bytes.fromhex(neighbour)
        reached = _node(other, reached) if side == LEFT else _node(reached, other)
    return reached.hex()


def _joined(left: _Part, right: _Part) -> _Part:
    for path in left.paths:
        path.append((RIGHT, right.hash.hex()))
    for path in right.paths:
        path.append((LEFT, left.hash.hex()))
    return _Part(left.leaves + right.leaves, _node(left.hash, right.hash), [*left.paths, *right.paths])


def _leaf(event_hash: str) -> bytes:
    return hashlib.sha256(b"\x00" + bytes.fromhex(event_hash)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
