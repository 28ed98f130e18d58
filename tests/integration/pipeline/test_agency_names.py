"""A seal prints the agency's name; where nobody entered it the documents wait, and doctor says so."""

import shutil
from pathlib import Path

import pytest

from config.settings import load_settings
from pipeline.check_result import CheckResult
from pipeline.context import Context
from pipeline.founding import found
from pipeline.health_reference import check_reference
from pipeline.overview import read_status
from storage.ledger.states import Environment
from tests.integration.pipeline.house import AGENCIES, AGENCY, House, page


@pytest.fixture
def nameless(tmp_path: Path) -> House:
    """An installation that knows only what the program brings along."""
    ctx = Context(load_settings(tmp_path / "home"), actor="tester")
    found(ctx, Environment.TEST)
    return House(tmp_path / "home")


def enter(house: House) -> None:
    file = house.home / "agencies.toml"
    file.write_text(AGENCIES, "utf-8")
    found(house.ctx, Environment.TEST, file)


def about_agencies(house: House) -> list[CheckResult]:
    return [result for result in check_reference(house.ctx) if result.title in {"Agencies", "Cơ quan"}]


@pytest.mark.needs("tesseract", "poppler")
def test_documents_of_an_agency_without_a_name_wait_before_the_seal(nameless: House) -> None:
    page(nameless.record / "a.png")
    nameless.archive_all()
    for _ in range(3):
        assert nameless.run().has_failures
    document = nameless.document()
    assert (document.state, document.reason_code, document.tries) == ("waiting_release", "agency_nameless", 0)
    assert "sohoa init --agencies" in read_status(nameless.ctx).troubles[0].remedy
    enter(nameless)
    nameless.run()
    assert nameless.states() == ["archived"]


def test_doctor_names_an_agency_that_has_a_folder_in_the_inbox_and_no_name(nameless: House) -> None:
    assert all(result.is_well for result in about_agencies(nameless))
    nameless.record.mkdir(parents=True, exist_ok=True)
    ill = [result for result in about_agencies(nameless) if not result.is_well]
    assert [AGENCY in result.found and bool(result.remedy) for result in ill] == [True]
    enter(nameless)
    assert not any(result.remedy for result in about_agencies(nameless))
    shutil.rmtree(nameless.inbox)
    assert all(result.is_well for result in about_agencies(nameless))


def test_doctor_warns_of_codes_and_hardship_statuses_that_nobody_entered(nameless: House) -> None:
    results = check_reference(nameless.ctx)
    assert len(results) == 2
    assert all(result.is_warning for result in results)
