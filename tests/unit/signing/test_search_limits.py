"""Searches for chains that whoever made the certificates wants to be endless."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import x509
from cryptography import x509 as made_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from signing import TrustStore
from signing.chains import find_chain
from signing.report import Reason
from signing.search_limits import Effort

NOW = datetime(2026, 6, 1, tzinfo=UTC)
OURS, THEIRS = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))


def certificate(subject: str, issuer: str, key: ec.EllipticCurvePrivateKey, *, ca: bool = True) -> x509.Certificate:
    """Give a certificate for the key of those who attack, signed by a key, whoever it names as its issuer."""
    names = [made_x509.Name([made_x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in (subject, issuer)]
    signed = (
        made_x509.CertificateBuilder()
        .subject_name(names[0])
        .issuer_name(names[1])
        .public_key((OURS if subject == "root" else THEIRS).public_key())
        .serial_number(made_x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(made_x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    loaded: x509.Certificate = x509.Certificate.load(signed.public_bytes(serialization.Encoding.DER))
    return loaded


ROOT = certificate("root", "root", OURS)
TRUST = TrustStore((ROOT,), ())
LEAF = certificate("leaf", "0", THEIRS, ca=False)


def maze(top: str, *, wide: int = 4, high: int = 15) -> list[x509.Certificate]:
    """Give certificates through which more than a thousand million ways lead up to a name."""
    names = [*map(str, range(high)), top]
    return [certificate(names[at], names[at + 1], THEIRS) for at in range(high) for _ in range(wide)]


@pytest.mark.parametrize("top", ["root", "nobody"])
def test_endless_ways_are_given_up(top: str) -> None:
    effort = Effort(5_000)
    found = asyncio.run(find_chain(LEAF, maze(top), TRUST, NOW, effort=effort))
    assert found.reason is not Reason.NONE
    assert effort.is_spent


def test_genuine_chain_is_found_with_little_effort() -> None:
    above = certificate("0", "root", OURS)
    effort = Effort(5_000)
    assert asyncio.run(find_chain(LEAF, [above], TRUST, NOW, effort=effort)).reason is Reason.NONE
    assert effort.left > 4_900
