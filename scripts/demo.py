"""`make demo`: the main job from paper to progress report, on fictional records or on one's own scans.

    python -m scripts.demo [--inbox FOLDER] [--home FOLDER]

Everything is TEST: keys, timestamps, release, on the embedded defaults whatever the environment says. A new home folder
is made each time; one's own scans are copied first and never touched.
"""

import hashlib
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.clock import VIETNAM
from config.errors import ExitCode, SohoaError
from config.i18n import gettext as _
from config.settings import load_settings
from pipeline.attesting import attest, batches_to_attest, open_session
from pipeline.context import Context
from pipeline.founding import found
from pipeline.outcome import RunSummary
from pipeline.register import import_register
from pipeline.reporting import write_report
from scripts.demo_home import fresh_home
from scripts.demo_outcome import planned_refusals, went_wrong
from scripts.demo_telling import tell_demo
from scripts.language import Language, chosen_language, speak
from scripts.own_scans import check_own_scans, lay_out_own_scans
from scripts.specimen.studio import render_specimens
from scripts.stopping import ends_at_once
from scripts.telling import guarded
from scripts.verbs import App, carry_out
from scripts.watching import LiveDisplay
from signing.key_sources import GENERATED
from signing.personal_keys import open_personal_key
from storage.ledger.states import Environment

BUILD = Path("build") / "demo"
HOME = BUILD / "home"
SEED = 2026
ACTOR = "demo"
CALLED = "python -m scripts.demo"


def main(arguments: list[str]) -> int:
    """Run the demo; give its exit code. What goes wrong is told with its remedy."""
    return guarded(lambda: carry_out(_app(), arguments, CALLED), is_verbose="--verbose" in arguments)


def _app() -> App:
    app = App()

    @app.command(help=_("The main job on fictional records, or on your own scans."))
    def demo(
        inbox: Annotated[
            Path | None,
            typer.Option(help=_("Folder of your own scans; it is copied, never changed."), metavar=_("FOLDER")),
        ] = None,
        home: Annotated[
            Path | None,
            typer.Option(help=_("Folder to make the demo in; it must be new, or made by a demo."), metavar=_("FOLDER")),
        ] = None,
        lang: Annotated[Language, typer.Option(help=_("Language of the messages."))] = Language.VI,  # noqa: ARG001 - chosen before
        verbose: Annotated[bool, typer.Option("--verbose", help=_("Show where an error came from."))] = False,  # noqa: ARG001 - as above
    ) -> None:
        raise typer.Exit(_demonstrate(inbox, home))

    return app


def _demonstrate(own_scans: Path | None, home: Path | None) -> int:
    """Run the demo in a fresh home; give the exit code: 0 when nothing failed that was not meant to."""
    console = Console(highlight=False)
    started = time.monotonic()
    for name in [name for name in os.environ if name.startswith("SOHOA_")]:
        del os.environ[name]
    if own_scans is not None:
        check_own_scans(own_scans, home or HOME)
    home = fresh_home(home) if home else fresh_home(HOME, is_ours=True)
    # Freshly rendered or copied files need no time to settle.
    settings = load_settings(home, inbox={"stable_after_s": 0})
    with ends_at_once(), _Display() as display:
        ctx = Context(settings, actor=ACTOR, watcher=display)
        planned = _prepare(ctx, console, own_scans)
        console.print(_("Reading, signing and storing; everything is marked TEST."))
        summaries = [_digitize(ctx)]
        if _attest(ctx, console):
            summaries.append(_digitize(ctx))
    report = write_report(ctx).folder
    tell_demo(ctx, console, report, display.noted)
    console.print(_("Done in {seconds:.0f} s.").format(seconds=time.monotonic() - started))
    if not went_wrong(summaries, planned):
        return int(ExitCode.DONE)
    console.print(_("Not everything went through: what was refused or got stuck is listed above."), style="bold red")
    return int(ExitCode.FINISHED_WITH_FAILURES)


def _prepare(ctx: Context, console: Console, own_scans: Path | None) -> dict[str, int]:
    """Fill the inbox and set up; give how many documents are to be refused, by state."""
    if own_scans is not None:
        console.print(_("Copying your scans from {folder}.").format(folder=own_scans))
        agencies = lay_out_own_scans(own_scans, ctx.settings.inbox_folder, ctx.clock().astimezone(VIETNAM))
        found(ctx, Environment.TEST, agencies)
        return {}
    specimens = BUILD.absolute() / f"specimens-{_specimen_version()}"
    if not (specimens / "register.csv").exists():
        console.print(_("Rendering fictional records (watermark MẪU)."))
        render_specimens(specimens, seed=SEED, layouts="demo")
    shutil.copytree(specimens / "inbox", ctx.settings.inbox_folder)
    # One record came in signed by another agency; its root is trusted here, as an administrator would add it.
    shutil.copytree(specimens / "trust", ctx.settings.home / "trust")
    # As a site would write down who signs for it.
    shutil.copy(specimens / "signers.toml", ctx.settings.signers_file)
    found(ctx, Environment.TEST, specimens / "agencies.toml")
    with ctx.ledger.session() as session:
        result = import_register(session, specimens / "register.csv", ACTOR, ctx.clock)
    console.print(_("Register: {rows} rows.").format(rows=result.rows))
    return planned_refusals(specimens / "truth")


class _Display(LiveDisplay):
    """Shows the work as it goes; what is refused or held is told once, at the end, with its remedy."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[SohoaError] = []

    def noticed(self, path: str, cause: SohoaError) -> None:  # noqa: ARG002 - the signature is Watcher's
        """Keep what was noticed for the end."""
        self.noted.append(cause)


def _digitize(ctx: Context) -> RunSummary:
    os.environ.setdefault("PREFECT_HOME", str(BUILD.absolute() / "prefect"))
    from flows.running import digitize_once  # noqa: PLC0415 - Prefect reads where its home is when it is imported

    return digitize_once(ctx, release_as_test=True)


def _attest(ctx: Context, console: Console) -> int:
    """Sign one-stop scans as who scanned them would, with a TEST key for each; give how many were signed."""
    signed = 0
    for batch in batches_to_attest(ctx):
        settings = ctx.settings
        own = open_personal_key(settings.signing, GENERATED, settings.keys_folder, production=False, clock=ctx.clock)
        signed += attest(ctx, batch, open_session(ctx, batch, own)).signed
        told = _("Signed by {operator}, who scanned them (a TEST key): {count} one-stop scans.")
        console.print(told.format(operator=batch.operator, count=signed), markup=False)
    return signed


def _specimen_version() -> str:
    """Give a short hash of what makes the specimens, so that they are rendered anew when it changes."""
    digest = hashlib.sha256(str(SEED).encode())
    for path in sorted((Path(__file__).parent / "specimen").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


if __name__ == "__main__":
    speak(chosen_language(sys.argv[1:]))
    sys.exit(main(sys.argv[1:]))
