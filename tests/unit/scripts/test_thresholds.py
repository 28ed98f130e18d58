"""How thresholds are chosen and proven: by counts, and never on what chose them."""

import pytest

from pipeline.promise import NEVER
from scripts.fit.labelled_fields import Labelled, LabelledField
from scripts.fit.thresholds import GRID, promise_for, threshold_for, upper_bound


def fields(document: str, probability: float, count: int, *, wrong: int = 0) -> list[LabelledField]:
    return [LabelledField(document, "code", probability, place >= wrong) for place in range(count)]


MADE = [*fields("m", 0.995, 700), *fields("m", 0.93, 100), *fields("m", 0.55, 50, wrong=10)]


def test_a_bound_is_that_of_clopper_and_pearson() -> None:
    """Textbook values: 0 of 10, 1 of 10, and the rule of three for 0 of 300."""
    assert upper_bound(0, 10) == pytest.approx(0.2589, abs=1e-4)
    assert upper_bound(1, 10) == pytest.approx(0.3942, abs=1e-4)
    assert upper_bound(0, 300) == pytest.approx(3 / 300, rel=0.01)
    assert upper_bound(0, 0) == 1.0


def test_the_least_step_that_keeps_the_share_is_taken() -> None:
    assert threshold_for(0.005, MADE, []) == 0.92
    assert threshold_for(0.05, MADE, []) == 0.50


def test_nothing_is_promised_where_nothing_was_counted() -> None:
    assert threshold_for(0.05, fields("m", 0.995, 700), []) == GRID[-1]


def test_a_share_that_so_few_fields_cannot_bound_is_not_promised() -> None:
    assert threshold_for(0.005, fields("m", 0.995, 597), []) == NEVER
    assert threshold_for(0.005, fields("m", 0.995, 598), []) == GRID[-1]


def test_a_step_that_was_merely_lucky_is_not_taken() -> None:
    lucky = [*fields("m", 0.995, 1000), *fields("m", 0.75, 30, wrong=4)]
    assert sum(not field.is_right for field in lucky) <= 0.005 * len(lucky)
    assert threshold_for(0.005, lucky, []) == 0.99


def test_real_pages_may_speak_against_what_specimens_keep() -> None:
    assert threshold_for(0.005, MADE, fields("a", 0.93, 30, wrong=1)) == 0.99


def test_a_document_is_scored_by_a_threshold_it_had_no_part_in() -> None:
    good, bad = fields("a", 0.995, 30), fields("b", 0.93, 10, wrong=1)
    real = Labelled((*good, *bad), 50)
    made = Labelled(tuple(MADE), 900)
    promise = promise_for(0.005, made, made, real)
    assert promise.threshold == 0.99, "chosen with all of them"
    assert (promise.real.accepted, promise.real.wrong) == (40, 1), "without b nothing spoke against 0.92"
    assert promise.real.upper == pytest.approx(upper_bound(1, 40))
    assert promise.specimens.accepted == 700
