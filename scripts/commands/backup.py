"""`sohoa backup`: the ledger, and what else a new machine would need, copied to where backups are kept."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.backup_rules import backup_rules
from config.dates import instant_text
from config.errors import UsageError
from config.i18n import gettext as _
from config.i18n import mark
from pipeline.backups.belonging import ensure_ours
from pipeline.backups.making import MadeBackup, back_up, is_full_due, kept_files
from pipeline.backups.manifest import FULL, INCREMENTAL, BackupBrokenError, Manifest
from pipeline.backups.places import S3, Place, open_place
from pipeline.backups.reading import check_backup, names_of, read_backup, read_in
from pipeline.context import Context
from scripts.invocation import emit, open_context, told
from scripts.verbs import App

KINDS = {FULL: mark("full"), INCREMENTAL: mark("incremental")}
MIB = 1 << 20
TOLD_EACH = 100


def register(app: App) -> None:
    """Add the verb."""

    @app.command(help=_("Back the ledger up: what is new each day, all of it each month."))
    def backup(
        ctx: typer.Context,
        to: Annotated[
            str | None, typer.Option(help=_("Folder, or s3; backup.to if not given."), metavar=_("DESTINATION"))
        ] = None,
        full: Annotated[bool, typer.Option("--full", help=_("Copy all of it, whatever day it is."))] = False,
        list_: Annotated[bool, typer.Option("--list", help=_("List the backups of that place."))] = False,
        check: Annotated[bool, typer.Option("--check", help=_("Read the newest backup back, every piece."))] = False,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Only tell what would be made."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        if sum((list_, check, full or dry_run)) > 1:
            raise UsageError(cause=_("--list and --check stand alone"))
        context = open_context(ctx)
        if to not in {None, S3}:
            # What is typed is meant from where one stands; the setting is relative to the home folder.
            to = str(Path(to or "").absolute())
        place = open_place(context, to or context.settings.backup.to, context.environment)
        if list_:
            _list(place, as_json=as_json)
        elif check:
            _check(place, as_json=as_json)
        elif dry_run:
            _foresee(context, place, full=full, as_json=as_json)
        else:
            made = back_up(context, to=to, full=full)
            emit(_facts(made), as_json=as_json, show=lambda out: _show(out, made))


def _list(place: Place, *, as_json: bool) -> None:
    found: list[Manifest] = []
    broken: list[BackupBrokenError] = []
    for set_name, name in names_of(place):
        try:
            found.append(read_in(place, set_name, name))
        except BackupBrokenError as cause:
            broken.append(cause)
    emit([_short(one) for one in found], as_json=as_json, show=lambda out: _show_list(out, place, found))
    for one in broken:
        told().print(f"✗ {one}", markup=False)
    if broken:
        raise typer.Exit(BackupBrokenError.exit_code)


def _check(place: Place, *, as_json: bool) -> None:
    console, manifest = told(), read_backup(place)

    def tell(read: int, of: int) -> None:
        if read % TOLD_EACH == 0:
            console.print(_("{read} of {due} files read").format(read=read, due=of))

    pieces = check_backup(place, manifest, tell)
    sentence = _("The backup {name} is whole: {pieces} pieces read back.").format(name=manifest.name, pieces=pieces)
    emit({"name": manifest.name, "pieces": pieces}, as_json=as_json, show=lambda out: out.print(sentence))


def _foresee(context: Context, place: Place, *, full: bool, as_json: bool) -> None:
    ensure_ours(context, place, full=full)
    kind = FULL if full or is_full_due(place, context.clock()) else INCREMENTAL
    files = kept_files(context)
    sentence = _("Would be made in {place}: {kind}; the ledger and {files} files.").format(
        place=place.name, kind=_(KINDS[kind]), files=len(files)
    )
    emit({"kind": kind, "place": place.name, "files": files}, as_json=as_json, show=lambda out: out.print(sentence))


def _short(manifest: Manifest) -> dict[str, object]:
    return {
        "name": manifest.name,
        "set": manifest.set_name,
        "kind": manifest.kind,
        "at": manifest.at,
        "head": manifest.head_seq,
        "bytes": manifest.ledger.size,
        "new_bytes": manifest.new_bytes,
    }


def _facts(made: MadeBackup) -> dict[str, object]:
    return {
        **_short(made.manifest),
        "place": made.place,
        "sha256": made.sha256,
        "unsigned": made.unsigned,
        "removed": list(made.removed),
    }


def _show(console: Console, made: MadeBackup) -> None:
    manifest = made.manifest
    console.print(
        _("Backup {name} ({kind}) made in {place}: ledger up to event {seq}, {size} MiB, of it new {new} MiB.").format(
            name=manifest.name,
            kind=_(KINDS[manifest.kind]),
            place=made.place,
            seq=manifest.head_seq,
            size=_mib(manifest.ledger.size),
            new=_mib(manifest.new_bytes),
        ),
        soft_wrap=True,
    )
    console.print(
        _("Not in it: keys and passwords, the objects of the store, scans in work. Keep keys and a second set apart.")
    )
    if made.unsigned:
        console.print("! " + _("It is not signed ({code}); its hashes hold all the same.").format(code=made.unsigned))
    for name in made.removed:
        console.print(_("No longer kept: {name}").format(name=name))


def _show_list(console: Console, place: Place, found: list[Manifest]) -> None:
    if not found:
        console.print(_("No backup in {place} yet.").format(place=place.name))
        return
    for one in found:
        console.print(
            _("{name}  {at}  {kind}  up to event {seq}, new {new} MiB").format(
                name=one.name,
                at=instant_text(one.at),
                kind=_(KINDS[one.kind]),
                seq=one.head_seq,
                new=_mib(one.new_bytes),
            )
        )
    console.print(
        _("The law wants {copies} sets on independent media ({basis}).").format(
            copies=backup_rules().least_copies, basis=backup_rules().legal_basis.partition(",")[0]
        )
    )


def _mib(size: int) -> str:
    return f"{size / MIB:.1f}"
