"""Acceptance sampling against textbook values and a second calculation."""

import pytest
from scipy.stats import hypergeom  # type: ignore[import-untyped]

from pipeline.acceptance_plan import chance_of_at_most, measured, plan_for
from pipeline.promise import fields_needed

POPULATIONS = (1, 8, 20, 100, 200, 450, 1000, 5000)


def test_a_large_batch_needs_the_sample_of_the_rule_of_three() -> None:
    """Ln(0.05) / ln(0.995) = 597.6: the number that every table of zero-defect plans has for 0.5 % at 95 %."""
    assert fields_needed(0.005, 0.95) == 598
    assert fields_needed(0.02, 0.95) == 149
    assert 590 <= plan_for(100_000, 0.005, 0.95).checked <= 598


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("share", [0.005, 0.02])
def test_a_batch_just_worse_than_promised_passes_in_at_most_one_of_twenty(population: int, share: float) -> None:
    checked = plan_for(population, share, 0.95).checked
    too_many = int(population * share) + 1
    assert hypergeom.cdf(0, population, too_many, checked) <= 0.05
    assert hypergeom.cdf(0, population, too_many, checked - 1) > 0.05


def test_a_small_batch_is_checked_whole_and_an_empty_one_not_at_all() -> None:
    assert plan_for(8, 0.005, 0.95).checked == 8
    assert plan_for(0, 0.005, 0.95).checked == 0


@pytest.mark.parametrize(("wrong", "checked", "population"), [(0, 50, 400), (2, 50, 400), (1, 200, 1000), (0, 95, 100)])
def test_beyond_each_bound_the_sample_would_be_too_rare(wrong: int, checked: int, population: int) -> None:
    found = measured(wrong, checked, population, 0.95)
    lower, upper = round(found.lower * population), round(found.upper * population)
    assert (
        hypergeom.cdf(wrong, population, upper, checked) > 0.05 >= hypergeom.cdf(wrong, population, upper + 1, checked)
    )
    assert hypergeom.sf(wrong - 1, population, lower, checked) > 0.05
    assert lower == wrong or hypergeom.sf(wrong - 1, population, lower - 1, checked) <= 0.05


def test_what_was_checked_whole_is_known_exactly() -> None:
    found = measured(1, 20, 20, 0.95)
    assert found.lower == found.share == found.upper == 0.05


def test_a_passed_plan_keeps_its_promise() -> None:
    for population in POPULATIONS:
        plan = plan_for(population, 0.005, 0.95)
        assert measured(0, plan.checked, population, 0.95).upper <= 0.005


def test_chances_are_those_of_a_second_calculation() -> None:
    assert chance_of_at_most(1, 10, 5, 50) == pytest.approx(hypergeom.cdf(1, 50, 5, 10))
