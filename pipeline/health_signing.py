"""The check-up of keys and timestamps: whether each agency can seal today and tomorrow, and will be believed."""

from datetime import timedelta

from asn1crypto import x509

from config.clock import legal_date
from config.dates import day_text
from config.errors import SohoaError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.check_result import CheckResult, failed
from pipeline.context import Context
from pipeline.seal_keys import (
    SealingAgency,
    agencies_with_documents,
    ensure_trusted_authority,
    ensure_trusted_key,
    head_agency,
    sealing_agency,
    usable_key,
)
from signing.chains import judge_chain
from signing.identity import Identity, belongs_to, holder_name, require_current
from signing.key_sources import needs_a_person
from signing.report import Reason

KEY, TIMESTAMPS = _("Signing key"), _("Timestamps")
NEW_KEY = _("Ask its issuer for a new certificate and put it in its place; until then seals are made as before.")
NEW_AUTHORITY = _("Ask the timestamp authority which root follows, and put it into {trust}.")


def check_keys(ctx: Context) -> list[CheckResult]:
    """Check the key of each agency in whose name is sealed, and each key that lies ready besides; tokens log in."""
    try:
        held = list(ctx.sealer.held())
    except SohoaError as err:
        return [failed(KEY, err)]
    agencies, results = _sealing_agencies(ctx)
    good: list[Identity] = []
    for agency in agencies:
        try:
            identity = usable_key(ctx, agency)
        except SohoaError as err:
            results.append(failed(KEY, err, agency.name))
        else:
            good.append(identity)
            results += _running_out(ctx, identity)
    spare = [key for key in held if not any(belongs_to(key.certificate, agency.name) for agency in agencies)]
    results += [result for identity in spare for result in _spare(ctx, identity)]
    return [*_in_order(good), *results]


def key_warnings(ctx: Context) -> tuple[CheckResult, ...]:
    """Say of the keys in use which run out soon or cannot be had; nobody is asked for a PIN, and none is given.

    Nothing is said of generated keys, and of keys that a person would have to be asked a password for.
    """
    signing, agency_keys = ctx.settings.signing, ctx.settings.agency_keys_file
    if signing.key == "generated" and agency_keys is None:
        return ()
    try:
        if needs_a_person(signing, agency_keys):
            return ()
        ctx.sealer.held()
        agencies, results = _sealing_agencies(ctx)
    except SohoaError as err:
        return (failed(KEY, err),)
    for agency in agencies:
        try:
            identity = ctx.sealer.identity(agency.name, agency.code)
            ensure_trusted_key(ctx, identity)
            results += _running_out(ctx, identity)
        except SohoaError as err:
            results.append(failed(KEY, err, agency.name))
    return tuple(results)


def _sealing_agencies(ctx: Context) -> tuple[list[SealingAgency], list[CheckResult]]:
    """Give the agencies in whose name is sealed, and what is wrong where it is not known who they are."""
    agencies, results = [], []
    try:
        agencies.append(head_agency(ctx))
    except SohoaError as err:
        results.append(failed(KEY, err))
    agencies += agencies_with_documents(ctx)
    for code in ctx.sealer.written_down():
        try:
            agencies.append(sealing_agency(ctx, code))
        except SohoaError as err:
            results.append(failed(KEY, err))
    return list({agency.name: agency for agency in agencies}.values()), results


def check_timestamps(ctx: Context) -> list[CheckResult]:
    """Ask the timestamp authority for a timestamp, and whether it will be believed."""
    try:
        token = ctx.sealer.timestamp()
        ensure_trusted_authority(ctx, token)
    except SohoaError as err:
        return [failed(TIMESTAMPS, err)]
    subject = holder_name(token.authority)
    found = f"{subject}{' · TEST' if token.is_test else ''}"
    if _lasts(ctx, token.authority, token.certificates, for_timestamps=True):
        return [CheckResult(gettext(TIMESTAMPS), True, found)]
    return [_warning(ctx, TIMESTAMPS, subject, token.authority, gettext(NEW_AUTHORITY).format(trust=ctx.trust_folder))]


def _in_order(good: list[Identity]) -> list[CheckResult]:
    """Give one line for all keys that are in order."""
    if not good:
        return []
    first = min(good, key=lambda identity: identity.certificate.not_valid_after)
    until = day_text(legal_date(first.certificate.not_valid_after))
    mark = " · TEST" if any(identity.is_test for identity in good) else ""
    subject = first.subject if len(good) == 1 else gettext(_("keys of {count} agencies")).format(count=len(good))
    return [
        CheckResult(gettext(KEY), True, gettext(_("{subject}, until {day}")).format(subject=subject, day=until) + mark)
    ]


def _running_out(ctx: Context, identity: Identity) -> list[CheckResult]:
    if _lasts(ctx, identity.certificate, identity.chain):
        return []
    return [_warning(ctx, KEY, identity.subject, identity.certificate, gettext(NEW_KEY))]


def _spare(ctx: Context, identity: Identity) -> list[CheckResult]:
    """Judge a key that lies ready for nobody who seals: it may be of an agency that begins tomorrow."""
    try:
        require_current(identity, ctx.clock())
        ensure_trusted_key(ctx, identity)
    except SohoaError as err:
        return [CheckResult(gettext(KEY), True, str(err), err.remedy_text())]
    return _running_out(ctx, identity)


def _lasts(
    ctx: Context, certificate: x509.Certificate, others: tuple[x509.Certificate, ...], *, for_timestamps: bool = False
) -> bool:
    """Say whether a chain that holds today will hold for some time."""
    ahead = ctx.clock() + timedelta(days=ctx.settings.signing.warn_days)
    if certificate.not_valid_after < ahead:
        # One that is a trusted root itself is not looked at by the judge of chains.
        return False
    return judge_chain(certificate, others, ctx.trust, ahead, for_timestamps=for_timestamps) is Reason.NONE


def _warning(ctx: Context, title: str, subject: str, certificate: x509.Certificate, remedy: str) -> CheckResult:
    until = day_text(legal_date(certificate.not_valid_after))
    days = ctx.settings.signing.warn_days
    found = gettext(_("{subject}: it or an issuer of it runs out within {days} days (its own last day: {day})"))
    return CheckResult(gettext(title), True, found.format(subject=subject, days=days, day=until), remedy)
