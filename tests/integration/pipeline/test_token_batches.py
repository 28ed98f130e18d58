"""Whose key seals, and whether it can, is found out once a batch: what hinders it holds up sealing and nothing else."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from pipeline.health_signing import check_keys, key_warnings
from pipeline.outcome import Outcome
from pipeline.runner import process
from pipeline.seal_keys import HeadSignerUnknownError, head_agency
from signing.key_holder import KeyInMemory
from signing.pkcs11 import Token
from tests.integration.pipeline.house import AGENCY, AGENCY_NAME, House, copy_of, page
from tests.pki import OTHER_AGENCY, PASSWORD, Holder, Pki
from tests.softhsm import PIN, SoftHsm

pytestmark = pytest.mark.needs("tesseract", "poppler", "softhsm")
THREE = 3


@pytest.fixture(scope="module")
def released_home(template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with documents that wait for their release."""
    house = copy_of(template_home, tmp_path_factory.mktemp("released") / "home")
    for number in range(THREE):
        page(house.record / f"{number}.png", seed=number)
    house.run()
    house.settle_questions()
    house.run()
    house.ctx.ledger.close()
    return house.home


@pytest.fixture
def released(released_home: Path, tmp_path: Path) -> House:
    return copy_of(released_home, tmp_path / "home")


@pytest.fixture
def province(pki: Pki) -> Pki:
    """The authorities, with a certificate of the house's agency and one of it that is nearly over."""
    if "mau" not in pki.holders:
        pki.add(mau=Holder(AGENCY_NAME), short=Holder(AGENCY_NAME, end="2027-01-01"))
    return pki


def token_of(house: House, hsm: SoftHsm, pki: Pki, monkeypatch: pytest.MonkeyPatch, holder: str = "mau") -> str:
    """Let the house seal with a token, under a root that it trusts; give the token's label."""
    monkeypatch.setenv("TOKEN_PIN", PIN)
    label = hsm.token()
    hsm.put(label, pki.key_pem(holder), pki.certificate(holder), [pki.certificate("ca")])
    house.settings["signing"] = {
        "key": f"pkcs11:{label}",
        "pkcs11_module": str(hsm.library),
        "key_password": "env:TOKEN_PIN",
    }
    trust(house, pki)
    return label


def trust(house: House, pki: Pki) -> None:
    (house.home / "trust").mkdir(exist_ok=True)
    (house.home / "trust" / "root.crt").write_bytes(pki.certificate("root").dump())
    house.open()


def test_a_token_pulled_out_in_the_middle_of_a_batch_costs_no_try_and_what_comes_after_it_is_back_is_sealed(
    released: House, softhsm: SoftHsm, province: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = token_of(released, softhsm, province, monkeypatch)

    def work(ids: list[UUID]) -> list[Outcome | None]:
        outcomes = []
        for number, document_id in enumerate(ids):
            if number == 1:
                softhsm.pull(label)
            outcomes.append(process(released.ctx, document_id))
            if number == 1:
                softhsm.put_back(label)
        return outcomes

    monkeypatch.setattr(released, "work", work)
    summary = released.run(release=True)
    assert [(one.code, one.documents) for one in summary.failures] == [("token_missing", 1)]
    assert sorted(released.states()) == ["archived", "archived", "waiting_release"]
    assert not [document for document in released.documents() if document.tries]
    monkeypatch.undo()
    monkeypatch.setenv("TOKEN_PIN", PIN)
    monkeypatch.setenv("SOFTHSM2_CONF", str(softhsm.folder / "softhsm2.conf"))
    assert not released.run().has_failures
    assert released.states() == ["archived"] * THREE


def test_a_wrong_pin_is_offered_once_for_a_whole_batch_and_the_batches_after_it(
    released: House, softhsm: SoftHsm, province: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    token_of(released, softhsm, province, monkeypatch)
    monkeypatch.setenv("TOKEN_PIN", "111111")
    offered: list[str] = []
    real = Token._offer

    def offer(self: Token, token: Any, pin: str) -> Any:
        offered.append(pin)
        return real(self, token, pin)

    monkeypatch.setattr(Token, "_offer", offer)
    for _ in range(2):
        summary = released.run(release=True)
        assert [(one.code, one.documents) for one in summary.failures] == [("token_pin_refused", THREE)]
        assert summary.trouble == "token_pin_refused"
        released.open()
    assert len(offered) == 1
    assert {(document.state, document.tries) for document in released.documents()} == {("waiting_release", 0)}
    result = [found for found in check_keys(released.ctx) if not found.is_well]
    assert all("sohoa token login" in found.remedy for found in result)
    assert result
    left = [file for file in released.home.rglob("*") if file.is_file() and b"111111" in file.read_bytes()]
    assert not left


def test_what_hinders_an_agencys_key_is_found_out_once_a_batch(
    released: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[KeyInMemory] = []

    def ready(self: KeyInMemory) -> None:
        asked.append(self)

    monkeypatch.setattr(KeyInMemory, "ensure_ready", ready)
    assert not released.run(release=True).has_failures
    assert len(asked) == 1


def keys_file(house: House, text: str, monkeypatch: pytest.MonkeyPatch, pki: Pki) -> None:
    monkeypatch.setenv("KEY_PASSWORD", PASSWORD)
    (house.home / "agency_keys.toml").write_text(f"schema = 1\n{text}", "utf-8")
    house.settings["signing"] = {"agency_keys": "agency_keys.toml"}
    trust(house, pki)


def row(code: str, path: Path, more: str = "") -> str:
    return f'[[agency]]\ncode = "{code}"\nkey = "pkcs12:{path}"\npassword = "env:KEY_PASSWORD"\n{more}'


def test_a_file_says_which_key_is_whose_and_its_agency_seals_documents_and_log(
    released: House, province: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = province.certificate("mau").sha256.hex()
    keys_file(released, row(AGENCY, province.pkcs12("mau"), f'certificate = "{sha256}"'), monkeypatch, province)
    assert head_agency(released.ctx).code == AGENCY
    assert not released.run(release=True).has_failures
    assert released.states() == ["archived"] * THREE
    assert all(found.is_well for found in check_keys(released.ctx))


def test_a_certificate_of_another_agency_is_refused_though_the_file_names_it(
    released: House, province: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = province.certificate("other").sha256.hex()
    keys_file(released, row(AGENCY, province.pkcs12("other"), f'certificate = "{sha256}"'), monkeypatch, province)
    summary = released.run(release=True)
    assert [(one.code, one.documents) for one in summary.failures] == [("certificate_of_another", THREE)]
    (told,) = {found.found for found in check_keys(released.ctx) if not found.is_well}
    assert OTHER_AGENCY in told


def test_doctor_looks_at_every_row_and_one_that_is_wrong_hides_no_other(
    released: House, province: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = row("H41", released.home / "absent.p12") + row(AGENCY, province.pkcs12("mau"))
    keys_file(released, rows, monkeypatch, province)
    released.settings["agency"] = "H41.1"
    released.open()
    with pytest.raises(HeadSignerUnknownError):
        head_agency(released.ctx)
    released.settings["agency"] = AGENCY
    released.open()
    results = check_keys(released.ctx)
    assert [found.is_well for found in results] == [True, False]
    assert "absent.p12" in results[1].found
    assert not released.run(release=True).failures


@pytest.mark.parametrize("holder", ["other", "encipher-mau"])
def test_a_certificate_that_may_not_seal_holds_up_sealing(
    released: House, province: Pki, monkeypatch: pytest.MonkeyPatch, holder: str
) -> None:
    if holder not in province.holders:
        province.add(**{holder: Holder(AGENCY_NAME, usage=("key_encipherment",))})
    monkeypatch.setenv("KEY_PASSWORD", PASSWORD)
    released.settings["signing"] = {"key": f"pkcs12:{province.pkcs12(holder)}", "key_password": "env:KEY_PASSWORD"}
    trust(released, province)
    summary = released.run(release=True)
    assert [(one.code, one.documents) for one in summary.failures] == [("key_unavailable", THREE)]
    assert {document.tries for document in released.documents()} == {0}


def test_status_tells_of_a_certificate_that_runs_out_and_of_a_token_that_is_gone_and_asks_for_no_pin(
    released: House, softhsm: SoftHsm, province: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = token_of(released, softhsm, province, monkeypatch, "short")
    monkeypatch.delenv("TOKEN_PIN")
    assert not key_warnings(released.open(signing={**released.settings["signing"], "warn_days": 1}))
    days = (province.certificate("short").not_valid_after - released.ctx.clock()).days + 2
    (told,) = key_warnings(released.open(signing={**released.settings["signing"], "warn_days": days}))
    assert (told.is_warning, AGENCY_NAME in told.found) == (True, True)
    softhsm.pull(label)
    (told,) = key_warnings(released.open())
    assert label in told.found
