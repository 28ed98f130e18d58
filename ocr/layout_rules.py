"""Finds the ruling lines of a page and mends them: bridged where they are broken, run on to the rule they should meet.

Also the sides of a table that has no frame there are closed, so that its outer cells are cells too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from ocr.images import Image, image_of

_THICKEST_MM = 1.6
_LEAST_CONTRAST = 24
"""A rule is darker than what lies on both sides of it by so many grey levels; blurred hairlines still are."""
_DARK = 185
_LENGTH_MM = (12.0, 6.0)
_PIECE_MM = (5.0, 4.5)
"""No stroke of a letter is so long; a piece so short is believed only in line with one of a rule's full length."""
_GAP_MM = 1.5
_BRIDGE_MM = 8.0
_OFF_MM = 1.0
"""Pieces of one rule lie so near to one level, and ends of rules that form a side so near to one line."""
_REACH_MM = 5.0
_LONG_REACH_MM = 10.0
"""A rule that ends in the middle of nowhere was broken there; one that ends on another rule is whole."""
_AT_MM = 1.5
_LEAST_ENDS = 2


@dataclass(frozen=True, slots=True)
class _Rule:
    """A straight rule: where it starts and ends along itself, and how far across it lies at both ends."""

    start: int
    end: int
    at_start: int
    at_end: int

    @property
    def middle(self) -> float:
        """How far across its middle lies."""
        return (self.at_start + self.at_end) / 2

    def at(self, place: float) -> float:
        """Give how far across it lies at a place along it, also beyond its ends."""
        return self.at_start + (self.at_end - self.at_start) * (place - self.start) / max(1, self.end - self.start)


def mended_rules(small: Image, unit: float) -> Image:
    """Give the ruling lines, level and standing, of a page at low resolution; `unit` is its pixels a millimetre."""
    level_ink, level, bridges = _found(small, unit, _LENGTH_MM[0], _PIECE_MM[0])
    # Standing rules are looked for as level ones of the page laid over its diagonal.
    standing_ink, standing, standing_bridges = _found(_laid(small), unit, _LENGTH_MM[1], _PIECE_MM[1])
    grid = image_of(cv2.bitwise_or(_thickened(level_ink, unit), _laid(_thickened(standing_ink, unit))))
    across = [*bridges, *_extensions(level, standing, unit), *_sides(standing, level, unit)]
    along = [*standing_bridges, *_extensions(standing, level, unit), *_sides(level, standing, unit)]
    _draw(grid, across, lambda place, off: (place, off))
    _draw(grid, along, lambda place, off: (off, place))
    return grid


def _laid(image: Image) -> Image:
    return np.ascontiguousarray(image.T)


def _found(small: Image, unit: float, length_mm: float, piece_mm: float) -> tuple[Image, list[_Rule], list[_Rule]]:
    """Give the ink of level rules, the rules, and what is to be drawn where they are broken."""
    ink = _level_ink(small, unit)
    rules, bridges = _whole(_rules(_of_length(ink, piece_mm * unit)), unit, length_mm)
    return _of_length(ink, length_mm * unit), rules, bridges


def _of_length(ink: Image, least_px: float) -> Image:
    """Give the ink that runs level for so many pixels."""
    return image_of(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, max(3, round(least_px))), np.uint8)))


def _level_ink(small: Image, unit: float) -> Image:
    """Give ink that may be a level rule: dark, or at least darker than what is above and below it."""
    thick = max(3, round(_THICKEST_MM * unit)) | 1
    hollow = cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, np.ones((thick, 1), np.uint8))
    faint = cv2.threshold(hollow, _LEAST_CONTRAST, 255, cv2.THRESH_BINARY)[1]
    # Where letters touch a rule only its darkness tells it.
    return image_of(cv2.bitwise_or(faint, cv2.threshold(small, _DARK, 255, cv2.THRESH_BINARY_INV)[1]))


def _thickened(level: Image, unit: float) -> Image:
    """Give level rules thick enough to close a cell, small gaps along them closed."""
    gap = max(1, round(_GAP_MM * unit))
    return image_of(cv2.dilate(level, np.ones((3, 2 * gap + 1), np.uint8)))


def _rules(level: Image) -> list[_Rule]:
    """Give the level rules one by one."""
    joined = cv2.dilate(level, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    rules = []
    for label, (left, top, wide, high, _) in enumerate(stats[1:].tolist(), start=1):
        part = labels[top : top + high, left : left + wide] == label
        first, last = (
            np.flatnonzero(part[:, columns].any(axis=1)).mean() for columns in (slice(0, 5), slice(-5, None))
        )
        rules.append(_Rule(left, left + wide - 1, round(top + first), round(top + last)))
    return rules


def _whole(pieces: Sequence[_Rule], unit: float, length_mm: float) -> tuple[list[_Rule], list[_Rule]]:
    """Give the rules with the pieces of each broken one as one, and what is to be drawn to close their gaps.

    A rule has at least one piece of full length; the short pieces of such a rule are drawn too.
    """
    longest, off = _BRIDGE_MM * unit, _OFF_MM * unit
    chains: list[list[_Rule]] = []
    for piece in sorted(pieces, key=lambda piece: piece.start):
        for chain in chains:
            before = chain[-1]
            if 0 < piece.start - before.end <= longest and abs(piece.at_start - before.at_end) <= off:
                chain.append(piece)
                break
        else:
            chains.append([piece])
    rules: list[_Rule] = []
    drawn: list[_Rule] = []
    for chain in chains:
        if max(piece.end - piece.start for piece in chain) < length_mm * unit - 1:
            continue
        rules.append(_Rule(chain[0].start, chain[-1].end, chain[0].at_start, chain[-1].at_end))
        if len(chain) > 1:
            drawn += chain
            drawn += [_Rule(left.end, right.start, left.at_end, right.at_start) for left, right in pairwise(chain)]
    return rules, drawn


def _extensions(rules: Sequence[_Rule], across: Sequence[_Rule], unit: float) -> list[_Rule]:
    """Give what lacks between the end of a rule and the next crossing rule that it does not reach."""
    found = []
    for rule in rules:
        places = sorted(round(other.at(rule.at(other.middle))) for other in across if _is_crossed(other, rule, unit))
        before = [place for place in places if place < rule.start]
        after = [place for place in places if place > rule.end]
        if before and rule.start - before[-1] <= _reach(rule.start, places, unit):
            found.append(_Rule(before[-1], rule.start, round(rule.at(before[-1])), rule.at_start))
        if after and after[0] - rule.end <= _reach(rule.end, places, unit):
            found.append(_Rule(rule.end, after[0], rule.at_end, round(rule.at(after[0]))))
    return found


def _is_crossed(other: _Rule, rule: _Rule, unit: float) -> bool:
    """Say whether a rule, run on, meets another that runs across it."""
    return other.start - _OFF_MM * unit <= rule.at(other.middle) <= other.end + _OFF_MM * unit


def _reach(end: int, places: Sequence[int], unit: float) -> float:
    """Say how far a rule is run on from its end: farther where it does not end on a rule that crosses it."""
    is_met = any(abs(end - place) <= _AT_MM * unit for place in places)
    return (_REACH_MM if is_met else _LONG_REACH_MM) * unit


def _sides(crossed: Sequence[_Rule], rules: Sequence[_Rule], unit: float) -> list[_Rule]:
    """Give the open sides of tables: where rules that cross others end on one line, and nothing closes them.

    What is given runs across `crossed`: ends of standing rules make a level side, and the other way round. It is as
    long as the rules of its direction that the table has.
    """
    found = []
    for end in (_start, _end):
        for group in _aligned(crossed, end, unit):
            meeting = [rule for rule in rules if all(_meet(rule, other, unit) for other in group)]
            if len(meeting) < _LEAST_ENDS:
                continue
            first, last = min(rule.start for rule in meeting), max(rule.end for rule in meeting)
            off = round(float(np.median([end(rule) for rule in group])))
            if not any(abs(rule.middle - off) <= _REACH_MM * unit for rule in meeting):
                found.append(_Rule(first, last, off, off))
    return found


def _start(rule: _Rule) -> int:
    return rule.start


def _end(rule: _Rule) -> int:
    return rule.end


def _aligned(rules: Sequence[_Rule], end: Callable[[_Rule], int], unit: float) -> list[list[_Rule]]:
    """Give the rules that end on one line, where several do."""
    groups: list[list[_Rule]] = []
    for rule in sorted(rules, key=end):
        if groups and end(rule) - end(groups[-1][-1]) <= _OFF_MM * unit:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return [group for group in groups if len(group) >= _LEAST_ENDS]


def _meet(rule: _Rule, other: _Rule, unit: float) -> bool:
    """Say whether a rule meets another that runs across it."""
    off = _REACH_MM * unit
    return rule.start - off <= other.middle <= rule.end + off and other.start - off <= rule.middle <= other.end + off


def _draw(grid: Image, rules: Sequence[_Rule], point: Callable[[int, int], tuple[int, int]]) -> None:
    for rule in rules:
        cv2.line(grid, point(rule.start, rule.at_start), point(rule.end, rule.at_end), (255,), 3)
