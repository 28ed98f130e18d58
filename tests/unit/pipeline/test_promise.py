"""The promise: how sure a field must be, and what may be said of it."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from scipy.stats import beta  # type: ignore[import-untyped]

from config.errors import ReferenceDataError
from config.i18n import activate, active_language
from config.settings import ReviewSettings
from pipeline import health_promise
from pipeline.promise import (
    NEVER,
    Curve,
    Promise,
    Proof,
    accept_confidence,
    fields_needed,
    load_curve,
    usual_confidence,
)

NOTHING = Proof(0, 0, 0, 1.0)


def test_the_curve_that_is_kept_tells_no_bound_better_than_its_counts_prove() -> None:
    curve = load_curve()
    for proof in (proof for promise in curve.promises for proof in (promise.real, promise.specimens)):
        exact = 1.0
        if proof.wrong < proof.accepted:
            exact = beta.ppf(curve.confidence, proof.wrong + 1, proof.accepted - proof.wrong)
        assert proof.upper == pytest.approx(exact, abs=1e-6)
        assert 0 <= proof.wrong <= proof.accepted <= proof.fields


def test_a_stricter_promise_never_asks_for_less_sureness() -> None:
    thresholds = [promise.threshold for promise in load_curve().promises]
    assert thresholds == sorted(thresholds, reverse=True)


def test_what_is_below_the_least_share_counted_asks_about_every_field() -> None:
    assert accept_confidence(load_curve().promises[0].wrong_share / 2) == NEVER
    assert accept_confidence(0.0055) == accept_confidence(0.005), "the next stricter one that was counted"


def test_the_usual_threshold_is_that_of_the_default_setting() -> None:
    assert usual_confidence() == accept_confidence(ReviewSettings().wrong_share)


@pytest.fixture
def english() -> Iterator[None]:
    before = active_language()
    activate("en")
    yield
    activate(before)


@pytest.mark.usefixtures("english")
def test_more_is_never_claimed_than_was_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = Proof(43, 29, 0, 0.0981), Proof(900, 700, 0, 0.00427)
    for proof, told in ((few, "proven: at most 9.81%"), (many, "proven: at most 0.43%")):
        curve = Curve(0.95, (Promise(0.005, 0.9, proof, NOTHING),))
        monkeypatch.setattr(health_promise, "load_curve", partial(Curve, curve.confidence, curve.promises))
        text = health_promise.promise_text(0.005)
        assert told in text
        assert ("598" in text) is (proof is few), "how many fields would be needed, where it is not proven"


def test_a_broken_curve_is_refused_by_its_file(tmp_path: Path) -> None:
    broken = tmp_path / "field_sureness.toml"
    broken.write_text("schema = 2\n", "utf-8")
    with pytest.raises(ReferenceDataError, match=r"field_sureness\.toml"):
        load_curve(broken)


def test_the_number_needed_is_that_of_the_textbook() -> None:
    assert (fields_needed(0.01, 0.95), fields_needed(0.05, 0.95)) == (299, 59)
