"""In whose name is sealed, and whether what our own key and timestamp authority sign will be believed.

A seal that nobody here trusts is no seal: that is a trouble of the installation, and the documents wait for its end.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from config.errors import SigningError
from config.i18n import mark as _
from pipeline.context import Context
from signing.chains import judge_chain
from signing.identity import Identity, belongs_to, holder_name, require_signing_use
from signing.report import Reason, SignatureReport, reason_message
from signing.timestamps import TokenFacts
from storage.ledger.models import Agency, Document

NO_AGENCY = "Sohoa"
"""Who signs the event log with a TEST key where no one agency answers for it."""


@dataclass(frozen=True, slots=True)
class SealingAgency:
    """In whose name is sealed: the agency's identifier, empty where a certificate names one unknown here, and name."""

    code: str
    name: str


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


def sealing_agency(ctx: Context, agency_code: str) -> SealingAgency:
    """Give an agency with the name that its seal prints. Raise AgencyNamelessError when nobody has entered it."""
    with ctx.ledger.reading() as session:
        name = session.scalar(select(Agency.name).where(Agency.code == agency_code))
    if not name:
        raise AgencyNamelessError(agency=agency_code)
    return SealingAgency(agency_code, name)


def ready_to_seal(ctx: Context, agency: SealingAgency) -> None:
    """See once a batch whether an agency can seal; what hinders it is raised for each of its documents alike.

    They wait and lose no try, and reading goes on.
    """
    ctx.batch_checks.once(agency.code, lambda: usable_key(ctx, agency))


def usable_key(ctx: Context, agency: SealingAgency) -> Identity:
    """Give the identity that seals for an agency, after all that can be known of it before it seals.

    It is in force and of the ledger's kind, its subject is the agency, it is for signing, it leads to a trusted root,
    it is not revoked, and its key answers: a token logs in here.
    Raise KeyUnavailableError, WrongEnvironmentError, OwnKeyUntrustedError, or RevocationUnavailableError when nobody
    says whether it is revoked.
    """
    identity = ctx.sealer.identity(agency.name, agency.code)
    require_signing_use(identity)
    ensure_trusted_key(ctx, identity)
    ctx.sealer.ensure_not_revoked(agency.name, agency.code)
    identity.holder.ensure_ready()
    return identity


def head_agency(ctx: Context) -> SealingAgency:
    """Give the agency in whose name heads are sealed: the one that is set, else the only one it can be.

    Raise HeadSignerUnknownError when the keys that lie ready, or are written down, are of none that this says.
    """
    held, written = ctx.sealer.held(), ctx.sealer.written_down()
    own = ctx.settings.agency
    if len(held) == 1 and not own:
        certificate = held[0].certificate
        known = (agency for agency in agencies_with_documents(ctx) if belongs_to(certificate, agency.name))
        return next(known, SealingAgency("", holder_name(certificate)))
    if len(written) == 1 and not own:
        return named_agency(ctx, written[0])
    agency = named_agency(ctx, own) if own else _answering_agency(ctx)
    if held and not any(belongs_to(identity.certificate, agency.name) for identity in held):
        raise HeadSignerUnknownError(key=ctx.settings.signing.key)
    if written and agency.code not in written:
        raise HeadSignerUnknownError(key=ctx.settings.agency_keys_file)
    return agency


def named_agency(ctx: Context, code: str) -> SealingAgency:
    """Give an agency with its name; its code stands for a name that nobody has entered."""
    with ctx.ledger.reading() as session:
        return SealingAgency(code, session.scalar(select(Agency.name).where(Agency.code == code)) or code)


def _answering_agency(ctx: Context) -> SealingAgency:
    """Give the only agency that has documents, or the body above all that have; else a neutral one."""
    with ctx.ledger.reading() as session:
        rows = session.execute(select(Agency.code, Agency.name, Agency.parent_code)).all()
        having = session.scalars(select(Document.agency_code).distinct()).all()
    names = {row.code: row.name for row in rows}
    parents = {row.code: row.parent_code for row in rows}
    lines = [_upwards(code, parents) for code in having if code]
    shared = (code for code in lines[0] if all(code in line for line in lines)) if lines else iter(())
    code = next(shared, "")
    return SealingAgency(code, names[code]) if names.get(code) else SealingAgency("", NO_AGENCY)


def _upwards(code: str, parents: dict[str, str | None]) -> list[str]:
    """Give an agency's code and those of the bodies above it, the nearest first."""
    line = [code]
    while (above := parents.get(line[-1])) and above not in line:
        line.append(above)
    return line


def agencies_with_documents(ctx: Context) -> list[SealingAgency]:
    """Give the agencies that have documents to seal."""
    named = select(Agency.code, Agency.name).where(Agency.code.in_(select(Document.agency_code)))
    with ctx.ledger.reading() as session:
        return [SealingAgency(code, name) for code, name in session.execute(named.order_by(Agency.code))]


def ensure_trusted_key(ctx: Context, identity: Identity, moment: datetime | None = None) -> None:
    """Raise OwnKeyUntrustedError unless the certificate leads to a trusted root, now or at another moment."""
    reason = judge_chain(identity.certificate, identity.chain, ctx.trust, moment or ctx.clock())
    if reason is not Reason.NONE:
        raise OwnKeyUntrustedError(key=identity.subject, cause=reason_message(reason), trust=ctx.trust_folder)


def ensure_trusted_authority(ctx: Context, token: TokenFacts) -> None:
    """Raise OwnTimestampUntrustedError unless the authority of a timestamp leads to a trusted root."""
    reason = judge_chain(token.authority, token.certificates, ctx.trust, ctx.clock(), for_timestamps=True)
    if reason is not Reason.NONE:
        raise untrusted_authority(ctx, reason_message(reason))


def ensure_trusted_time(ctx: Context, reports: tuple[SignatureReport, ...], field: str) -> None:
    """Raise OwnTimestampUntrustedError when the timestamp of a field's signature, or the newest over all, is in vain.

    The newest weighs nothing in the judgement of the file, and yet is written down as what the file is proven by.
    """
    for report in reports:
        is_newest = report is reports[-1] and report.is_document_timestamp
        is_in_vain = report.intact and report.timestamp_at and not report.timestamp_trusted
        if is_in_vain and (report.field == field or is_newest):
            raise untrusted_authority(ctx, reason_message(Reason.NO_TRUSTED_ROOT))


def untrusted_authority(ctx: Context, cause: object) -> OwnTimestampUntrustedError:
    """Give the error for a timestamp authority that leads to no trusted root."""
    return OwnTimestampUntrustedError(authority=ctx.settings.signing.timestamp, cause=cause, trust=ctx.trust_folder)
