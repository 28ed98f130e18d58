"""Holds words against lines found independently of them: what of each line is covered, and what lies bare.

The engine's layout and the line detector know nothing of each other; where they disagree, text was lost or made up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr.engines.detector import FoundLine
from ocr.model import Box, Word

LEAST_SURENESS = 0.6
"""Below this the detector's lines are as often strokes of a signature or a seal as they are text."""
_CORE = 0.25
"""What stands beside a line reaches into its box by less than this share of its height."""
_HALF = 0.5
_SPACE = 0.4
"""Half of the white between two words of a line is at most so wide, in heights of the line."""
_LEAST_BARE = 0.6
"""A stretch narrower than this, in heights of the line, is no letter."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """One found line and its stretches that no word covers, from the left, as (left, right) in pixels."""

    line: FoundLine
    bare: tuple[tuple[float, float], ...]

    @property
    def bare_width(self) -> float:
        """Width of all bare stretches in pixels."""
        return sum(right - left for left, right in self.bare)


def covered(lines: Sequence[FoundLine], words: Sequence[Word]) -> list[Coverage]:
    """Give, for each line the detector is sure of, what of it no word covers."""
    sides = np.array([(word.box.left, word.box.top, word.box.right, word.box.bottom) for word in words]).reshape(-1, 4)
    return [Coverage(line, _bare(line.box, sides)) for line in lines if line.sureness >= LEAST_SURENESS]


def covered_share(coverage: Sequence[Coverage]) -> float:
    """Give the share of the found lines' length that words cover; 1 where no line was found."""
    length = sum(each.line.box.width for each in coverage)
    return 1.0 - sum(each.bare_width for each in coverage) / length if length else 1.0


def is_on_line(word: Word, lines: Sequence[FoundLine]) -> bool:
    """Say whether a word stands in any line the detector found, sure or not."""
    x, y = (word.box.left + word.box.right) / 2, (word.box.top + word.box.bottom) / 2
    return any(line.box.left <= x <= line.box.right and line.box.top <= y <= line.box.bottom for line in lines)


def stands_in(box: Box, line: Box) -> bool:
    """Say whether a box stands on the core of a line."""
    return bool(_standing(np.array([(box.left, box.top, box.right, box.bottom)]), line)[0])


def _standing(sides: NDArray[np.float64], line: Box) -> NDArray[np.bool_]:
    """Say of each box, given as left, top, right, bottom, whether it stands on the core of a line."""
    left, top, right, bottom = sides.T
    core = _CORE * line.height
    shared = np.minimum(bottom, line.bottom - core) - np.maximum(top, line.top + core)
    least = np.minimum(bottom - top, line.height - 2 * core)
    stands: NDArray[np.bool_] = (shared > _HALF * least) & (right > line.left) & (left < line.right)
    return stands


def _bare(line: Box, sides: NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
    reach = _SPACE * line.height
    spans = sorted((left - reach, right + reach) for left, _, right, _ in sides[_standing(sides, line)].tolist())
    bare: list[tuple[float, float]] = []
    edge = line.left
    for left, right in [*spans, (line.right, line.right)]:
        if left - edge >= _LEAST_BARE * line.height:
            bare.append((edge, left))
        edge = max(edge, right)
    return tuple(bare)
