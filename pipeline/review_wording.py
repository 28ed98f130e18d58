"""What is said of a document on the review desk: what is still open, and what comes next."""

from config.errors import SohoaError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.reason_wording import reason_name
from pipeline.review_contradictions import ContradictsRegisterError
from pipeline.review_desk import Desk
from pipeline.review_fields import FoundWrongError, NothingReadError
from pipeline.review_values import IssueDateError
from pipeline.wording import field_name, state_name
from storage.ledger.states import DocumentState

_TO_RELEASE = _("The next `sohoa run` takes it on to release, unless it finds something new to ask.")
_ON = _("The next `sohoa run` takes it on.")
_AT_RELEASE = _("It waits for the release of its batch: sohoa release list")
_STANDS = _("It stands as: {state}")
_REMEDIES: dict[type[SohoaError], str] = {
    ContradictsRegisterError: _("Look at the page again; where it does say so, tick that the register says otherwise."),
    NothingReadError: _("Type what stands on the paper, or say that the paper has none."),
    FoundWrongError: _("Type what stands on the paper, or say that the paper has none."),
    IssueDateError: _("Look at the page again, and type the date that stands on it."),
}
"""What to do at the desk, where an error's own remedy names a command."""


def subjects(desk: Desk) -> str:
    """Give what is still open, by name."""
    return ", ".join(
        field_name(matter.first.field_name) if matter.first.field_name else reason_name(matter.first.reason_code)
        for matter in desk.matters
    )


def next_step(desk: Desk) -> str:
    """Say what becomes of a document of which nothing is open any more."""
    if desk.state is DocumentState.IN_WORK:
        return gettext(_TO_RELEASE if desk.needs_release else _ON)
    if desk.state in {DocumentState.WAITING_RELEASE, DocumentState.PENDING_SIGNATURE}:
        return gettext(_AT_RELEASE)
    return gettext(_STANDS).format(state=state_name(desk.state))


def remedy_at_desk(cause: SohoaError) -> str:
    """Say what to do on the page about an answer that was not taken."""
    own = next((text for kind, text in _REMEDIES.items() if isinstance(cause, kind)), None)
    return gettext(own) if own is not None else cause.remedy_text()
