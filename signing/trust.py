"""Whom we trust: the roots in a folder, and the TEST authority of this installation.

A chain of certificates is judged offline, at one instant, with the revocation data at hand.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import crl, ocsp, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)

from config.errors import WrongEnvironmentError
from config.i18n import mark as _
from signing.certificate_files import read_certificates
from signing.generated_keys import generated_root
from signing.identity import TEST_MARK, holder_name, is_test_certificate
from signing.report import Reason

# In the order in which they are looked for: the last is the parent of most.
_REFUSALS: dict[type[Exception], Reason] = {
    RevokedError: Reason.REVOKED,
    ExpiredError: Reason.EXPIRED,
    NotYetValidError: Reason.NOT_YET_VALID,
    PathBuildingError: Reason.NO_TRUSTED_ROOT,
    ValidationError: Reason.CHAIN_REFUSED,
}
_SUFFIXES = {".pem", ".crt", ".cer", ".der"}


class RootMarkedTestError(WrongEnvironmentError):
    """A production installation was given a TEST certificate to trust."""

    code = "test_root"
    message = _("{file}: the certificate {thing} is marked {found}, this ledger is {expected}")
    remedy = _("Take {file} out of the folder: production trusts no TEST certificate. Then run `sohoa doctor`.")


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Trusted roots, and certificates that help to reach them; `production`: no chain with a TEST mark is trusted."""

    roots: tuple[x509.Certificate, ...]
    helpers: tuple[x509.Certificate, ...]
    production: bool = False


@dataclass(frozen=True, slots=True)
class RevocationData:
    """CRLs, OCSP answers and certificates that a file brings along."""

    crls: tuple[crl.CertificateList, ...] = ()
    ocsps: tuple[ocsp.OCSPResponse, ...] = ()
    certificates: tuple[x509.Certificate, ...] = ()


def load_trust(keys_folder: Path, extra_folder: Path | None, *, production: bool = False) -> TrustStore:
    """Read the TEST root of the keys folder, if there is one, and all certificates (PEM, DER) of the trust folder.

    Production passes over the TEST root of the keys folder. Self-issued certificates are roots, the others help to
    reach roots. Raise SettingsError for a broken file, RootMarkedTestError for a TEST certificate in production.
    """
    test_root = None if production else generated_root(keys_folder)
    certificates = [test_root] if test_root else []
    if extra_folder is not None and extra_folder.is_dir():
        for path in sorted(extra_folder.iterdir()):
            if path.suffix.lower() in _SUFFIXES:
                certificates += _read(path, production)
    roots = tuple(certificate for certificate in certificates if certificate.self_issued)
    helpers = tuple(certificate for certificate in certificates if not certificate.self_issued)
    return TrustStore(roots, helpers, production)


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
    data = revocation or RevocationData()
    usage = {"time_stamping"} if for_timestamps else None
    known = [*others, *trust.helpers, *data.certificates]
    if data.crls or data.ocsps:
        # The lenient mode below looks only where a certificate names a source, so ask for what is at hand first.
        strict = _context(trust, known, moment, data, "require")
        if await _reason(certificate, strict, usage, trust.production) is Reason.REVOKED:
            return Reason.REVOKED
    return await _reason(certificate, _context(trust, known, moment, data, "soft-fail"), usage, trust.production)


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


def _context(
    trust: TrustStore, known: list[x509.Certificate], moment: datetime, data: RevocationData, mode: str
) -> ValidationContext:
    return ValidationContext(
        trust_roots=list(trust.roots),
        other_certs=known,
        moment=moment,
        crls=data.crls,
        ocsps=data.ocsps,
        allow_fetching=False,
        revocation_mode=mode,
    )


async def _reason(
    certificate: x509.Certificate, context: ValidationContext, usage: set[str] | None, production: bool
) -> Reason:
    validator = CertificateValidator(certificate, validation_context=context)
    try:
        if usage:
            path = await validator.async_validate_usage(set(), usage)
        else:
            path = await validator.async_validate_path()
    except tuple(_REFUSALS) as err:
        return next(reason for kind, reason in _REFUSALS.items() if isinstance(err, kind))
    # The root is looked at too: a mark may stand in its name alone.
    if production and any(is_test_certificate(link) for link in path):
        return Reason.TEST_CHAIN
    return Reason.NONE


def _read(path: Path, production: bool) -> list[x509.Certificate]:
    certificates = read_certificates(path, "trust")
    for certificate in certificates if production else ():
        if is_test_certificate(certificate):
            subject = holder_name(certificate)
            raise RootMarkedTestError(file=path, thing=subject, found=TEST_MARK, expected="production")
    return certificates
