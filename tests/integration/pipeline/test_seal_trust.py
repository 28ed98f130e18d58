"""A key or timestamp authority that nobody here trusts is the installation's trouble: documents wait, unharmed."""

import asyncio
import shutil
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from itertools import cycle
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from config.clock import system_clock
from pipeline.check_result import CheckResult
from pipeline.context import Context
from pipeline.event_chain import check_event_chain
from pipeline.founding import found
from pipeline.health_signing import check_keys, check_timestamps
from pipeline.overview import read_status
from pipeline.seal_keys import NO_AGENCY, head_agency
from signing.chain_head import verify_head
from signing.generated_keys import GeneratedIdentities
from signing.timestamps import LocalTimestamps
from tests.integration.pipeline.house import AGENCY, AGENCY_NAME, SHEET, House, copy_of, page
from tests.integration.signing.test_environments import PASSWORD, _store
from tests.integration.signing.test_timestamps import _authority, _reply

pytestmark = pytest.mark.needs("tesseract", "poppler")


@pytest.fixture(scope="module")
def released_home(template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with one document that waits for its release."""
    house = copy_of(template_home, tmp_path_factory.mktemp("released") / "home")
    page(house.record / "a.png")
    house.run()
    house.settle_questions()
    house.run()
    house.ctx.ledger.close()
    return house.home


@pytest.fixture
def released(released_home: Path, tmp_path: Path) -> House:
    return copy_of(released_home, tmp_path / "home")


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def own_key(house: House, key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch, *, days: int = 400) -> bytes:
    """Let the agency seal with a key file of its own; give the root that makes it trusted."""
    monkeypatch.setenv("SEAL_PASSWORD", PASSWORD)
    certificate = _store(house.home / "agency.p12", AGENCY_NAME, key, days=days)
    house.settings["signing"] = {
        "key": f"pkcs12:{house.home / 'agency.p12'}",
        "key_password": "env:SEAL_PASSWORD",
        # A key of its own names no place that says whether it was revoked.
        "level": "B-T",
    }
    house.open()
    return certificate.public_bytes(serialization.Encoding.PEM)


def trusting(house: House, root: bytes) -> Context:
    (house.home / "trust").mkdir(exist_ok=True)
    (house.home / "trust" / "root.pem").write_bytes(root)
    return house.open()


@pytest.fixture
def foreign_authority(tmp_path: Path) -> Iterator[tuple[str, bytes]]:
    """A timestamp authority under a root that is not trusted: its address, and that root."""
    identity = GeneratedIdentities(tmp_path / "authority").timestamper_identity()
    local = LocalTimestamps(identity, system_clock)

    def answer(handler: BaseHTTPRequestHandler, request: bytes) -> None:
        _reply(handler, asyncio.run(local.async_request_tsa_response(tsp.TimeStampReq.load(request))).dump())

    with _authority(answer) as url:
        yield url, identity.chain[0].dump()


def assert_waits(house: House, code: str) -> None:
    """After more runs than a document has tries it waits still, and says why."""
    for _ in range(4):
        assert house.run(release=True).has_failures
    document = house.document()
    assert (document.state, document.reason_code, document.tries) == ("waiting_release", code, 0)


def test_documents_wait_while_the_agencys_own_root_is_not_trusted(
    released: House, key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = own_key(released, key, monkeypatch)
    assert_waits(released, "own_key_untrusted")
    assert str(released.home / "trust") in read_status(released.ctx).troubles[0].remedy
    trusting(released, root)
    released.run()
    assert released.states() == ["archived"]


def test_documents_wait_while_the_timestamp_authority_is_not_trusted(
    released: House, foreign_authority: tuple[str, bytes]
) -> None:
    """Its seal would be good today and prove nothing once the certificate has run out."""
    url, root = foreign_authority
    released.settings["signing"] = {"timestamp": url, "level": "B-T"}
    released.open()
    assert_waits(released, "own_timestamp_untrusted")
    trusting(released, root)
    released.run()
    assert released.states() == ["archived"]


def test_documents_wait_while_the_archive_timestamp_is_of_an_authority_that_is_not_trusted(
    released: House, tmp_path: Path
) -> None:
    """One address may stand for several machines: the seal's own timestamp is good, the one over the file is not."""
    ours = GeneratedIdentities(released.ctx.settings.keys_folder).timestamper_identity()
    theirs = GeneratedIdentities(tmp_path / "authority").timestamper_identity()
    turns = cycle([LocalTimestamps(identity, system_clock) for identity in (ours, theirs)])

    def answer(handler: BaseHTTPRequestHandler, request: bytes) -> None:
        asked = tsp.TimeStampReq.load(request)
        _reply(handler, asyncio.run(next(turns).async_request_tsa_response(asked)).dump())

    with _authority(answer) as url:
        released.settings["signing"] = {"timestamp": url}
        released.open()
        assert_waits(released, "own_timestamp_untrusted")


def only(results: list[CheckResult]) -> CheckResult:
    (result,) = results
    return result


def about_agency(ctx: Context) -> list[CheckResult]:
    return [result for result in check_keys(ctx) if AGENCY_NAME in result.found]


def test_doctor_tells_a_key_that_leads_to_no_trusted_root(
    released: House, key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = own_key(released, key, monkeypatch)
    result = only(about_agency(released.ctx))
    assert not result.is_well
    assert str(released.home / "trust") in result.remedy
    assert all(found.is_well for found in about_agency(trusting(released, root)))


@pytest.mark.parametrize(("days", "is_well", "has_remedy"), [(400, True, False), (10, True, True), (-1, False, True)])
def test_doctor_tells_a_key_that_runs_out_and_one_that_has(
    released: House, key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch, days: int, is_well: bool, has_remedy: bool
) -> None:
    ctx = trusting(released, own_key(released, key, monkeypatch, days=days))
    results = about_agency(ctx)
    assert all(found.is_well for found in results) is is_well
    assert any(found.remedy for found in results) is has_remedy
    told = (ctx.clock() + timedelta(days=days)).date().year
    assert any(str(told) in found.found for found in results)


def test_doctor_asks_the_timestamp_authority_and_whether_it_is_trusted(
    released: House, foreign_authority: tuple[str, bytes]
) -> None:
    assert only(check_timestamps(released.ctx)).is_well
    url, root = foreign_authority
    released.settings["signing"] = {"timestamp": url, "level": "B-T"}
    result = only(check_timestamps(released.open()))
    assert not result.is_well
    assert str(released.home / "trust") in result.remedy
    assert only(check_timestamps(trusting(released, root))).is_well
    released.settings["signing"] = {"timestamp": "http://127.0.0.1:1/", "timestamp_tries": 1}
    assert not only(check_timestamps(released.open())).is_well


def test_lost_test_keys_are_waited_for_and_made_anew_by_init_alone(house: House) -> None:
    page(house.record / "a.png")
    house.archive_all()
    kept = house.home / "kept"
    (house.home / "keys").rename(kept)
    page(house.record / "b.png", seed=4)
    house.open()
    summary = house.run()
    assert summary.trouble == "test_keys_missing"
    assert not list((house.home / "keys").glob("*.pem")), "nothing was made in their place"
    house.open()
    assert found(house.ctx, None).has_new_test_keys
    (house.home / "trust").mkdir()
    shutil.copyfile(kept / "test-ca.cert.pem", house.home / "trust" / "old.pem")
    house.open()
    assert not found(house.ctx, None).has_new_test_keys
    assert house.run().trouble is None
    check_event_chain(house.ctx)


def signer_of_last_head(house: House) -> str:
    head = max(house.ctx.settings.chain_folder.glob("*.json"))
    return verify_head(head.read_bytes(), head.with_suffix(".p7s").read_bytes(), house.ctx.trust).signer


def test_the_only_agency_with_documents_signs_the_event_log(released: House) -> None:
    assert AGENCY_NAME in signer_of_last_head(released)
    assert head_agency(released.ctx).name == AGENCY_NAME


def test_no_agency_signs_the_event_log_unasked_where_none_has_documents(house: House) -> None:
    assert head_agency(house.ctx).name == NO_AGENCY
    house.settings["agency"] = AGENCY
    assert head_agency(house.open()).name == AGENCY_NAME


def test_the_body_above_several_agencies_with_documents_signs_the_event_log(released: House) -> None:
    page(released.inbox / "H41" / "H41-260311-0009" / "a.png", seed=5)
    (released.inbox / "H41" / "H41-260311-0009" / "lo.toml").write_text(SHEET, "utf-8")
    released.run()
    assert head_agency(released.ctx).name == "Ủy ban nhân dân tỉnh Nghệ An"


def test_the_only_certificate_there_is_signs_the_event_log(
    house: House, key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting(house, own_key(house, key, monkeypatch))
    assert house.run().trouble is None
    assert AGENCY_NAME in signer_of_last_head(house)
    house.settings["agency"] = "H41"
    house.open()
    page(house.record / "a.png")
    assert house.run().trouble == "head_signer_unknown"
    assert any("agency" in result.remedy for result in check_keys(house.ctx) if not result.is_well)
