"""Before something is done that is wide in effect or cannot be undone: what it will do is told, and a person asked."""

import sys

from config.errors import UsageError
from config.i18n import gettext as _
from config.i18n import mark
from scripts.invocation import told


class NotConfirmedError(UsageError):
    """A person did not confirm what was to be done, or nobody was there to ask."""

    code = "not_confirmed"
    remedy = mark("Look at it with --dry-run; to do it without being asked, give --yes.")


def confirm(effect: str, *, is_yes: bool) -> None:
    """Tell an effect and ask for it, unless it was confirmed beforehand. Raise NotConfirmedError when it is not."""
    if is_yes:
        return
    if not sys.stdin.isatty():
        raise NotConfirmedError(
            cause=_("{effect} This must be confirmed, and nobody can be asked.").format(effect=effect)
        )
    console = told()
    console.print(effect, markup=False)
    console.print(_("Go on? [y/N]"), markup=False, end=" ")
    answer = sys.stdin.readline().strip().casefold()
    if answer not in {"y", "yes", _("y"), _("yes")}:
        raise NotConfirmedError(cause=_("Not confirmed; nothing was changed."))
