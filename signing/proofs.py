"""Proofs of existence: what the timestamps of a file still prove, newest first (ETSI EN 319 102-1, 5.6).

A timestamp is believed if its authority's certificate and its hash functions were good at its horizon: the instant
before which it is known to have existed, by the next trusted timestamp over it, or now. So each timestamp that was
added in time carries the older ones on, and one that is not trusted proves nothing and spoils nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from asn1crypto import x509

from signing.chains import ChainFinding, find_timestamp_chain, key_dates
from signing.hostile import HOSTILE
from signing.report import Reason
from signing.revocation_data import RevocationData
from signing.search_limits import Effort
from signing.security_store import SecurityStores
from signing.timestamps import TokenFacts
from signing.trust import TrustStore


@dataclass(frozen=True, slots=True)
class Proof:
    """A revision that is proven to have existed at an instant, until when that can be shown."""

    revision: int
    at: datetime
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class TimeFinding:
    """What a timestamp proves: nothing for a `reason`, else that something existed `at`, shown until it `ends`."""

    reason: Reason
    at: datetime | None = None
    ends: datetime | None = None
    chain: ChainFinding = field(default_factory=lambda: ChainFinding(Reason.NONE))


@dataclass(frozen=True, slots=True)
class History:
    """The proofs of a file's past."""

    trust: TrustStore
    now: datetime
    stores: SecurityStores
    known: tuple[x509.Certificate, ...]
    proofs: tuple[Proof, ...] = ()
    effort: Effort = field(default_factory=Effort)

    def time_of(self, revision: int) -> datetime:
        """Give when a revision is first proven to have existed: now if nothing else."""
        return min((proof.at for proof in self.proofs if proof.revision >= revision), default=self.now)

    def horizon_of(self, revision: int) -> datetime:
        """Give before when a timestamp or signature made in a revision is proven to have existed."""
        return self.time_of(revision + 1)

    def covering(self, revision: int) -> Proof | None:
        """Give the first proof by a document timestamp over what was made in a revision."""
        return min(
            (proof for proof in self.proofs if proof.revision > revision), key=lambda proof: proof.at, default=None
        )

    def end_of(self, revision: int, ends: datetime | None) -> datetime | None:
        """Give until when the time of something in a revision can be shown: as long as the longest proof over it."""
        own = [ends] if ends else []
        later = [proof.ends for proof in self.proofs if proof.revision > revision and proof.ends]
        return max([*own, *later], default=None)

    def revocation(self) -> RevocationData:
        """Give the revocation data that may be heard under the proofs so far."""
        return self.stores.heard(
            self.time_of, [*self.known, *self.trust.roots, *self.trust.helpers], self.trust.digests
        )


async def prove(history: History, stamps: Iterable[tuple[int, TokenFacts]]) -> History:
    """Give a history with all that sound document timestamps, each with its revision, prove."""
    for revision, token in sorted(stamps, key=lambda stamp: stamp[0], reverse=True):
        try:
            found = await believe(token, history, revision)
        except HOSTILE:
            continue
        if found.at is not None:
            proof = Proof(revision, found.at, found.ends)
            history = replace(history, proofs=(*history.proofs, proof))
    return history


async def believe(token: TokenFacts, history: History, revision: int) -> TimeFinding:
    """Say what a sound token in a revision proves."""
    trust, horizon = history.trust, history.horizon_of(revision)
    if trust.production and token.is_test:
        return TimeFinding(Reason.TEST_CHAIN)
    others = [*token.certificates, *history.known]
    chain = await find_timestamp_chain(
        token.authority, others, trust, token.at, horizon, history.revocation(), history.effort
    )
    if chain.reason is not Reason.NONE:
        return TimeFinding(Reason.LAPSED if chain.reason is Reason.EXPIRED else chain.reason, chain=chain)
    if not all(trust.digests.is_safe(name, horizon) for name in token.digests):
        return TimeFinding(Reason.DIGEST_UNSAFE, chain=chain)
    keys = key_dates(chain.path[:-1] or (token.authority,), trust.digests)
    if any(dates.unsafe_from and horizon >= dates.unsafe_from for dates in keys):
        return TimeFinding(Reason.KEY_UNSAFE, chain=chain)
    if token.at < token.authority.not_valid_before:
        return TimeFinding(Reason.NOT_YET_VALID, chain=chain)
    return TimeFinding(Reason.NONE, min(token.at, horizon), _end(token, chain, trust), chain)


def _end(token: TokenFacts, chain: ChainFinding, trust: TrustStore) -> datetime | None:
    """Give when a trusted token stops proving anything by itself."""
    links = chain.path[:-1] or (token.authority,)
    ends: list[datetime] = [link.not_valid_after for link in links]
    ends += [dates.unsafe_from for dates in key_dates(links, trust.digests) if dates.unsafe_from]
    names = {*token.digests, *(link.hash_algo for link in chain.path[:-1])}
    return min([*ends, *(end for name in names if (end := trust.digests.unsafe_from(name)))])
