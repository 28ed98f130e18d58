"""The PAdES level of a signature: what the file holds for later proof, whoever trusts the signer."""

from functools import partial

from asn1crypto import x509
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.chains import find_chain
from signing.hostile import HOSTILE
from signing.proofs import History
from signing.report import DOCUMENT_TIMESTAMP_LEVEL
from signing.revocation_data import RevocationData
from signing.security_store import LATEST
from signing.timestamps import TokenFacts
from signing.trust import TrustStore

PADES = "ETSI.CAdES.detached"
DOCUMENT_TIMESTAMP = "ETSI.RFC3161"


async def level_of(
    signature: EmbeddedPdfSignature,
    subfilter: str,
    token: TokenFacts | None,
    history: History,
    stamped: tuple[int, ...],
) -> str:
    """Give the level: B-LT needs data on each certificate of both chains, B-LTA a document timestamp over that data.

    `stamped`: the revisions that sound document timestamps stand in.
    """
    if subfilter == DOCUMENT_TIMESTAMP:
        return DOCUMENT_TIMESTAMP_LEVEL
    if subfilter != PADES:
        return "PKCS7-T" if token else "PKCS7-B"
    if token is None:
        return "B-B"
    stores = history.stores
    for revision in sorted(stamped):
        if revision > signature.signed_revision and await _covers(stores.upto(revision), signature, token, history):
            return "B-LTA"
    return "B-LT" if await _covers(stores.upto(LATEST), signature, token, history) else "B-T"


async def _covers(data: RevocationData, signature: EmbeddedPdfSignature, token: TokenFacts, history: History) -> bool:
    """Say whether data speaks for each certificate of the signer's and the timestamp's chain at the stamped time."""
    if data.is_empty:
        return False
    known = [*history.known, *data.certificates]
    ask = partial(find_chain, trust=_trust_in_tops(history.trust, known), revocation=data, effort=history.effort)
    try:
        signer = await ask(signature.signer_cert, known, moment=token.at)
        stamp = await ask(token.authority, known, moment=token.at, for_timestamps=True)
    except HOSTILE:
        return False
    return signer.is_covered and stamp.is_covered


def _trust_in_tops(trust: TrustStore, known: list[x509.Certificate]) -> TrustStore:
    """Give a store that also trusts the highest authorities of the file: a level does not depend on whom we trust."""
    names = {one.subject.hashable for one in known}
    tops = [one for one in known if one.ca and (one.self_issued or one.issuer.hashable not in names)]
    return TrustStore((*trust.roots, *(trust.timestamp_roots or ()), *tops), trust.helpers, digests=trust.digests)
