"""The generated TEST authority and the TEST certificates it issues.

Keys are made on demand in `<home>/keys`, readable by their owner alone, and never leave it. Each subject says TEST.
Several processes may ask at once: a lock on the folder makes one of them do the work. What was issued once is never
written over: with its root gone, no seal made before could be proven.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from config.clock import Clock, system_clock
from config.errors import KeyUnavailableError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import fold_space
from signing.identity import TEST_MARK, Identity
from signing.key_holder import KeyInMemory

CA_NAME = "test-ca"
TSA_NAME = "test-tsa"
_CA_YEARS = 30
_LEAF_YEARS = 20
_COMMON_NAME_BYTES = 64
_BACKDATED = timedelta(days=1)  # clocks of other machines may be behind
_LIST_LASTS = timedelta(days=8)


class GeneratedKeysMissingError(KeyUnavailableError):
    """Generated TEST keys were made here once and are not all there any more."""

    code = "test_keys_missing"
    message = _("the TEST keys made here are not all there, {key} is missing: {cause}")
    remedy = _(
        "Put {key} back from the backup; the documents wait for it. To begin anew all the same: keep test-ca.cert.pem "
        "of the old keys in the folder trust, or no seal made so far can be proven; empty the folder {folder}; "
        "then `sohoa init`."
    )


class GeneratedIdentities:
    """One TEST certificate an agency, made when first asked for; safe to share between threads."""

    def __init__(self, folder: Path, clock: Clock = system_clock) -> None:
        self._folder = folder
        self._clock = clock
        self._known: dict[str, Identity] = {}
        self._lock = Lock()

    def identity(self, agency_name: str, agency_code: str = "") -> Identity:  # noqa: ARG002 - the signature is IdentitySource's
        """Give the TEST identity of an agency. Raise KeyUnavailableError when its files are damaged or half gone."""
        name = fold_space(agency_name)
        if not name:
            raise KeyUnavailableError(file="-", key="-", cause=gettext("the agency has no name"))
        slug = "agency-" + hashlib.sha256(name.encode()).hexdigest()[:16]
        return self._get(slug, _agency_template(name, self._clock()))

    def person(self, name: str) -> Identity:
        """Give the TEST identity of a person. Raise as `identity` does."""
        slug = "person-" + hashlib.sha256(fold_space(name).encode()).hexdigest()[:16]
        return self._get(slug, _person_template(fold_space(name), self._clock()))

    def held(self) -> tuple[Identity, ...]:
        """Give nothing: each is made when it is asked for."""
        return ()

    def written_down(self) -> tuple[str, ...]:
        """Give no agency: each gets a key."""
        return ()

    def timestamper_identity(self) -> Identity:
        """Give the identity of the local TEST timestamp authority."""
        return self._get(TSA_NAME, _tsa_template(self._clock()))

    def revoked(self) -> asn1_crl.CertificateList:
        """Give the list of revoked certificates of the TEST authority, in force now: nothing is on it."""
        return _revocation_list(self._folder, self._clock())

    def _get(self, slug: str, template: x509.CertificateBuilder) -> Identity:
        with self._lock:
            if slug not in self._known:
                self._known[slug] = _load_or_issue(self._folder, slug, template, self._clock())
            return self._known[slug]


def generated_root(folder: Path) -> asn1_x509.Certificate | None:
    """Give the certificate of the TEST authority of a keys folder, if one was ever made there."""
    path = _certificate_path(folder, CA_NAME)
    if not path.is_file():
        return None
    return _to_asn1(_read_certificate(path))


def _revocation_list(folder: Path, now: datetime) -> asn1_crl.CertificateList:
    certificate, key = _read_pair(folder, CA_NAME)
    begin = now.replace(microsecond=0) - _BACKDATED
    signed = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(certificate.subject)
        .last_update(begin)
        .next_update(begin + _LIST_LASTS)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .add_extension(x509.CRLNumber(int(begin.timestamp())), critical=False)
        .sign(key, hashes.SHA256())
    )
    loaded: asn1_crl.CertificateList = asn1_crl.CertificateList.load(signed.public_bytes(serialization.Encoding.DER))
    return loaded


def missing_root(folder: Path) -> GeneratedKeysMissingError:
    """Give the error for a keys folder whose TEST authority is gone though it has signed."""
    return _missing(_certificate_path(folder, CA_NAME))


def _missing(path: Path) -> GeneratedKeysMissingError:
    cause = gettext("keys made in their place would not be those that signed before")
    return GeneratedKeysMissingError(file="-", key=path, folder=path.parent, cause=cause)


def _load_or_issue(folder: Path, slug: str, template: x509.CertificateBuilder, now: datetime) -> Identity:
    try:
        with _locked(folder):
            ca_certificate, ca_key = _load_or_make_authority(folder, now)
            if _certificate_path(folder, slug).is_file():
                certificate, key = _read_pair(folder, slug)
            else:
                key = _new_key()
                certificate = _issue(template, key, ca_certificate, ca_key)
                _write_pair(folder, slug, certificate, key)
    except OSError as err:
        raise KeyUnavailableError(file="-", key=folder / slug, cause=err) from err
    chain = (_to_asn1(ca_certificate),)
    leaf = _to_asn1(certificate)
    return Identity.of(KeyInMemory(leaf, key, chain))


def _load_or_make_authority(folder: Path, now: datetime) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    root = _certificate_path(folder, CA_NAME)
    if root.is_file():
        return _read_pair(folder, CA_NAME)
    if any(folder.glob("*.cert.pem")):
        raise missing_root(folder)
    key = _new_key()
    name = _name(common=f"{TEST_MARK} Sohoa generated authority", organization=f"{TEST_MARK} Sohoa")
    template = (
        _template(name, _CA_YEARS, now)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(for_authority=True), critical=True)
    )
    certificate = _with_identifiers(template, key.public_key(), key.public_key()).sign(key, hashes.SHA256())
    _write_pair(folder, CA_NAME, certificate, key)
    return certificate, key


def _agency_template(agency_name: str, now: datetime) -> x509.CertificateBuilder:
    name = _name(common=f"{TEST_MARK} {agency_name}", organization=agency_name)
    return _template(name, _LEAF_YEARS, now).add_extension(_key_usage(for_authority=False), critical=True)


def _person_template(person_name: str, now: datetime) -> x509.CertificateBuilder:
    name = _name(common=f"{TEST_MARK} {person_name}", given=person_name)
    return _template(name, _LEAF_YEARS, now).add_extension(_key_usage(for_authority=False), critical=True)


def _tsa_template(now: datetime) -> x509.CertificateBuilder:
    name = _name(common=f"{TEST_MARK} Sohoa local timestamps", organization=f"{TEST_MARK} Sohoa")
    return (
        _template(name, _LEAF_YEARS, now)
        .add_extension(_key_usage(for_authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    )


def _template(name: x509.Name, years: int, now: datetime) -> x509.CertificateBuilder:
    begin = now.replace(microsecond=0) - _BACKDATED
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=365 * years))
    )


def _issue(
    template: x509.CertificateBuilder,
    key: rsa.RSAPrivateKey,
    ca_certificate: x509.Certificate,
    ca_key: rsa.RSAPrivateKey,
) -> x509.Certificate:
    builder = template.issuer_name(ca_certificate.subject).add_extension(
        x509.BasicConstraints(ca=False, path_length=None), critical=True
    )
    return _with_identifiers(builder, key.public_key(), ca_key.public_key()).sign(ca_key, hashes.SHA256())


def _with_identifiers(
    builder: x509.CertificateBuilder, subject: rsa.RSAPublicKey, issuer: rsa.RSAPublicKey
) -> x509.CertificateBuilder:
    return (
        builder.public_key(subject)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(subject), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer), critical=False)
    )


def _key_usage(*, for_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not for_authority,
        content_commitment=not for_authority,
        key_cert_sign=for_authority,
        crl_sign=for_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(*, common: str, organization: str | None = None, given: str | None = None) -> x509.Name:
    while len(common.encode()) > _COMMON_NAME_BYTES:
        common = common.removesuffix("…").rsplit(" ", 1)[0].rstrip(" ,-") + "…"
    # X.520 would also cut the organisation at 64; agency names are longer, and no reader minds.
    values = {
        NameOID.COUNTRY_NAME: "VN",
        NameOID.ORGANIZATION_NAME: organization,
        NameOID.ORGANIZATIONAL_UNIT_NAME: TEST_MARK,
        NameOID.GIVEN_NAME: given,
        NameOID.COMMON_NAME: common,
    }
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in values.items() if value])


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _to_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    loaded: asn1_x509.Certificate = asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
    return loaded


def _key_path(folder: Path, slug: str) -> Path:
    return folder / f"{slug}.key.pem"


def _certificate_path(folder: Path, slug: str) -> Path:
    return folder / f"{slug}.cert.pem"


def _read_pair(folder: Path, slug: str) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    certificate = _read_certificate(_certificate_path(folder, slug))
    path = _key_path(folder, slug)
    if not path.is_file():
        raise _missing(path)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as err:
        raise KeyUnavailableError(file="-", key=path, cause=err) from err
    if not isinstance(key, rsa.RSAPrivateKey) or key.public_key() != certificate.public_key():
        raise KeyUnavailableError(file="-", key=path, cause=gettext("the key does not belong to its certificate"))
    return certificate, key


def _read_certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as err:
        raise KeyUnavailableError(file="-", key=path, cause=err) from err


def _write_pair(folder: Path, slug: str, certificate: x509.Certificate, key: rsa.RSAPrivateKey) -> None:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write(_key_path(folder, slug), pem, mode=0o600)
    # The certificate comes last: a pair without it counts as not made and is made anew.
    _write(_certificate_path(folder, slug), certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)


def _write(path: Path, content: bytes, *, mode: int) -> None:
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
