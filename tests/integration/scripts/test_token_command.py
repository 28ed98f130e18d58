"""`sohoa token`: what is there is shown without a PIN, and a login by hand ends what a wrong PIN began."""

from pathlib import Path

import pytest

from config.errors import ExitCode
from config.settings import load_settings
from pipeline.context import Context
from pipeline.founding import found
from signing.pin_guard import PinRefusedError, PinState
from signing.pkcs11 import Token
from storage.ledger.states import Environment
from tests.integration.scripts.desk import Desk
from tests.pki import AGENCY, Pki
from tests.softhsm import PIN, SoftHsm

pytestmark = pytest.mark.needs("softhsm")


@pytest.fixture
def token(softhsm: SoftHsm, pki: Pki) -> str:
    label = softhsm.token()
    softhsm.put(label, pki.key_pem("agency"), pki.certificate("agency"))
    return label


@pytest.fixture
def desk(
    tmp_path: Path, softhsm: SoftHsm, token: str, vietnamese_and_nothing_set: None, monkeypatch: pytest.MonkeyPatch
) -> Desk:
    monkeypatch.setenv("TOKEN_PIN", PIN)
    home = tmp_path / "home"
    home.mkdir()
    (home / "sohoa.toml").write_text(
        f'[signing]\nkey = "pkcs11:{token}"\npkcs11_module = "{softhsm.library}"\nkey_password = "env:TOKEN_PIN"\n'
    )
    found(Context(load_settings(home), actor="tester"), Environment.TEST)
    return Desk(home, tmp_path)


def test_tokens_are_listed_with_what_is_on_them(desk: Desk, softhsm: SoftHsm, pki: Pki, token: str) -> None:
    (view,) = desk("token", "list", "--json").result
    assert (view["label"], view["is_named"], view["pin"]) == (token, True, "good")
    assert view["certificates"][0]["sha256"] == pki.certificate("agency").sha256.hex()
    told = desk("token", "list").out
    assert [word in told for word in (token, "có trong thiết lập", AGENCY, "01/01/2060")] == [True] * 4
    softhsm.pull(token)
    assert desk("token", "list").out == "Không có thiết bị ký nào.\n"


def test_a_person_logs_in_once_after_a_wrong_pin(
    desk: Desk, softhsm: SoftHsm, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = desk.home / "keys"
    with pytest.raises(PinRefusedError):
        Token(softhsm.library, token, lambda: None, keys).log_in_by_hand("111111")
    assert desk("token", "login").code == ExitCode.USAGE, "nobody sits there"
    monkeypatch.setattr("scripts.commands.token.ask_secret", lambda _question: "222222")
    refused = desk("token", "login", token)
    assert (refused.code, f"sohoa token login {token}" in refused.err) == (ExitCode.SIGNING, True)
    monkeypatch.setattr("scripts.commands.token.ask_secret", lambda _question: PIN)
    taken = desk("token", "login", token)
    assert (taken.code, PIN in taken.out + taken.err) == (0, False)
    assert Token(softhsm.library, token, lambda: None, keys).pin_state() is PinState.GOOD
    monkeypatch.setenv("TOKEN_PIN", "333333")
    assert desk("token", "login", "--json").result == {"label": token, "is_pin_of_runs": False}


def test_a_persons_own_token_is_logged_in_to_by_its_label(
    desk: Desk, softhsm: SoftHsm, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = softhsm.token()
    monkeypatch.setattr("scripts.commands.token.ask_secret", lambda _question: PIN)
    assert desk("token", "login", own, "--json").result == {"label": own, "is_pin_of_runs": True}
    told = desk("token", "login", "khac")
    assert (told.code, "khac" in told.err) == (ExitCode.SIGNING, True)


def test_where_the_settings_name_no_token_a_label_must_be_given(desk: Desk, softhsm: SoftHsm) -> None:
    (desk.home / "sohoa.toml").write_text(f'[signing]\npkcs11_module = "{softhsm.library}"\n')
    told = desk("token", "login")
    assert (told.code, "sohoa token login" in told.err) == (ExitCode.USAGE, True)


def test_without_a_library_it_says_which_setting_names_one(desk: Desk) -> None:
    (desk.home / "sohoa.toml").write_text("")
    told = desk("token", "list")
    assert (told.code, "signing.pkcs11_module" in told.err) == (ExitCode.SETTINGS, True)
