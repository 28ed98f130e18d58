"""Nobody reads the same sentence twenty times to find the one file that was refused."""

import io

from rich.console import Console

from pipeline.overview import Trouble
from scripts.troubles import show_troubles

REMEDY = "Put the sheet there."
WAITING = tuple(
    Trouble(f"H41.99/r/{number}.pdf", "inbox_waiting", "none", f"H41.99/r/{number}.pdf: no sheet", REMEDY)
    for number in range(25)
)


def told(*troubles: Trouble, show_all: bool = False) -> str:
    console = Console(file=io.StringIO(), width=200, color_system=None)
    show_troubles(console, troubles, show_all=show_all)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_same_cause_is_told_once_with_a_count_and_the_first_names() -> None:
    text = told(*WAITING)
    assert (text.count("no sheet"), text.count(REMEDY)) == (1, 1)
    assert "25" in text
    assert "H41.99/r/2.pdf" in text
    assert "H41.99/r/3.pdf" not in text
    assert "--all" in text
    assert "json" not in text


def test_all_names_every_file() -> None:
    text = told(*WAITING, show_all=True)
    assert all(trouble.where in text for trouble in WAITING)
    assert "--all" not in text


def test_causes_that_do_not_fit_a_screen_are_counted() -> None:
    many = tuple(Trouble(f"{number}.pdf", "refused", "none", f"cause {number}", REMEDY) for number in range(23))
    assert "3" in told(*many).splitlines()[-1]
    assert "cause 22" not in told(*many)
    assert "cause 22" in told(*many, show_all=True)
