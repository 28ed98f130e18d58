"""The application: its verbs, the options before them, and what becomes of errors. The other broad `except` is here."""

import sys
import traceback
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from typer._click.exceptions import ClickException

from config.errors import ExitCode, SohoaError
from config.i18n import LANGUAGES, mark
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
from scripts.invocation import Invocation, hoisted, told
from scripts.stopping import INTERRUPTED, stopped_sentence
from scripts.verbs import App, CommandLineError, asked_help, explain

SECTIONS = (
    (mark("To begin"), (init, doctor)),
    (mark("Day by day"), (register, run_command, status, show, review, release)),
    (mark("Reports and proof"), (progress, verify, audit)),
    (mark("For the administrator"), (serve, backfill)),
)


def build_app() -> App:
    """Build the command line in the active language."""
    app = App(
        name="sohoa",
        help=_("Turns scanned records into signed, searchable archival PDFs and shows how far along they are."),
    )

    @app.callback()
    def before(
        ctx: typer.Context,
        home: Annotated[
            Path | None,
            typer.Option(
                help=_("Folder of this installation; sohoa-home by default."), envvar="SOHOA_HOME", metavar=_("FOLDER")
            ),
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
    is_verbose = "--verbose" in given
    try:
        code = typer.main.get_command(build_app()).main(args=given, prog_name="sohoa", standalone_mode=False)
    except ClickException as err:
        page = asked_help(err)
        if page is None:
            return tell(explain(err), told())
        sys.stdout.write(page + "\n")
        return int(ExitCode.USAGE)
    except SohoaError as err:
        return tell(err, told(), is_verbose=is_verbose)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as err:  # noqa: BLE001 - a fault of ours ends in a sentence, an exit code and a remedy
        return tell(_fault(err), told(), is_verbose=is_verbose, origin=err)
    if code == INTERRUPTED:
        told().print(stopped_sentence())
    return code or int(ExitCode.DONE)


def tell(err: SohoaError, console: Console, *, is_verbose: bool = False, origin: Exception | None = None) -> int:
    """Tell an error and its remedy; give its exit code. Where it came from is told only when asked for."""
    if is_verbose:
        trace = traceback.format_exception(origin or err)
        console.print("".join(trace), markup=False, soft_wrap=True)
    for style, heading, text in (("bold red", _("Error"), str(err)), ("bold", _("What to do"), err.remedy_text())):
        console.print(f"[{style}]{heading}:[/] ", end="")
        console.print(text, markup=False)
    return int(err.exit_code)


def _fault(err: Exception) -> SohoaError:
    """Name a fault of ours by kind and place; its own message may hold what is read on a page, so it is left out."""
    frames = traceback.extract_tb(err.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return SohoaError(cause=f"{type(err).__name__}{place}")


def _show_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(metadata.version("sohoa") + "\n")
        raise typer.Exit
