"""Is a certificate trusted at an instant: its chain, judged offline by pyHanko's certvalidator with the data at hand.

What the rules of RFC 5280 and ETSI EN 319 102-1 leave to the one who judges is decided here: which revocation counts
when a signature or a timestamp is older than it, and from when a hash function proves nothing.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from asn1crypto import algos, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.policy_decl import (
    NO_REVOCATION,
    REQUIRE_REVINFO,
    AlgorithmUsageConstraint,
    CertRevTrustPolicy,
    DisallowWeakAlgorithmsPolicy,
    FreshnessReqType,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from config.digests import DigestDates, Digests
from signing.identity import is_test_certificate
from signing.report import Reason
from signing.revocation_data import RevocationData, accusations, within_life
from signing.search_limits import Effort, LimitedRegistry
from signing.trust import TrustStore

# In the order in which they are looked for: the last is the parent of most.
_REFUSALS: dict[type[Exception], Reason] = {
    RevokedError: Reason.REVOKED,
    ExpiredError: Reason.EXPIRED,
    NotYetValidError: Reason.NOT_YET_VALID,
    PathBuildingError: Reason.NO_TRUSTED_ROOT,
    ValidationError: Reason.CHAIN_REFUSED,
}
_HARMLESS_REVOCATIONS = {"affiliation_changed", "superseded", "cessation_of_operation"}
"""Reasons after which what the key signed before goes on to hold (RFC 3161, section 4)."""
_WITHOUT = CertRevTrustPolicy(NO_REVOCATION)
_COVERING = CertRevTrustPolicy(REQUIRE_REVINFO, retroactive_revinfo=True)
_ACCUSING = CertRevTrustPolicy(
    RevocationCheckingPolicy(RevocationCheckingRule.CRL_OR_OCSP_REQUIRED, RevocationCheckingRule.NO_CHECK),
    freshness=timedelta(days=365 * 200),
    freshness_req_type=FreshnessReqType.MAX_DIFF_REVOCATION_VALIDATION,
)
"""A revocation is never stale: once revoked, always revoked."""
_KINDS = {"rsa": "rsa", "rsassa_pss": "rsa", "ec": "ec"}
_A_MOMENT = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class ChainFinding:
    """How a certificate stood at an instant.

    `reason`: why it is not trusted, or NONE. `is_covered`: fresh revocation data speaks for every certificate of the
    chain. `revoked_at`: when one of them was revoked, before the instant (then the reason is REVOKED) or after it.
    `is_harmless`: revoked for a reason that does not touch what was signed before. `path`: the chain, root last.
    """

    reason: Reason
    is_covered: bool = False
    revoked_at: datetime | None = None
    is_harmless: bool = False
    path: tuple[x509.Certificate, ...] = ()


async def find_chain(
    certificate: x509.Certificate,
    others: Iterable[x509.Certificate],
    trust: TrustStore,
    moment: datetime,
    *,
    for_timestamps: bool = False,
    revocation: RevocationData | None = None,
    effort: Effort | None = None,
) -> ChainFinding:
    """Say how a certificate stood at an instant. Where the effort is spent in between, the answer says nothing."""
    data = revocation or RevocationData()
    known = [*others, *trust.helpers, *data.certificates]
    question = _Question(certificate, known, trust, for_timestamps, data, effort or Effort())
    found = await question.ask(moment, _WITHOUT)
    if found.reason is not Reason.NONE or data.is_empty:
        return found
    revoked = await _revoked(found.path, question, moment)
    if revoked.revoked_at is not None and revoked.revoked_at <= moment:
        return revoked
    in_time = replace(question, data=within_life(certificate, data))
    covering = await in_time.ask(moment, _COVERING)
    if covering.reason is Reason.REVOKED:
        # Some lists are not the issuer's own; they are not looked for above.
        return covering
    return ChainFinding(
        Reason.NONE, covering.is_covered, revoked.revoked_at, revoked.is_harmless, covering.path or found.path
    )


async def find_timestamp_chain(
    authority: x509.Certificate,
    others: Iterable[x509.Certificate],
    trust: TrustStore,
    stamped_at: datetime,
    horizon: datetime,
    revocation: RevocationData,
    effort: Effort,
) -> ChainFinding:
    """Say how the authority of a timestamp stood at the instant before which the timestamp is known to have existed.

    One that was revoked since, though not for its key, goes on to vouch for what it stamped before (RFC 3161).
    """
    known = list(others)
    ask = partial(find_chain, authority, known, trust, for_timestamps=True, revocation=revocation, effort=effort)
    found = await ask(horizon)
    if found.reason is not Reason.REVOKED or not found.is_harmless or found.revoked_at is None:
        return found
    if stamped_at >= found.revoked_at:
        return found
    return await ask(found.revoked_at - _A_MOMENT)


def key_dates(links: Iterable[x509.Certificate], digests: Digests) -> list[DigestDates]:
    """Give what is to be thought of the key of each certificate; keys of a kind that has no length are not judged."""
    return [
        digests.of_key(_KINDS[link.public_key.algorithm], link.public_key.bit_size)
        if link.public_key.algorithm in _KINDS
        else DigestDates()
        for link in links
    ]


async def chain_reason(
    certificate: x509.Certificate,
    others: Iterable[x509.Certificate],
    trust: TrustStore,
    moment: datetime,
    *,
    for_timestamps: bool = False,
    revocation: RevocationData | None = None,
) -> Reason:
    """Give why a certificate is not trusted at an instant, or NONE when it is."""
    found = await find_chain(certificate, others, trust, moment, for_timestamps=for_timestamps, revocation=revocation)
    return found.reason


def judge_chain(
    certificate: x509.Certificate,
    others: Iterable[x509.Certificate],
    trust: TrustStore,
    moment: datetime,
    *,
    for_timestamps: bool = False,
) -> Reason:
    """Do as `chain_reason` for a certificate of our own, outside any event loop."""
    return asyncio.run(chain_reason(certificate, others, trust, moment, for_timestamps=for_timestamps))


class _DatedDigests(DisallowWeakAlgorithmsPolicy):
    """Refuses chains over hash functions that were unsafe at the instant, besides those never taken in chains."""

    def __init__(self, digests: Digests) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # pyHanko is half typed
        self._digests = digests

    def digest_algorithm_allowed(
        self, algo: algos.DigestAlgorithm, moment: datetime | None
    ) -> AlgorithmUsageConstraint:
        """Say whether certificates may be signed over a hash function at an instant."""
        end = self._digests.unsafe_from(algo["algorithm"].native)
        if end is not None and (moment is None or moment >= end):
            return AlgorithmUsageConstraint(False, not_allowed_after=end)
        return super().digest_algorithm_allowed(algo, moment)


@dataclass(frozen=True, slots=True)
class _Question:
    """A certificate to be judged, with all that is known."""

    certificate: x509.Certificate
    known: list[x509.Certificate]
    trust: TrustStore
    for_timestamps: bool
    data: RevocationData
    effort: Effort

    async def ask(self, moment: datetime, policy: CertRevTrustPolicy) -> ChainFinding:
        """Judge the chain at an instant under one rule for revocation data."""
        self.effort.spend(len(self.known) + len(self.data.crls) + len(self.data.ocsps))
        context = ValidationContext(
            trust_roots=list(self.trust.roots_for(timestamps=self.for_timestamps)),
            certificate_registry=LimitedRegistry(self.known, self.effort),
            moment=moment,
            crls=self.data.crls,
            ocsps=self.data.ocsps,
            allow_fetching=False,
            revinfo_policy=policy,
            # What revoked a certificate goes on to count when its hash function has become unsafe.
            algorithm_usage_policy=None if policy is _ACCUSING else _DatedDigests(self.trust.digests),
        )
        validator = CertificateValidator(self.certificate, validation_context=context)
        try:
            if self.for_timestamps:
                found = await validator.async_validate_usage(set(), {"time_stamping"})
            else:
                found = await validator.async_validate_path()
        except tuple(_REFUSALS) as err:
            return _refused(err)
        path = tuple(reversed(list(found)))
        # The root is looked at too: a mark may stand in its name alone.
        if self.trust.production and any(is_test_certificate(link) for link in path):
            return ChainFinding(Reason.TEST_CHAIN, path=path)
        return ChainFinding(Reason.NONE, is_covered=policy is _COVERING, path=path)


def _refused(err: Exception) -> ChainFinding:
    if isinstance(err, RevokedError):
        is_harmless = err.reason.native in _HARMLESS_REVOCATIONS
        return ChainFinding(Reason.REVOKED, revoked_at=err.revocation_dt, is_harmless=is_harmless)
    if isinstance(err, DisallowedAlgorithmError) and err.banned_since is not None:
        return ChainFinding(Reason.DIGEST_UNSAFE)
    return ChainFinding(next(reason for kind, reason in _REFUSALS.items() if isinstance(err, kind)))


async def _revoked(path: tuple[x509.Certificate, ...], question: _Question, moment: datetime) -> ChainFinding:
    """Give the first revocation of a certificate of the chain that is proven by its own CRL or OCSP answer."""
    end = max(moment, min((link.not_valid_after for link in path[:-1]), default=moment) - _A_MOMENT)
    first = ChainFinding(Reason.NONE)
    for link in path[:-1]:
        for accusation in accusations(link, question.data):
            if question.effort.is_spent:
                return first
            is_stamp = question.for_timestamps and link is path[0]
            alone = replace(question, certificate=link, for_timestamps=is_stamp, data=accusation.data)
            found = await alone.ask(min(accusation.issued_at + _A_MOMENT, end), _ACCUSING)
            if found.revoked_at is None:
                continue
            since = min(found.revoked_at, accusation.invalid_since or found.revoked_at)
            if first.revoked_at is None or since < first.revoked_at:
                first = replace(found, revoked_at=since)
    return first
