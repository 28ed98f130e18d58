"""The backups of a place, read and checked."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config.i18n import gettext
from config.i18n import mark as _
from pipeline.backups.manifest import (
    MANIFEST,
    SIGNATURE,
    BackupBrokenError,
    KeptFile,
    Manifest,
    is_name,
    read_manifest,
)
from pipeline.backups.pieces import ensure_whole, unpack
from pipeline.backups.places import PIECES, NoBackupError, Place
from signing.chain_head import verify_head
from signing.report import Verdict, reason_text
from signing.trust import TrustStore


@dataclass(frozen=True, slots=True)
class Signed:
    """What could be shown of who made a backup: whose signature it bears, and how that was judged."""

    signer: str
    verdict: Verdict
    reason: str


def names_of(place: Place) -> Iterator[tuple[str, str]]:
    """Give every backup of a place as (set, name), the newest first."""
    for set_name in reversed(place.sets()):
        names = (name.removesuffix(MANIFEST) for name in place.names(set_name) if name.endswith(MANIFEST))
        yield from ((set_name, name) for name in sorted(names, reverse=True) if is_name(name))


def read_backup(place: Place, name: str | None = None) -> Manifest:
    """Give a backup by its name, or the newest. Raise NoBackupError, BackupBrokenError."""
    for set_name, found in names_of(place):
        if name in {None, found}:
            return read_in(place, set_name, found)
    raise NoBackupError(subject=name or "–", place=place.name)


def read_in(place: Place, set_name: str, name: str) -> Manifest:
    """Give a backup of a set. Raise BackupBrokenError."""
    return read_manifest(name, place.read(f"{set_name}/{name}{MANIFEST}"))


def judge_signature(place: Place, manifest: Manifest, trust: TrustStore, now: datetime) -> Signed | None:
    """Judge who signed a backup; None where nobody did. Raise BackupBrokenError when the signature does not hold."""
    try:
        signature = place.read(f"{manifest.set_name}/{manifest.name}{SIGNATURE}")
    except NoBackupError:
        return None
    report = verify_head(manifest.content(), signature, trust, now=now)
    if not report.intact:
        cause = gettext(_("its signature does not hold: {reason}")).format(reason=reason_text(report.reason_code))
        raise BackupBrokenError(backup=manifest.name, cause=cause)
    return Signed(report.signer, report.verdict, reason_text(report.reason_code))


def bring(place: Place, manifest: Manifest, kept: KeptFile, target: Path) -> None:
    """Put a file of a backup together. Raise BackupBrokenError for a piece that is gone or changed."""
    with target.open("xb") as copy:
        target.chmod(0o600)
        for content in _contents(place, manifest, kept):
            copy.write(content)
    with target.open("rb") as source:
        ensure_whole(kept, hashlib.file_digest(source, "sha256").hexdigest(), manifest.name)


def check_backup(place: Place, manifest: Manifest, tell: Callable[[int, int], None]) -> int:
    """Read every file of a backup back; give how many pieces it has. Raise BackupBrokenError."""
    files = (manifest.ledger, *manifest.files)
    for number, kept in enumerate(files, 1):
        whole = hashlib.sha256()
        for content in _contents(place, manifest, kept):
            whole.update(content)
        ensure_whole(kept, whole.hexdigest(), manifest.name)
        tell(number, len(files))
    return len(manifest.pieces())


def _contents(place: Place, manifest: Manifest, kept: KeptFile) -> Iterator[bytes]:
    """Give a file of a backup piece by piece, each as it was written."""
    for piece in kept.pieces:
        try:
            packed = place.read(f"{manifest.set_name}/{PIECES}/{piece.sha256}")
        except NoBackupError as err:
            raise BackupBrokenError(backup=manifest.name, cause=_("a piece is gone")) from err
        yield unpack(packed, piece, manifest.name)
