"""What a search says of its answers, in the active language."""

from config.i18n import gettext
from config.i18n import mark as _
from pipeline.search.finding import Scope, Where

PLACES: dict[str, str] = {Where.CODES: _("a code"), Where.FIELDS: _("a field"), Where.TEXT: _("the text")}

SCOPES: dict[str, str] = {Scope.CODES: _("codes"), Scope.ALL: _("codes, names, text")}


def where_name(where: str) -> str:
    """Give what that is called in which the words were found."""
    return gettext(PLACES[where])


def scope_name(scope: str) -> str:
    """Give what a search looked at is called."""
    return gettext(SCOPES[scope])
