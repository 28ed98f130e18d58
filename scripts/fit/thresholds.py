"""How sure a field must be, so that a share of wrong ones can be promised: chosen on some fields, proven on others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scipy.stats import beta  # type: ignore[import-untyped]

from pipeline.promise import NEVER, Promise, Proof
from scripts.fit.labelled_fields import Labelled, LabelledField

CONFIDENCE = 0.95
SHARES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
"""The shares of wrong fields for which a threshold is kept."""
GRID = (0.50, 0.60, 0.70, 0.80, 0.85, 0.90, 0.92, 0.94, 0.96, 0.97, 0.98, 0.99)
LEAST_BETWEEN = 20
"""A threshold is lowered to the next step only where so many fields were counted in between: where nothing was seen,
nothing is promised."""


@dataclass(frozen=True, slots=True)
class Step:
    """Fields at least this sure: how many are accepted, and how many of them are wrong."""

    start: float
    accepted: int
    wrong: int


def steps(fields: Iterable[LabelledField]) -> list[Step]:
    """Count the fields above each step of the grid, the least sure first."""
    rows = list(fields)
    return [_step(rows, start) for start in GRID]


def threshold_for(wrong_share: float, specimens: Sequence[LabelledField], real: Sequence[LabelledField]) -> float:
    """Give the least step of the grid above which a share of wrong fields is kept.

    On specimens the upper bound of the share must keep it, for thresholds that merely had luck were seen to fail on
    other specimens; real pages are too few for a bound, so there the share itself must. What that proves is told by
    what had no part in the choice. NEVER where no step keeps it, or too few fields were counted.
    """
    chosen, counted_from = NEVER, len(specimens) + len(real)
    for start in reversed(GRID):
        made, seen = _step(specimens, start), _step(real, start)
        counted = made.accepted + seen.accepted
        between = counted if chosen == NEVER else counted - counted_from
        keeps = upper_bound(made.wrong, made.accepted) <= wrong_share and seen.wrong <= wrong_share * seen.accepted
        if keeps and between >= LEAST_BETWEEN:
            chosen, counted_from = start, counted
    return chosen


def promise_for(wrong_share: float, fitted: Labelled, held_out: Labelled, real: Labelled) -> Promise:
    """Choose the threshold of a share, and prove it: on specimens of other seeds, on each real document without it."""
    documents = sorted({field.document for field in real.fields})
    accepted = wrong = 0
    for document in documents:
        others = [field for field in real.fields if field.document != document]
        own = [field for field in real.fields if field.document == document]
        found = _step(own, threshold_for(wrong_share, fitted.fields, others))
        accepted, wrong = accepted + found.accepted, wrong + found.wrong
    threshold = threshold_for(wrong_share, fitted.fields, real.fields)
    made = _step(held_out.fields, threshold)
    return Promise(
        wrong_share,
        threshold,
        Proof(real.all, accepted, wrong, upper_bound(wrong, accepted)),
        Proof(held_out.all, made.accepted, made.wrong, upper_bound(made.wrong, made.accepted)),
    )


def upper_bound(wrong: int, counted: int, confidence: float = CONFIDENCE) -> float:
    """Give the upper bound of a share by Clopper and Pearson; with nothing wrong about three over the count."""
    return 1.0 if wrong >= counted else float(beta.ppf(confidence, wrong + 1, counted - wrong))


def _step(fields: Sequence[LabelledField], start: float) -> Step:
    above = [field for field in fields if field.probability >= start]
    return Step(start, len(above), sum(not field.is_right for field in above))
