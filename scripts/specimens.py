"""The entry for making specimens: `python -m scripts.specimens OUT [--seed N] [--layouts demo|bench] [--count N]`."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from config.errors import UsageError
from config.i18n import activate, mark
from config.i18n import gettext as _
from scripts.language import Language, chosen_language
from scripts.specimen.model import Colour
from scripts.specimen.studio import render_specimens
from scripts.telling import guarded
from scripts.verbs import App, carry_out

CALLED = "python -m scripts.specimens"


class Layouts(StrEnum):
    """Sets of layouts that specimens are made with."""

    DEMO = "demo"
    BENCH = "bench"


class FolderInUseError(UsageError):
    """The folder that specimens were to be written into holds something."""

    code = "folder_in_use"
    message = mark("{folder} is not empty")
    remedy = mark("Name a new folder, or write into this one with --force.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make specimens as the command line asks. Give the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    activate(chosen_language(given))
    return guarded(lambda: carry_out(_app(), given, CALLED))


def _app() -> App:
    app = App()

    @app.command(
        help=_(
            "Make plainly fictional administrative papers, marked MẪU, as a scanner delivers them: "
            "an inbox, the register of records, and the truth about each page."
        )
    )
    def specimens(
        out: Annotated[Path, typer.Argument(help=_("Folder to write into."), metavar=_("FOLDER"))],
        seed: Annotated[int, typer.Option(help=_("The same seed gives the same files."))] = 1,
        layouts: Annotated[
            Layouts, typer.Option(help=_("The demo's set, or the benchmark's with other people, layouts and texts."))
        ] = Layouts.DEMO,
        count: Annotated[int | None, typer.Option(help=_("A plain series of so many documents."))] = None,
        colour: Annotated[
            list[Colour] | None, typer.Option(help=_("Only scans of this kind; may be given more than once."))
        ] = None,
        force: Annotated[bool, typer.Option("--force", help=_("Write into a folder that is not empty."))] = False,
        lang: Annotated[Language, typer.Option(help=_("Language of the messages."))] = Language.VI,  # noqa: ARG001 - chosen before
    ) -> None:
        if out.exists() and any(out.iterdir()) and not force:
            raise FolderInUseError(folder=out)
        documents = render_specimens(out, seed, layouts, count, colour)
        pages = sum(len(document.pages) for document in documents)
        done = _(
            "{documents} specimen documents, {pages} pages in {folder}. All people and agencies in them are invented."
        )
        print(done.format(documents=len(documents), pages=pages, folder=out), file=sys.stderr)

    return app


if __name__ == "__main__":
    sys.exit(main())
