"""Making an evidence pack: a record's files as stored, what the ledger says of it, and the proofs, signed as a whole.

The pack appears whole or not at all, and no sooner than the event that says who made it.
"""

import errno
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path
from typing import Any
from uuid import UUID

from config.clock import vietnam_iso
from config.errors import DiskFullError, UsageError
from config.i18n import LANGUAGES, activate, active_language
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.event_chain import sign_as_keeper
from pipeline.evidence.choosing import Chosen, chosen_documents
from pipeline.evidence.facts import field_facts, receipt_facts, record_facts
from pipeline.evidence.fetching import fetch_files
from pipeline.evidence.layout import (
    ARCHIVAL,
    CHAIN,
    EVENTS,
    FIELDS,
    HEADS,
    MANIFEST,
    PDFA,
    PROOFS,
    README,
    README_ENGLISH,
    RECEIPTS,
    RECORD,
    ROOTS,
    SIGNATURES,
    STATEMENT,
    SUMS,
    Manifest,
    PackedDocument,
    PackedFile,
    document_folder,
    sums_of,
)
from pipeline.evidence.log_slice import PACKED, LogSlice, put_heads, slice_of
from pipeline.evidence.readme import guide
from pipeline.evidence.zipping import write_zip
from pipeline.job import file_sha256
from pipeline.personal_data import CATEGORIES
from pipeline.seal_keys import head_agency, named_agency
from pipeline.verdict_wording import conformance_text, verdict_sentence
from pipeline.verification import Proof, judge_file
from signing.certificates import as_pem, cms_certificates, completed, pdf_certificates
from storage.ledger import events
from storage.ledger.models import Record

ZIP = ".zip"
SCHEMA = 1


class PackExistsError(UsageError):
    """An evidence pack was to be written over something that is there."""

    code = "pack_exists"
    message = _("{file} is there already; an evidence pack is never written over anything")
    remedy = _("Name another file or folder with --out, or take the old one away first.")


@dataclass(frozen=True, slots=True)
class PackMade:
    """What was written: where, of which record, and the hash of its manifest, which the event log keeps.

    `unproven_events`: in the log, but under no signed head yet; the files' own events always are.
    """

    path: Path
    record: str
    documents: int
    files: int
    size: int
    manifest_sha256: str
    events: int
    unproven_events: int


def make_pack(ctx: Context, record_id: UUID, out: Path, *, purpose: str | None, stt: int | None = None) -> PackMade:
    """Write the evidence pack of a record, or of one document of it: a ZIP where the name ends so, else a folder.

    `purpose`: the kind of reason for which personal data leave the house; None where a role needs none.
    Raise NotFoundError, NotArchivedError, ReadBackError for a stored file that is not sound, PackExistsError, and as
    sealing a head does.
    """
    _ensure_purpose(purpose)
    if out.exists() or out.is_symlink():
        raise PackExistsError(file=out)
    given = chosen_documents(ctx, record_id, stt)
    with _written_beside(out) as work:
        folder = work / "pack"
        manifest = _fill(ctx, record_id, given, folder, out.name)
        whole = work / "whole.zip"
        if out.suffix.lower() == ZIP:
            write_zip(folder, whole, datetime.fromisoformat(manifest.made_at))
        made = _made(manifest, folder, out)
        _note(ctx, made, record_id, purpose, stt)
        (whole if whole.exists() else folder).rename(out)
    return made


def pack_name(record_code: str, stt: int | None, *, is_test: bool) -> str:
    """Give the name that a pack has where none was chosen."""
    part = f"{record_code}.{stt}" if stt is not None else record_code
    return f"{'TEST_' if is_test else ''}bang-chung_{part}{ZIP}"


def _ensure_purpose(purpose: str | None) -> None:
    if purpose is not None and purpose not in CATEGORIES:
        raise UsageError(cause=_("no kind of reason was chosen"))


def _fill(ctx: Context, record_id: UUID, given: Sequence[Chosen], folder: Path, pack: str) -> Manifest:
    """Write all files into a folder, the manifest and its signature last."""
    folder.mkdir()
    # Before the files are read: that they were read for the pack is under no signed head yet.
    cut = slice_of(ctx, record_id, given)
    packed = [_put_document(ctx, one, folder) for one in given]
    with ctx.ledger.reading() as session:
        facts = record_facts(session, record_id, given)
        record = session.get_one(Record, record_id)
    _put_json(folder / RECORD, facts)
    _put_log(ctx, cut, folder)
    made_at = ctx.clock().astimezone(UTC)
    said = {
        "record": record.code,
        "agency": record.agency_code,
        "made_by": ctx.actor,
        "program": metadata.version("sohoa"),
    }
    named = {**said, "agency_name": named_agency(ctx, record.agency_code).name}
    _put_guides(folder, ctx, {**named, "made_at": vietnam_iso(made_at), "pack": pack, **_listed(facts, packed, cut)})
    _put_certificates(ctx, folder, given)
    manifest = Manifest(
        environment=ctx.environment,
        record_id=record.id,
        made_at=made_at.isoformat(),
        documents=tuple(packed),
        files=tuple(_packed_files(folder)),
        **said,
    )
    content = manifest.canonical()
    (folder / MANIFEST).write_bytes(content)
    (folder / STATEMENT).write_bytes(sign_as_keeper(ctx, content))
    sums = [(path, file_sha256(folder / path)) for path in _paths(folder)]
    (folder / SUMS).write_bytes(sums_of(sums))
    return manifest


def _put_document(ctx: Context, one: Chosen, folder: Path) -> PackedDocument:
    own = folder / document_folder(one.stt)
    own.mkdir(parents=True)
    archival, originals = fetch_files(ctx, one, own)
    proof = judge_file(ctx, archival, one.name, one.archival.sha256, ledger_match=True)
    _put_json(own / SIGNATURES, _signature_report(proof, ctx.clock()))
    _put_json(own / PDFA, _pdfa_report(proof))
    with ctx.ledger.reading() as session:
        _put_json(own / FIELDS, field_facts(session, one))
        _put_json(own / RECEIPTS, receipt_facts(session, one))
    return PackedDocument(
        stt=one.stt,
        document_id=one.document_id,
        version=one.version,
        archival=archival.relative_to(folder).as_posix(),
        originals=tuple(path.relative_to(folder).as_posix() for path in originals),
    )


def _signature_report(proof: Proof, at: datetime) -> dict[str, Any]:
    return {
        "kind": "sohoa.evidence_signatures",
        "schema": SCHEMA,
        "sha256": proof.sha256,
        "judged_at": at,
        "verdict": proof.verdict,
        "sentence": _in_both(lambda: verdict_sentence(proof)),
        "signatures": [asdict(report) for report in proof.signatures],
    }


def _pdfa_report(proof: Proof) -> dict[str, Any]:
    report = proof.pdfa
    if report is None:
        raise ValueError("a file that was read has a judgement on PDF/A")
    return {
        "kind": "sohoa.evidence_pdfa",
        "schema": SCHEMA,
        "sha256": proof.sha256,
        "sentence": _in_both(lambda: conformance_text(report)),
        **asdict(report),
    }


def _in_both(say: Any) -> dict[str, str]:
    before = active_language()
    said = {}
    try:
        for language in LANGUAGES:
            activate(language)
            said[language] = say()
    finally:
        activate(before)
    return said


def _put_log(ctx: Context, cut: LogSlice, folder: Path) -> None:
    put_heads(ctx, cut.heads, folder / HEADS)
    (folder / EVENTS).write_bytes(cut.lines)
    _put_json(folder / PROOFS, cut.proofs)


def _listed(facts: dict[str, Any], packed: Sequence[PackedDocument], cut: LogSlice) -> dict[str, Any]:
    names = {document["stt"]: document["name"] for document in facts["documents"]}
    return {
        "documents": [{"folder": one.folder, "name": names[one.stt], "version": one.version} for one in packed],
        "heads": [f"{HEADS}/{seq:012d}" for seq in cut.heads],
        "left_out": facts["left_out"],
    }


def _put_guides(folder: Path, ctx: Context, values: dict[str, Any]) -> None:
    for name, language in ((README, "vi"), (README_ENGLISH, "en")):
        (folder / name).write_bytes(guide(language, {**values, "is_test": not ctx.is_production}))


def _put_certificates(ctx: Context, folder: Path, given: Sequence[Chosen]) -> None:
    """Give other programs the certificates of all signatures in the pack; Sohoa trusts none of them for lying here."""
    found = [each for one in given for each in pdf_certificates(folder / document_folder(one.stt) / ARCHIVAL)]
    for signature in sorted((folder / HEADS).glob("*.p7s")):
        found += cms_certificates(signature.read_bytes())
    # The manifest's signature comes after the files it is about; who will make it is known.
    keeper = head_agency(ctx)
    signer = ctx.sealer.identity(keeper.name, keeper.code)
    found += [signer.certificate, *signer.chain]
    known = completed(found, ctx.trust)
    (folder / ROOTS).parent.mkdir()
    (folder / ROOTS).write_bytes(as_pem(each for each in known if each.self_issued))
    (folder / CHAIN).write_bytes(as_pem(each for each in known if not each.self_issued))


def _packed_files(folder: Path) -> Iterator[PackedFile]:
    for path in _paths(folder):
        file = folder / path
        yield PackedFile(path, file_sha256(file), file.stat().st_size)


def _paths(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _made(manifest: Manifest, folder: Path, out: Path) -> PackMade:
    proofs = json.loads((folder / PROOFS).read_bytes())["events"]
    return PackMade(
        path=out,
        record=manifest.record,
        documents=len(manifest.documents),
        files=len(manifest.files),
        size=sum(file.size for file in manifest.files),
        manifest_sha256=file_sha256(folder / MANIFEST),
        events=len(proofs),
        unproven_events=sum(each["head"] is None for each in proofs),
    )


def _note(ctx: Context, made: PackMade, record_id: UUID, purpose: str | None, stt: int | None) -> None:
    """Write down that the record's data left the house: who, what for, and the hash that names the pack."""
    with ctx.ledger.session() as session:
        events.append(
            session,
            kind=PACKED,
            actor=ctx.actor,
            subject_type="record",
            subject_id=record_id,
            at=ctx.clock(),
            output_hash=made.manifest_sha256,
            payload={"purpose": purpose, "documents": made.documents, "stt": stt},
        )


@contextmanager
def _written_beside(out: Path) -> Iterator[Path]:
    """Give a folder beside a pack that is to be, gone at the end. Raise UsageError, DiskFullError where none can be."""
    try:
        work = Path(tempfile.mkdtemp(prefix=".sohoa-", dir=out.parent))
    except OSError as err:
        raise UsageError(cause=err) from err
    try:
        yield work
    except OSError as err:
        if err.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFullError(file=out, key=out) from err
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _put_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, default=_as_json) + "\n", "utf-8")


def _as_json(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | UUID):
        return str(value)
    raise TypeError(value)
