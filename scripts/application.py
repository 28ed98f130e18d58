"""The application: its verbs and the options before them."""

import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from config.i18n import LANGUAGES, mark
from config.i18n import gettext as _
from scripts.commands import (
    attest,
    audit,
    backfill,
    backup,
    doctor,
    evidence,
    figures,
    fixity,
    init,
    progress,
    reconcile,
    register,
    release,
    renew,
    restore,
    review,
    run_command,
    sample,
    search,
    serve,
    sheets,
    show,
    snapshots,
    status,
    token,
    trust,
    user,
    verify,
    web,
)
from scripts.invocation import Invocation, hoisted
from scripts.telling import guarded
from scripts.verbs import App, CommandLineError, carry_out

SECTIONS = (
    (mark("To begin"), (init, doctor)),
    (
        mark("Day by day"),
        (sheets, register, figures, run_command, status, search, show, attest, review, sample, release),
    ),
    (mark("Reports and proof"), (progress, snapshots, verify, evidence, audit, fixity, renew)),
    (mark("For the administrator"), (serve, web, backup, restore, reconcile, user, token, trust, backfill)),
)


def build_app() -> App:
    """Build the command line in the active language."""
    app = App(
        name="sohoa",
        help=_("Scanned records become signed, searchable archival PDFs, counted by level."),
    )

    @app.callback()
    def before(
        ctx: typer.Context,
        home: Annotated[
            Path | None,
            typer.Option(help=_("Folder of this installation: sohoa-home."), envvar="SOHOA_HOME", metavar=_("FOLDER")),
        ] = None,
        lang: Annotated[
            str | None, typer.Option(help=_("Language of all that is shown: vi (default) or en."), envvar="SOHOA_LANG")
        ] = None,
        actor: Annotated[
            str | None,
            typer.Option(help=_("Login of the person who acts; it is recorded."), envvar="SOHOA_ACTOR"),
        ] = None,
        verbose: Annotated[bool, typer.Option("--verbose", help=_("Show where an error came from."))] = False,
        version: Annotated[  # noqa: ARG001 - its callback answers
            bool, typer.Option("--version", help=_("Show the version and stop."), is_eager=True, callback=_show_version)
        ] = False,
    ) -> None:
        # The language itself was chosen before, see scripts/language.py.
        if lang is not None and lang not in LANGUAGES:
            raise CommandLineError(
                cause=_("there is no language {name}, but: {known}").format(name=lang, known=", ".join(LANGUAGES)),
                command="sohoa",
            )
        ctx.obj = Invocation(home, actor, is_verbose=verbose)

    for title, verbs in SECTIONS:
        app.section = _(title)
        for verb in verbs:
            verb.register(app)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run the command line; give its exit code. Errors are told on standard error with their remedy."""
    given = hoisted(arguments)
    return guarded(lambda: carry_out(build_app(), given, "sohoa"), is_verbose="--verbose" in given)


def _show_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(metadata.version("sohoa") + "\n")
        raise typer.Exit
