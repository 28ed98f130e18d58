"""Makes a backup while runs go on: the ledger as of one moment, and the files a new machine would need beside it."""

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import BinaryIO

from config.backup_rules import backup_rules
from config.clock import legal_date
from config.errors import ExitCode, SohoaError
from config.i18n import mark as _
from config.secret_values import secret_files
from pipeline.backups.belonging import BACKED_UP, ensure_ours, mark_of
from pipeline.backups.manifest import (
    FULL,
    INCREMENTAL,
    MANIFEST,
    SIGNATURE,
    KeptFile,
    Manifest,
    Piece,
    instant_of,
    name_at,
)
from pipeline.backups.pieces import cut_pages, cut_rows, pack, piece_of
from pipeline.backups.places import PIECES, Place, open_place
from pipeline.backups.reading import check_backup, names_of
from pipeline.backups.retention import superfluous
from pipeline.context import Context
from pipeline.event_chain import head_trouble, sign_as_keeper
from storage.ledger import events
from storage.ledger.copying import POSTGRESQL, copy_ledger

LOCK_NAME = "backup.lock"
COPIES = ".sohoa-backup-"
"""How the folder of a copy that is being cut begins."""
PATTERNS = ("*.toml", "*.csv", "trust/**/*", "document_types/**/*", "chain/*", "work/*/v*/sealed-*.pdf")
"""What is kept of the home folder; no key, no password file, no scan that is not archived, no object of the store."""


class BackedUpAlreadyError(SohoaError):
    """Another process makes a backup of this installation now."""

    code = "backup_busy"
    exit_code = ExitCode.BUSY
    retry_helps = True
    message = _("another backup of {home} is being made")
    remedy = _("Wait for it to end; `sohoa backup --list` shows it then.")


@dataclass(frozen=True, slots=True)
class MadeBackup:
    """What was made, and where. `unsigned`: code of what kept it from being signed; `removed`: sets no longer kept."""

    manifest: Manifest
    place: str
    sha256: str
    unsigned: str | None
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Set:
    """The set a backup goes into: which pieces are there already."""

    place: Place
    name: str
    kind: str
    there: set[str]


def back_up(ctx: Context, *, to: str | None = None, full: bool = False) -> MadeBackup:
    """Make a backup: what is new since the last one, or all of it at the first in a month, or when asked.

    Sets that need not be kept any more go once the new backup was read back, where any do.
    Raise BackupPlaceError, LedgerError, ToolMissingError or ToolFailedError, BackedUpAlreadyError, BackupBrokenError.
    """
    with (ctx.settings.home / LOCK_NAME).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            raise BackedUpAlreadyError(home=ctx.settings.home) from err
        _clear_left_copies(ctx.settings.home)
        place = open_place(ctx, to or ctx.settings.backup.to, ctx.environment)
        ensure_ours(ctx, place, full=full)
        # What is backed up stands under a signed head, where it can be signed at all.
        head_trouble(ctx)
        manifest = _made(ctx, place, full=full)
        unsigned = _sign(ctx, place, manifest)
        sha256 = hashlib.sha256(manifest.content()).hexdigest()
        _note(ctx, place, manifest, sha256)
        removed = _remove_old(ctx, place, manifest)
    return MadeBackup(manifest, place.name, sha256, unsigned, removed)


def is_full_due(place: Place, now: datetime) -> bool:
    """Say whether the next backup must be a full one: the first, or the first in a new span of months."""
    sets = place.sets()
    if not sets:
        return True
    begun = legal_date(instant_of(sets[-1]))
    today = legal_date(now)
    months = (today.year - begun.year) * 12 + today.month - begun.month
    return months >= backup_rules().full_months


def kept_files(ctx: Context) -> list[str]:
    """Give the files of the home folder that a backup holds beside the ledger."""
    return [path for path, _file in _files(ctx)]


def _clear_left_copies(home: Path) -> None:
    """Take away what a killed backup left: a whole copy of the ledger. Whoever holds the lock makes the only one."""
    for left in home.glob(f"{COPIES}*"):
        shutil.rmtree(left, ignore_errors=True)


def _remove_old(ctx: Context, place: Place, manifest: Manifest) -> tuple[str, ...]:
    """Delete the sets that need not be kept any more, once the new backup read back whole; give their names."""
    old = superfluous(ctx, place) if place.deletes else []
    if old:
        check_backup(place, manifest, lambda _read, _of: None)
    for name in old:
        place.delete_set(name)
    return tuple(old)


def _made(ctx: Context, place: Place, *, full: bool) -> Manifest:
    now = ctx.clock()
    name = _free_name(place, now)
    is_full = full or is_full_due(place, now)
    set_name = name if is_full else place.sets()[-1]
    there = set() if is_full else set(place.names(f"{set_name}/{PIECES}"))
    into = _Set(place, set_name, FULL if is_full else INCREMENTAL, there)
    with tempfile.TemporaryDirectory(dir=ctx.settings.home, prefix=COPIES) as folder:
        copy = Path(folder) / "ledger"
        facts = copy_ledger(ctx.ledger, copy)
        written: list[Piece] = []
        with copy.open("rb") as source:
            ledger = _keep(into, source, "", Path(folder), written, is_rows=facts.database == POSTGRESQL)
        files = tuple(_keep_files(ctx, into, Path(folder), written))
    return Manifest(
        name=name,
        set_name=set_name,
        kind=into.kind,
        at=now,
        environment=facts.environment,
        database=facts.database,
        revision=facts.revision,
        program=metadata.version("sohoa"),
        head_seq=facts.head.seq,
        head_hash=facts.head.hash,
        sealed_seq=facts.sealed_seq,
        ledger=ledger,
        files=files,
        new_bytes=sum(piece.size for piece in written),
    )


def _free_name(place: Place, now: datetime) -> str:
    """Name a backup by its second, or the next one that is free after the newest, which must stay so by its name.

    The newest is later than now where two were made within a second, and where a clock was wrong.
    """
    newest = next((name for _set_name, name in names_of(place)), None)
    if newest is not None:
        now = max(now, instant_of(newest) + timedelta(seconds=1))
    return name_at(now)


def _keep_files(ctx: Context, into: _Set, folder: Path, written: list[Piece]) -> Iterator[KeptFile]:
    """Keep the files beside the ledger; a signed one that was archived meanwhile lies in the store now."""
    for path, file in _files(ctx):
        try:
            source = file.open("rb")
        except FileNotFoundError:
            continue
        with source:
            yield _keep(into, source, path, folder, written, is_rows=False)


def _files(ctx: Context) -> Iterator[tuple[str, Path]]:
    home, secrets = ctx.settings.home, {path.resolve() for path in secret_files(ctx.settings)}
    found = {path for pattern in PATTERNS for path in home.glob(pattern) if path.is_file() and not path.is_symlink()}
    for path in sorted(found):
        if path.resolve() in secrets:
            continue
        if path.suffix != ".part" and not path.name.startswith("."):
            yield path.relative_to(home).as_posix(), path


def _keep(into: _Set, source: BinaryIO, path: str, folder: Path, written: list[Piece], *, is_rows: bool) -> KeptFile:
    """Keep a file piece by piece; a piece that the set has is not written again."""
    whole, pieces = hashlib.sha256(), []
    part = folder / "piece"
    for content in cut_rows(source) if is_rows else cut_pages(source):
        piece = piece_of(content)
        whole.update(content)
        pieces.append(piece)
        if piece.sha256 not in into.there:
            part.write_bytes(pack(content))
            into.place.put(f"{into.name}/{PIECES}/{piece.sha256}", part)
            into.there.add(piece.sha256)
            written.append(piece)
    return KeptFile(path, whole.hexdigest(), sum(piece.size for piece in pieces), tuple(pieces))


def _sign(ctx: Context, place: Place, manifest: Manifest) -> str | None:
    """Write the manifest, which makes the backup one, after its signature; give what kept it from being signed."""
    unsigned = None
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "part"
        try:
            part.write_bytes(sign_as_keeper(ctx, manifest.content()))
        except SohoaError as cause:
            ctx.watcher.noticed("", cause)
            unsigned = cause.code
        else:
            place.put(f"{manifest.set_name}/{manifest.name}{SIGNATURE}", part)
        part.write_bytes(manifest.content())
        place.put(f"{manifest.set_name}/{manifest.name}{MANIFEST}", part)
    return unsigned


def _note(ctx: Context, place: Place, manifest: Manifest, sha256: str) -> None:
    with ctx.ledger.session() as session:
        events.append(
            session,
            kind=BACKED_UP,
            actor=ctx.actor,
            subject_type="ledger",
            subject_id="1",
            at=ctx.clock(),
            output_hash=sha256,
            payload={
                "backup": manifest.name,
                "set": manifest.set_name,
                "kind": manifest.kind,
                "head": manifest.head_seq,
                "new_bytes": manifest.new_bytes,
                "place": mark_of(ctx, place),
            },
        )
