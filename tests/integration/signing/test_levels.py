"""Seals of each level against authorities that answer over HTTP, and against authorities that do not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from config.clock import Clock, system_clock
from config.errors import KeyRevokedError, RevocationUnavailableError, SigningError, TimestampUnavailableError
from config.settings import SigningSettings
from signing import Sealer, SealReceipt, SealRequest, load_trust, open_sealer, validate
from signing.revocation import UntrustedChainError
from signing.seal_level import Level
from tests.pki import AGENCY, PASSWORD, Fault, Pki


def _sealer(pki: Pki, monkeypatch: pytest.MonkeyPatch, clock: Clock = system_clock, **settings: object) -> Sealer:
    monkeypatch.setenv("SEAL_PASSWORD", PASSWORD)
    values = {
        "key": f"pkcs12:{pki.pkcs12('agency')}",
        "key_password": "env:SEAL_PASSWORD",
        "timestamp": pki.tsa_url,
        "timestamp_tries": 1,
        "timestamp_timeout_s": 5,
        "revocation_timeout_s": 5,
    }
    trust = load_trust(pki.folder / "none", pki.trust_folder(), production=True)
    return open_sealer(
        SigningSettings.model_validate(values | settings),
        pki.folder / "none",
        production=True,
        clock=clock,
        trust=lambda: trust,
    )


def _seal(sealer: Sealer, page: Path, name: str = "sealed", at: datetime | None = None) -> SealReceipt:
    out = page.with_name(f"{name}.pdf")
    return sealer.seal(SealRequest(page, out, "SAO Y", AGENCY, at or datetime.now(UTC)))


@pytest.mark.parametrize("level", list(Level))
def test_a_seal_has_the_level_that_is_set(level: Level, pki: Pki, monkeypatch: pytest.MonkeyPatch, page: Path) -> None:
    receipt = _seal(_sealer(pki, monkeypatch, level=level), page)
    sealed = page.with_name("sealed.pdf")
    seal, *archived = validate(sealed, load_trust(pki.folder / "none", pki.trust_folder()))
    assert (receipt.level, seal.level, seal.verdict) == (level, level, "valid")
    assert [report.level for report in archived] == (["DOC-T"] if level is Level.B_LTA else [])
    assert sealed.read_bytes().startswith(page.read_bytes())


def test_the_revocation_data_of_both_chains_are_in_the_file(
    pki: Pki, monkeypatch: pytest.MonkeyPatch, page: Path
) -> None:
    _seal(_sealer(pki, monkeypatch), page)
    with page.with_name("sealed.pdf").open("rb") as pdf:
        store = PdfFileReader(pdf).root["/DSS"]
        # The agency's and the authority's answers, and the root's list for the issuing authority.
        assert (len(store["/OCSPs"]), len(store["/CRLs"])) == (2, 1)
        assert len(store["/Certs"]) >= 4


def test_an_elliptic_curve_key_seals_at_the_highest_level(
    pki: Pki, monkeypatch: pytest.MonkeyPatch, page: Path
) -> None:
    _seal(_sealer(pki, monkeypatch, key=f"pkcs12:{pki.pkcs12('agency-ec')}"), page)
    reports = validate(page.with_name("sealed.pdf"), load_trust(pki.folder / "none", pki.trust_folder()))
    assert [(report.level, report.reason_code) for report in reports] == [("B-LTA", ""), ("DOC-T", "")]


def test_answers_are_asked_for_once_a_batch(pki: Pki, monkeypatch: pytest.MonkeyPatch, page: Path) -> None:
    sealer = _sealer(pki, monkeypatch)
    for number in range(5):
        _seal(sealer, page, str(number))
    # OCSP for the agency and the timestamp authority; the root's list for what issued both, once for each.
    assert (pki.asked["ocsp"], pki.asked["crl"], pki.asked["tsa"]) == (2, 2, 10)


def test_answers_are_asked_for_anew_when_they_are_old(pki: Pki, monkeypatch: pytest.MonkeyPatch, page: Path) -> None:
    sealer = _sealer(pki, monkeypatch, revocation_keep_minutes=0)
    _seal(sealer, page, "one")
    _seal(sealer, page, "two")
    assert pki.asked["ocsp"] == 4


def test_a_revoked_certificate_seals_nothing(pki: Pki, monkeypatch: pytest.MonkeyPatch, page: Path) -> None:
    pki.revoke("agency", datetime.now(UTC) - timedelta(days=2))
    with pytest.raises(KeyRevokedError, match="Cát Ngạn"):
        _seal(_sealer(pki, monkeypatch), page)
    assert [path.name for path in page.parent.glob("sealed*")] == []


def test_a_revoked_issuer_seals_nothing(pki: Pki, monkeypatch: pytest.MonkeyPatch, page: Path) -> None:
    pki.revoke("ca", datetime.now(UTC) - timedelta(days=2))
    with pytest.raises(KeyRevokedError, match="Chứng thực số"):
        _seal(_sealer(pki, monkeypatch), page)


@pytest.mark.parametrize(
    "fault",
    [Fault(status=500), Fault(body=b"<html>no</html>"), Fault(body=b""), Fault(hangs_up=True), Fault(delay_s=8)],
    ids=["error", "garbage", "nothing", "hangs up", "slow"],
)
def test_the_list_of_revoked_certificates_stands_in_for_ocsp(
    fault: Fault, pki: Pki, monkeypatch: pytest.MonkeyPatch, page: Path
) -> None:
    pki.faults["ocsp"] = fault
    assert _seal(_sealer(pki, monkeypatch, revocation_timeout_s=4), page).level is Level.B_LTA
    assert pki.asked["crl"] == 4


@pytest.mark.parametrize(
    ("service", "error"),
    [("crl", RevocationUnavailableError), ("tsa", TimestampUnavailableError)],
)
@pytest.mark.parametrize(
    "fault", [Fault(status=503), Fault(body=b"\x30\x03\x02\x01\x05"), Fault(hangs_up=True)], ids=["503", "other", "cut"]
)
def test_without_what_the_level_asks_for_there_is_no_seal_at_all(
    service: str, error: type[SigningError], fault: Fault, pki: Pki, monkeypatch: pytest.MonkeyPatch, page: Path
) -> None:
    pki.faults[service] = fault
    with pytest.raises(error) as caught:
        _seal(_sealer(pki, monkeypatch), page)
    assert caught.value.retry_helps
    assert [path.name for path in page.parent.glob("sealed*")] == []


def test_an_authority_that_dies_before_the_archive_timestamp_leaves_no_weaker_seal(
    pki: Pki, monkeypatch: pytest.MonkeyPatch, page: Path
) -> None:
    sealer = _sealer(pki, monkeypatch)
    _seal(sealer, page, "before")
    pki.dies_after["tsa"] = pki.asked["tsa"] + 1
    with pytest.raises(TimestampUnavailableError):
        _seal(sealer, page)
    assert [path.name for path in page.parent.glob("sealed*")] == []


def test_a_silent_authority_is_left_alone_for_a_while(pki: Pki, monkeypatch: pytest.MonkeyPatch, page: Path) -> None:
    pki.faults["tsa"] = Fault(status=503)
    sealer = _sealer(pki, monkeypatch)
    for _ in range(3):
        with pytest.raises(TimestampUnavailableError, match="503"):
            _seal(sealer, page)
    assert pki.asked["tsa"] == 1


def test_no_more_timestamps_are_asked_for_at_once_than_is_set(
    pki: Pki, monkeypatch: pytest.MonkeyPatch, page: Path
) -> None:
    pki.faults["tsa"] = Fault(delay_s=0.3)
    sealer = _sealer(pki, monkeypatch, level="B-T", timestamps_at_once=3)
    with ThreadPoolExecutor(8) as pool:
        levels = list(pool.map(lambda number: _seal(sealer, page, f"n{number}").level, range(8)))
    assert (levels, pki.most_at_once["tsa"]) == ([Level.B_T] * 8, 3)


def test_a_clock_that_is_wrong_prints_the_time_of_the_authority(
    pki: Pki, monkeypatch: pytest.MonkeyPatch, page: Path
) -> None:
    sealer = _sealer(pki, monkeypatch, level="B-T")
    receipt = _seal(sealer, page, at=datetime.now(UTC) - timedelta(minutes=20))
    assert abs(receipt.signed_at - datetime.now(UTC)) < timedelta(minutes=1)
    (report,) = validate(page.with_name("sealed.pdf"), load_trust(pki.folder / "none", pki.trust_folder()))
    assert report.signed_at == receipt.signed_at
    within = _seal(sealer, page, "within", at=datetime.now(UTC) - timedelta(minutes=3))
    assert datetime.now(UTC) - within.signed_at > timedelta(minutes=2)


def test_an_authority_that_nobody_here_trusts_seals_nothing(
    pki: Pki, monkeypatch: pytest.MonkeyPatch, page: Path, tmp_path: Path
) -> None:
    sealer = open_sealer(SigningSettings(timestamp=pki.tsa_url), tmp_path / "keys", production=False)
    with pytest.raises(UntrustedChainError, match="Dấu thời gian"):
        _seal(sealer, page)
