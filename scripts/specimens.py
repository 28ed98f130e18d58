"""The entry for making specimens: `python -m scripts.specimens OUT [--seed N] [--layouts demo|bench] [--count N]`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from config.errors import SohoaError
from config.i18n import LANGUAGES, activate, active_language, gettext
from config.i18n import mark as _
from scripts.specimen.model import Colour
from scripts.specimen.studio import render_specimens

_DONE = _("{documents} specimen documents, {pages} pages in {folder}. All people and agencies in them are invented.")
_NOT_EMPTY = _("{folder} is not empty; name a new folder, or write into this one with --force")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make specimens as the command line asks. Give the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _choose_language(given)
    parser = _parser()
    asked = parser.parse_args(given)
    out: Path = asked.out
    if out.exists() and any(out.iterdir()) and not asked.force:
        parser.error(gettext(_NOT_EMPTY).format(folder=out))
    colours = [Colour(name) for name in asked.colour] if asked.colour else None
    try:
        documents = render_specimens(out, asked.seed, asked.layouts, asked.count, colours)
    except SohoaError as err:
        print(f"{err}\n{err.remedy_text()}", file=sys.stderr)
        return int(err.exit_code)
    pages = sum(len(document.pages) for document in documents)
    print(gettext(_DONE).format(documents=len(documents), pages=pages, folder=out), file=sys.stderr)
    return 0


def _choose_language(given: Sequence[str]) -> None:
    """Set the language before the help is built, which is in it already."""
    early = argparse.ArgumentParser(add_help=False)
    early.add_argument("--lang", choices=LANGUAGES, default=active_language())
    activate(early.parse_known_args(given)[0].lang)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.specimens",
        description=gettext(
            "Make plainly fictional administrative papers, marked MẪU, as a scanner delivers them: "
            "an inbox, the register of records, and the truth about each page."
        ),
    )
    parser.add_argument("out", type=Path, help=gettext("folder to write into"))
    parser.add_argument("--seed", type=int, default=1, help=gettext("the same seed gives the same files (default: 1)"))
    parser.add_argument(
        "--layouts",
        choices=("demo", "bench"),
        default="demo",
        help=gettext("the demonstration's set, or the benchmark's with other people, layouts and texts"),
    )
    parser.add_argument("--count", type=int, help=gettext("a plain series of this many documents"))
    parser.add_argument(
        "--colour",
        action="append",
        choices=[colour.value for colour in Colour],
        help=gettext("only scans of this kind; may be given more than once"),
    )
    parser.add_argument("--force", action="store_true", help=gettext("write into a folder that is not empty"))
    parser.add_argument("--lang", choices=LANGUAGES, help=gettext("language of the messages"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
