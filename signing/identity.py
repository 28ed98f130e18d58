"""Who seals: a certificate with its key, and where the one of an agency comes from.

A new kind of key is a new `KeyHolder` (`signing/key_holder.py`); who seals with which key is for `IdentitySource`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from asn1crypto import x509

from config.clock import legal_date
from config.dates import day_text
from config.errors import KeyUnavailableError
from config.i18n import gettext
from config.text import accentless, printable
from signing.key_holder import KeyHolder
from signing.key_signer import KeySigner

TEST_MARK = "TEST"
LEAST_RSA_BITS = 2048
LEAST_EC_BITS = 256
LONGEST_NAME = 200
_SIGNING_USES = frozenset({"digital_signature", "non_repudiation"})
"""Non-repudiation is called content commitment today (RFC 5280, 4.2.1.3)."""
_ABBREVIATIONS = {"uy ban nhan dan": "ubnd", "hoi dong nhan dan": "hdnd"}


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its issuers and what holds its key, and the signer over it."""

    holder: KeyHolder
    signer: KeySigner

    @classmethod
    def of(cls, holder: KeyHolder) -> "Identity":
        """Give the identity of a key's holder."""
        return cls(holder, KeySigner(holder))

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate that is signed with."""
        return self.holder.certificate

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The certificates of its issuers, as far as they are at hand."""
        return self.holder.chain

    @property
    def subject(self) -> str:
        """The subject as a person reads it."""
        return holder_name(self.certificate)

    @property
    def sha256(self) -> str:
        """Hash of the certificate."""
        return str(self.certificate.sha256.hex())

    def is_in_force(self, now: datetime) -> bool:
        """Whether the certificate is in force at an instant."""
        return bool(self.certificate.not_valid_before <= now <= self.certificate.not_valid_after)

    @property
    def is_test(self) -> bool:
        """Whether the certificate or an issuer of it is marked TEST."""
        return any(is_test_certificate(certificate) for certificate in (self.certificate, *self.chain))


class IdentitySource(Protocol):
    """Where the identity of an agency comes from."""

    def identity(self, agency_name: str, agency_code: str = "") -> Identity:
        """Give the identity that seals for an agency. Raise KeyUnavailableError when there is none."""
        ...

    def held(self) -> tuple[Identity, ...]:
        """Give the identities that lie ready, whoever they are of; none where they are made on demand."""
        ...

    def written_down(self) -> tuple[str, ...]:
        """Give the codes of the agencies that a key was written down for; none where certificates alone say it."""
        ...


def is_test_certificate(certificate: x509.Certificate) -> bool:
    """Say whether a certificate names TEST as a word in its subject or issuer."""
    values = [value for name in (certificate.subject, certificate.issuer) for value in name_values(name)]
    return any(TEST_MARK in value.split() for value in values)


def holder_name(certificate: x509.Certificate) -> str:
    """Give whom a certificate is for, as a person reads it."""
    return shown_name(certificate.subject)


def shown_name(name: x509.Name) -> str:
    """Give a distinguished name as a person reads it: the common name, else the organization; fit to be shown."""
    values = name.native
    chosen = values.get("common_name") or values.get("organization_name") or name.human_friendly
    return printable(str(chosen)[:LONGEST_NAME])


def name_values(name: x509.Name) -> list[str]:
    """Give all values of a distinguished name."""
    return [str(pair["value"].native) for part in name.chosen for pair in part]


def require_current(identity: Identity, now: datetime) -> None:
    """Raise KeyUnavailableError unless the certificate is in force at this instant."""
    if not identity.is_in_force(now):
        begin, end = identity.certificate.not_valid_before, identity.certificate.not_valid_after
        cause = gettext("the certificate is in force from {begin} to {end}").format(
            begin=day_text(legal_date(begin)), end=day_text(legal_date(end))
        )
        raise KeyUnavailableError(file="-", key=identity.subject, cause=cause)


def require_signing_use(identity: Identity) -> None:
    """Raise KeyUnavailableError when the certificate says what its key is for, and signing is not among it."""
    usage = identity.certificate.key_usage_value
    if usage is not None and not _SIGNING_USES & usage.native:
        raise KeyUnavailableError(file="-", key=identity.subject, cause=gettext("its certificate is not for signing"))


def require_strength(certificate: x509.Certificate, key: str) -> None:
    """Raise KeyUnavailableError when the key is of a kind or length that may not be used."""
    public = certificate.public_key
    least = {"rsa": LEAST_RSA_BITS, "ec": LEAST_EC_BITS}.get(public.algorithm)
    if least is None:
        raise KeyUnavailableError(file="-", key=key, cause=unusable_kind(public.algorithm))
    if public.bit_size < least:
        cause = gettext("the key has {bits} bits, {least} are needed").format(bits=public.bit_size, least=least)
        raise KeyUnavailableError(file="-", key=key, cause=cause)


def unusable_kind(kind: str) -> str:
    """Give the words that refuse a kind of key."""
    return gettext("keys of kind {kind} are not used, only RSA and EC").format(kind=kind)


def belongs_to(certificate: x509.Certificate, agency_name: str) -> bool:
    """Say whether a certificate is an agency's or a person's; accents, case and UBND for Ủy ban nhân dân do not matter.

    The common name says it, the organization only where there is none: officials' certificates name their agency as
    the organization, and so do those of bodies below it. TEST certificates bear a mark in it and may have it cut.
    """
    wanted, subject = _comparable(agency_name), certificate.subject
    named = _values_of(subject, "common_name") or _values_of(subject, "organization_name")
    if is_test_certificate(certificate):
        named = name_values(subject)
    return any(_comparable(value) == wanted for value in named)


def _values_of(name: x509.Name, kind: str) -> list[str]:
    return [str(pair["value"].native) for part in name.chosen for pair in part if pair["type"].native == kind]


def is_same_holder(holder: str, agency_name: str, *, is_test: bool) -> bool:
    """Say whether a certificate's holder, as `holder_name` gives it, is the agency; TEST may stand before the name."""
    name = holder.removeprefix(f"{TEST_MARK} ") if is_test else holder
    return _comparable(name) == _comparable(agency_name)


def _comparable(name: str) -> str:
    text = accentless(name)
    for long, short in _ABBREVIATIONS.items():
        text = text.replace(long, short)
    return text
