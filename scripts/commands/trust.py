"""`sohoa trust`: the authorities whose certificates this installation believes."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from config.clock import legal_date
from config.dates import day_text
from config.i18n import gettext as _
from config.i18n import mark
from pipeline.trusting import (
    TrustedCertificate,
    add_trust,
    find_trusted,
    look_at,
    remove_trust,
    trusted_certificates,
)
from scripts.confirming import confirm
from scripts.invocation import emit, open_context
from scripts.verbs import App
from signing.trust import Purpose

PURPOSES = {
    Purpose.ALL: mark("signers and timestamps"),
    Purpose.SIGNING: mark("signers alone"),
    Purpose.TIMESTAMPS: mark("timestamps alone"),
}


def register(app: App) -> None:
    """Add the verbs."""
    group = app.group("trust", _("Authorities that are trusted here: list, add, remove."))

    @group.command("list", help=_("List the authorities that are trusted here, with their fingerprints."))
    def list_(
        ctx: typer.Context,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        views = trusted_certificates(open_context(ctx))
        emit(views, as_json=as_json, show=lambda console: _show(console, views))

    @group.command("add", help=_("Trust an authority: hold the fingerprint shown against what it publishes."))
    def add(
        ctx: typer.Context,
        file: Annotated[Path, typer.Argument(help=_("Certificate of the authority, PEM or DER."), metavar=_("FILE"))],
        purpose: Annotated[
            Purpose, typer.Option("--for", help=_("What it may vouch for: all, signing or timestamps."))
        ] = Purpose.ALL,
        yes: Annotated[bool, typer.Option("--yes", help=_("Do it without asking."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        wanted = look_at(context, file, purpose)
        confirm(_told(_("Every signature that leads to these will be believed:"), wanted), is_yes=yes)
        added = add_trust(context, file, purpose)
        emit(added, as_json=as_json, show=lambda console: _show(console, added))

    @group.command("remove", help=_("Trust an authority no more."))
    def remove(
        ctx: typer.Context,
        fingerprint: Annotated[
            str,
            typer.Argument(help=_("Its SHA-256 fingerprint, or the first 8 digits of it."), metavar=_("FINGERPRINT")),
        ],
        yes: Annotated[bool, typer.Option("--yes", help=_("Do it without asking."))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=_("Write the result as JSON."))] = False,
    ) -> None:
        context = open_context(ctx)
        found = find_trusted(context, fingerprint)
        confirm(_told(_("Signatures that lead to these will no longer be believed:"), found), is_yes=yes)
        removed = remove_trust(context, fingerprint)
        emit(removed, as_json=as_json, show=lambda console: _show(console, removed))


def _told(head: str, views: list[TrustedCertificate]) -> str:
    return "\n".join([head, *(line for view in views for line in _lines(view))])


def _show(console: Console, views: list[TrustedCertificate]) -> None:
    if not views:
        console.print(_("Nobody is trusted yet; put an authority in with `sohoa trust add FILE`."))
    for view in views:
        console.print(Text("\n".join(_lines(view))))


def _lines(view: TrustedCertificate) -> list[str]:
    kind = _("root") if view.is_root else _("issued by {issuer}").format(issuer=view.issuer)
    pairs = ":".join(view.sha256[start : start + 2].upper() for start in range(0, len(view.sha256), 2))
    span = _("in force from {begin} to {end}").format(
        begin=day_text(legal_date(view.begins)), end=day_text(legal_date(view.ends))
    )
    return [
        f"{view.subject} · {kind} · {_(PURPOSES[view.purpose])}",
        f"  {span} · {view.file}",
        f"  SHA-256 {pairs[:47]}",
        f"          {pairs[48:]}",
    ]
