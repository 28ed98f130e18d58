"""The store's objects against the ledger's rows, and how what is missing is put back where its bytes are at hand."""

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path

from sqlalchemy import exists, select

from config.errors import ReadBackError
from pipeline.context import Context
from pipeline.copies.healing import stand_anew
from pipeline.findings import settle_bad_copies
from pipeline.job import file_sha256, staged_version, work_folder
from pipeline.objects import note_object
from pipeline.reconciling.ahead import judge_ahead, was_put_back
from pipeline.reconciling.model import Difference, Found, Kind, Tally
from pipeline.reconciling.streams import NamedObject, Pair, pairs_of, years
from pipeline.reconciling.unnoted import Proof, Unnoted, judge_unnoted
from pipeline.rereading import GOOD, KnownObject, note_reading, read_object
from storage.ledger import events
from storage.ledger.models import Document, StoredObject
from storage.objects import ListedObject

_FAULTS = {"missing": Kind.OBJECT_MISSING, "other_bytes": Kind.OTHER_BYTES, "unreadable": Kind.UNREADABLE}
Tell = Callable[[int], None]


def compare_objects(ctx: Context, tally: Tally, *, read: bool, tell: Tell) -> Iterator[Found]:
    """Give what store and ledger differ in; with `read` every byte is read, else sizes alone are compared."""
    for agency, year in years(ctx):
        with ctx.ledger.reading() as session:
            pairs = _told(pairs_of(ctx, session, agency, year), tally, tell)
            # Whatever is there of one record that the ledger does not name is judged together.
            for record, of_record in groupby(pairs, key=_record_of):
                unnoted = []
                for named, listed in of_record:
                    if named is None and listed is not None:
                        unnoted.append(listed)
                    elif named is not None:
                        yield from _compared(ctx, tally, named, listed, read=read)
                if unnoted:
                    yield from _unnoted(ctx, record, unnoted)


def _told(pairs: Iterator[Pair], tally: Tally, tell: Tell) -> Iterator[Pair]:
    for named, listed in pairs:
        tally.objects += named is not None
        tally.listed += listed is not None
        tell(max(tally.objects, tally.listed))
        yield named, listed


def _record_of(pair: Pair) -> str:
    named, listed = pair
    key = named.key if named is not None else listed.key if listed is not None else ""
    return "/".join(key.split("/")[:4])


def _compared(
    ctx: Context, tally: Tally, named: NamedObject, listed: ListedObject | None, *, read: bool
) -> Iterator[Found]:
    if listed is None:
        # Of a secret document that it was taken out is no loss, and it is never put back.
        if named.may_be_kept and not ctx.store.exists(named.key):
            yield _missing(ctx, named)
    elif listed.size != named.size:
        known = _as_known(named)
        difference = Difference(Kind.OTHER_SIZE, named.key, named.document_id)
        yield Found(difference, None if not named.was_good else partial(_note_bad, ctx, known))
    elif read or not named.was_good:
        # What was bad when it was last read, by whomever, is asked again: its size says nothing.
        tally.read += 1
        known = _as_known(named)
        found = read_object(ctx, known, ctx.store.read_back)
        if found.fault != GOOD:
            yield Found(Difference(_FAULTS[found.fault], named.key, named.document_id), partial(_note_bad, ctx, known))


def _note_bad(ctx: Context, known: KnownObject) -> None:
    """Read an object that is not what was stored, and write that down: its document is not counted any more."""
    note_reading(ctx, known, read_object(ctx, known, ctx.store.read_back), always=False)


def _missing(ctx: Context, named: NamedObject) -> Found:
    source = _copy_at_hand(ctx, named)
    difference = Difference(Kind.OBJECT_MISSING, named.key, named.document_id, is_mendable=source is not None)
    if source is None:
        return Found(difference, partial(_note_bad, ctx, _as_known(named)) if named.was_good else None)
    return Found(difference, partial(_put_again, ctx, named, source))


def _copy_at_hand(ctx: Context, named: NamedObject) -> Path | None:
    """Give a file on this disk with the very bytes of an object: in the work folder, in staging, or in the inbox."""
    with ctx.ledger.reading() as session:
        source = session.scalar(select(Document.source_path).where(Document.id == named.document_id))
    delivered = ctx.settings.inbox_folder / source if source else None
    places = [
        work_folder(ctx, named.document_id, named.version),
        staged_version(ctx, named.document_id, named.version),
        *([delivered] if delivered is not None else []),
    ]
    files = (file for place in places for file in (place.iterdir() if place.is_dir() else [place]))
    return next(
        (
            file
            for file in files
            if file.is_file() and file.stat().st_size == named.size and file_sha256(file) == named.sha256
        ),
        None,
    )


def _put_again(ctx: Context, named: NamedObject, source: Path) -> None:
    receipt = ctx.store.put(named.key, source, named.sha256)
    if ctx.store.read_back(named.key) != named.sha256:
        raise ReadBackError(key=named.key)
    now = ctx.clock()
    with ctx.ledger.session() as session:
        stand_anew(ctx, session.get_one(StoredObject, named.id), ctx.store.name, receipt)
        settle_bad_copies(session, named.document_id, ctx.replica_name)
        events.append(
            session,
            kind="object.put_again",
            actor=ctx.actor,
            subject_type="document",
            subject_id=str(named.document_id),
            at=now,
            output_hash=named.sha256,
            payload={"kind": named.kind, "version": named.version},
        )


def _unnoted(ctx: Context, record: str, listed: list[ListedObject]) -> Iterator[Found]:
    ahead: list[str] = []
    is_ahead = was_put_back(ctx)
    for one in judge_unnoted(ctx, record, listed):
        is_noted_soon = one.is_claimed if is_ahead else one.is_in_work
        if is_noted_soon or _is_named_by_now(ctx, one.key):
            continue
        if is_ahead and one.proof is None:
            ahead.append(one.key)
            continue
        proof = one.proof
        difference = Difference(
            Kind.NOT_NOTED if proof is not None else Kind.UNKNOWN,
            one.key,
            proof.owner.document_id if proof is not None else one.document_id,
            is_mendable=proof is not None,
        )
        yield Found(difference, partial(_adopt, ctx, one, proof) if proof is not None else None)
    if ahead:
        yield from judge_ahead(ctx, ahead)


def _is_named_by_now(ctx: Context, key: str) -> bool:
    """Tell whether a run has noted an object since the comparison began."""
    with ctx.ledger.reading() as session:
        return bool(session.scalar(select(exists().where(StoredObject.key == key))))


def _adopt(ctx: Context, one: Unnoted, proof: Proof) -> None:
    """Note an object that is proven; putting the same bytes again changes nothing and gives the store's receipt."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "object"
        if ctx.store.fetch(one.key, copy) != proof.sha256:
            raise ReadBackError(key=one.key)
        receipt = ctx.store.put(one.key, copy, proof.sha256)
    with ctx.ledger.session() as session:
        note_object(ctx, session, proof.owner, proof.kind, receipt)
        events.append(
            session,
            kind="object.adopted",
            actor=ctx.actor,
            subject_type="document",
            subject_id=str(proof.owner.document_id),
            at=ctx.clock(),
            output_hash=proof.sha256,
            payload={"kind": proof.kind, "version": proof.owner.version},
        )


def _as_known(named: NamedObject) -> KnownObject:
    return KnownObject(
        named.id, named.document_id, None, named.version, named.kind, named.key, named.sha256, named.was_good
    )
