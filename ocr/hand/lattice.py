"""Reads a row of atoms: every way to join neighbours into figures is weighed, and ways to the same text add up."""

from collections.abc import Mapping
from dataclasses import dataclass

from ocr.hand.figures import NONE, Chances, chances_of, normal
from ocr.hand.ink import Atoms

MOST_ATOMS = 16
_MOST_JOINED = 4
_LEAST_HEIGHT = 0.45
_MOST_WIDTH = 1.35
_KEPT = 24
"""So many texts are followed at each step."""
_SMALL = 0.5
_SKIP_SMALL, _SKIP_LARGE = 0.5, 0.01
"""What leaving an atom out as dirt costs: little where it is small, much where it has the height of a figure."""
_LEAST_CHANCE = 1e-4


@dataclass(frozen=True, slots=True)
class Share:
    """A text of figures and its share of all ways to read the ink; what fits no figure is nobody's share."""

    text: str
    share: float


def read_atoms(atoms: Atoms) -> tuple[Share, ...]:
    """Give what the atoms may say, likeliest first; nothing for no ink, or more than a blank's figures can be."""
    count = len(atoms.boxes)
    if not 0 < count <= MOST_ATOMS:
        return ()
    spans = spans_of(atoms)
    chances = dict(zip(spans, chances_of([normal(atoms.mask(*span)) for span in spans]), strict=True))
    ways: list[dict[str, float]] = [{} for _ in range(count + 1)]
    ways[0][""] = 1.0
    for first in range(count):
        for text, weight in ways[first].items():
            _step(ways, text, weight, (first, first + 1, _cost_of_skipping(atoms, first, chances)), "")
            for last in range(first + 1, min(first + _MOST_JOINED, count) + 1):
                for figure, chance in enumerate(chances.get((first, last), ())[:NONE]):
                    if chance >= _LEAST_CHANCE:
                        _step(ways, text, weight, (first, last, float(chance)), str(figure))
        for later in ways[first + 1 : first + 2]:
            _thin(later)
    return _shares(ways[count])


def spans_of(atoms: Atoms) -> list[tuple[int, int]]:
    """Give the runs of atoms, first and one past the last, that may be one figure by their size."""
    count = len(atoms.boxes)
    return [
        (first, last)
        for first in range(count)
        for last in range(first + 1, min(first + _MOST_JOINED, count) + 1)
        if _may_be_figure(atoms, first, last)
    ]


def _may_be_figure(atoms: Atoms, first: int, last: int) -> bool:
    left, top, right, bottom = atoms.bounds(first, last)
    tall = atoms.tallest
    return bottom - top >= _LEAST_HEIGHT * tall and right - left <= _MOST_WIDTH * tall


def _cost_of_skipping(atoms: Atoms, at: int, chances: Mapping[tuple[int, int], Chances]) -> float:
    _, top, _, bottom = atoms.boxes[at]
    price = _SKIP_SMALL if bottom - top < _SMALL * atoms.tallest else _SKIP_LARGE
    alone = chances.get((at, at + 1))
    return price * (float(alone[NONE]) if alone is not None else 1.0)


def _step(ways: list[dict[str, float]], text: str, weight: float, edge: tuple[int, int, float], figure: str) -> None:
    _, last, chance = edge
    longer = text + figure
    ways[last][longer] = ways[last].get(longer, 0.0) + weight * chance


def _thin(ways: dict[str, float]) -> None:
    for text in sorted(ways, key=lambda text: ways[text])[:-_KEPT]:
        del ways[text]


def _shares(ends: dict[str, float]) -> tuple[Share, ...]:
    total = max(sum(ends.values()), 1.0)
    shares = [Share(text, weight / total) for text, weight in ends.items() if text]
    return tuple(sorted(shares, key=lambda one: (-one.share, one.text)))
