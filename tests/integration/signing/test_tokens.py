"""A token or HSM holds the agency's key: real SoftHSM2 tokens, pulled out, put back, and given wrong PINs."""

import threading
from pathlib import Path

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from config.clock import system_clock
from config.errors import KeyUnavailableError, SecretMissingError, SettingsError
from config.settings import SigningSettings
from signing import Sealer, SealRequest, Verdict, load_trust, open_sealer, validate
from signing.pin_guard import PinGuard, PinLockedError, PinRefusedError, PinState
from signing.pkcs11 import Token, TokenLibraryError, TokenMissingError, tokens_of
from tests.integration.signing.conftest import SIGNED_AT
from tests.pki import AGENCY, OTHER_AGENCY, Pki
from tests.softhsm import PIN, SoftHsm

pytestmark = pytest.mark.needs("softhsm")
WRONG = "111111"


def chain_of(pki: Pki) -> list[x509.Certificate]:
    return [pki.certificate("ca"), pki.certificate("root")]


def filled(softhsm: SoftHsm, pki: Pki, *holders: str) -> str:
    label = softhsm.token()
    for number, holder in enumerate(holders):
        chain = chain_of(pki) if number == 0 else []
        softhsm.put(label, pki.key_pem(holder), pki.certificate(holder), chain)
    return label


def settings(softhsm: SoftHsm, label: str, **more: object) -> SigningSettings:
    # Days of the past are printed here, and nobody but the token is asked.
    chosen = {
        "level": "B-T",
        "most_drift_minutes": 1e7,
        "key": f"pkcs11:{label}",
        "pkcs11_module": softhsm.library,
        "key_password": "env:TOKEN_PIN",
        **more,
    }
    return SigningSettings.model_validate(chosen)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TOKEN_PIN", PIN)
    return tmp_path / "keys"


def sealed(sealer: Sealer, page: Path, name: str = "out") -> Path:
    out = page.with_name(f"{name}.pdf")
    sealer.seal(SealRequest(page, out, "SAO Y", AGENCY, SIGNED_AT))
    return out


@pytest.mark.parametrize("holder", ["agency", "agency-ec"])
def test_a_token_seals_with_a_key_that_never_leaves_it(
    softhsm: SoftHsm, pki: Pki, home: Path, page: Path, holder: str
) -> None:
    label = filled(softhsm, pki, holder)
    sealer = open_sealer(settings(softhsm, label), home, production=False)
    identity = sealer.identity(AGENCY)
    assert [one.subject.native["common_name"] for one in identity.chain] == [
        pki.holders["ca"].name,
        pki.holders["root"].name,
    ]
    identity.holder.ensure_ready()
    public = load_der_public_key(identity.certificate.public_key.dump())
    assert isinstance(public, rsa.RSAPublicKey if holder == "agency" else ec.EllipticCurvePublicKey)
    out = sealed(sealer, page)
    (report,) = validate(out, load_trust(home, pki.trust_folder()), now=system_clock())
    assert (report.verdict, report.intact) == (Verdict.VALID, True)


def test_issuers_come_from_a_file_where_the_token_has_none(
    softhsm: SoftHsm, pki: Pki, home: Path, tmp_path: Path
) -> None:
    label = softhsm.token()
    softhsm.put(label, pki.key_pem("agency"), pki.certificate("agency"))
    assert open_sealer(settings(softhsm, label), home, production=False).identity(AGENCY).chain == ()
    issuers = tmp_path / "issuer.der"
    issuers.write_bytes(pki.certificate("ca").dump())
    sealer = open_sealer(settings(softhsm, label, chain_file=issuers), home, production=False)
    assert sealer.identity(AGENCY).chain[0].sha256 == pki.certificate("ca").sha256


def test_many_threads_share_one_login(softhsm: SoftHsm, pki: Pki, home: Path, page: Path) -> None:
    sealer = open_sealer(settings(softhsm, filled(softhsm, pki, "agency")), home, production=False)
    made: list[Path] = []
    threads = [
        threading.Thread(target=lambda number=number: made.append(sealed(sealer, page, f"out{number}")))
        for number in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trust = load_trust(home, pki.trust_folder())
    assert [validate(out, trust)[0].verdict for out in made] == [Verdict.VALID] * 6


def test_a_token_pulled_out_and_put_back_is_found_again(softhsm: SoftHsm, pki: Pki, home: Path, page: Path) -> None:
    label = filled(softhsm, pki, "agency")
    sealer = open_sealer(settings(softhsm, label), home, production=False)
    sealed(sealer, page, "before")
    softhsm.pull(label)
    for _ in range(2):
        with pytest.raises(TokenMissingError) as caught:
            sealed(sealer, page, "while")
        assert label in str(caught.value)
    assert not page.with_name("while.pdf").exists()
    softhsm.put_back(label)
    assert sealed(sealer, page, "after").exists()


def test_the_whole_reader_may_be_gone_for_a_time(softhsm: SoftHsm, pki: Pki, home: Path, page: Path) -> None:
    """SoftHSM cannot even start without its folder, as a library without its service."""
    sealer = open_sealer(settings(softhsm, filled(softhsm, pki, "agency")), home, production=False)
    sealed(sealer, page, "before")
    softhsm.tokens.rename(softhsm.folder / "away")
    with pytest.raises(TokenMissingError):
        sealed(sealer, page, "while")
    (softhsm.folder / "away").rename(softhsm.tokens)
    assert sealed(sealer, page, "after").exists()


def test_one_token_that_is_gone_does_not_stop_another(softhsm: SoftHsm, pki: Pki, home: Path) -> None:
    here, gone = filled(softhsm, pki, "agency"), filled(softhsm, pki, "other")
    first = open_sealer(settings(softhsm, here), home, production=False)
    second = open_sealer(settings(softhsm, gone), home, production=False)
    second.sign_bytes(b"head", OTHER_AGENCY)
    softhsm.pull(gone)
    for _ in range(2):
        first.sign_bytes(b"head", AGENCY)
        with pytest.raises(TokenMissingError):
            second.sign_bytes(b"head", OTHER_AGENCY)
    softhsm.put_back(gone)
    second.sign_bytes(b"head", OTHER_AGENCY)
    first.sign_bytes(b"head", AGENCY)


def test_a_wrong_pin_is_tried_once_and_never_again_until_a_person_logs_in(
    softhsm: SoftHsm, pki: Pki, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = filled(softhsm, pki, "agency")
    monkeypatch.setenv("TOKEN_PIN", WRONG)
    sealer = open_sealer(settings(softhsm, label), home, production=False)
    with pytest.raises(PinRefusedError):
        sealer.sign_bytes(b"head", AGENCY)
    monkeypatch.setenv("TOKEN_PIN", PIN)
    # Neither this process nor one that starts later offers a PIN now, not even the right one.
    for again in (sealer, open_sealer(settings(softhsm, label), home, production=False)):
        with pytest.raises(PinRefusedError) as caught:
            again.sign_bytes(b"head", AGENCY)
        assert f"sohoa token login {label}" in caught.value.remedy_text()
    token = Token(softhsm.library, label, lambda: None, home)
    assert token.pin_state() is PinState.LOW
    token.log_in_by_hand(PIN)
    assert token.pin_state() is PinState.GOOD
    open_sealer(settings(softhsm, label), home, production=False).sign_bytes(b"head", AGENCY)


def test_a_token_that_says_a_wrong_pin_was_given_is_left_alone_by_an_installation_that_knows_of_none(
    softhsm: SoftHsm, pki: Pki, home: Path, tmp_path: Path
) -> None:
    label = filled(softhsm, pki, "agency")
    with pytest.raises(PinRefusedError):
        Token(softhsm.library, label, lambda: None, tmp_path / "elsewhere").log_in_by_hand(WRONG)
    with pytest.raises(PinRefusedError):
        open_sealer(settings(softhsm, label), home, production=False).sign_bytes(b"head", AGENCY)


def test_softhsm_counts_no_tries_so_the_states_before_and_after_locking_are_told_by_real_tokens_alone(
    softhsm: SoftHsm, pki: Pki, home: Path
) -> None:
    """However many wrong PINs: it says LOW and never FINAL_TRY or LOCKED, and the right PIN is taken after all."""
    token = Token(softhsm.library, filled(softhsm, pki, "agency"), lambda: None, home)
    for _try in range(15):
        with pytest.raises(PinRefusedError):
            token.log_in_by_hand(WRONG)
        assert token.pin_state() is PinState.LOW
    token.log_in_by_hand(PIN)
    assert token.pin_state() is PinState.GOOD


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (PinState.GOOD, None),
        (PinState.LOW, PinRefusedError),
        (PinState.FINAL_TRY, PinRefusedError),
        (PinState.LOCKED, PinLockedError),
    ],
    ids=str,
)
def test_what_a_token_says_of_its_pin_decides_whether_one_is_offered(
    tmp_path: Path, state: PinState, error: type[KeyUnavailableError] | None
) -> None:
    guard = PinGuard(tmp_path, "token")
    if error is None:
        guard.ensure_safe(state)
        return
    with pytest.raises(error):
        guard.ensure_safe(state)


def test_a_refusal_is_remembered_for_tokens_that_keep_no_count(tmp_path: Path) -> None:
    PinGuard(tmp_path, "token").refused()
    with pytest.raises(PinRefusedError):
        PinGuard(tmp_path, "token").ensure_safe(PinState.GOOD)
    PinGuard(tmp_path, "other token").ensure_safe(PinState.GOOD)
    PinGuard(tmp_path, "token").accepted()
    PinGuard(tmp_path, "token").ensure_safe(PinState.GOOD)


def test_a_certificate_without_its_key_and_one_with_anothers_are_refused(
    softhsm: SoftHsm, pki: Pki, home: Path
) -> None:
    label = filled(softhsm, pki, "other")
    softhsm.put(label, pki.key_pem("operator"), pki.certificate("agency"))
    sealer = open_sealer(settings(softhsm, label), home, production=False)
    with pytest.raises(KeyUnavailableError):
        sealer.identity(AGENCY).holder.ensure_ready()


def test_the_certificate_in_force_is_taken_where_an_old_one_lies_beside_it(
    softhsm: SoftHsm, pki: Pki, home: Path
) -> None:
    label = filled(softhsm, pki, "expired", "agency")
    sealer = open_sealer(settings(softhsm, label), home, production=False)
    assert sealer.identity(AGENCY).sha256 == pki.certificate("agency").sha256.hex()


def test_a_library_that_cannot_be_loaded_is_named(softhsm: SoftHsm, home: Path, tmp_path: Path) -> None:
    (tmp_path / "no.so").write_bytes(b"no library")
    for path in (tmp_path / "no.so", tmp_path / "absent.so"):
        with pytest.raises(TokenLibraryError) as caught:
            tokens_of(path)
        assert str(path) in str(caught.value)


def test_settings_that_lack_something_say_what(softhsm: SoftHsm, pki: Pki, home: Path) -> None:
    label = filled(softhsm, pki, "agency")
    with pytest.raises(SettingsError, match="pkcs11_module"):
        open_sealer(settings(softhsm, label, pkcs11_module=None), home, production=False).identity(AGENCY)
    without = open_sealer(settings(softhsm, label, key_password=None), home, production=False)
    with pytest.raises(KeyUnavailableError, match="key_password"):
        without.sign_bytes(b"head", AGENCY)
    absent = open_sealer(settings(softhsm, label, key_password="env:ABSENT"), home, production=False)
    assert absent.identity(AGENCY).certificate, "what needs no PIN does not ask for it"
    with pytest.raises(SecretMissingError):
        absent.sign_bytes(b"head", AGENCY)


def test_tokens_are_listed_without_a_pin(softhsm: SoftHsm, pki: Pki) -> None:
    label = filled(softhsm, pki, "agency", "other")
    (listing,) = tokens_of(softhsm.library)
    assert (listing.label, listing.pin) == (label, PinState.GOOD)
    subjects = {one.subject.native["common_name"] for one in listing.certificates}
    assert {AGENCY, OTHER_AGENCY} <= subjects


def test_the_pin_is_in_no_error_and_no_representation(
    softhsm: SoftHsm, pki: Pki, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = filled(softhsm, pki, "agency")
    monkeypatch.setenv("TOKEN_PIN", WRONG)
    sealer = open_sealer(settings(softhsm, label), home, production=False)
    with pytest.raises(PinRefusedError) as caught:
        sealer.sign_bytes(b"head", AGENCY)
    told = [str(caught.value), caught.value.remedy_text(), repr(caught.value), repr(caught.value.details)]
    identity = sealer.identity(AGENCY)
    told += [repr(thing) for thing in (sealer, identity, identity.holder, settings(softhsm, label))]
    assert caught.value.__cause__ is None
    assert not [text for text in told if WRONG in text or PIN in text]
    assert not [file for file in home.rglob("*") if WRONG in file.name or WRONG.encode() in file.read_bytes()]
