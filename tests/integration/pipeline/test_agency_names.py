"""A seal prints the agency's name; where nobody entered it the documents wait, and doctor says so."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import load_settings
from pipeline import review
from pipeline.backfill import BackfillScope, plan_backfill
from pipeline.check_result import CheckResult
from pipeline.context import Context
from pipeline.founding import found
from pipeline.health_reference import check_reference
from pipeline.inbox import InboxMissingError
from pipeline.known_agencies import UnknownAgencyError, ensure_known_agency, inbox_agencies
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


@pytest.mark.needs("tesseract", "poppler")
def test_doctor_is_well_again_once_the_papers_of_a_mistyped_agency_are_rejected(nameless: House) -> None:
    page(nameless.record / "a.png")
    nameless.run()
    (ill,) = [result for result in about_agencies(nameless) if not result.is_well]
    assert "1" in ill.found
    review.reject(nameless.ctx, nameless.document().id)
    shutil.rmtree(nameless.inbox / AGENCY, ignore_errors=True)
    assert nameless.states() == ["refused"]
    assert all(result.is_well for result in about_agencies(nameless))


def test_doctor_warns_of_codes_and_hardship_statuses_that_nobody_entered(nameless: House) -> None:
    agencies, hardship, types = check_reference(nameless.ctx)
    assert agencies.is_warning
    assert hardship.is_warning
    assert types.is_well
    assert not types.is_warning


@pytest.fixture(params=["closed", "gone", "a file"])
def shut(request: pytest.FixtureRequest, house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """An installation whose inbox cannot be looked into."""
    if request.param == "closed":
        # The user who runs tests in a container may look into everything: chmod alone closes nothing to it.
        look = Path.iterdir

        def closed(folder: Path) -> Iterator[Path]:
            if folder == house.inbox:
                raise PermissionError(13, "Permission denied", str(folder))
            return look(folder)

        monkeypatch.setattr(Path, "iterdir", closed)
        return house
    shutil.rmtree(house.inbox)
    if request.param == "a file":
        house.inbox.touch()
    return house


def test_a_run_for_one_agency_says_of_an_inbox_it_cannot_look_into_what_every_run_says(shut: House) -> None:
    with pytest.raises(InboxMissingError) as told:
        ensure_known_agency(shut.ctx, "H41.17", needs_inbox=True)
    with pytest.raises(InboxMissingError) as every:
        shut.run()
    assert told.value.details == every.value.details
    ensure_known_agency(shut.ctx, AGENCY, needs_inbox=True)


def test_what_needs_no_inbox_goes_by_the_ledger_where_the_inbox_cannot_be_looked_into(shut: House) -> None:
    assert inbox_agencies(shut.ctx) == set()
    assert check_reference(shut.ctx)
    assert plan_backfill(shut.ctx, BackfillScope(unit=AGENCY)).documents == 0
    with pytest.raises(UnknownAgencyError):
        plan_backfill(shut.ctx, BackfillScope(unit="H41.17"))
