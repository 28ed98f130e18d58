"""What lies where in an evidence pack, and its manifest: every file with hash and size, and which documents they are.

The manifest is canonical JSON (RFC 8785), so that its hash, which the event log keeps, is that of its bytes.
docs/evidence.md describes the format for whoever writes a reader of their own.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import rfc8785

from config.errors import InputRefusedError
from config.i18n import mark as _
from storage.ledger.states import Environment

KIND, SCHEMA = "sohoa.evidence_pack", 1
MANIFEST, STATEMENT, SUMS = "manifest.json", "manifest.p7s", "SHA256SUMS"
"""The list of all files, the agency's signature over it, and the sums of all of them for `sha256sum -c`."""
OUTSIDE_MANIFEST = frozenset({MANIFEST, STATEMENT, SUMS})
README, README_ENGLISH = "README.txt", "README.en.txt"
RECORD, EVENTS, PROOFS, HEADS = "record.json", "log/events.jsonl", "log/proofs.json", "log/heads"
ROOTS, CHAIN = "certificates/roots.pem", "certificates/chain.pem"
ARCHIVAL, FIELDS, SIGNATURES, PDFA, RECEIPTS = (
    "archival.pdf",
    "fields.json",
    "signatures.json",
    "pdfa.json",
    "receipts.json",
)
NO_JSON = _("it is no JSON file of this format")
MOST_JSON_BYTES = 64 << 20
"""JSON files, events and signatures of a pack are read whole; what is larger is none of ours."""

_PATH = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9_-]{0,40}/){0,4}[A-Za-z0-9][A-Za-z0-9._-]{0,80}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class PackDamagedError(InputRefusedError):
    """What was given is no evidence pack, or one that cannot be read as such."""

    code = "pack_damaged"
    message = _("{file}: this cannot be read as an evidence pack: {cause}")
    remedy = _("Ask for the pack once more, whole and as it was made; nothing can be proven by this one.")


class PackNewerError(InputRefusedError):
    """An evidence pack has a schema that this program does not know."""

    code = "pack_newer"
    message = _("{file}: the evidence pack has schema {schema}; this program knows schema {known}")
    remedy = _("Check it with the program version that the pack's manifest.json names, or a newer one.")


@dataclass(frozen=True, slots=True)
class PackedFile:
    """One file of a pack."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class PackedDocument:
    """One document whose files are in a pack; one that came in signed has no original beside its archival file."""

    stt: int
    document_id: UUID
    version: int
    archival: str
    originals: tuple[str, ...]

    @property
    def folder(self) -> str:
        """Where its files lie."""
        return document_folder(self.stt)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a pack says of itself."""

    environment: str
    agency: str
    record: str
    record_id: UUID
    made_at: str
    """ISO 8601, UTC."""
    made_by: str
    program: str
    documents: tuple[PackedDocument, ...]
    files: tuple[PackedFile, ...]

    def canonical(self) -> bytes:
        """Give the manifest as its file holds it."""
        body: dict[str, Any] = {"kind": KIND, "schema": SCHEMA, **_plain(asdict(self))}
        return rfc8785.dumps(body)

    def hash_of(self, path: str) -> str | None:
        """Give the hash of one of its files, or None when there is none of that name."""
        return next((file.sha256 for file in self.files if file.path == path), None)


def document_folder(stt: int) -> str:
    """Give the folder of one document of the record."""
    return f"documents/{stt:03d}"


def is_pack_path(path: str) -> bool:
    """Say whether a name can be that of a file in a pack: it leads nowhere else and is the same on every system."""
    return _PATH.fullmatch(path) is not None and "." not in path.rpartition("/")[0] and not path.endswith(".")


def sums_of(files: Iterable[tuple[str, str]]) -> bytes:
    """Give the file of sums for (path, sha256), as sha256sum writes and reads it."""
    return "".join(f"{sha256}  {path}\n" for path, sha256 in sorted(files)).encode()


def read_manifest(content: bytes, file: str) -> Manifest:
    """Give the manifest out of its bytes. Raise PackDamagedError, or PackNewerError for another schema."""
    body = read_json(content, MANIFEST)
    if not isinstance(body, dict) or body.get("kind") != KIND:
        raise PackDamagedError(file=file, cause=_("its manifest is that of no evidence pack"))
    if body.get("schema") != SCHEMA:
        raise PackNewerError(file=file, schema=str(body.get("schema"))[:20], known=SCHEMA)
    try:
        manifest = _manifest(body)
        if manifest.canonical() != content:
            raise ValueError(MANIFEST)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as err:
        raise PackDamagedError(file=file, cause=_("its manifest is not as the format has it")) from err
    return manifest


def read_json(content: bytes, file: str) -> Any:
    """Give what a JSON file of a pack says. Raise PackDamagedError for one that is none, or says a thing twice."""
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refused)
    except (ValueError, RecursionError) as err:
        raise PackDamagedError(file=file, cause=NO_JSON) from err


def read_whole(folder: Path, path: str) -> bytes:
    """Give the bytes of a small file of a pack. Raise PackDamagedError for one that no pack of ours holds."""
    file = folder / path
    if file.stat().st_size > MOST_JSON_BYTES:
        raise PackDamagedError(file=path, cause=_("it is larger than any such file of a pack"))
    return file.read_bytes()


def read_facts(folder: Path, path: str) -> dict[str, Any]:
    """Give what a file of facts says. Raise PackDamagedError for one that is none."""
    body = read_json(read_whole(folder, path), path)
    if not isinstance(body, dict):
        raise PackDamagedError(file=path, cause=NO_JSON)
    return body


def _manifest(body: dict[str, Any]) -> Manifest:
    files = tuple(_file(each) for each in body["files"])
    paths = [each.path for each in files]
    if paths != sorted(set(paths)) or OUTSIDE_MANIFEST & set(paths) or not {RECORD, EVENTS, PROOFS} <= set(paths):
        raise ValueError("files")
    documents = tuple(_document(each, frozenset(paths)) for each in body["documents"])
    if len({each.document_id for each in documents}) != len(documents) or not documents:
        raise ValueError("documents")
    datetime.fromisoformat(_text(body["made_at"]))
    return Manifest(
        environment=Environment(body["environment"]),
        agency=_text(body["agency"]),
        record=_text(body["record"]),
        record_id=UUID(body["record_id"]),
        made_at=body["made_at"],
        made_by=_text(body["made_by"]),
        program=_text(body["program"]),
        documents=documents,
        files=files,
    )


def _file(body: dict[str, Any]) -> PackedFile:
    path, sha256, size = body["path"], body["sha256"], body["size"]
    if not (is_pack_path(path) and _SHA256.fullmatch(sha256) and type(size) is int and size >= 0):
        raise ValueError(path)
    return PackedFile(path, sha256, size)


def _document(body: dict[str, Any], paths: frozenset[str]) -> PackedDocument:
    stt, version, archival, originals = body["stt"], body["version"], body["archival"], tuple(body["originals"])
    if not (type(stt) is int and type(version) is int and 0 < stt < 10**6 and version > 0):
        raise ValueError("stt")
    beside = {f"{document_folder(stt)}/{name}" for name in (FIELDS, SIGNATURES, PDFA, RECEIPTS)}
    if not {archival, *originals, *beside} <= paths:
        raise ValueError("documents")
    return PackedDocument(stt, UUID(body["document_id"]), version, archival, originals)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    if not value.isprintable():
        # It is shown at a terminal, which must not be steered by it.
        raise ValueError(value)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, UUID) else value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refused(constant: str) -> None:
    raise ValueError(constant)
