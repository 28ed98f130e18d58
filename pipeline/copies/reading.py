"""Good bytes of an object from wherever they are: the first store, else the replica, which is said and logged."""

from dataclasses import dataclass
from pathlib import Path

from config.errors import NotFoundError, ObjectMissingError, ReadBackError, StoreError
from pipeline.context import Context
from pipeline.rereading import GOOD, MISSING, KnownObject, Reading, known_objects, note_reading, read_object
from storage.ledger import events
from storage.ledger.models import StoredObject

UNREACHABLE = "unreachable"
"""The fault of an object whose store does not answer: nothing is said about the object itself."""


@dataclass(frozen=True, slots=True)
class SoundReading:
    """What the first store gave, and whether the bytes at hand are the replica's, which are good."""

    found: Reading
    is_from_replica: bool

    @property
    def is_good(self) -> bool:
        """Whether the bytes at hand are those that were stored."""
        return self.is_from_replica or self.found.fault == GOOD


def fetch_sound(
    ctx: Context, known: KnownObject, target: Path, *, always: bool = False, only_changes: bool = False
) -> SoundReading:
    """Copy an object to a file, from the replica where the first store has it not or has it bad.

    What the first store gave is written down, with `always` in the event log too when it is good, and with
    `only_changes` not at all when it is as good as before. Raise its StoreError when it does not answer as a whole and
    the replica does not help.
    """
    try:
        found = read_object(ctx, known, lambda key: ctx.store.fetch(key, target))
    except StoreError:
        found = Reading(None, UNREACHABLE)
        if not _from_replica(ctx, known, target, found):
            raise
        return SoundReading(found, is_from_replica=True)
    if not (only_changes and found.fault == GOOD and known.was_good):
        note_reading(ctx, known, found, always=always)
    return SoundReading(found, is_from_replica=found.fault != GOOD and _from_replica(ctx, known, target, found))


def fetch_good(ctx: Context, key: str, target: Path) -> None:
    """Copy the object of a key to a file, from either store.

    It is fetched for use, not to be checked: the ledger is told only where the first store has it bad, or good again.
    Raise ObjectMissingError when it is in neither, ReadBackError when what is there is not good.
    """
    for known in known_objects(ctx, StoredObject.key == key, limit=1):
        read = fetch_sound(ctx, known, target, only_changes=True)
        if read.is_good:
            return
        raise ObjectMissingError(key=key) if read.found.fault == MISSING else ReadBackError(key=key)
    raise NotFoundError(subject=key)


def _from_replica(ctx: Context, known: KnownObject, target: Path, found: Reading) -> bool:
    """Put the replica's copy in the place of the target if it is good; tell whether it is."""
    if ctx.replica is None:
        return False
    beside = target.with_name(f"{target.name}.replica")
    try:
        if ctx.replica.fetch(known.key, beside) != known.sha256:
            return False
        beside.replace(target)
    except StoreError:
        return False
    finally:
        beside.unlink(missing_ok=True)
    with ctx.ledger.session() as session:
        events.append(
            session,
            kind="object.read_from_replica",
            actor=ctx.actor,
            subject_type="document",
            subject_id=str(known.document_id),
            at=ctx.clock(),
            output_hash=known.sha256,
            payload={"kind": known.kind, "version": known.version, "fault": found.fault},
        )
    return True
