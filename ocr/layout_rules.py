"""Finds the ruling lines of a page and mends them: bridged where they are broken, run on to the rule they should meet.

Also the sides of a table that has no frame there are closed, so that its outer cells are cells too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ocr.images import Image, image_of

_THICKEST_MM = 1.6
_LEAST_CONTRAST = 34
"""A rule is darker than what lies on both sides of it by so many grey levels; blurred hairlines still are."""
_DARK = 185
_LENGTH_MM = (12.0, 6.0)
_GAP_MM = 1.5
_BRIDGE_MM = 8.0
_OFF_MM = 1.0
"""Pieces of one rule lie so near to one level, and ends of rules that form a side so near to one line."""
_REACH_MM = 5.0
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
    level_ink = _straight_ink(small, unit, _LENGTH_MM[0])
    # Standing rules are looked for as level ones of the page laid over its diagonal.
    standing_ink = _laid(_straight_ink(_laid(small), unit, _LENGTH_MM[1]))
    level, bridges = _whole(_rules(level_ink), unit)
    standing, standing_bridges = _whole(_rules(_laid(standing_ink)), unit)
    grid = image_of(cv2.bitwise_or(_thickened(level_ink, unit), _laid(_thickened(_laid(standing_ink), unit))))
    across = [*bridges, *_extensions(level, standing, unit), *_sides(standing, level, unit)]
    along = [*standing_bridges, *_extensions(standing, level, unit), *_sides(level, standing, unit)]
    _draw(grid, across, lambda place, off: (place, off))
    _draw(grid, along, lambda place, off: (off, place))
    return grid


def _laid(image: Image) -> Image:
    return np.ascontiguousarray(image.T)


def _straight_ink(small: Image, unit: float, length_mm: float) -> Image:
    """Give level ink of some length: dark, or at least darker than what is above and below it."""
    thick = max(3, round(_THICKEST_MM * unit)) | 1
    hollow = cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, np.ones((thick, 1), np.uint8))
    faint = cv2.threshold(hollow, _LEAST_CONTRAST, 255, cv2.THRESH_BINARY)[1]
    # Where letters touch a rule only its darkness tells it.
    ink = cv2.bitwise_or(faint, cv2.threshold(small, _DARK, 255, cv2.THRESH_BINARY_INV)[1])
    return image_of(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, max(3, round(length_mm * unit))), np.uint8)))


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


def _whole(rules: Sequence[_Rule], unit: float) -> tuple[list[_Rule], list[_Rule]]:
    """Give the rules with the pieces of each broken one as one, and what lacked between the pieces."""
    longest, off = _BRIDGE_MM * unit, _OFF_MM * unit
    whole: list[_Rule] = []
    bridges: list[_Rule] = []
    for rule in sorted(rules, key=lambda rule: rule.start):
        for place, before in enumerate(whole):
            if 0 < rule.start - before.end <= longest and abs(rule.at_start - before.at_end) <= off:
                bridges.append(_Rule(before.end, rule.start, before.at_end, rule.at_start))
                whole[place] = _Rule(before.start, rule.end, before.at_start, rule.at_end)
                break
        else:
            whole.append(rule)
    return whole, bridges


def _extensions(rules: Sequence[_Rule], across: Sequence[_Rule], unit: float) -> list[_Rule]:
    """Give what lacks between the end of a rule and a crossing rule that it all but reaches."""
    reach = _REACH_MM * unit
    found = []
    for rule in rules:
        for other in across:
            level = rule.at(other.middle)
            if not other.start - _OFF_MM * unit <= level <= other.end + _OFF_MM * unit:
                continue
            place = round(other.at(level))
            if 0 < rule.start - place <= reach:
                found.append(_Rule(place, rule.start, round(level), rule.at_start))
            elif 0 < place - rule.end <= reach:
                found.append(_Rule(rule.end, place, rule.at_end, round(level)))
    return found


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
