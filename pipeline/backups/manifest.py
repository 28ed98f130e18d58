"""What a backup consists of: one JSON file that names every piece by its hash, and is signed like a head of the log."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from config.errors import ExitCode, SohoaError
from config.i18n import mark as _

SCHEMA = 1
FULL, INCREMENTAL = "full", "incremental"
MANIFEST, SIGNATURE = ".json", ".p7s"
_INSTANT = "%Y%m%dT%H%M%SZ"


class BackupBrokenError(SohoaError):
    """A backup is not what was written."""

    code = "backup_broken"
    exit_code = ExitCode.CHECK_FAILED
    message = _("the backup {backup} is not whole: {cause}")
    remedy = _("Take an earlier one (`sohoa backup --list`), or the other set of backups; keep this one to look into.")


def name_at(instant: datetime) -> str:
    """Name a backup, or a set by its first one, by the second it was made in."""
    return instant.strftime(_INSTANT)


def instant_of(name: str) -> datetime:
    """Give the second that a backup or set is named by."""
    return datetime.strptime(f"{name}+0000", f"{_INSTANT}%z")


def is_name(name: str) -> bool:
    """Say whether a backup or a set could have this name: other things may lie in the same folder."""
    try:
        return name_at(instant_of(name)) == name
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file, kept under the hash of its content."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of the home folder, or the copy of the ledger (path empty): its hash, and its pieces in order."""

    path: str
    sha256: str
    size: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """One backup.

    `set_name`: the full backup it belongs to. `new_bytes`: what it added to the set, as it was before compression.
    `head_seq`, `head_hash`: the last event of the log in it; `sealed_seq`: the last one under a signed head.
    """

    name: str
    set_name: str
    kind: str
    at: datetime
    environment: str
    database: str
    revision: str
    program: str
    head_seq: int
    head_hash: str
    sealed_seq: int
    ledger: KeptFile
    files: tuple[KeptFile, ...]
    new_bytes: int

    def content(self) -> bytes:
        """Give the manifest as it is written and signed."""
        facts = {**asdict(self), "at": self.at.isoformat(), "schema": SCHEMA}
        return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def pieces(self) -> set[Piece]:
        """Give every piece it needs."""
        return {piece for kept in (self.ledger, *self.files) for piece in kept.pieces}


def read_manifest(name: str, content: bytes) -> Manifest:
    """Read a manifest. Raise BackupBrokenError for what is none."""
    try:
        facts = json.loads(content)
        if facts.pop("schema") != SCHEMA or facts["name"] != name:
            raise ValueError(name)
        facts["at"] = datetime.fromisoformat(facts["at"])
        facts["ledger"] = _kept(facts["ledger"])
        facts["files"] = tuple(_kept(one) for one in facts["files"])
        return Manifest(**facts)
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        raise BackupBrokenError(backup=name, cause=_("its manifest cannot be read")) from err


def _kept(facts: dict[str, Any]) -> KeptFile:
    pieces = tuple(Piece(str(one["sha256"]), int(one["size"])) for one in facts["pieces"])
    return KeptFile(str(facts["path"]), str(facts["sha256"]), int(facts["size"]), pieces)
