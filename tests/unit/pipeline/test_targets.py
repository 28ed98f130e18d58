"""Targets: the law's table, level by level and year by year, and faults of the data named by place."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ReferenceDataError
from pipeline.targets import TARGETS_FILE, Level, Metric, Targets, load_targets


@pytest.mark.parametrize(
    ("metric", "level", "percents"),
    [
        (Metric.FLOW, Level.PROVINCE, {2022: 50, 2023: 70, 2024: 90, 2025: 100, 2026: 100}),
        (Metric.FLOW, Level.DISTRICT, {2022: 40, 2023: 60, 2024: 80, 2025: 100, 2026: None}),
        (Metric.FLOW, Level.COMMUNE, {2022: 30, 2023: 50, 2024: 70, 2025: 90, 2026: 100}),
        (Metric.STOCK, Level.PROVINCE, {2021: None, 2022: 50, 2026: 50}),
        (Metric.STOCK, Level.COMMUNE, {2022: 30}),
        (Metric.SOLVED_REUSABLE, Level.COMMUNE, {2024: None, 2025: 100, 2026: 100}),
        (Metric.ROLLOUT, Level.COMMUNE, {2022: 30, 2023: 60, 2024: 90, 2025: 100}),
    ],
)
def test_the_targets_are_those_of_the_plan(metric: Metric, level: Level, percents: dict[int, float | None]) -> None:
    targets = load_targets()
    found = {year: targets.target_for(metric, level, year) for year in percents}
    assert {year: target.percent if target else None for year, target in found.items()} == percents


def test_the_first_year_is_that_of_the_earliest_target(tmp_path: Path) -> None:
    file = tmp_path / "targets.toml"
    file.write_text(TARGETS_FILE.read_text("utf-8").replace("2022 = 30, 2023 = 50", "2019 = 30, 2023 = 50"), "utf-8")
    assert load_targets(file).first_year(Metric.FLOW) == 2019
    assert load_targets(file).first_year(Metric.SOLVED_REUSABLE) == 2025
    assert Targets({}, {}).first_year(Metric.FLOW) is None


def test_a_minimum_that_merely_stays_says_so() -> None:
    targets = load_targets()
    stays = targets.target_for(Metric.STOCK, Level.PROVINCE, 2026)
    stated = targets.target_for(Metric.FLOW, Level.PROVINCE, 2026)
    assert stays is not None
    assert stays.is_held
    assert stated is not None
    assert not stated.is_held


def test_the_district_level_ends_with_june_2025() -> None:
    assert load_targets().level_ends == {Level.DISTRICT: date(2025, 6, 30)}


def test_every_stated_target_has_a_legal_basis() -> None:
    assert all(target.legal_basis for target in load_targets().stated())


@given(st.sampled_from(Level), st.integers(2022, 2035))
def test_targets_never_fall(level: Level, year: int) -> None:
    targets = load_targets()
    now, later = (targets.target_for(Metric.FLOW, level, when) for when in (year, year + 1))
    assert later is None or (now is not None and later.percent >= now.percent)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("schema = 2", "schema"),
        ("schema = 1\n[[target]]\nmetric='x'\nlegal_basis='y'", "target 1, metric"),
        ("schema = 1\n[[target]]\nmetric='flow'", "target 1"),
        ("schema = 1\n[[target]]\nmetric='flow'\nlegal_basis='y'\nvillage={2022=1}", "target 1"),
        ("schema = 1\n[[target]]\nmetric='flow'\nlegal_basis='y'\ncommune={2022=101}", "target 1, commune, 2022"),
        ("schema = 1\n[[target]]\nmetric='flow'\nlegal_basis='y'\ncommune={nay=10}", "target 1, commune"),
        ("schema = 1\n[[target]]\nmetric='flow'\nlegal_basis='y'\ncommune=3", "target 1, commune"),
        ("schema = 1\n[[level]]\nname='district'\nuntil='2025'", "level 1, until"),
        ("not toml", "-"),
    ],
)
def test_a_fault_is_named_by_file_and_place(tmp_path: Path, text: str, place: str) -> None:
    path = tmp_path / "targets.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ReferenceDataError) as caught:
        load_targets(path)
    assert caught.value.details["file"] == "targets.toml"
    assert caught.value.details["place"] == place
