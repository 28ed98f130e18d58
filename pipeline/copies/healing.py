"""One copy read against its hash, and a bad or missing one healed from a good one, which is logged and a finding.

Nothing bad is deleted: in a bucket the good bytes are a new version, in a folder the bad file is moved aside.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from config.errors import ObjectMissingError, ReadBackError, StoreError
from pipeline.context import Context
from pipeline.copies.sides import KeptCopy, Side
from pipeline.findings import COPY_BAD, COPY_HEALED, Severity, add_finding, settle_bad_copies
from pipeline.rereading import GOOD, MISSING, OTHER_BYTES, UNREADABLE, Reading
from storage.ledger import events
from storage.ledger.models import ObjectCopy, StoredObject
from storage.objects import StoredReceipt

OWN_VERSION = "version"
"""Healed from an earlier version of the same place."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one copy: `good`, or its fault; whence it was healed, or why it could not be."""

    copy: KeptCopy
    fault: str
    healed_from: str = ""
    hindrance: StoreError | None = None

    @property
    def is_good(self) -> bool:
        """Whether a good copy stands there now."""
        return self.fault == GOOD or bool(self.healed_from)


def check_copy(ctx: Context, side: Side, others: Sequence[Side], copy: KeptCopy) -> Checked:
    """Read a copy, heal it if it is bad and a good one is to be had, and write down what was found and done.

    Raise StoreError when the place as a whole does not answer: then nothing is said about the copy.
    """
    found = _read(ctx, side, copy)
    _note_reading(ctx, side, copy, found)
    if found.fault == GOOD:
        return Checked(copy, GOOD)
    try:
        healed_from = _heal(ctx, side, others, copy, found)
    except StoreError as hindrance:
        return Checked(copy, found.fault, hindrance=hindrance)
    return Checked(copy, found.fault, healed_from)


def _read(ctx: Context, side: Side, copy: KeptCopy) -> Reading:
    try:
        sha256 = side.store.read_back(copy.known.key)
    except StoreError as err:
        side.ensure_stands(ctx)
        return Reading(None, MISSING if isinstance(err, ObjectMissingError) else UNREADABLE)
    return Reading(sha256, GOOD if sha256 == copy.known.sha256 else OTHER_BYTES)


def _note_reading(ctx: Context, side: Side, copy: KeptCopy, found: Reading) -> None:
    now, is_good = ctx.clock(), found.fault == GOOD
    with ctx.ledger.session() as session:
        row = side.row_of(session, copy)
        row.checked_at, row.check_ok = now, is_good
        if not is_good:
            add_finding(session, copy.known.document_id, COPY_BAD, Severity.WARNING, now)
        elif not copy.known.was_good:
            settle_bad_copies(session, copy.known.document_id, ctx.replica_name)
        if not is_good or not copy.known.was_good:
            _log(ctx, session, copy, f"object.reread.{found.fault}", found.sha256, {})


def _heal(ctx: Context, side: Side, others: Sequence[Side], copy: KeptCopy, found: Reading) -> str:
    """Put a good copy in the place of a bad one; give whence it came, or nothing where there is no good one.

    Raise StoreError where there may be one that cannot be had now, or where it is not taken.
    """
    with tempfile.TemporaryDirectory(prefix="sohoa-") as folder:
        path = Path(folder) / "object"
        source = _good_source(side, others, copy, path)
        if not source:
            return ""
        receipt = side.store.replace(copy.known.key, path, copy.known.sha256)
        if side.store.read_back(copy.known.key) != copy.known.sha256:
            raise ReadBackError(key=copy.known.key)
    _note_healed(ctx, side, copy, receipt, {"fault": found.fault, "source": source})
    return source


def _good_source(side: Side, others: Sequence[Side], copy: KeptCopy, path: Path) -> str:
    """Fetch good bytes to a path, from wherever they are first found; give where that is."""
    ways: list[tuple[str, Side, str | None]] = [(other.place.value, other, None) for other in others]
    if copy.version_id:
        ways.append((OWN_VERSION, side, copy.version_id))
    hindrance: StoreError | None = None
    for name, where, version in ways:
        try:
            if where.store.fetch(copy.known.key, path, version) == copy.known.sha256:
                return name
        except ObjectMissingError:
            continue
        except StoreError as cause:
            hindrance = cause
    if hindrance is not None:
        raise hindrance
    return ""


def stand_anew(ctx: Context, row: StoredObject | ObjectCopy, store: str, receipt: StoredReceipt) -> None:
    """Write down that a copy was put into a store anew and read back: its version and lock are the new one's."""
    row.checked_at, row.check_ok = ctx.clock(), True
    row.store, row.store_version_id, row.retention_until = store, receipt.version_id, receipt.retention_until


def _note_healed(ctx: Context, side: Side, copy: KeptCopy, receipt: StoredReceipt, how: dict[str, str]) -> None:
    now = ctx.clock()
    with ctx.ledger.session() as session:
        stand_anew(ctx, side.row_of(session, copy), side.store.name, receipt)
        settle_bad_copies(session, copy.known.document_id, ctx.replica_name)
        add_finding(session, copy.known.document_id, COPY_HEALED, Severity.NOTE, now)
        _log(ctx, session, copy, "object.healed", copy.known.sha256, how)


def _log(ctx: Context, session: Session, copy: KeptCopy, kind: str, sha256: str | None, more: dict[str, str]) -> None:
    events.append(
        session,
        kind=kind,
        actor=ctx.actor,
        subject_type="document",
        subject_id=str(copy.known.document_id),
        at=ctx.clock(),
        input_hash=copy.known.sha256,
        output_hash=sha256,
        payload={"kind": copy.known.kind, "version": copy.known.version, "copy": copy.place.value, **more},
    )
