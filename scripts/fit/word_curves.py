"""Curves from samples: the chance that a word is right, rising with its score, told low where it is thin."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from ocr.second.rules import Curve

_LEAST_WEIGHT = 25.0
"""A step of a curve rests on at least so many words."""
_ONE_MORE = 1.0
"""Each step is told as if one more word of it had been wrong."""


@dataclass(frozen=True, slots=True)
class _Block:
    start: float
    weight: float
    wrong: float

    @property
    def chance(self) -> float:
        return 1.0 - (self.wrong + _ONE_MORE) / (self.weight + 2 * _ONE_MORE)

    def joined(self, upper: "_Block") -> "_Block":
        return _Block(self.start, self.weight + upper.weight, self.wrong + upper.wrong)


def fit_curve(scores: Sequence[float], right: Sequence[bool], weights: Sequence[float]) -> Curve:
    """Fit a rising curve. Raise ValueError without samples."""
    if not scores:
        raise ValueError("no samples")
    order = np.argsort(scores, kind="stable")
    x, y, w = np.asarray(scores)[order], np.asarray(right, float)[order], np.asarray(weights)[order]
    level = IsotonicRegression(y_min=0.0, y_max=1.0).fit_transform(x, y, sample_weight=w)
    blocks = _merged(_blocks(x, y, w, level))
    return Curve([round(block.start, 3) for block in blocks], [round(block.chance, 4) for block in blocks])


def _blocks(
    x: NDArray[np.float64], y: NDArray[np.float64], w: NDArray[np.float64], level: NDArray[np.float64]
) -> list[_Block]:
    edges = [0, *(np.flatnonzero(np.diff(level) > 0) + 1).tolist(), len(x)]
    return [
        _Block(float(x[first]), float(w[first:last].sum()), float((w * (1 - y))[first:last].sum()))
        for first, last in pairwise(edges)
    ]


def _merged(blocks: list[_Block]) -> list[_Block]:
    """Join blocks that are thin, and those that would not rise once their thinness is counted."""
    merged: list[_Block] = []
    for block in blocks:
        merged.append(block)
        while len(merged) > 1 and (merged[-2].weight < _LEAST_WEIGHT or merged[-1].chance <= merged[-2].chance + 1e-9):
            upper = merged.pop()
            merged.append(merged.pop().joined(upper))
    if len(merged) > 1 and merged[-1].weight < _LEAST_WEIGHT:
        upper = merged.pop()
        merged.append(merged.pop().joined(upper))
    return merged
