import asyncio
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1

from config.clock import system_clock
from config.errors import KeyUnavailableError, SettingsError, WrongEnvironmentError
from config.settings import SigningSettings
from signing import SealRequest, TrustStore, Verdict, load_trust, open_sealer, validate
from signing.chain_head import sign_head, verify_head
from signing.chains import chain_reason
from signing.generated_keys import GeneratedIdentities
from signing.identity import Identity, is_test_certificate
from signing.key_holder import KeyInMemory
from signing.report import Reason
from signing.timestamps import LocalTimestamps
from tests.integration.signing.conftest import AGENCY, SIGNED_AT
from tests.integration.signing.test_timestamps import _authority, _reply

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PASSWORD = "mật khẩu"


def _certificate(
    organization: str,
    key: Key,
    *,
    days: int = 30,
    for_timestamps: bool = False,
    authority: bool = False,
    issuer: x509.Name | None = None,
) -> x509.Certificate:
    """Give a certificate, of its own issue or of an issuer with the same key."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, organization),
        ]
    )
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer or name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
    )
    if for_timestamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    if authority:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return builder.sign(key, hashes.SHA256())


def _store(path: Path, organization: str, key: Key, *, days: int = 30) -> x509.Certificate:
    certificate = _certificate(organization, key, days=days)
    protection = serialization.BestAvailableEncryption(PASSWORD.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(None, key, certificate, None, protection))
    return certificate


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SEAL_PASSWORD", PASSWORD)
    return "env:SEAL_PASSWORD"


def _settings(path: Path, password: str, timestamp: str = "local") -> SigningSettings:
    return SigningSettings(level="B-T", key=f"pkcs12:{path}", key_password=password, timestamp=timestamp)


def test_production_refuses_generated_keys(keys: Path) -> None:
    with pytest.raises(WrongEnvironmentError):
        open_sealer(SigningSettings(level="B-T", timestamp="http://127.0.0.1:1/"), keys, production=True)


def test_production_refuses_the_local_timestamp_authority(
    tmp_path: Path, key: rsa.RSAPrivateKey, password: str
) -> None:
    _store(tmp_path / "a.p12", AGENCY, key)
    with pytest.raises(WrongEnvironmentError):
        open_sealer(_settings(tmp_path / "a.p12", password), tmp_path / "keys", production=True)


def test_production_makes_no_test_keys(tmp_path: Path) -> None:
    with pytest.raises(WrongEnvironmentError):
        open_sealer(SigningSettings(level="B-T"), tmp_path / "keys", production=True)
    assert not (tmp_path / "keys").exists()


def test_production_refuses_a_key_file_marked_test(tmp_path: Path, key: rsa.RSAPrivateKey, password: str) -> None:
    _store(tmp_path / "a.p12", f"TEST {AGENCY}", key)
    with pytest.raises(WrongEnvironmentError):
        open_sealer(_settings(tmp_path / "a.p12", password, "http://127.0.0.1:1/"), tmp_path, production=True)


def test_production_refuses_a_timestamp_marked_test(
    tmp_path: Path, keys: Path, page: Path, key: rsa.RSAPrivateKey, password: str
) -> None:
    local = LocalTimestamps(GeneratedIdentities(keys).timestamper_identity(), system_clock)

    def answer(handler: BaseHTTPRequestHandler, request: bytes) -> None:
        _reply(handler, asyncio.run(local.async_request_tsa_response(tsp.TimeStampReq.load(request))).dump())

    _store(tmp_path / "a.p12", AGENCY, key)
    with _authority(answer) as url:
        sealer = open_sealer(_settings(tmp_path / "a.p12", password, url), tmp_path / "keys", production=True)
        with pytest.raises(WrongEnvironmentError):
            sealer.seal(SealRequest(page, tmp_path / "out.pdf", "SAO Y", AGENCY, SIGNED_AT))
    assert not (tmp_path / "out.pdf").exists()


def test_production_seal_says_nothing_of_test(
    tmp_path: Path, page: Path, key: rsa.RSAPrivateKey, password: str
) -> None:
    authority_certificate = _certificate("Trung tâm thời gian", key, for_timestamps=True)
    leaf = translate_pyca_cryptography_cert_to_asn1(authority_certificate)
    local = LocalTimestamps(Identity.of(KeyInMemory(leaf, key, ())), system_clock)

    def answer(handler: BaseHTTPRequestHandler, request: bytes) -> None:
        _reply(handler, asyncio.run(local.async_request_tsa_response(tsp.TimeStampReq.load(request))).dump())

    certificate = _store(tmp_path / "a.p12", AGENCY, key)
    with _authority(answer) as url:
        sealer = open_sealer(_settings(tmp_path / "a.p12", password, url), tmp_path / "keys", production=True)
        receipt = sealer.seal(SealRequest(page, tmp_path / "out.pdf", "SAO Y", AGENCY, SIGNED_AT))
    assert not receipt.is_test
    assert not (tmp_path / "keys").exists()
    folder = tmp_path / "trust"
    folder.mkdir()
    for number, root in enumerate((certificate, authority_certificate)):
        (folder / f"{number}.cer").write_bytes(root.public_bytes(serialization.Encoding.DER))
    (report,) = validate(tmp_path / "out.pdf", load_trust(tmp_path / "keys", folder))
    assert report.verdict is Verdict.VALID
    assert not report.is_test


def test_production_trusts_no_leftover_test_authority(sealed: Path, keys: Path) -> None:
    (report,) = validate(sealed, load_trust(keys, None, production=True))
    assert report.verdict is Verdict.INDETERMINATE


def _write_root(folder: Path, root: x509.Certificate) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "root.pem"
    path.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    return path


def test_production_refuses_a_test_root_laid_in_the_trust_folder(tmp_path: Path, keys: Path, trust: TrustStore) -> None:
    """Copied out of the keys folder it would make every TEST seal a genuine one."""
    root = _write_root(tmp_path / "trust", x509.load_der_x509_certificate(trust.roots[0].dump()))
    with pytest.raises(WrongEnvironmentError) as caught:
        load_trust(keys, tmp_path / "trust", production=True)
    assert str(root) in str(caught.value)
    assert str(root) in caught.value.remedy_text()


def test_a_test_ledger_trusts_a_real_root_and_a_production_ledger_too(tmp_path: Path, key: rsa.RSAPrivateKey) -> None:
    _write_root(tmp_path / "trust", _certificate("Cơ quan chứng thực mẫu", key))
    for production in (False, True):
        assert len(load_trust(tmp_path / "keys", tmp_path / "trust", production=production).roots) == 1


def test_production_never_holds_a_chain_with_a_test_mark_for_valid(sealed: Path, trust: TrustStore) -> None:
    """Whatever way its root got among the trusted ones."""
    assert validate(sealed, trust)[0].verdict is Verdict.VALID
    (report,) = validate(sealed, TrustStore(trust.roots, trust.helpers, production=True))
    assert (report.verdict, report.reason_code, report.trusted) == (Verdict.INDETERMINATE, "test_chain", False)
    head = sign_head(b"{}", open_sealer(SigningSettings(level="B-T"), sealed.parent / "keys", production=False), AGENCY)
    roots = load_trust(sealed.parent / "keys", None).roots
    assert verify_head(b"{}", head, TrustStore(roots, ())).verdict is Verdict.VALID
    assert verify_head(b"{}", head, TrustStore(roots, (), production=True)).verdict is not Verdict.VALID


def test_a_test_mark_that_stands_in_the_root_alone_counts(tmp_path: Path, key: rsa.RSAPrivateKey) -> None:
    root = _certificate("TEST gốc", key, authority=True)
    between = _certificate("Trung gian", key, authority=True, issuer=root.subject)
    leaf = _certificate(AGENCY, key, issuer=between.subject)
    loaded = [translate_pyca_cryptography_cert_to_asn1(each) for each in (root, between, leaf)]
    assert not is_test_certificate(loaded[2])
    for production, reason in ((False, Reason.NONE), (True, Reason.TEST_CHAIN)):
        store = TrustStore((loaded[0],), (loaded[1],), production)
        assert asyncio.run(chain_reason(loaded[2], (), store, system_clock())) is reason


def test_a_real_signature_with_a_test_timestamp_is_not_valid_in_production(
    tmp_path: Path, keys: Path, page: Path, key: rsa.RSAPrivateKey, password: str
) -> None:
    root = _store(tmp_path / "a.p12", AGENCY, key)
    sealer = open_sealer(_settings(tmp_path / "a.p12", password), keys, production=False)
    sealer.seal(SealRequest(page, tmp_path / "out.pdf", "SAO Y", AGENCY, SIGNED_AT))
    _write_root(tmp_path / "trust", root)
    (report,) = validate(tmp_path / "out.pdf", load_trust(keys, tmp_path / "trust", production=True))
    assert (report.verdict, report.reason_code) == (Verdict.INDETERMINATE, "test_chain")


def test_elliptic_curve_key_seals_too(
    tmp_path: Path, keys: Path, page: Path, password: str, nobody: TrustStore
) -> None:
    _store(tmp_path / "a.p12", AGENCY, ec.generate_private_key(ec.SECP256R1()))
    sealer = open_sealer(_settings(tmp_path / "a.p12", password), keys, production=False)
    receipt = sealer.seal(SealRequest(page, tmp_path / "out.pdf", "SAO Y", AGENCY, SIGNED_AT))
    assert receipt.is_test, "a seal in a test ledger is a test seal whatever the key"
    (report,) = validate(tmp_path / "out.pdf", nobody)
    assert report.intact


def test_wrong_password_is_told_without_showing_it(
    tmp_path: Path, keys: Path, key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEAL_PASSWORD", "sai rồi")
    _store(tmp_path / "a.p12", AGENCY, key)
    with pytest.raises(KeyUnavailableError) as caught:
        open_sealer(_settings(tmp_path / "a.p12", "env:SEAL_PASSWORD"), keys, production=False)
    assert "sai rồi" not in str(caught.value)


@pytest.mark.parametrize("content", [None, b"", b"no key store"])
def test_missing_or_broken_key_file_is_told(tmp_path: Path, keys: Path, password: str, content: bytes | None) -> None:
    path = tmp_path / "a.p12"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(KeyUnavailableError):
        open_sealer(_settings(path, password), keys, production=False)


def test_expired_certificate_does_not_seal(
    tmp_path: Path, keys: Path, page: Path, key: rsa.RSAPrivateKey, password: str
) -> None:
    _store(tmp_path / "a.p12", AGENCY, key, days=-1)
    sealer = open_sealer(_settings(tmp_path / "a.p12", password), keys, production=False)
    with pytest.raises(KeyUnavailableError):
        sealer.seal(SealRequest(page, tmp_path / "out.pdf", "SAO Y", AGENCY, SIGNED_AT))


def test_short_key_is_refused(tmp_path: Path, keys: Path, password: str) -> None:
    _store(tmp_path / "a.p12", AGENCY, rsa.generate_private_key(65537, 1024))
    with pytest.raises(KeyUnavailableError, match="1024"):
        open_sealer(_settings(tmp_path / "a.p12", password), keys, production=False)


def test_another_agencys_certificate_does_not_seal(
    tmp_path: Path, keys: Path, page: Path, key: rsa.RSAPrivateKey, password: str
) -> None:
    _store(tmp_path / "a.p12", "Sở Tư pháp", key)
    sealer = open_sealer(_settings(tmp_path / "a.p12", password), keys, production=False)
    with pytest.raises(KeyUnavailableError):
        sealer.seal(SealRequest(page, tmp_path / "out.pdf", "SAO Y", AGENCY, SIGNED_AT))


def test_folder_of_key_files_serves_each_agency(
    tmp_path: Path, keys: Path, page: Path, key: rsa.RSAPrivateKey, password: str
) -> None:
    folder = tmp_path / "p12"
    folder.mkdir()
    _store(folder / "a.p12", "UBND XÃ CÁT NGẠN", key)
    _store(folder / "b.pfx", "Sở Tư pháp", key)
    sealer = open_sealer(_settings(folder, password), keys, production=False)
    receipt = sealer.seal(SealRequest(page, tmp_path / "out.pdf", "SAO Y", AGENCY, SIGNED_AT))
    assert "UBND XÃ CÁT NGẠN" in receipt.subject


@pytest.mark.parametrize(
    "settings",
    [SigningSettings(level="B-T", key="token:1"), SigningSettings(level="B-T", timestamp="tsa.example")],
    ids=["key", "timestamp"],
)
def test_unknown_kinds_of_key_and_timestamp_are_setting_errors(keys: Path, settings: SigningSettings) -> None:
    with pytest.raises(SettingsError):
        open_sealer(settings, keys, production=False)
