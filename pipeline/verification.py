"""Is this record genuine: the stored object against the ledger, its signatures, its PDF/A; or any file at hand."""

import tempfile
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import aliased

from config.errors import InputRefusedError, NotFoundError
from config.i18n import mark as _
from ocr.pdfa import PdfaReport, check_signed_pdfa
from pipeline.context import Context
from pipeline.copies.reading import fetch_sound
from pipeline.job import file_sha256
from pipeline.naming import record_and_number
from pipeline.objects import ARCHIVAL, EARLIER
from pipeline.rereading import GOOD, KnownObject, known_objects
from signing.report import SignatureReport, Verdict, overall
from signing.validate import validate
from storage.ledger.models import Document, DocumentVersion, Record, StoredObject


class NotArchivedError(NotFoundError):
    """A record is known, but nothing of it is archived yet."""

    code = "not_archived"
    message = _("nothing of {subject} is archived yet")
    remedy = _("See where it stands: sohoa show {subject}")


class NothingToVerifyError(InputRefusedError):
    """A file at hand is no whole PDF, so there is nothing in it that could be proven."""

    code = "nothing_to_verify"
    message = _("{file}: {cause}; there is nothing to verify in it")
    remedy = _("Ask for the file itself once more, whole and as it was signed; a photo or print of it proves nothing.")


EMPTY, NO_PDF, CUT_OFF = (
    _("the file is empty"),
    _("the file is no PDF"),
    _("the end of the PDF is missing, or much was added after it"),
)
FOLDER = _("it is a folder")
HEAD_BYTES = TAIL_BYTES = 1024
"""Where a PDF says that it is one, and that it is whole."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Which version of an archived document these bytes are, and which one counts now.

    `replaced_at`: when a later version that counts now was archived; None for the one that counts, or while the later
    one is not archived yet.
    """

    version: int
    current_version: int
    replaced_at: datetime | None


@dataclass(frozen=True, slots=True)
class Proof:
    """What could be shown of one file.

    `fault`: what is wrong with the object in the first store (`missing`, `other_bytes`, `unreadable`, or the store is
    `unreachable`), or empty; where nothing could be read there is no hash and no judgement on PDF/A.
    `is_from_replica`: what was judged is the second copy, which is as it was stored.
    `ledger_match`: True when the ledger knows these very bytes as an archived document, False when it knows the
    document with other bytes, None when nothing archived has them. `standing` is given with an archived document:
    bytes may be genuine and replaced by a later version.
    """

    subject: str
    sha256: str
    verdict: Verdict
    ledger_match: bool | None
    signatures: tuple[SignatureReport, ...]
    pdfa: PdfaReport | None
    fault: str = ""
    standing: Standing | None = None
    is_from_replica: bool = False


def verify_file(ctx: Context, path: Path) -> Proof:
    """Judge a file at hand: its signatures and PDF/A, and whether the ledger knows these bytes.

    Raise NotFoundError when there is none, NothingToVerifyError when it is no whole PDF.
    """
    if not path.exists():
        raise NotFoundError(subject=path)
    if cause := _not_a_whole_pdf(path):
        raise NothingToVerifyError(file=path, cause=cause)
    sha256 = file_sha256(path)
    standing = _standing(ctx, StoredObject.sha256 == sha256)
    proof = judge_file(ctx, path, path.name, sha256, True if standing else None)
    return replace(proof, standing=standing)


def _standing(ctx: Context, which: ColumnElement[bool]) -> Standing | None:
    """Say which version an archived object is; of several with the same bytes, one that counts now before others."""
    current = aliased(DocumentVersion)
    with ctx.ledger.reading() as session:
        found = session.execute(
            select(DocumentVersion.number, Document.current_version, current.archived_at)
            .select_from(StoredObject)
            .join(DocumentVersion, DocumentVersion.id == StoredObject.version_id)
            .join(Document, Document.id == DocumentVersion.document_id)
            .join(current, (current.document_id == Document.id) & (current.number == Document.current_version))
            .where(StoredObject.kind.in_([ARCHIVAL, EARLIER]), which)
            .order_by((DocumentVersion.number == Document.current_version).desc(), StoredObject.stored_at.desc())
            .limit(1)
        ).one_or_none()
    if found is None:
        return None
    number, current_number, archived_at = found
    return Standing(number, current_number, archived_at if number < current_number else None)


def _not_a_whole_pdf(path: Path) -> str:
    """Give why a file cannot be taken for a PDF as it was signed, or nothing."""
    if path.is_dir():
        return FOLDER
    with path.open("rb") as source:
        head = source.read(HEAD_BYTES)
        source.seek(max(0, path.stat().st_size - TAIL_BYTES))
        tail = source.read()
    if not head:
        return EMPTY
    if b"%PDF-" not in head:
        return NO_PDF
    return "" if b"%%EOF" in tail else CUT_OFF


def verify_record(ctx: Context, name: str) -> list[Proof]:
    """Fetch every archived document of a record, or the one a document's code names, and judge it.

    Of a document whose newest version is not archived yet it is the one before, which says so in its standing.
    How its object reads now is written down.
    Raise NotFoundError for a name that is not known, NotArchivedError when nothing of it is archived.
    """
    with ctx.ledger.reading() as session:
        versions = _standing_versions(*record_and_number(session, name))
    stored = known_objects(ctx, StoredObject.kind == ARCHIVAL, StoredObject.version_id.in_(versions))
    if not stored:
        raise NotArchivedError(subject=name)
    return [verify_object(ctx, known) for known in sorted(stored, key=lambda known: known.stt or 0)]


def _standing_versions(record_code: str, stt: int | None) -> Select[UUID]:
    newer = aliased(DocumentVersion)
    versions = (
        select(DocumentVersion.id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .join(Record, Record.id == Document.record_id)
        .where(
            Record.code == record_code,
            DocumentVersion.number <= Document.current_version,
            ~exists().where(
                newer.document_id == Document.id,
                newer.number > DocumentVersion.number,
                newer.number <= Document.current_version,
                _has_archival(newer),
            ),
        )
    )
    return versions if stt is None else versions.where(Document.stt == stt)


def _has_archival(version: type[DocumentVersion]) -> ColumnElement[bool]:
    return exists().where(StoredObject.version_id == version.id, StoredObject.kind == ARCHIVAL)


def verify_object(ctx: Context, known: KnownObject, *, one_of_all: bool = False) -> Proof:
    """Fetch an archived object and judge it, and write down how it reads.

    `one_of_all`: only faults and changes go into the event log, and PDF/A is not asked about, since it was checked
    before archiving, and bytes that are still the same conform still.
    """
    name = known.key.rsplit("/", 1)[-1]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "object.pdf"
        read = fetch_sound(ctx, known, path, always=not one_of_all)
        standing, fault = _standing(ctx, StoredObject.id == known.id), read.found.fault
        sha256 = known.sha256 if read.is_from_replica else read.found.sha256
        if sha256 is None:
            return Proof(name, "", Verdict.INVALID, False, (), None, fault, standing)
        proof = judge_file(ctx, path, name, sha256, read.is_good, with_pdfa=not one_of_all)
        told = "" if fault == GOOD else fault
        return replace(proof, fault=told, standing=standing, is_from_replica=read.is_from_replica)


def judge_file(
    ctx: Context, path: Path, subject: str, sha256: str, ledger_match: bool | None, *, with_pdfa: bool = True
) -> Proof:
    """Judge a whole PDF of this hash; what the ledger knows of it the caller says."""
    signatures = validate(path, ctx.trust, now=ctx.clock())
    verdict = overall(signatures)
    return Proof(
        subject=subject,
        sha256=sha256,
        verdict=Verdict.INVALID if ledger_match is False else verdict,
        ledger_match=ledger_match,
        signatures=signatures,
        pdfa=check_signed_pdfa(path, None) if with_pdfa else None,
    )
