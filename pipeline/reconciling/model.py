"""What ledger, store and disk can disagree in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """One way in which ledger, store and disk differ."""

    OBJECT_MISSING = "object_missing"
    """The ledger names an object that the store does not have."""
    OTHER_SIZE = "other_size"
    OTHER_BYTES = "other_bytes"
    UNREADABLE = "unreadable"
    NOT_NOTED = "not_noted"
    """An object is proven to belong to a document, but the ledger does not name it."""
    UNKNOWN = "unknown"
    """An object of which nothing is known."""
    ARCHIVED_AHEAD = "archived_ahead"
    """Archived after the backup that the ledger came from, and proven by its seal."""
    SCAN_AHEAD = "scan_ahead"
    """Stored after that backup, and not proven to be of a document."""
    HEAD_MISSING = "head_missing"
    """A signed head of the event log is gone from the store."""
    SEALED_WAITS = "sealed_waits"
    """Signed bytes are committed and at hand, and not archived."""
    SEALED_LOST = "sealed_lost"
    """Signed bytes are committed, and neither on this disk nor in the store."""
    ORIGINAL_WAITS = "original_waits"
    """A scan passed the secrecy check, is on this disk, and was not stored."""
    ORIGINAL_LOST = "original_lost"
    """A scan passed the secrecy check and is neither in the store nor on this disk."""
    FOLDER_LEFT = "folder_left"
    """A work or staging folder of nothing that is in work."""
    SIGNED_LEFT = "signed_left"
    """Such a folder with a signed file that the store does not have."""
    FILE_LEFT = "file_left"
    """A file that a write which was cut off left half done."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing found: what, where, of which document, and what becomes of it.

    `place`: the key in the store or the path on the disk. `is_mendable`: a repair is proven to be right.
    """

    kind: Kind
    place: str
    document_id: UUID | None = None
    is_mendable: bool = False
    is_mended: bool = False
    failure: str = ""
    """Code of the error that a repair ended with."""


@dataclass(frozen=True, slots=True)
class Found:
    """A difference with the repair that is proven to be right, where there is one."""

    difference: Difference
    mend: Callable[[], object] | None = None


@dataclass(slots=True)
class Tally:
    """Counts objects and differences while they stream by; keeps the first of each kind to show."""

    most_shown: int
    objects: int = 0
    """What the ledger names."""
    listed: int = 0
    """What the store holds."""
    read: int = 0
    found: dict[Kind, int] = field(default_factory=dict)
    mended: dict[Kind, int] = field(default_factory=dict)
    shown: dict[Kind, list[Difference]] = field(default_factory=dict)

    def add(self, one: Difference) -> None:
        """Count a difference."""
        self.found[one.kind] = self.found.get(one.kind, 0) + 1
        if one.is_mended:
            self.mended[one.kind] = self.mended.get(one.kind, 0) + 1
        shown = self.shown.setdefault(one.kind, [])
        if len(shown) < self.most_shown:
            shown.append(one)


@dataclass(frozen=True, slots=True)
class ReconcileReport:
    """What a comparison came to. `open`: what is not mended."""

    objects: int
    listed: int
    read: int
    is_repair: bool
    found: Mapping[str, int]
    mended: Mapping[str, int]
    open: int
    shown: tuple[Difference, ...]
