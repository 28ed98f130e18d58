"""What is refused, held or stuck, as a screen takes it in: each cause once, with the files it concerns."""

from itertools import islice

from rich.console import Console
from rich.text import Text

from config.i18n import gettext as _
from pipeline.overview import Trouble
from pipeline.wording import state_name

MOST_CAUSES = 20
MOST_NAMES = 3


def show_troubles(console: Console, troubles: tuple[Trouble, ...], *, show_all: bool = False) -> None:
    """Tell each cause once with its remedy and the files it concerns; the first causes and names, or all."""
    causes = _by_cause(troubles)
    shown = causes if show_all else dict(islice(causes.items(), MOST_CAUSES))
    for (state, cause, remedy), names in shown.items():
        console.print()
        console.print(
            Text.assemble((_heading(names, show_all=show_all), "bold"), f"  {state_name(state)}"), soft_wrap=True
        )
        console.print(Text("  " + cause))
        console.print(Text("  → " + remedy))
        for name in names if show_all and len(names) > 1 else ():
            console.print(Text(f"    {name}"), soft_wrap=True)
    rest = sum(len(names) for names in causes.values()) - sum(len(names) for names in shown.values())
    if rest:
        console.print(_("… and {more} more; `sohoa status --all` names each.").format(more=rest))
    elif not show_all and any(len(names) > MOST_NAMES for names in causes.values()):
        console.print(_("`sohoa status --all` names each."))


def _by_cause(troubles: tuple[Trouble, ...]) -> dict[tuple[str, str, str], list[str]]:
    """Give the names of what has the same state, cause and remedy, in the order told."""
    causes: dict[tuple[str, str, str], list[str]] = {}
    for trouble in troubles:
        cause = trouble.cause.removeprefix(f"{trouble.where}: ")
        causes.setdefault((trouble.state, cause, trouble.remedy), []).append(trouble.where)
    return causes


def _heading(names: list[str], *, show_all: bool) -> str:
    if len(names) == 1:
        return names[0]
    if show_all:
        return _("{count} files").format(count=len(names))
    listed = ", ".join(names[:MOST_NAMES])
    if len(names) <= MOST_NAMES:
        return _("{count} files: {names}").format(count=len(names), names=listed)
    return _("{count} files: {names} and {more} more").format(
        count=len(names), names=listed, more=len(names) - MOST_NAMES
    )
