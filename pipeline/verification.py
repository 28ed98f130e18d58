"""Is this record genuine: the stored object against the ledger, its signatures, its PDF/A; or any file at hand."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from config.codes import normalize_record_code
from config.errors import NotFoundError
from config.i18n import mark as _
from ocr.pdfa import PdfaReport, check_signed_pdfa
from pipeline.context import Context
from pipeline.job import file_sha256
from pipeline.objects import ARCHIVAL
from signing.report import SignatureReport, Verdict, overall
from signing.validate import validate
from storage.ledger.models import Document, DocumentVersion, Record, StoredObject


class NotArchivedError(NotFoundError):
    """A record is known, but nothing of it is archived yet."""

    code = "not_archived"
    message = _("nothing of {subject} is archived yet")
    remedy = _("See where it stands: sohoa show {subject}")


@dataclass(frozen=True, slots=True)
class Proof:
    """What could be shown of one file.

    `ledger_match`: True when the ledger knows these very bytes as an archived document, False when it knows the
    document with other bytes, None when it does not know the file at all.
    """

    subject: str
    sha256: str
    verdict: Verdict
    ledger_match: bool | None
    signatures: tuple[SignatureReport, ...]
    pdfa: PdfaReport


def verify_file(ctx: Context, path: Path) -> Proof:
    """Judge a file at hand: its signatures and PDF/A, and whether the ledger knows these bytes."""
    if not path.is_file():
        raise NotFoundError(subject=path)
    sha256 = file_sha256(path)
    with ctx.ledger.reading() as session:
        known = session.scalar(select(StoredObject.id).where(StoredObject.sha256 == sha256))
    return _judge(ctx, path, path.name, sha256, True if known else None)


def verify_record(ctx: Context, record_code: str) -> list[Proof]:
    """Fetch every archived document of a record from the store and judge it.

    Raise NotFoundError for a record that is not known, NotArchivedError when nothing of it is archived.
    """
    code = normalize_record_code(record_code)
    with ctx.ledger.reading() as session:
        rows = session.execute(
            select(StoredObject.key, StoredObject.sha256)
            .join(DocumentVersion, DocumentVersion.id == StoredObject.version_id)
            .join(Document, Document.id == DocumentVersion.document_id)
            .join(Record, Record.id == Document.record_id)
            .where(
                Record.code == code,
                StoredObject.kind == ARCHIVAL,
                DocumentVersion.number == Document.current_version,
            )
            .order_by(Document.stt)
        ).all()
        is_known = rows or session.scalar(select(Record.id).where(Record.code == code).limit(1))
    if not rows:
        raise (NotArchivedError if is_known else NotFoundError)(subject=record_code)
    return [_verify_object(ctx, key, sha256) for key, sha256 in rows]


def _verify_object(ctx: Context, key: str, sha256: str) -> Proof:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "object.pdf"
        stored = ctx.store.fetch(key, path)
        return _judge(ctx, path, key.rsplit("/", 1)[-1], stored, stored == sha256)


def _judge(ctx: Context, path: Path, subject: str, sha256: str, ledger_match: bool | None) -> Proof:
    signatures = validate(path, ctx.trust)
    verdict = overall(signatures)
    return Proof(
        subject=subject,
        sha256=sha256,
        verdict=Verdict.INVALID if ledger_match is False else verdict,
        ledger_match=ledger_match,
        signatures=signatures,
        pdfa=check_signed_pdfa(path, None),
    )
