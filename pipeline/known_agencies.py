"""Which agencies this installation knows: entered, with documents, in the register, or with a folder in the inbox."""

import difflib

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from config.codes import normalize_agency_code
from config.errors import CodeError, NotFoundError
from config.i18n import mark as _
from pipeline.context import Context
from storage.ledger.models import Agency, Document, RegisterEntry


class UnknownAgencyError(NotFoundError):
    """An agency was asked for that nobody entered and that has nothing here."""

    code = "agency_not_here"
    message = _("no agency {agency} is known here; the nearest is {nearest}")
    remedy = _("Correct the code, or enter the agency: docs/agencies.md, then `sohoa init --agencies FILE`.")


def ensure_known_agency(ctx: Context, code: str) -> None:
    """Raise UnknownAgencyError for an agency that is not known, of which nothing to do would say nothing."""
    with ctx.ledger.reading() as session:
        if _is_in_ledger(session, code):
            return
        in_inbox = inbox_agencies(ctx)
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
    """Give the agencies that have a folder in the inbox."""
    inbox, codes = ctx.settings.inbox_folder, set()
    for folder in inbox.iterdir() if inbox.is_dir() else ():
        try:
            if folder.is_dir() and not folder.name.startswith("."):
                codes.add(normalize_agency_code(folder.name))
        except CodeError:
            # A folder that is no agency's is told by intake, file by file.
            continue
    return codes


def _is_in_ledger(session: Session, code: str) -> bool:
    places = (Agency.code, Document.agency_code, RegisterEntry.agency_code)
    return any(session.scalar(select(exists().where(place == code))) for place in places)
