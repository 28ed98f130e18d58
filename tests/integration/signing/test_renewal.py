"""Archive timestamps put over each other by our own sealer, through twenty-five simulated years."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.errors import RevocationUnavailableError, TimestampUnavailableError
from config.settings import SigningSettings
from signing import Sealer, SealRequest, TrustStore, Verdict, load_trust, open_sealer, overall, validate
from signing.renewal import NothingToRenewError, RenewedTooLateError
from tests.integration.signing.lasting import AGING
from tests.pki import AGENCY, PASSWORD, Fault, Pki, running_pki

BEFORE, SEALED, LATER, LATEST, TODAY = (datetime(year, 6, 1, tzinfo=UTC) for year in (2020, 2021, 2027, 2035, 2046))


class Town:
    """A sealer whose clock, and that of its authorities, is set."""

    def __init__(self, pki: Pki, folder: Path) -> None:
        self.pki, self.folder, self.now = pki, folder, SEALED

    def sealer(self, tsa: str = "tsa", level: str = "B-LTA") -> Sealer:
        self.pki.now = self.now
        settings = {
            "key": f"pkcs12:{self.pki.pkcs12('agency')}",
            "key_password": "env:SEAL_PASSWORD",
            "timestamp": self.pki.tsa_url_of(tsa),
            "timestamp_tries": 1,
            "revocation_timeout_s": 5,
        }
        return open_sealer(
            SigningSettings.model_validate(settings | {"level": level}),
            self.folder / "none",
            production=True,
            clock=lambda: self.now,
            trust=self.trust,
        )

    def trust(self) -> TrustStore:
        return load_trust(self.folder / "none", self.pki.trust_folder(), production=True)

    def seal(self, page: Path, level: str = "B-LTA") -> Path:
        out = self.folder / "v1.pdf"
        self.sealer(level=level).seal(SealRequest(page, out, "SAO Y", AGENCY, self.now))
        return out

    def renew(self, pdf: Path, at: datetime, tsa: str) -> Path:
        self.now = at
        out = self.folder / f"v{at.year}.pdf"
        self.sealer(tsa).renew(pdf, out)
        return out

    def judged(self, pdf: Path, at: datetime) -> Verdict:
        return overall(validate(pdf, self.trust(), now=at))


@pytest.fixture(scope="module")
def aging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    with running_pki(tmp_path_factory.mktemp("aging"), AGING) as pki:
        yield pki


@pytest.fixture
def town(aging: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setenv("SEAL_PASSWORD", PASSWORD)
    aging.as_new()
    return Town(aging, tmp_path)


def test_what_is_renewed_in_time_holds_after_twenty_five_years_and_what_is_not_does_not(town: Town, page: Path) -> None:
    sealed = town.seal(page)
    assert town.judged(sealed, datetime(2025, 1, 1, tzinfo=UTC)) is Verdict.VALID
    once = town.renew(sealed, LATER, "tsa-2")
    # An authority's issuer that the authority does not send along lies in the folder while it is renewed.
    issuer = town.pki.trust_folder() / "ca-3.crt"
    issuer.write_bytes(town.pki.certificate("ca-3").dump())
    twice = town.renew(once, LATEST, "tsa-3")
    issuer.unlink()
    assert [town.judged(pdf, TODAY) for pdf in (twice, once, sealed)] == [
        Verdict.VALID,
        Verdict.INDETERMINATE,
        Verdict.INDETERMINATE,
    ]
    assert twice.read_bytes().startswith(once.read_bytes())
    assert once.read_bytes().startswith(sealed.read_bytes())
    assert [report.field for report in validate(twice, town.trust(), now=TODAY)] == [
        "AgencySeal",
        "ArchiveTimestamp1",
        "ArchiveTimestamp2",
        "ArchiveTimestamp3",
    ]


def test_what_was_sealed_at_a_lower_level_is_raised_by_the_first_renewal(town: Town, page: Path) -> None:
    raised = town.renew(town.seal(page, level="B-T"), datetime(2022, 1, 1, tzinfo=UTC), "tsa")
    seal, _ = validate(raised, town.trust(), now=town.now)
    assert (seal.level, seal.verdict) == ("B-LTA", "valid")
    assert town.judged(raised, datetime(2026, 1, 1, tzinfo=UTC)) is Verdict.VALID


def test_nothing_is_carried_on_once_the_newest_timestamp_has_ended(town: Town, page: Path) -> None:
    sealed = town.seal(page)
    with pytest.raises(RenewedTooLateError, match="Dấu thời gian"):
        town.renew(sealed, datetime(2029, 1, 1, tzinfo=UTC), "tsa-2")
    assert [path.name for path in town.folder.glob("v2029*")] == []


def test_a_file_without_a_timestamp_is_not_renewed(town: Town, page: Path) -> None:
    for never in (town.seal(page, level="B-B"), page):
        with pytest.raises(NothingToRenewError):
            town.renew(never, datetime(2022, 1, 1, tzinfo=UTC), "tsa")


@pytest.mark.parametrize(
    ("service", "error"), [("crl", RevocationUnavailableError), ("tsa", TimestampUnavailableError)]
)
def test_a_silent_authority_leaves_the_file_as_it_was(
    service: str, error: type[Exception], town: Town, page: Path
) -> None:
    sealed = town.seal(page)
    before = sealed.read_bytes()
    town.pki.faults[service] = Fault(status=503)
    with pytest.raises(error):
        town.renew(sealed, LATER, "tsa-2")
    assert (sealed.read_bytes(), list(town.folder.glob("v2027*"))) == (before, [])
