"""What shows that a certificate was not revoked when it signed: answers of OCSP and lists of revoked certificates.

They are fetched once and kept for a batch, since all its signatures ask about the same few certificates. Nothing is
taken on trust: a chain counts only when every certificate below the root is vouched for by an answer in force.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from asn1crypto import crl, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.authority import AuthorityWithCert
from pyhanko_certvalidator.errors import OCSPFetchError, PathValidationError, RevokedError
from pyhanko_certvalidator.fetchers.common_utils import (
    enumerate_delivery_point_urls,
    format_ocsp_request,
    process_ocsp_response_data,
)
from pyhanko_certvalidator.util import get_ocsp_urls, get_relevant_crl_dps

from config.clock import Clock
from config.errors import KeyRevokedError, RevocationUnavailableError, SigningError
from config.i18n import gettext
from config.i18n import mark as _
from signing.chains import find_chain
from signing.generated_keys import GeneratedIdentities
from signing.http import NoAnswerError, ask
from signing.identity import holder_name
from signing.patience import Patience
from signing.report import Reason, reason_message
from signing.revocation_data import RevocationData
from signing.trust import TrustStore

_OCSP_HEADERS = {"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"}
_MOST_OCSP_BYTES = 1 << 20
_MOST_CRL_BYTES = 32 << 20
NO_SOURCE = _("the certificate names no place to ask, neither OCSP nor a list of revoked certificates")


class UntrustedChainError(SigningError):
    """A certificate that seals, or that of the timestamp authority, leads to no root that is trusted here."""

    code = "chain_untrusted"
    message = _("the certificate {key} is not trusted here: {cause}")
    remedy = _("Put the root of the authority that issued it (and what lies between) into the folder trust.")


@dataclass(frozen=True, slots=True)
class VouchedPath:
    """A certificate's whole path, the root first, and what shows that none below the root was revoked."""

    path: tuple[x509.Certificate, ...]
    revocation: RevocationData


class RevocationSource(Protocol):
    """Whoever can say whether a certificate is revoked."""

    def ocsp(self, certificate: x509.Certificate, issuer: x509.Certificate) -> RevocationData:
        """Give the short answer about one certificate. Raise NoAnswerError when there is none."""
        ...

    def crls(self, certificate: x509.Certificate, issuer: x509.Certificate) -> RevocationData:
        """Give the lists of revoked certificates it may stand on. Raise NoAnswerError when there is none."""
        ...


class HttpRevocation:
    """The authorities themselves, at the addresses that certificates name."""

    def __init__(self, *, timeout_s: float) -> None:
        self._timeout_s = timeout_s

    def ocsp(self, certificate: x509.Certificate, issuer: x509.Certificate) -> RevocationData:
        """Ask the OCSP responders that the certificate names, one after the other."""
        request = format_ocsp_request(
            certificate, AuthorityWithCert(issuer), certid_hash_algo="sha1", request_nonces=True
        )

        def answer(url: str) -> RevocationData:
            body = self._ask(url, _MOST_OCSP_BYTES, request.dump())
            try:
                return RevocationData(ocsps=(process_ocsp_response_data(body, ocsp_request=request, ocsp_url=url),))
            except (OCSPFetchError, ValueError) as err:
                raise NoAnswerError(err) from err

        return _first(answer, get_ocsp_urls(certificate))

    def crls(self, certificate: x509.Certificate, issuer: x509.Certificate) -> RevocationData:  # noqa: ARG002 - the protocol's
        """Fetch the lists that the certificate names; each distribution point may have several addresses."""

        def answer(url: str) -> RevocationData:
            try:
                found = crl.CertificateList.load(self._ask(url, _MOST_CRL_BYTES), strict=True)
                found.native  # noqa: B018 - reads the whole list, so that a broken one shows here
            except (ValueError, TypeError) as err:
                raise NoAnswerError(err) from err
            return RevocationData(crls=(found,))

        points = get_relevant_crl_dps(certificate, use_deltas=False)
        return _first(answer, [url for point in points for url in enumerate_delivery_point_urls(point)])

    def _ask(self, url: str, most_bytes: int, body: bytes | None = None) -> bytes:
        headers = _OCSP_HEADERS if body is not None else None
        return ask(url, timeout_s=self._timeout_s, most_bytes=most_bytes, body=body, headers=headers)


class GeneratedRevocation:
    """The list of the TEST authority of this installation for what it issued, and the authorities for all else."""

    def __init__(
        self, generated: GeneratedIdentities, root: Callable[[], x509.Certificate | None], rest: RevocationSource
    ) -> None:
        self._generated = generated
        self._root = root
        self._rest = rest

    def ocsp(self, certificate: x509.Certificate, issuer: x509.Certificate) -> RevocationData:
        """Ask the authorities; the TEST authority gives its list instead."""
        if self._is_ours(issuer):
            raise NoAnswerError(gettext(NO_SOURCE))
        return self._rest.ocsp(certificate, issuer)

    def crls(self, certificate: x509.Certificate, issuer: x509.Certificate) -> RevocationData:
        """Give the list of the authority that issued the certificate."""
        if self._is_ours(issuer):
            return RevocationData(crls=(self._generated.revoked(),))
        return self._rest.crls(certificate, issuer)

    def _is_ours(self, issuer: x509.Certificate) -> bool:
        root = self._root()
        return root is not None and root.sha256 == issuer.sha256


def names_source(certificate: x509.Certificate) -> bool:
    """Say whether a certificate names a place where one can ask whether it is revoked."""
    return bool(get_ocsp_urls(certificate) or get_relevant_crl_dps(certificate, use_deltas=False))


def _first(answer: Callable[[str], RevocationData], urls: Iterable[str]) -> RevocationData:
    refusal = NoAnswerError(gettext(NO_SOURCE))
    for url in urls:
        try:
            return answer(url)
        except NoAnswerError as err:
            refusal = NoAnswerError(f"{url}: {err.cause}")
    raise refusal


class VouchedPaths:
    """Finds the paths of certificates with answers about each, and keeps them for a while; threads share one."""

    def __init__(
        self,
        trust: Callable[[], TrustStore],
        source: RevocationSource,
        clock: Clock,
        *,
        keep: timedelta,
        tolerance: timedelta,
    ) -> None:
        self._trust = trust
        self._source = source
        self._clock = clock
        self._keep = keep
        self._tolerance = tolerance
        self._known: dict[tuple[bytes, bool], tuple[datetime, VouchedPath]] = {}
        self._patience: defaultdict[tuple[bytes, bool], Patience] = defaultdict(Patience)
        self._lock = Lock()

    def of(
        self, certificate: x509.Certificate, others: Iterable[x509.Certificate], *, for_timestamps: bool = False
    ) -> VouchedPath:
        """Give the path of a certificate with what vouches for it now, or as it was found a short while ago.

        Raise KeyRevokedError when it or an issuer of it is revoked, ChainRefusedError when its path leads to no
        trusted root, RevocationUnavailableError when an authority does not say.
        """
        key = (certificate.sha256, for_timestamps)
        with self._lock:
            found_at, vouched = self._known.get(key, (None, None))
            now = self._clock()
            if vouched is None or found_at is None or not found_at <= now < found_at + self._keep:
                self._patience[key].ensure_over()
                try:
                    vouched = self._find(certificate, tuple(others), now, for_timestamps=for_timestamps)
                except RevocationUnavailableError as err:
                    self._patience[key].failed(err)
                    raise
                self._patience[key].succeeded()
                self._known[key] = (now, vouched)
            return vouched

    def _find(
        self,
        certificate: x509.Certificate,
        others: tuple[x509.Certificate, ...],
        now: datetime,
        *,
        for_timestamps: bool,
    ) -> VouchedPath:
        found = asyncio.run(find_chain(certificate, others, self._trust(), now, for_timestamps=for_timestamps))
        if found.reason is not Reason.NONE:
            raise UntrustedChainError(file="-", key=holder_name(certificate), cause=reason_message(found.reason))
        path = tuple(reversed(found.path))
        data = RevocationData()
        for end in range(2, len(path) + 1):
            data = self._with_answer(path[:end], data, now)
        return VouchedPath(path, data)

    def _with_answer(self, path: tuple[x509.Certificate, ...], above: RevocationData, now: datetime) -> RevocationData:
        """Add an answer about the last certificate of a path to those above it: OCSP if it suffices, lists are long."""
        issuer, link = path[-2:]
        refusals = []
        for ask_source in (self._source.ocsp, self._source.crls):
            try:
                data = above + ask_source(link, issuer)
            except NoAnswerError as err:
                refusals.append(str(err.cause))
                continue
            refusal = self._refusal(path, data, now)
            if refusal is None:
                return data
            refusals.append(refusal)
        raise RevocationUnavailableError(file="-", key=holder_name(link), cause="; ".join(dict.fromkeys(refusals)))

    def _refusal(self, path: tuple[x509.Certificate, ...], data: RevocationData, now: datetime) -> str | None:
        """Give why data do not show that the last certificate of a path is not revoked, or None where they do.

        Raise KeyRevokedError when they show that it is.
        """
        root, *between, link = path
        context = ValidationContext(
            trust_roots=[root],
            other_certs=between,
            moment=now,
            crls=data.crls,
            ocsps=data.ocsps,
            allow_fetching=False,
            revocation_mode="require",
            time_tolerance=self._tolerance,
        )
        try:
            asyncio.run(CertificateValidator(link, validation_context=context).async_validate_path())
        except RevokedError as err:
            raise KeyRevokedError(file="-", key=holder_name(link), cause=err) from err
        except PathValidationError as err:
            return str(err)
        return None
