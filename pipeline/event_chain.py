"""The head of the event chain, signed, timestamped and kept outside the database: a cut tail shows."""

import fcntl
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import rfc8785
from sqlalchemy import func, select

from config.dates import instant_text
from config.errors import ChainBrokenError, SohoaError, WriteOnceError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.covered_events import head_before, tree_over
from pipeline.guard import guarded
from pipeline.job import file_sha256
from pipeline.leases import in_turn
from pipeline.lost_events import NotReconciledError, lost_heads, waits_for_reconciling
from pipeline.seal_keys import head_agency
from pipeline.sealed_heads import (
    GONE,
    HEAD,
    SCHEMA_VERSION,
    SIGNATURE,
    HeadNotProvenError,
    SealedHead,
    checked_head,
    head_in,
    head_key,
    noted_keys,
    sealed_heads,
    stored_head,
    stored_seqs,
)
from pipeline.stages.stage import settle
from signing.chain_head import sign_head
from storage.ledger import events
from storage.ledger.models import ChainHeadSeal, Event, LedgerBirth

DAY = timedelta(days=1)
LOCK_NAME = ".lock"
OTHER_EVENT = _("it is not the event that the signed head {place} names: the log was written anew")


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a check of the event chain came to."""

    events: int
    sealed_heads: int
    last_sealed_seq: int


def seal_head(ctx: Context, batches: Sequence[UUID] = ()) -> Path | None:
    """Sign the present head and put it into the chain folder and the store; None when it is sealed already.

    `<seq>.json` holds the head and the batches that were worked on before it, `<seq>.p7s` the signature with its
    timestamp. A head whose upload failed is uploaded by the next call; one that another machine, or this one before
    its folder was lost, put into the store is fetched and not signed again.
    Raise LedgerRolledBackError or ChainBrokenError when the store holds a head that this ledger does not lead to:
    nothing is signed over a history that was put back or written anew.
    """
    ctx.settings.chain_folder.mkdir(parents=True, exist_ok=True)
    with (ctx.settings.chain_folder / LOCK_NAME).open("w") as lock:
        # Two runs that end at the same moment must not mix their two files.
        fcntl.flock(lock, fcntl.LOCK_EX)
        _clear_half_written(ctx)
        with in_turn(ctx, "chain"):
            ensure_store_agrees(ctx)
            _take_what_stands(ctx)
            made = _sign_head(ctx, batches)
            _upload_heads(ctx)
    return made


def head_trouble(ctx: Context, batches: Sequence[UUID] = ()) -> str | None:
    """Seal the head of the event log; give the code of what hinders it, which is told and stops nothing."""

    def seal() -> str | None:
        seal_head(ctx, batches)
        return None

    return guarded(seal, lambda cause: _told(ctx, cause), ctx.settings.chain_folder)


def seal_overdue_head(ctx: Context) -> None:
    """Seal the head in the middle of a batch when a day has passed since the last one; what hinders it is told."""
    guarded(lambda: head_trouble(ctx) if _is_overdue(ctx) else None, lambda cause: _told(ctx, cause), "")


def ensure_not_rolled_back(ctx: Context) -> None:
    """Raise LedgerRolledBackError or ChainBrokenError when the store holds a head that the ledger does not lead to.

    Raise NotReconciledError when a ledger was put back and not held against the store since.
    Asked before a run: an older ledger would give numbers again that are given already. A store that cannot be asked
    holds nothing up here; whoever puts something into it is told.
    """
    try:
        ensure_store_agrees(ctx)
    except ChainBrokenError:
        raise
    except SohoaError:
        pass
    with ctx.ledger.reading() as session:
        put_back = waits_for_reconciling(session)
    if put_back is not None:
        raise NotReconciledError(at=instant_text(put_back.at))


def _is_overdue(ctx: Context) -> bool:
    with ctx.ledger.reading() as session:
        last = session.scalar(select(func.max(ChainHeadSeal.sealed_at)))
        since = last or session.scalar(select(LedgerBirth.born_at))
    return since is not None and ctx.clock() - since >= DAY


def _told(ctx: Context, cause: SohoaError) -> str:
    ctx.watcher.noticed("", cause)
    return cause.code


def ensure_store_agrees(ctx: Context) -> None:
    """Hold the ledger against the heads in the store that it does not remember; as a rule there are none."""
    unknown = [stored_head(ctx, seq) for seq in stored_seqs(ctx, after=max(noted_keys(ctx), default=0))]
    # The ledger is read after the store: a head that another machine puts there now has its events here already.
    for head in unknown:
        _ensure_leads_to(ctx, head)


def _ensure_leads_to(ctx: Context, head: SealedHead) -> None:
    with ctx.ledger.reading() as session:
        found = session.scalar(select(Event.hash).where(Event.seq == head.seq))
        last = session.scalar(select(func.max(Event.seq))) or 0
        is_lost = found is not None and lost_heads(session).get(head.seq) == head.hash
    if head.seq > last:
        raise head.beyond(last)
    if found != head.hash and not is_lost:
        raise ChainBrokenError(seq=head.seq, cause=gettext(OTHER_EVENT).format(place=head.place))


def _sign_head(ctx: Context, batches: Sequence[UUID]) -> Path | None:
    with ctx.ledger.reading() as session:
        head = events.head(session)
    target = ctx.settings.chain_folder / f"{head.seq:012d}{HEAD}"
    if head.seq == 0 or target.exists() or _is_kept_in_store(ctx, head.seq, target):
        return None
    start = head_before(ctx, head.seq)
    with ctx.ledger.reading() as session:
        tree = tree_over(session, start, head.seq)
    payload = rfc8785.dumps(
        {
            "schema": SCHEMA_VERSION,
            "environment": str(ctx.environment),
            "seq": head.seq,
            "hash": head.hash,
            "peaks": list(tree.peaks()),
            "at": ctx.clock().isoformat(),
            "batches": [str(batch) for batch in batches],
        }
    )
    # The signature first: a head that is there has one.
    _put_down(target.with_suffix(SIGNATURE), sign_as_keeper(ctx, payload))
    _put_down(target, payload)
    return target


def sign_as_keeper(ctx: Context, payload: bytes) -> bytes:
    """Give a detached signature with timestamp in the name of the agency that answers for the event log."""
    agency = head_agency(ctx)
    return sign_head(payload, ctx.sealer, agency.name, agency.code)


def _clear_half_written(ctx: Context) -> None:
    """Take away what a full disk or a killed run left; whoever holds the lock is the only one who writes here."""
    for part in ctx.settings.chain_folder.glob("*.part"):
        part.unlink(missing_ok=True)


def _put_down(target: Path, content: bytes) -> None:
    part = target.with_name(f"{target.name}.part")
    part.write_bytes(content)
    settle(part, target)


def _is_kept_in_store(ctx: Context, seq: int, target: Path) -> bool:
    """Say whether a head was put into the store before; it is fetched into the chain folder then."""
    is_noted = seq in noted_keys(ctx)
    if not ctx.store.exists(head_key(ctx, target.name)):
        if is_noted:
            raise ChainBrokenError(seq=seq, cause=gettext(GONE))
        return False
    with suppress(HeadNotProvenError):
        _ensure_leads_to(ctx, stored_head(ctx, seq))
    for file in (target.with_suffix(SIGNATURE), target):
        _fetch(ctx, file)
    return True


def _fetch(ctx: Context, target: Path) -> None:
    part = target.with_name(f"{target.name}.part")
    ctx.store.fetch(head_key(ctx, target.name), part)
    settle(part, target)


def _take_what_stands(ctx: Context) -> None:
    """Take the store's head in place of one of this folder that another machine was quicker with.

    Both are true; the store has room for one, and this machine was cut off before it had put its own there.
    """
    if ctx.place is None:
        return
    with ctx.ledger.reading() as session:
        of_others = session.scalars(select(ChainHeadSeal.seq).where(ChainHeadSeal.place != ctx.place)).all()
    for seq in set(of_others):
        path = ctx.settings.chain_folder / f"{seq:012d}{HEAD}"
        if path.exists() and ctx.store.read_back(head_key(ctx, path.name)) != file_sha256(path):
            _ensure_leads_to(ctx, head_in(ctx, path, str(path)))
            for file in (path.with_suffix(SIGNATURE), path):
                _fetch(ctx, file)


def _upload_heads(ctx: Context) -> None:
    with ctx.ledger.reading() as session:
        # A head over lost events stays where it is: no later one goes on from it.
        uploaded = noted_keys(ctx).keys() | lost_heads(session).keys()
    for path in sorted(ctx.settings.chain_folder.glob(f"*{HEAD}")):
        if path.stem.isdecimal() and int(path.stem) in uploaded:
            continue
        head = _storable_head(ctx, path)
        if not _put_head(ctx, path):
            continue
        facts = {
            "seq": head.seq,
            "hash": head.hash,
            "sealed_at": ctx.clock(),
            "object_key": head_key(ctx, path.name),
            "place": ctx.place,
        }
        with ctx.ledger.session() as session:
            session.add_all(ChainHeadSeal(**facts, batch_id=batch) for batch in _batches_in(path))


def _put_head(ctx: Context, path: Path) -> bool:
    """Put a head and its signature into the store; tell whether it has them now.

    It has not where a machine was lost between its two files: that one's signature stands there alone for good, and a
    later head covers these events.
    """
    files = (path.with_suffix(SIGNATURE), path)
    try:
        for file in files:
            ctx.store.put(head_key(ctx, file.name), file, file_sha256(file))
    except WriteOnceError:
        if ctx.place is None or ctx.store.exists(head_key(ctx, path.name)):
            raise
        for file in files:
            file.unlink()
        return False
    return True


def _storable_head(ctx: Context, path: Path) -> SealedHead:
    """Give a head fit for the write-once store: of this log, the only one of its event, and with a sound signature."""
    head = head_in(ctx, path, str(path))
    _ensure_leads_to(ctx, head)
    if _is_kept_in_store(ctx, head.seq, path):
        return head_in(ctx, path, str(path))
    if not _is_signed(ctx, path):
        # Cut off by a power failure, say. What is signed anew is what the log itself says.
        signature = path.with_suffix(SIGNATURE)
        if ctx.store.exists(head_key(ctx, signature.name)):
            _fetch(ctx, signature)
        else:
            _put_down(signature, sign_as_keeper(ctx, path.read_bytes()))
        with suppress(HeadNotProvenError):
            checked_head(ctx, path, str(path))
    return head


def _is_signed(ctx: Context, path: Path) -> bool:
    """Say whether a head's signature holds; whether its signer is trusted yet is another matter."""
    try:
        checked_head(ctx, path, str(path))
    except HeadNotProvenError:
        return True
    except ChainBrokenError:
        return False
    return True


def _batches_in(path: Path) -> list[UUID | None]:
    """Give the batches a head says it was sealed after; None alone when it names none."""
    named = json.loads(path.read_bytes()).get("batches", [])
    return [UUID(batch) for batch in named] or [None]


def check_event_chain(ctx: Context) -> ChainReport:
    """Check the whole chain against itself and against every sealed head kept outside the database.

    Raise ChainBrokenError at the first event that was changed, is missing, reordered or cut off, and where a head is
    gone or altered; HeadNotProvenError when a head's signer is not trusted.
    """
    # The heads first: what is added to the ledger meanwhile is no contradiction.
    heads = sealed_heads(ctx)
    with ctx.ledger.reading() as session:
        known = events.head(session)
        lost = lost_heads(session)
        pins = [head.pin for head in heads if head.seq <= known.seq and lost.get(head.seq) != head.hash]
        last = events.check_chain(session, pins)
    for head in heads:
        if head.seq > last.seq:
            raise head.beyond(last.seq)
    return ChainReport(last.seq, len(heads), max((head.seq for head in heads), default=0))
