"""A store that is ahead of a ledger that was put back: what was archived since the backup, and how it is proven.

The proof is the agency's seal: a PDF under a record's key whose seal is valid and trusted, and which says itself which
document of which record it is. Whatever else was stored since names no document for certain; a person is told of it.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

from sqlalchemy import exists, select

from ocr.assemble.identity import PdfIdentity, read_identity
from pipeline.context import Context
from pipeline.inbox_ledger import contents_sha256
from pipeline.job import file_sha256
from pipeline.lost_events import RESTORED
from pipeline.objects import ARCHIVAL, ORIGINAL, WORDS
from pipeline.reconciling.bringing_back import WAY, Stored, Whole, bring_back, reserve_numbers
from pipeline.reconciling.model import Difference, Found, Kind
from pipeline.reconciling.unnoted import parts_of
from signing.identity import is_same_holder
from signing.profiles import AGENCY_SEAL
from signing.report import SignatureReport, Verdict, overall
from signing.validate import validate
from storage.ledger.models import Agency, Document, DocumentVersion, Event, Record, StoredObject
from storage.objects import archival_name

PAGE_DIGITS = 6
"""Of the number of a page in the name of an original that came in as a folder of pages."""


def was_put_back(ctx: Context) -> bool:
    """Say whether this ledger was ever put back from a backup."""
    with ctx.ledger.reading() as session:
        return bool(session.scalar(select(exists().where(Event.kind == RESTORED))))


@dataclass(frozen=True, slots=True)
class _Named:
    key: str
    version: int
    code: str
    stt: int
    rest: str
    """What follows the number: `pdf`, `goc.png`, `000001.png`, `ab12cd34.gz`."""


def judge_ahead(ctx: Context, keys: list[str]) -> Iterator[Found]:
    """Judge the objects of one record that the ledger neither names nor knows the hash of."""
    known_code = _code_of(ctx, keys[0])
    named = [one for key in keys if (one := _named(key, known_code)) is not None]
    strange = set(keys) - {one.key for one in named}
    yield from (Found(Difference(Kind.UNKNOWN, key)) for key in sorted(strange))
    for (_stt, _version), files in groupby(sorted(named, key=_place), key=_place):
        yield from _of_version(ctx, list(files))


def _place(one: _Named) -> tuple[int, int]:
    return one.stt, one.version


def _of_version(ctx: Context, files: list[_Named]) -> Iterator[Found]:
    archival = next((one for one in files if one.rest == "pdf"), None)
    whole = _proven(ctx, archival, files) if archival is not None else None
    if whole is not None:
        difference = Difference(Kind.ARCHIVED_AHEAD, whole.key, whole.identity.document_id, is_mendable=True)
        yield Found(difference, partial(_bring_back, ctx, whole))
        return
    first = files[0]
    record_id = (parts_of(first.key) or (None,))[0]
    reserve = partial(reserve_numbers, ctx, first.key, first.code, first.stt, first.version) if record_id else None
    for one in files:
        if not _is_stored_elsewhere(ctx, one.key):
            yield Found(Difference(Kind.SCAN_AHEAD, one.key), reserve)


def _bring_back(ctx: Context, whole: Whole) -> None:
    """Bring a document back; where that fails its number is at least given to no other, so that it can be later."""
    is_back = False
    try:
        bring_back(ctx, whole)
        is_back = True
    finally:
        if not is_back:
            reserve_numbers(ctx, whole.key, whole.record_code, whole.stt, whole.version)


def _is_stored_elsewhere(ctx: Context, key: str) -> bool:
    """Say whether the same bytes were taken in again since, and so are stored under a number of their own."""
    sha256 = ctx.store.read_back(key)
    with ctx.ledger.reading() as session:
        return bool(session.scalar(select(exists().where(StoredObject.sha256 == sha256))))


def _proven(ctx: Context, archival: _Named, files: list[_Named]) -> Whole | None:
    """Give a document that its seal proves; None where it does not, or where the ledger says otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archival.pdf"
        ctx.store.fetch(archival.key, path)
        identity = read_identity(path)
        reports = validate(path, ctx.trust, now=ctx.clock())
        sha256 = file_sha256(path)
    if identity is None or not _is_sealed_here(ctx, archival, identity, reports):
        return None
    stored = _stored_beside(ctx, files)
    original = _original_of(ctx, archival, identity, files, stored)
    if original is None:
        return None
    whole = (Stored(archival.key, ARCHIVAL, sha256), *stored)
    return Whole(archival.key, archival.stt, archival.version, identity, reports, whole, original)


def _stored_beside(ctx: Context, files: list[_Named]) -> list[Stored]:
    """Give the scan and the words of a version, as they read back."""
    stored = []
    for one in sorted(files, key=lambda each: each.key):
        begin = one.rest.partition(".")[0]
        if begin == "goc" or (begin.isdecimal() and len(begin) == PAGE_DIGITS):
            stored.append(Stored(one.key, ORIGINAL, ctx.store.read_back(one.key)))
        elif one.rest.endswith(".gz") and (read := ctx.store.read_back(one.key)).startswith(begin):
            # The name of words begins with their hash.
            stored.append(Stored(one.key, WORDS, read))
    return stored


def _original_of(
    ctx: Context, archival: _Named, identity: PdfIdentity, files: list[_Named], stored: list[Stored]
) -> str | None:
    """Give the hash that a version came in with, from the ledger or the store; None where this is no such version.

    A version that the ledger has sealed or archived has its PDF, and one without a scan is a renewal that was cut off.
    """
    with ctx.ledger.reading() as session:
        row = session.execute(
            select(Document, DocumentVersion)
            .join(DocumentVersion, DocumentVersion.document_id == Document.id)
            .where(Document.id == identity.document_id)
            .order_by(DocumentVersion.number.desc())
        ).first()
    if row is not None and row[0].state not in WAY:
        return None
    if row is not None and archival.version <= row[1].number:
        is_open = archival.version == row[0].current_version == row[1].number and row[1].sealed_sha256 is None
        return row[1].original_sha256 if is_open else None
    originals = [one.sha256 for one in stored if one.kind == ORIGINAL]
    is_folder = not any(one.rest.startswith("goc.") for one in files)
    return contents_sha256(originals, is_folder=is_folder) if originals else None


def _is_sealed_here(
    ctx: Context, archival: _Named, identity: PdfIdentity, reports: tuple[SignatureReport, ...]
) -> bool:
    """Say whether a file is sealed by the agency whose folder it lies in, and says itself that it lies right."""
    record_id = (parts_of(archival.key) or (None,))[0]
    with ctx.ledger.reading() as session:
        agency = session.scalar(select(Agency.name).where(Agency.code == archival.key.split("/")[1]))
        same = session.get(Document, identity.document_id)
        taken = session.scalar(
            select(Document.id).where(
                Document.record_id == record_id, Document.stt == archival.stt, Document.id != identity.document_id
            )
        )
    seals = [report for report in reports if report.field == AGENCY_SEAL.field]
    code, _dot, stt = identity.title.rpartition(".")
    is_sealed = (
        agency is not None
        and overall(reports) is Verdict.VALID
        and len(seals) == 1
        and is_same_holder(seals[0].signer, agency, is_test=seals[0].is_test)
    )
    is_right = stt == str(archival.stt) and archival_name(code, archival.stt) == archival.key.rsplit("/", 1)[-1]
    stands_right = same is None or (same.record_id, same.stt) == (record_id, archival.stt)
    return is_sealed and is_right and stands_right and taken is None


def _code_of(ctx: Context, key: str) -> str | None:
    parts = parts_of(key)
    with ctx.ledger.reading() as session:
        record = session.get(Record, parts[0]) if parts is not None else None
    return record.code if record is not None else None


def _named(key: str, known_code: str | None) -> _Named | None:
    """Take a key apart; the code of a record that the ledger does not know is what stands before the number."""
    parts = parts_of(key)
    if parts is None:
        return None
    _record_id, version, name = parts
    if known_code is not None:
        begin = archival_name(known_code, 1).removesuffix("1.pdf")
        rest = name.removeprefix(begin) if name.startswith(begin) else ""
        code = known_code
    else:
        pieces = name.split(".")
        # The number is the last part that is one and has at most one part more than an ending after it.
        places = [at for at in (len(pieces) - 2, len(pieces) - 3) if at > 0 and pieces[at].isdecimal()]
        place = min(places, default=0)
        code, rest = ".".join(pieces[:place]), ".".join(pieces[place:]) if place else ""
    stt, _dot, ending = rest.partition(".")
    return _Named(key, version, code, int(stt), ending) if stt.isdecimal() and ending else None
