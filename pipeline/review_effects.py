"""What becomes of a document that is rejected, said before it is done."""

from config.i18n import gettext
from config.i18n import mark as _
from storage.ledger.states import DocumentState

EFFECTS = {
    DocumentState.ARCHIVED: _("1 new version will be refused; the archived version before it stays."),
    DocumentState.IN_WORK: _("1 new version will be refused; the version before it comes back and goes on."),
    DocumentState.REFUSED: _("1 document will be refused; its paper must be scanned again."),
    DocumentState.QUARANTINED: _("1 document will be held secret: all that was kept of it is erased, for good."),
    DocumentState.STUCK: _("1 document will be held secret and stopped; what is stored an administrator takes out."),
}
"""By the state it comes to."""


def effect_of_reject(state: DocumentState) -> str:
    """Say in the active language what rejecting does that brings a document to a state."""
    return gettext(EFFECTS[state])
