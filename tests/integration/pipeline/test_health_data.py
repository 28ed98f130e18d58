"""What `doctor` says of a site's own data files: each fault by file and place with its remedy."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from config.errors import ReferenceDataError
from config.settings import load_settings
from pipeline.agencies import load_agencies
from pipeline.check_result import CheckResult
from pipeline.context import Context
from pipeline.extract.signers import load_signers
from pipeline.founding import found
from pipeline.health_data import check_data
from pipeline.progress.working_days import HOLIDAYS_FILE, load_working_days
from pipeline.targets import TARGETS_FILE, load_targets
from pipeline.units.reading import load_units
from storage.ledger.models import Agency, UnitSuccession
from storage.ledger.states import Environment

TITLES = ("Targets", "Holidays", "Signers", "Administrative units", "Agencies and units")


@pytest.fixture
def ctx(tmp_path: Path, english: None) -> Iterator[Context]:
    context = Context(
        load_settings(tmp_path / "home"), actor="lan", clock=lambda: datetime(2026, 11, 24, 5, tzinfo=UTC)
    )
    found(context, Environment.TEST)
    yield context
    context.ledger.close()


def results(ctx: Context) -> dict[str, CheckResult]:
    return {result.title: result for result in check_data(ctx)}


def test_data_as_shipped_are_well(ctx: Context) -> None:
    told = results(ctx)
    assert tuple(told) == TITLES
    assert all(result.is_well and not result.is_warning for result in told.values())
    assert told["Signers"].is_absent
    assert told["Administrative units"].found == "province 40, units that stand today: 131"


FAULTS = {
    "targets.toml": ("Targets", "schema = 1\n[[target]]\nmetric = 'flow'\n", "targets.toml, target 1: "),
    "holidays.toml": ("Holidays", "schema = 1\n[[year]]\nyear = 2026\nlegal_basis = 'x'\nday_off = []\n", "year 1: "),
    "signers.toml": ("Signers", "[[signer]]\nname = 3\n", "signers.toml, signer 1: "),
    "hardship.csv": ("Administrative units", "code,since,until,legal_basis\n1,2021-01-01,,x\n", "hardship.csv, line 2"),
}


@pytest.mark.parametrize("file", FAULTS)
def test_a_faulty_file_is_told_by_file_and_place_with_its_remedy_and_hides_nothing(ctx: Context, file: str) -> None:
    title, text, place = FAULTS[file]
    (ctx.settings.home / file).write_text(text, "utf-8")
    told = results(ctx)
    assert [name for name, result in told.items() if not result.is_well] == [title]
    assert place in told[title].found
    assert told[title].remedy


@pytest.mark.parametrize("file", FAULTS)
def test_a_folder_in_place_of_a_file_is_told(ctx: Context, file: str) -> None:
    (ctx.settings.home / file).mkdir()
    told = results(ctx)[FAULTS[file][0]]
    assert not told.is_well
    assert file in told.found


def test_a_list_of_hardship_communes_that_the_ledger_has_not_taken_in_yet_is_told(ctx: Context) -> None:
    ctx.settings.hardship_file.write_text("code,since,until,legal_basis\n16681,2021-01-01,,QĐ mẫu\n", "utf-8")
    assert "sohoa init" in results(ctx)["Administrative units"].remedy
    found(ctx, None)
    assert results(ctx)["Administrative units"].is_well


def test_units_changed_in_the_ledger_are_told(ctx: Context) -> None:
    with ctx.ledger.session() as session:
        session.execute(update(UnitSuccession).values(takes_records=False))
    assert "not those of the data of province 40" in results(ctx)["Administrative units"].found


def test_signers_and_agencies_that_point_nowhere_are_told_and_nothing_stands_still(ctx: Context) -> None:
    ctx.settings.signers_file.write_text('[[signer]]\nname = "Lê Thị Mẫu"\nagency = "H41.77"\n', "utf-8")
    with ctx.ledger.session() as session:
        session.add(Agency(code="H41.88", name="Xã Mẫu", level="commune", parent_code="H41.70", unit_code="99999"))
    told = results(ctx)
    assert all(told[title].is_warning for title in ("Signers", "Agencies and units"))
    assert "H41.77" in told["Signers"].found
    assert "H41.88" in told["Agencies and units"].found
    with ctx.ledger.session() as session:
        session.execute(update(Agency).values(unit_code=None))
    assert "parent" in results(ctx)["Agencies and units"].found


def test_agencies_without_a_unit_are_named(ctx: Context) -> None:
    with ctx.ledger.session() as session:
        session.add(Agency(code="H41.88", name="Xã Mẫu", level="commune", parent_code="H41"))
    told = results(ctx)["Agencies and units"]
    assert (told.is_warning, "H41.88" in told.found, "H41," in told.found) == (True, True, False)
    assert "unit_code" in told.remedy
    with ctx.ledger.session() as session:
        session.execute(update(Agency).values(unit_code="40"))
    told = results(ctx)["Agencies and units"]
    assert (told.is_warning, told.found) == (False, "2 known, each tied to a unit")


def test_a_year_without_holidays_is_worth_a_look(ctx: Context) -> None:
    (ctx.settings.home / "holidays.toml").write_text("schema = 1\n", "utf-8")
    told = results(ctx)["Holidays"]
    assert told.is_warning
    assert "2026" in told.found


WORDS = (
    *("schema", "target", "limit", "level", "year", "signer", "agency", "metric", "name", "code", "legal_basis"),
    *("days_off", "days_on", "commune", "province", "holds", "sense", "until", "valid_from", "parent", "metadata"),
)
KEYS = st.sampled_from(WORDS) | st.text("abc_é-", min_size=1, max_size=5).map(lambda text: f'"{text}"')
PLAIN = st.sampled_from(
    ["1", "true", "-3", "2026", "1e400", "nan", "inf", '""', '"flow"', '"commune"', '"x\\u0000"', "2026-01-01",
     "2026-01-01T00:00:00Z", "2026-02-30", "[]", "[1]", "[[2026-01-01]]", "{}", "{ 2022 = 50 }", "{ '²' = 1 }",
     "{ 2022 = [] }", "9" * 5000, "'" * 7, '"H41"', "[" * 3000]
)  # fmt: skip
LINES = st.one_of(
    st.builds("{} = {}".format, KEYS, PLAIN),
    st.builds("[[{}]]".format, KEYS),
    st.builds("[{}]".format, KEYS),
    st.text(max_size=12),
)
TOML = st.lists(LINES, max_size=12).map(lambda lines: "\n".join(["schema = 1", *lines]).encode("utf-8", "ignore"))
CELLS = st.sampled_from(
    ["16681", "2021-01-01", "2021-13-01", "", '"', "commune", "x\0", "\ufeff", "20210101", "ﬁ", "9" * 200_000]
)
CSV = st.lists(st.lists(CELLS, max_size=6).map(",".join), max_size=6).map(
    lambda lines: "\n".join(["code,since,until,legal_basis", *lines]).encode()
)
READERS: dict[str, Callable[[Path], object]] = {
    "targets.toml": load_targets,
    "holidays.toml": load_working_days,
    "signers.toml": load_signers,
    "agencies.toml": load_agencies,
    "hardship.csv": lambda path: load_units("40", hardship_file=path),
}


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("file", READERS)
@given(content=TOML | CSV | st.binary(max_size=60))
@example(b"schema = 1\nyear = 3")
@example(b"schema = 1\n[year]\nyear = 1")
@example(b"signer = 1")
@example(b"agency = [1]")
@example(b"\xff\xfe")
@example(b"")
@example(b"a = " + b"[" * 5000)
@example(b"a = " + b"9" * 5000)
def test_whatever_stands_in_a_file_it_is_read_or_refused_by_file_and_place(
    tmp_path: Path, file: str, content: bytes
) -> None:
    path = tmp_path / file
    path.write_bytes(content)
    refusal = None
    try:
        READERS[file](path)
    except ReferenceDataError as refused:
        refusal = refused
    if refusal is not None:
        assert file in str(refusal)
        assert refusal.details["place"]
        assert refusal.remedy_text()


@pytest.mark.parametrize("shipped", [TARGETS_FILE, HOLIDAYS_FILE], ids=lambda path: path.name)
def test_a_file_as_a_windows_editor_saves_it_is_read(tmp_path: Path, shipped: Path) -> None:
    path = tmp_path / shipped.name
    path.write_bytes(b"\xef\xbb\xbf" + shipped.read_bytes().replace(b"\n", b"\r\n"))
    reader = READERS[shipped.name]
    assert reader(path)
