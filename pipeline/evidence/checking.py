"""Is an evidence pack genuine: asked of the pack alone, offline, on a machine that knows neither ledger nor store.

Trusted are the roots that whoever checks brings along, never those that lie in the pack.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from config.clock import system_clock
from config.errors import NotFoundError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.evidence.checking_log import LogAnswer, check_binding, check_log, signed_by
from pipeline.evidence.layout import (
    FIELDS,
    MANIFEST,
    OUTSIDE_MANIFEST,
    PDFA,
    RECEIPTS,
    RECORD,
    SIGNATURES,
    STATEMENT,
    SUMS,
    Manifest,
    PackDamagedError,
    PackedDocument,
    read_facts,
    read_manifest,
    read_whole,
    sums_of,
)
from pipeline.evidence.verdicts import (
    DocumentSignatures,
    PackFinding,
    PackProof,
    Question,
    SignedBy,
    worst,
)
from pipeline.evidence.zipping import opened_pack
from pipeline.job import file_sha256
from signing.report import SignatureReport, Verdict, overall, reason_text
from signing.trust import TrustStore, load_trust
from signing.validate import validate
from storage.ledger.states import Environment

MISSING = _("{file} is missing")
ADDED = _("{file} does not belong to the pack")
CHANGED = _("{file} was changed")
NOT_A_PDF = _("{file} is no PDF")
OF_OTHERS = _("{file} is about something else")
UNSIGNED = _("{file} bears no signature")
OTHER_SIGNERS = _("{file} bears other signatures than it did when the pack was made")
FACTS_SCHEMA = 1
_PDF = b"%PDF-"
_FACTS = {
    FIELDS: "sohoa.evidence_fields",
    RECEIPTS: "sohoa.evidence_receipts",
    SIGNATURES: "sohoa.evidence_signatures",
    PDFA: "sohoa.evidence_pdfa",
}


def check_pack(pack: Path, trust_folder: Path | None = None, *, now: datetime | None = None) -> PackProof:
    """Check a pack, a folder or a ZIP, against itself and the roots in a folder; without one nobody is trusted.

    Raise NotFoundError when there is none, PackDamagedError for what cannot be read as one, PackNewerError for another
    schema, SettingsError for a broken file among the roots.
    """
    if trust_folder is not None and not trust_folder.is_dir():
        raise NotFoundError(subject=trust_folder)
    moment = now or system_clock()
    with opened_pack(pack) as (folder, names):
        manifest = read_manifest(_manifest_bytes(folder, pack), pack.name)
        trust = _trust(trust_folder, manifest)
        files = _check_files(folder, names, manifest)
        statement = signed_by(folder, MANIFEST, STATEMENT, MANIFEST, trust, moment)
        findings = [files, _statement_finding(statement)]
        if files.verdict is Verdict.INVALID:
            # What lies there is not what was packed: looking further would only say so again, or stumble.
            return _proof(pack, manifest, findings, (), (statement,), None)
        log = check_log(folder, manifest, trust, moment)
        documents = []
        findings.append(_check_content(folder, manifest))
        for document in manifest.documents:
            reports = validate(folder / document.archival, trust, now=moment)
            documents.append(DocumentSignatures(document.stt, manifest.hash_of(document.archival) or "", reports))
            findings.append(_check_signatures(folder, document, reports))
            findings.append(check_binding(document, manifest, log))
        findings.append(log.finding)
        return _proof(pack, manifest, findings, tuple(documents), (statement, *log.heads), log)


def _proof(
    pack: Path,
    manifest: Manifest,
    findings: list[PackFinding],
    documents: tuple[DocumentSignatures, ...],
    signed: tuple[SignedBy, ...],
    log: LogAnswer | None,
) -> PackProof:
    return PackProof(
        pack=pack.name,
        record=manifest.record,
        agency=manifest.agency,
        environment=manifest.environment,
        made_at=manifest.made_at,
        made_by=manifest.made_by,
        verdict=worst([finding.verdict for finding in findings]),
        findings=tuple(findings),
        documents=documents,
        signed=signed,
        events=len(log.events) if log else 0,
        unproven_events=log.unproven if log else 0,
    )


def _manifest_bytes(folder: Path, pack: Path) -> bytes:
    path = folder / MANIFEST
    if not path.is_file():
        raise PackDamagedError(file=pack, cause=_("it has no manifest.json"))
    return read_whole(folder, MANIFEST)


def _trust(folder: Path | None, manifest: Manifest) -> TrustStore:
    is_production = manifest.environment == Environment.PRODUCTION
    return TrustStore((), (), is_production) if folder is None else load_trust(folder, folder, production=is_production)


def _check_files(folder: Path, names: list[str], manifest: Manifest) -> PackFinding:
    """Hold every file against the manifest, and the sums against both."""
    told = {file.path: file for file in manifest.files}
    here = set(names)
    wrong = [gettext(MISSING).format(file=name) for name in sorted({*told, *OUTSIDE_MANIFEST} - here)]
    wrong += [gettext(ADDED).format(file=name) for name in sorted(here - {*told, *OUTSIDE_MANIFEST})]
    found = {name: file_sha256(folder / name) for name in sorted(here - {SUMS})}
    for name, file in told.items():
        is_same = found.get(name) == file.sha256 and (folder / name).stat().st_size == file.size
        if name in here and not is_same:
            wrong.append(gettext(CHANGED).format(file=name))
    if not wrong and (sums := read_whole(folder, SUMS)) != sums_of(found.items()):
        wrong.append(_changed_sums(sums, found))
    return PackFinding(Question.FILES, Verdict.INVALID if wrong else Verdict.VALID, tuple(wrong))


def _changed_sums(sums: bytes, found: dict[str, str]) -> str:
    """Say which of the files that the manifest cannot name differs from its sum; or that the sums themselves do."""
    lines = set(sums.split(b"\n"))
    outside = sorted(OUTSIDE_MANIFEST - {SUMS})
    differing = [name for name in outside if sums_of([(name, found[name])]).rstrip() not in lines]
    return gettext(CHANGED).format(file=", ".join(differing) or SUMS)


def _statement_finding(statement: SignedBy) -> PackFinding:
    details = () if statement.verdict is Verdict.VALID else (reason_text(statement.reason_code),)
    return PackFinding(Question.STATEMENT, statement.verdict, details)


def _check_content(folder: Path, manifest: Manifest) -> PackFinding:
    """See that each file of facts says that it is about this record, or the document in whose folder it lies."""
    record = {"kind": "sohoa.evidence_record", "record": manifest.record, "record_id": str(manifest.record_id)}
    wrong = list(_strange(folder, RECORD, record))
    for document in manifest.documents:
        for name, kind in _FACTS.items():
            path = f"{document.folder}/{name}"
            judged = {"sha256": manifest.hash_of(document.archival) or ""}
            about = {"document_id": str(document.document_id)} if name in {FIELDS, RECEIPTS} else judged
            wrong += _strange(folder, path, {"kind": kind, **about})
    return PackFinding(Question.CONTENT, Verdict.INVALID if wrong else Verdict.VALID, tuple(wrong))


def _strange(folder: Path, path: str, wanted: dict[str, str]) -> Iterator[str]:
    body = read_facts(folder, path)
    if body.get("schema") != FACTS_SCHEMA or any(body.get(key) != wanted[key] for key in wanted):
        yield gettext(OF_OTHERS).format(file=path)


def _check_signatures(folder: Path, document: PackedDocument, reports: tuple[SignatureReport, ...]) -> PackFinding:
    """Judge an archival file by its signatures now, and see that they are those it had when the pack was made."""
    file = folder / document.archival
    with file.open("rb") as source:
        is_pdf = source.read(len(_PDF)) == _PDF
    wrong = [] if is_pdf else [gettext(NOT_A_PDF).format(file=document.archival)]
    told = read_facts(folder, f"{document.folder}/{SIGNATURES}").get("signatures")
    before = [_name(each) for each in told if isinstance(each, dict)] if isinstance(told, list) else None
    if before != [(report.field, report.certificate_sha256) for report in reports]:
        wrong.append(gettext(OTHER_SIGNERS).format(file=document.archival))
    if wrong:
        return PackFinding(Question.SIGNATURES, Verdict.INVALID, tuple(wrong), document.stt)
    if not reports:
        details = (gettext(UNSIGNED).format(file=document.archival),)
        return PackFinding(Question.SIGNATURES, Verdict.INDETERMINATE, details, document.stt)
    doubts = dict.fromkeys(
        f"{report.signer or report.field}: {reason_text(report.reason_code)}"
        for report in reports
        if report.verdict is not Verdict.VALID
    )
    return PackFinding(Question.SIGNATURES, overall(reports), tuple(doubts), document.stt)


def _name(report: dict[str, Any]) -> tuple[object, object]:
    return report.get("field"), report.get("certificate_sha256")
