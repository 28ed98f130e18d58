"""In whose name is sealed, and whether what our own key and timestamp authority sign will be believed.

A seal that nobody here trusts is no seal: that is a trouble of the installation, and the documents wait for its end.
"""

from datetime import datetime

from sqlalchemy import select

from config.errors import SigningError
from config.i18n import mark as _
from pipeline.context import Context
from signing.identity import Identity
from signing.report import Reason, SignatureReport, reason_message
from signing.seal import FIELD_NAME
from signing.timestamps import TokenFacts
from signing.trust import judge_chain
from storage.ledger.models import Agency, Document

NO_AGENCY = "Sohoa"
"""Who signs the event log where no agency is known yet."""


class OwnKeyUntrustedError(SigningError):
    """The certificate that seals leads to no root that this installation trusts."""

    code = "own_key_untrusted"
    message = _("the certificate {key}, which seals here, is not trusted here: {cause}")
    remedy = _(
        "Put the root of the authority that issued it (and what lies between) into {trust}, then `sohoa doctor`. "
        "The documents wait; nothing else is to be done for them."
    )


class OwnTimestampUntrustedError(SigningError):
    """The timestamp authority answers, but leads to no root that this installation trusts."""

    code = "own_timestamp_untrusted"
    message = _("the timestamps of {authority} are not trusted here: {cause}")
    remedy = _(
        "Put the root of the timestamp authority (and what lies between) into {trust}, then `sohoa doctor`. "
        "The documents wait; nothing else is to be done for them."
    )


class AgencyNamelessError(SigningError):
    """An agency has documents to seal, and nobody has entered what it is called."""

    code = "agency_nameless"
    message = _("no name is known for the agency {agency}; a seal prints the name, and would print the code")
    remedy = _(
        "Enter the agency in the file of agencies (docs/agencies.md) and run `sohoa init --agencies FILE`. "
        "The documents wait; nothing else is to be done for them."
    )


def seal_name(ctx: Context, agency_code: str) -> str:
    """Give the name that an agency's seal prints. Raise AgencyNamelessError when nobody has entered it."""
    with ctx.ledger.reading() as session:
        name = session.scalar(select(Agency.name).where(Agency.code == agency_code))
    if not name:
        raise AgencyNamelessError(agency=agency_code)
    return name


def head_agency(ctx: Context) -> str:
    """Give the name of the agency in whose name heads are sealed: the installation's own, else the first known."""
    own = ctx.settings.agency
    with ctx.ledger.reading() as session:
        query = select(Agency.name).order_by(Agency.code)
        return session.scalar(query.where(Agency.code == own) if own else query) or own or NO_AGENCY


def sealing_agencies(ctx: Context) -> list[str]:
    """Give the names of all in whose name is sealed: who signs the event log, and each agency that has documents."""
    with ctx.ledger.reading() as session:
        named = select(Agency.name).where(Agency.code.in_(select(Document.agency_code)))
        names = session.scalars(named.order_by(Agency.code)).all()
    return list(dict.fromkeys([head_agency(ctx), *names]))


def ensure_trusted_key(ctx: Context, identity: Identity, moment: datetime | None = None) -> None:
    """Raise OwnKeyUntrustedError unless the certificate leads to a trusted root, now or at another moment."""
    reason = judge_chain(identity.certificate, identity.chain, ctx.trust, moment or ctx.clock())
    if reason is not Reason.NONE:
        raise OwnKeyUntrustedError(key=identity.subject, cause=reason_message(reason), trust=ctx.trust_folder)


def ensure_trusted_authority(ctx: Context, token: TokenFacts) -> None:
    """Raise OwnTimestampUntrustedError unless the authority of a timestamp leads to a trusted root."""
    reason = judge_chain(token.authority, token.certificates, ctx.trust, ctx.clock(), for_timestamps=True)
    if reason is not Reason.NONE:
        raise _untrusted_authority(ctx, reason)


def ensure_trusted_time(ctx: Context, reports: tuple[SignatureReport, ...]) -> None:
    """Raise OwnTimestampUntrustedError when the seal among these signatures has a timestamp that proves no time."""
    for report in reports:
        if report.field == FIELD_NAME and report.intact and report.timestamp_at and not report.timestamp_trusted:
            raise _untrusted_authority(ctx, Reason.NO_TRUSTED_ROOT)


def _untrusted_authority(ctx: Context, reason: Reason) -> OwnTimestampUntrustedError:
    return OwnTimestampUntrustedError(
        authority=ctx.settings.signing.timestamp, cause=reason_message(reason), trust=ctx.trust_folder
    )
