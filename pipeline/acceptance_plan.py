"""The statistics of acceptance sampling: how many fields to check of how many, and what a check proves.

A batch is finite and its fields are drawn without putting back: all figures are of the hypergeometric distribution and
exact. The plan allows no wrong field in the sample: of all plans that keep the promise it asks for the fewest checks.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

ALLOWED = 0
"""Wrong fields in a sample with which a batch still passes."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many of a batch's accepted fields to check, so that a batch worse than promised passes too rarely.

    `checked` of `population` fields are looked at; with more than `allowed` wrong ones the batch fails. A batch with a
    larger share of wrong fields than `wrong_share` passes with a chance of at most 1 - `confidence`.
    """

    population: int
    checked: int
    wrong_share: float
    confidence: float
    allowed: int = ALLOWED


@dataclass(frozen=True, slots=True)
class Measured:
    """What a checked sample says of its batch: the share of wrong fields, and its bounds at the plan's confidence."""

    wrong: int
    checked: int
    population: int
    lower: float
    upper: float

    @property
    def share(self) -> float:
        """Share of wrong fields in the sample."""
        return self.wrong / self.checked if self.checked else 0.0


def plan_for(population: int, wrong_share: float, confidence: float) -> Plan:
    """Give the smallest sample whose passing proves that at most this share of the fields is wrong."""
    too_many = math.floor(population * wrong_share) + 1
    if too_many > population:
        return Plan(population, 0, wrong_share, confidence)
    rare = 1 - confidence
    checked = _first(0, population, lambda some: chance_of_at_most(ALLOWED, some, too_many, population) <= rare)
    return Plan(population, checked, wrong_share, confidence)


def measured(wrong: int, checked: int, population: int, confidence: float) -> Measured:
    """Give what so many wrong fields among the checked ones say of all.

    Each bound alone holds with the confidence: beyond it a sample like this one would be too rare.
    """
    rare, most = 1 - confidence, wrong + population - checked
    lower = _first(wrong, most, lambda bad: _chance_of_at_least(wrong, checked, bad, population) > rare)
    beyond = _first(wrong, most + 1, lambda bad: chance_of_at_most(wrong, checked, bad, population) <= rare)
    whole = max(1, population)
    return Measured(wrong, checked, population, lower / whole, max(wrong, beyond - 1) / whole)


def parts_per_million(share: float) -> int:
    """Give a share as events tell it, which hold no fractions."""
    return round(share * 1_000_000)


def chance_of_at_most(wrong: int, checked: int, bad: int, population: int) -> float:
    """Give the chance that at most `wrong` of the checked fields are among the `bad` ones of a population."""
    ways = sum(math.comb(bad, seen) * math.comb(population - bad, checked - seen) for seen in range(wrong + 1))
    return ways / math.comb(population, checked)


def _chance_of_at_least(wrong: int, checked: int, bad: int, population: int) -> float:
    return 1.0 if wrong == 0 else 1.0 - chance_of_at_most(wrong - 1, checked, bad, population)


def _first(start: int, end: int, holds: Callable[[int], bool]) -> int:
    """Give the first number from `start` on for which something holds that goes on holding; `end` if none before it."""
    while start < end:
        middle = (start + end) // 2
        if holds(middle):
            end = middle
        else:
            start = middle + 1
    return start
