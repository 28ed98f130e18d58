"""Targets: the law's table, level by level and year by year, and faults of the data named by place."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ReferenceDataError
from pipeline.targets import TARGETS_FILE, TIMES, Level, Metric, Sense, Targets, load_targets


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


PLAN: dict[Metric, dict[int, tuple[float | None, float | None, float | None]]] = {
    # Province, district, commune, as docs/progress.md reads the plan.
    Metric.STOCK: {2021: (None, None, None), 2022: (50, 40, 30), 2025: (50, 40, 30), 2026: (50, None, 30)},
    Metric.FLOW: {
        2021: (None, None, None),
        2022: (50, 40, 30),
        2023: (70, 60, 50),
        2024: (90, 80, 70),
        2025: (100, 100, 90),
        2026: (100, None, 100),
        2027: (100, None, 100),
    },
    Metric.ROLLOUT: {
        2021: (None, None, None),
        2022: (100, 50, 30),
        2023: (100, 80, 60),
        2024: (100, 100, 90),
        2025: (100, 100, 100),
        2026: (100, None, 100),
    },
    Metric.SOLVED_REUSABLE: {2024: (None, None, None), 2025: (100, 100, 100), 2026: (100, None, 100)},
    Metric.NOT_RESUPPLIED: {2021: (None, None, None), 2022: (30, 30, 30), 2024: (30, 30, 30), 2025: (80, 80, 80)},
    Metric.ONLINE: {2024: (None, None, None), 2025: (50, 50, 50), 2026: (50, None, 50)},
    Metric.INTERNAL: {2024: (None, None, None), 2025: (80, 80, 80), 2026: (80, None, 80)},
}


@pytest.mark.parametrize("metric", PLAN)
def test_every_share_of_the_plan_stands_at_its_level_and_year(metric: Metric) -> None:
    targets = load_targets()
    for year, shares in PLAN[metric].items():
        found = tuple(targets.target_for(metric, level, year) for level in Level)
        assert tuple(target.percent if target else None for target in found) == shares


def test_no_figure_stands_in_the_file_that_is_not_the_plans() -> None:
    stated = {(one.metric, one.level, one.year) for one in load_targets().stated()}
    planned = {
        (metric, level, year)
        for metric, years in PLAN.items()
        for year, shares in years.items()
        for level, share in zip(Level, shares, strict=True)
        if share is not None
    }
    times = {(metric, level, 2025) for metric in TIMES for level in Level}
    assert stated <= planned | times


def test_minutes_are_those_of_the_plan_and_the_unclear_ones_say_so() -> None:
    targets = load_targets()
    for level in Level:
        waiting, handling = (targets.limit_for(metric, level, 2025) for metric in (Metric.WAITING, Metric.HANDLING))
        assert waiting is not None
        assert handling is not None
        assert (waiting.minutes, waiting.sense) == (15, Sense.AT_MOST)
        assert (handling.minutes, handling.sense) == (30, Sense.UNCLEAR)
        assert targets.limit_for(Metric.WAITING, level, 2024) is None


def test_only_the_roll_out_leaves_hardship_communes_out() -> None:
    targets = load_targets()
    assert {metric for metric in Metric if targets.exempts_hardship(metric, Level.COMMUNE)} == {Metric.ROLLOUT}


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
