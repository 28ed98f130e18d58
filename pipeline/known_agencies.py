"""Which agencies this installation knows: entered, with documents, in the register, or with a folder in the inbox."""

import difflib

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from config.codes import normalize_agency_code
from config.errors import CodeError, NotFoundError
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.inbox import InboxMissingError
from storage.ledger.models import Agency, Document, RegisterEntry


class UnknownAgencyError(NotFoundError):
    """An agency was asked for that nobody entered and that has nothing here."""

    code = "agency_not_here"
    message = _("no agency {agency} is known here; the nearest is {nearest}")
    remedy = _("Correct the code, or enter the agency: docs/agencies.md, then `sohoa init --agencies FILE`.")


def ensure_known_agency(ctx: Context, code: str, *, needs_inbox: bool = False) -> None:
    """Raise UnknownAgencyError for an agency that is not known, of which nothing to do would say nothing.

    Raise InboxMissingError for what needs the inbox, when that cannot be looked into and the ledger knows no such code.
    """
    with ctx.ledger.reading() as session:
        if _is_in_ledger(session, code):
            return
        in_inbox = _folders(ctx) if needs_inbox else inbox_agencies(ctx)
        if code in in_inbox:
            return
        known = {
            *session.scalars(select(Agency.code)),
            *session.scalars(select(Document.agency_code).distinct()),
            *in_inbox,
        }
    nearest = difflib.get_close_matches(code, sorted(known), n=1, cutoff=0.0)
    raise UnknownAgencyError(agency=code, nearest=nearest[0] if nearest else "–")


def inbox_agencies(ctx: Context) -> set[str]:
    """Give the agencies that have a folder in the inbox; none where it cannot be looked into, which doctor tells."""
    try:
        return _folders(ctx)
    except InboxMissingError:
        return set()


def _folders(ctx: Context) -> set[str]:
    inbox, codes = ctx.settings.inbox_folder, set()
    try:
        entries = list(inbox.iterdir())
    except OSError as err:
        raise InboxMissingError.of(inbox, err) from err
    for folder in entries:
        try:
            if folder.is_dir() and not folder.name.startswith("."):
                codes.add(normalize_agency_code(folder.name))
        except (CodeError, OSError):
            # A folder that is no agency's, or is closed to us, is told by intake, file by file.
            continue
    return codes


def _is_in_ledger(session: Session, code: str) -> bool:
    places = (Agency.code, Document.agency_code, RegisterEntry.agency_code)
    return any(session.scalar(select(exists().where(place == code))) for place in places)
