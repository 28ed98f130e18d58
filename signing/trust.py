"""Whom we trust: the roots in a folder, and the TEST authority of this installation.

The folder has two rooms besides itself: what lies in `signing` vouches for signers alone, what lies in `timestamps`
for timestamp authorities alone. How a chain is judged under these roots stands in `signing.chains`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from asn1crypto import x509

from config.digests import Digests, known_digests
from config.errors import WrongEnvironmentError
from config.i18n import mark as _
from signing.certificate_files import read_certificates
from signing.generated_keys import generated_root
from signing.identity import TEST_MARK, holder_name, is_test_certificate

_SUFFIXES = {".pem", ".crt", ".cer", ".der"}


class Purpose(StrEnum):
    """What a trusted certificate may vouch for."""

    ALL = "all"
    SIGNING = "signing"
    TIMESTAMPS = "timestamps"


class RootMarkedTestError(WrongEnvironmentError):
    """A production installation was given a TEST certificate to trust."""

    code = "test_root"
    message = _("{file}: the certificate {thing} is marked {found}, this ledger is {expected}")
    remedy = _("Take {file} out of the folder: production trusts no TEST certificate. Then run `sohoa doctor`.")


@dataclass(frozen=True, slots=True)
class TrustedFile:
    """One file of the trust folder with the certificates in it."""

    path: Path
    purpose: Purpose
    certificates: tuple[x509.Certificate, ...]


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Trusted roots, and certificates that help to reach them; `production`: no chain with a TEST mark is trusted.

    `roots` vouch for signers, `timestamp_roots` for timestamp authorities: the same ones unless it is given.
    `digests`: until when each hash function proves something.
    """

    roots: tuple[x509.Certificate, ...]
    helpers: tuple[x509.Certificate, ...]
    production: bool = False
    timestamp_roots: tuple[x509.Certificate, ...] | None = None
    digests: Digests = field(default_factory=known_digests)

    def roots_for(self, *, timestamps: bool) -> tuple[x509.Certificate, ...]:
        """Give the roots that vouch for timestamp authorities, or for signers."""
        return self.roots if not timestamps or self.timestamp_roots is None else self.timestamp_roots


def load_trust(keys_folder: Path, extra_folder: Path | None, *, production: bool = False) -> TrustStore:
    """Read the TEST root of the keys folder, if there is one, and all certificates (PEM, DER) of the trust folder.

    Production passes over the TEST root of the keys folder. Self-issued certificates are roots, the others help to
    reach roots. Raise SettingsError for a broken file, RootMarkedTestError for a TEST certificate in production.
    """
    test_root = None if production else generated_root(keys_folder)
    found = {purpose: [test_root] if test_root and purpose is Purpose.ALL else [] for purpose in Purpose}
    for file in trusted_files(extra_folder) if extra_folder is not None else ():
        if production:
            _refuse_test(file)
        found[file.purpose] += file.certificates
    signing = [*found[Purpose.ALL], *found[Purpose.SIGNING]]
    timestamps = [*found[Purpose.ALL], *found[Purpose.TIMESTAMPS]]
    helpers = [certificate for those in found.values() for certificate in those if not certificate.self_issued]
    return TrustStore(_roots(signing), tuple(helpers), production, _roots(timestamps))


def trusted_files(folder: Path) -> Iterator[TrustedFile]:
    """Give the certificates of a trust folder, file by file. Raise SettingsError for a broken file."""
    for purpose in Purpose:
        room = room_of(folder, purpose)
        for path in sorted(room.iterdir()) if room.is_dir() else ():
            if path.suffix.lower() in _SUFFIXES:
                yield TrustedFile(path, purpose, tuple(read_certificates(path, "trust")))


def room_of(folder: Path, purpose: Purpose) -> Path:
    """Give where certificates for a purpose lie."""
    return folder if purpose is Purpose.ALL else folder / purpose


def _refuse_test(file: TrustedFile) -> None:
    for certificate in file.certificates:
        if is_test_certificate(certificate):
            subject = holder_name(certificate)
            raise RootMarkedTestError(file=file.path, thing=subject, found=TEST_MARK, expected="production")


def _roots(certificates: list[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    return tuple(certificate for certificate in certificates if certificate.self_issued)
