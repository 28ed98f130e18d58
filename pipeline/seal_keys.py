"""In whose name is sealed, and whether what our own key and timestamp authority sign will be believed.

A seal that nobody here trusts is no seal: that is a trouble of the installation, and the documents wait for its end.
"""

from datetime import datetime

from sqlalchemy import select

from config.errors import SigningError
from config.i18n import mark as _
from pipeline.context import Context
from signing.identity import Identity, belongs_to, name_values
from signing.report import Reason, SignatureReport, reason_message
from signing.seal import FIELD_NAME
from signing.timestamps import TokenFacts
from signing.trust import judge_chain
from storage.ledger.models import Agency, Document

NO_AGENCY = "Sohoa"
"""Who signs the event log with a TEST key where no one agency answers for it."""


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


class HeadSignerUnknownError(SigningError):
    """Nothing says which of several agencies or keys signs the event log, or the one that should has no key."""

    code = "head_signer_unknown"
    message = _("it is not known in whose name the event log is signed with the key {key}")
    remedy = _(
        "Set agency in the settings to the identifier (H41…) of the agency that answers for the event log and whose "
        "certificate is there (docs/settings.md). Documents are sealed meanwhile."
    )


def seal_name(ctx: Context, agency_code: str) -> str:
    """Give the name that an agency's seal prints. Raise AgencyNamelessError when nobody has entered it."""
    with ctx.ledger.reading() as session:
        name = session.scalar(select(Agency.name).where(Agency.code == agency_code))
    if not name:
        raise AgencyNamelessError(agency=agency_code)
    return name


def head_agency(ctx: Context) -> str:
    """Give the name in which heads are sealed: the agency that is set, else the only one it can be.

    Raise HeadSignerUnknownError when the keys that lie ready are of none that this says.
    """
    held = ctx.sealer.held()
    own = ctx.settings.agency
    if len(held) == 1 and not own:
        certificate = held[0].certificate
        known = (name for name in agencies_with_documents(ctx) if belongs_to(certificate, name))
        return next(known, name_values(certificate.subject)[-1])
    name = _set_name(ctx, own) if own else _answering_agency(ctx)
    if held and not any(belongs_to(identity.certificate, name) for identity in held):
        raise HeadSignerUnknownError(key=ctx.settings.signing.key)
    return name


def _set_name(ctx: Context, code: str) -> str:
    with ctx.ledger.reading() as session:
        return session.scalar(select(Agency.name).where(Agency.code == code)) or code


def _answering_agency(ctx: Context) -> str:
    """Give the name of the only agency that has documents, or of the body above all that have; else a neutral one."""
    with ctx.ledger.reading() as session:
        rows = session.execute(select(Agency.code, Agency.name, Agency.parent_code)).all()
        having = session.scalars(select(Document.agency_code).distinct()).all()
    names = {row.code: row.name for row in rows}
    parents = {row.code: row.parent_code for row in rows}
    lines = [_upwards(code, parents) for code in having if code]
    shared = (code for code in lines[0] if all(code in line for line in lines)) if lines else iter(())
    return names.get(next(shared, "")) or NO_AGENCY


def _upwards(code: str, parents: dict[str, str | None]) -> list[str]:
    """Give an agency's code and those of the bodies above it, the nearest first."""
    line = [code]
    while (above := parents.get(line[-1])) and above not in line:
        line.append(above)
    return line


def agencies_with_documents(ctx: Context) -> list[str]:
    """Give the names of the agencies that have documents to seal."""
    with ctx.ledger.reading() as session:
        named = select(Agency.name).where(Agency.code.in_(select(Document.agency_code)))
        return list(session.scalars(named.order_by(Agency.code)))


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
