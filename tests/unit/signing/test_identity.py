from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1

from config.errors import KeyUnavailableError, SettingsError
from signing.identity import Identity, belongs_to, is_test_certificate, require_current
from signing.key_holder import KeyInMemory
from signing.trust import load_trust

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def _identity(organization: str, common_name: str | None = None) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    parts = {NameOID.ORGANIZATION_NAME: organization, NameOID.COMMON_NAME: common_name}
    name = x509.Name([x509.NameAttribute(kind, value) for kind, value in parts.items() if value])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    leaf = translate_pyca_cryptography_cert_to_asn1(certificate)
    return Identity.of(KeyInMemory(leaf, key, ()))


@pytest.mark.parametrize(
    ("subject", "agency", "fits"),
    [
        ("Ủy ban nhân dân xã Cát Ngạn", "Ủy ban nhân dân xã Cát Ngạn", True),
        ("ỦY BAN NHÂN DÂN XÃ CÁT NGẠN", "Ủy ban nhân dân xã Cát Ngạn", True),
        ("UBND xã Cát Ngạn", "Ủy ban nhân dân xã Cát Ngạn", True),
        ("UBND xã Cát", "Ủy ban nhân dân xã Cát Ngạn", False),
        ("Sở Tư pháp", "Ủy ban nhân dân xã Cát Ngạn", False),
    ],
)
def test_certificate_belongs_to_the_agency_it_names(subject: str, agency: str, fits: bool) -> None:
    assert belongs_to(_identity(subject).certificate, agency) is fits


@pytest.mark.parametrize(
    ("holder", "agency", "fits"),
    [
        ("Nguyễn Thị Giả Định", "Ủy ban nhân dân xã Cát Ngạn", False),
        ("Văn phòng Ủy ban nhân dân xã Cát Ngạn", "Ủy ban nhân dân xã Cát Ngạn", False),
        ("Nguyễn Thị Giả Định", "Nguyễn Thị Giả Định", True),
        ("ỦY BAN NHÂN DÂN XÃ CÁT NGẠN", "Ủy ban nhân dân xã Cát Ngạn", True),
        ("TEST Ủy ban nhân dân xã Cát…", "Ủy ban nhân dân xã Cát Ngạn", True),
    ],
)
def test_an_officials_certificate_is_not_the_agencys_that_it_names_as_organization(
    holder: str, agency: str, fits: bool
) -> None:
    certificate = _identity("Ủy ban nhân dân xã Cát Ngạn", holder).certificate
    assert belongs_to(certificate, agency) is fits


def test_a_name_that_would_steer_a_terminal_or_turn_the_writing_round_is_shown_harmless() -> None:
    assert _identity("x", "A\x1b[2K\n\u202eB").subject == "A?[2K??B"


@pytest.mark.parametrize(("subject", "marked"), [("TEST Sở", True), ("Sở TESTING", False), ("Sở Nội vụ", False)])
def test_test_is_a_word_of_the_subject(subject: str, marked: bool) -> None:
    assert is_test_certificate(_identity(subject).certificate) is marked


def test_a_certificate_is_called_by_the_name_of_its_holder_alone() -> None:
    assert _identity("Sở Nội vụ").subject == "Sở Nội vụ"


@pytest.mark.parametrize("days", [-2, 2])
def test_certificate_out_of_force_is_refused(days: int) -> None:
    identity = _identity("Sở")
    require_current(identity, NOW)
    with pytest.raises(KeyUnavailableError):
        require_current(identity, NOW + timedelta(days=days))


def test_broken_file_in_the_trust_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    with pytest.raises(SettingsError, match=r"bad\.pem"):
        load_trust(tmp_path / "keys", tmp_path)


def test_without_folders_nobody_is_trusted(tmp_path: Path) -> None:
    store = load_trust(tmp_path / "keys", tmp_path / "none")
    assert (store.roots, store.helpers) == ((), ())
    assert load_trust(tmp_path / "keys", None).roots == ()


def test_other_files_in_the_trust_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.txt").write_text("roots live here")
    assert load_trust(tmp_path / "keys", tmp_path).roots == ()
