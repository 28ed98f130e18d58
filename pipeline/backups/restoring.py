"""Brings a backup back into an empty installation, and says yes only to what was proven: hashes, chain, heads."""

import hashlib
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from config.dates import instant_text
from config.errors import ExitCode, SohoaError, UsageError
from config.i18n import mark as _
from pipeline.backups.accepting import RestoreReason, heads_beyond, note_restored
from pipeline.backups.manifest import BackupBrokenError, KeptFile, Manifest
from pipeline.backups.places import S3, BackupPlaceError, FolderPlace, Place, StorePlace
from pipeline.backups.reading import Signed, bring, judge_signature, read_backup
from pipeline.context import Context
from pipeline.event_chain import check_event_chain
from pipeline.sealed_heads import LedgerRolledBackError
from storage.ledger import events, migrate
from storage.ledger.copying import SQLITE, is_empty, put_back, take_out
from storage.ledger.states import Environment

Reopen = Callable[[], Context]
"""Opens the installation anew, as a process that starts now would: its settings may have come back meanwhile."""


class NotEmptyError(SohoaError):
    """A backup was to be brought into an installation that has a ledger."""

    code = "not_empty"
    exit_code = ExitCode.LEDGER
    message = _("something lies already where the ledger of {home} would be ({ledger}); nothing is overwritten")
    remedy = _(
        "Restore into an empty home folder (without files ending in -wal, too) and, on PostgreSQL, a database without "
        "tables; keep the old ones to compare with."
    )


class OtherDatabaseError(UsageError):
    """A backup is of another database than the settings name."""

    code = "other_database"
    message = _("the backup is of {found}, the setting ledger.url names {expected}")
    remedy = _("Set ledger.url to a database of the same kind; a ledger does not change its kind by a backup.")


class LedgerBehindError(SohoaError):
    """A backup ends before what is known, outside it, to have been done."""

    code = "ledger_behind"
    exit_code = ExitCode.CHECK_FAILED
    message = _(
        "the backup {backup} ends at event {last}; a head signed at {at} names event {seq}: "
        "what was done in between is not in it"
    )
    remedy = _(
        "Look for a newer backup (`sohoa backup --list`). If there is none, repeat with --accept-older: what was "
        "archived since is then looked for in the store by `sohoa reconcile`."
    )


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back. `kept`: files that were there and differ; `lost`: events that nobody has any more."""

    manifest: Manifest
    signed: Signed | None
    placed: tuple[str, ...]
    kept: tuple[str, ...]
    lost: int


def open_source(ctx: Context, source: str) -> Place:
    """Give the place that backups are read from. Raise BackupPlaceError when there is none."""
    if source != S3:
        if not Path(source).is_dir():
            raise BackupPlaceError(place=source, cause=_("there is no such folder"))
        return FolderPlace(Path(source).absolute())
    if ctx.settings.store.kind != S3:
        raise UsageError(cause=_("the object store of this installation is a folder, not S3; name the folder"))
    places = [StorePlace(ctx.store, str(environment)) for environment in Environment]
    return next((place for place in places if place.sets()), places[0])


def restore(
    reopen: Reopen, source: str, reason: RestoreReason, *, name: str | None = None, accept_older: bool = False
) -> Restored:
    """Bring a backup back: first the files that are not there, then the ledger.

    Its signature is judged by what was trusted here before: a backup does not vouch for itself.

    Raise NotEmptyError, OtherDatabaseError, BackupBrokenError, ChainBrokenError, HeadNotProvenError, or
    LedgerBehindError where it is older than a signed head and that was not accepted: then there is no ledger as before.
    """
    ctx = reopen()
    place = open_source(ctx, source)
    manifest = read_backup(place, name)
    _ensure_empty(ctx)
    signed = judge_signature(place, manifest, ctx.trust_of(manifest.environment), ctx.clock())
    placed, kept = _bring_files(ctx, place, manifest)
    ctx = reopen()
    _ensure_fits(ctx, manifest)
    with tempfile.TemporaryDirectory(dir=_beside_the_ledger(ctx), prefix=".restore-") as folder:
        copy = Path(folder) / "ledger.sqlite3"
        bring(place, manifest, manifest.ledger, copy)
        proven = _prove_file if manifest.database == SQLITE else _prove_database
        lost = proven(ctx, copy, manifest, reason, accept_older=accept_older)
    for made in (ctx.settings.inbox_folder, ctx.settings.chain_folder, ctx.settings.reports_folder):
        # Only what is the installation's own: a share that is not mounted must not be made.
        if made.is_relative_to(ctx.settings.home):
            made.mkdir(parents=True, exist_ok=True)
    return Restored(manifest, signed, placed, kept, lost)


def _ensure_empty(ctx: Context) -> None:
    if not is_empty(ctx.ledger):
        raise NotEmptyError(home=ctx.settings.home, ledger=ctx.ledger.name)


def _ensure_fits(ctx: Context, manifest: Manifest) -> None:
    database = ctx.ledger.engine.dialect.name
    if database != manifest.database:
        raise OtherDatabaseError(found=manifest.database, expected=database)
    # The settings may have come back meanwhile, and name another database.
    _ensure_empty(ctx)


def _beside_the_ledger(ctx: Context) -> Path:
    """Give the folder on the disk to which an SQLite ledger is moved, when it is proven."""
    if ctx.ledger.engine.dialect.name != SQLITE:
        return ctx.settings.home
    folder = Path(str(ctx.ledger.engine.url.database)).parent
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _bring_files(ctx: Context, place: Place, manifest: Manifest) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Bring back the files that are not there; give what was brought, and what was there and differs."""
    placed, kept = [], []
    for file in manifest.files:
        target = ctx.settings.home / file.path
        if not target.resolve().is_relative_to(ctx.settings.home.resolve()):
            raise BackupBrokenError(backup=manifest.name, cause=_("a file in it would lie outside the home folder"))
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            _bring_file(place, manifest, file, target)
            placed.append(file.path)
        elif hashlib.sha256(target.read_bytes()).hexdigest() != file.sha256:
            kept.append(file.path)
    return tuple(placed), tuple(kept)


def _bring_file(place: Place, manifest: Manifest, file: KeptFile, target: Path) -> None:
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    bring(place, manifest, file, part)
    part.replace(target)


def _prove_file(ctx: Context, copy: Path, manifest: Manifest, reason: RestoreReason, *, accept_older: bool) -> int:
    """Prove an SQLite ledger before it gets its place."""
    beside = ctx.with_ledger(f"sqlite:///{copy}")
    try:
        lost = _prove(beside, manifest, reason, accept_older=accept_older)
    finally:
        beside.ledger.close()
    put_back(ctx.ledger, copy)
    return lost


def _prove_database(ctx: Context, copy: Path, manifest: Manifest, reason: RestoreReason, *, accept_older: bool) -> int:
    """Prove a PostgreSQL ledger in its place, and take it out again when that fails or is broken off."""
    put_back(ctx.ledger, copy)
    is_proven = False
    try:
        lost = _prove(ctx, manifest, reason, accept_older=accept_older)
        is_proven = True
    finally:
        if not is_proven:
            take_out(ctx.ledger)
    return lost


def _prove(ctx: Context, manifest: Manifest, reason: RestoreReason, *, accept_older: bool) -> int:
    migrate(ctx.ledger)
    with ctx.ledger.reading() as session:
        head = events.head(session)
    if (head.seq, head.hash, str(ctx.environment)) != (manifest.head_seq, manifest.head_hash, manifest.environment):
        raise BackupBrokenError(backup=manifest.name, cause=_("its event log does not end where its manifest says"))
    # That it ends before signed heads is asked below, where a person may have accepted it.
    with suppress(LedgerRolledBackError):
        check_event_chain(ctx)
    beyond = heads_beyond(ctx)
    if beyond and not accept_older:
        last = beyond[-1]
        raise LedgerBehindError(backup=manifest.name, last=head.seq, seq=last.seq, at=instant_text(last.at))
    sha256 = hashlib.sha256(manifest.content()).hexdigest()
    return note_restored(ctx, reason, beyond, backup=manifest.name, sha256=sha256)
