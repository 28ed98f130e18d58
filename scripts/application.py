"""The application: its verbs, the options before them, and what becomes of errors. The other broad `except` is here."""

import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.errors import ExitCode, SohoaError
from config.i18n import gettext as _
from scripts.commands import (
    audit,
    backfill,
    doctor,
    init,
    progress,
    register,
    release,
    review,
    run_command,
    serve,
    show,
    status,
    verify,
)
from scripts.invocation import Invocation, told

INTERRUPTED = 130
VERBS = (init, doctor, register, run_command, status, show, review, release, progress, verify, audit, serve, backfill)


def build_app() -> typer.Typer:
    """Build the command line in the active language."""
    app = typer.Typer(
        name="sohoa",
        help=_("Turns scanned records into signed, searchable archival PDFs and shows how far along they are."),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def before(
        ctx: typer.Context,
        home: Annotated[
            Path | None,
            typer.Option(help=_("Folder of this installation."), envvar="SOHOA_HOME", show_default="sohoa-home"),
        ] = None,
        lang: Annotated[  # noqa: ARG001 - chosen before, see scripts/language.py
            str, typer.Option(help=_("Language: vi or en."), envvar="SOHOA_LANG")
        ] = "vi",
        actor: Annotated[
            str | None, typer.Option(help=_("Login of the person who acts; recorded."), envvar="SOHOA_ACTOR")
        ] = None,
        verbose: Annotated[bool, typer.Option("--verbose", help=_("Show where an error came from."))] = False,
        version: Annotated[  # noqa: ARG001 - its callback answers
            bool, typer.Option("--version", help=_("Show the version and stop."), is_eager=True, callback=_show_version)
        ] = False,
    ) -> None:
        ctx.obj = Invocation(home, actor, is_verbose=verbose)

    for verb in VERBS:
        verb.register(app)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run the command line; give its exit code. Errors are told on standard error with their remedy."""
    try:
        build_app()(args=list(arguments), prog_name="sohoa")
    except SohoaError as err:
        return tell(err, told())
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
        if code == INTERRUPTED:
            told().print(_("Stopped. Nothing was lost; the next run goes on where this one stopped."))
        return code
    except Exception as err:
        if "--verbose" in arguments:
            raise
        return tell(SohoaError(cause=f"{type(err).__name__}: {err}"), told())
    return int(ExitCode.DONE)


def tell(err: SohoaError, console: Console) -> int:
    """Tell an error and its remedy; give its exit code."""
    console.print(f"[bold red]{_('Error')}:[/] ", end="")
    console.print(str(err), markup=False)
    console.print(f"[bold]{_('What to do')}:[/] ", end="")
    console.print(err.remedy_text(), markup=False)
    return int(err.exit_code)


def _show_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(metadata.version("sohoa") + "\n")
        raise typer.Exit
