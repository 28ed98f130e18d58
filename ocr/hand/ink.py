"""The ink of a blank, cut into atoms: pieces of which a figure has one or several, and no piece two figures.

What belongs to the form and not to the hand is taken off first: rules and leader dots, the letters of the printed
words beside the blank, what reaches in from the lines above and below.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.images import Image
from ocr.model import Box

Mask = NDArray[np.bool_]
Owners = NDArray[np.int32]

_MARGIN = 0.6
"""So far beyond the blank its ink may reach, in line heights."""
_RULE = 1.3
_RULE_THICKNESS = 0.15
_SPECK = 0.22
"""Ink smaller than this part of a line is a leader's dot or dirt."""
_INSIDE, _PARTLY = 0.6, 0.2
_DIRT = 0.3
_WIDE = 0.7
"""A piece wider than this part of its height may be two figures that touch."""
_MOST_CUTS = 3
_SAME_COLUMN = 0.6


@dataclass(frozen=True, slots=True)
class Atoms:
    """The atoms of a blank, left to right: whose each pixel is (0 nobody's, else 1, 2, …), and their boxes in it."""

    owners: Owners
    boxes: tuple[tuple[int, int, int, int], ...]
    left: int
    top: int

    def mask(self, first: int, last: int) -> Mask:
        """Give the ink of the atoms from `first` up to but not including `last`, cut to its box."""
        left, top, right, bottom = self.bounds(first, last)
        part = self.owners[top:bottom, left:right]
        return np.asarray((part > first) & (part <= last))

    def bounds(self, first: int, last: int) -> tuple[int, int, int, int]:
        """Give left, top, right and bottom of the atoms from `first` up to but not including `last`."""
        boxes = self.boxes[first:last]
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)

    @property
    def tallest(self) -> int:
        """Height of the tallest atom."""
        return max((bottom - top for _, top, _, bottom in self.boxes), default=0)


def atoms_of(grey: Image, blank: Box, line_px: float) -> Atoms:
    """Give the atoms of a blank on an upright page; `line_px`: the height of the printed words beside it."""
    margin = round(_MARGIN * line_px)
    left, top = max(int(blank.left) - margin, 0), max(int(blank.top) - margin, 0)
    cut = grey[top : int(blank.bottom) + margin, left : int(blank.right) + margin]
    if min(cut.shape, default=0) < 8:
        return Atoms(np.zeros((1, 1), np.int32), (), left, top)
    ink = _without_rules(_ink(cut), line_px)
    inner = (blank.left - left, blank.top - top, blank.right - left, blank.bottom - top)
    pieces = sorted(_joined(list(_pieces(ink, inner, line_px))), key=lambda piece: piece.box[0])
    owners = np.zeros(ink.shape, np.int32)
    boxes: list[tuple[int, int, int, int]] = []
    for piece in (part for whole in pieces for part in _split(whole)):
        x, y, right, bottom = piece.box
        boxes.append(piece.box)
        owners[y:bottom, x:right][piece.ink] = len(boxes)
    return Atoms(owners, tuple(boxes), left, top)


@dataclass(frozen=True, slots=True)
class _Piece:
    box: tuple[int, int, int, int]
    ink: Mask

    @property
    def width(self) -> int:
        return self.box[2] - self.box[0]

    @property
    def height(self) -> int:
        return self.box[3] - self.box[1]


def _ink(cut: Image) -> NDArray[np.uint8]:
    level, _ = cv2.threshold(cut, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return np.asarray(cut < max(min(level, 200), 60), np.uint8)


def _without_rules(ink: NDArray[np.uint8], line_px: float) -> NDArray[np.uint8]:
    """Take rules off, but where a stroke crosses them."""
    long = max(3, round(_RULE * line_px))
    rules = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
    if not rules.any():
        return ink
    thick = max(2, round(_RULE_THICKNESS * line_px))
    crossing = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((thick + 1, 1), np.uint8))
    return np.asarray(np.where((rules > 0) & (crossing == 0), 0, ink), np.uint8)


def _pieces(ink: NDArray[np.uint8], inner: tuple[float, float, float, float], line_px: float) -> Iterator[_Piece]:
    """Give the connected ink that is the blank's own; what it has in common with a printed word is cut at its edge."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, right = max(round(inner[0]), 0), round(inner[2])
    for label in range(1, count):
        x, y, wide, high, area = (int(value) for value in stats[label])
        middle = y + high / 2
        if max(wide, high) < _SPECK * line_px or not inner[1] - 0.3 * line_px < middle < inner[3] + 0.3 * line_px:
            continue
        first, last = max(x, left), min(x + wide, right)
        if last <= first:
            continue
        own = labels[y : y + high, first:last] == label
        share = float(own.sum()) / area
        if share < _PARTLY or (share < _INSIDE and last - first < _DIRT * line_px):
            continue
        if share >= _INSIDE:
            yield _trimmed(labels[y : y + high, x : x + wide] == label, x, y)
        else:
            yield _trimmed(own, first, y)


def _trimmed(ink: Mask, x: int, y: int) -> _Piece:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    box = (x + int(left), y + int(top), x + int(right), y + int(bottom))
    return _Piece(box, np.asarray(ink[top:bottom, left:right]))


def _joined(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Join what stands in one column: the bar of a 5 that hangs free; drop dirt beside figures."""
    tallest = max((piece.height for piece in pieces), default=0)
    own = [piece for piece in pieces if max(piece.width, piece.height) >= _DIRT * tallest]
    joined: list[_Piece] = []
    for piece in sorted(own, key=lambda piece: piece.width, reverse=True):
        at = next((at for at, other in enumerate(joined) if _shares_column(piece, other)), None)
        if at is None:
            joined.append(piece)
        else:
            joined[at] = _union(joined[at], piece)
    return joined


def _shares_column(piece: _Piece, other: _Piece) -> bool:
    common = min(piece.box[2], other.box[2]) - max(piece.box[0], other.box[0])
    return common > _SAME_COLUMN * min(piece.width, other.width)


def _union(one: _Piece, other: _Piece) -> _Piece:
    left, top = min(one.box[0], other.box[0]), min(one.box[1], other.box[1])
    right, bottom = max(one.box[2], other.box[2]), max(one.box[3], other.box[3])
    ink = np.zeros((bottom - top, right - left), np.bool_)
    for piece in (one, other):
        x, y = piece.box[0] - left, piece.box[1] - top
        ink[y : y + piece.height, x : x + piece.width] |= piece.ink
    return _Piece((left, top, right, bottom), ink)


def _split(piece: _Piece) -> Iterator[_Piece]:
    """Cut a wide piece where its ink is thin: figures that touch."""
    left, top, _, _ = piece.box
    edges = [0, *_cuts(piece), piece.width]
    for first, last in pairwise(edges):
        part = piece.ink[:, first:last]
        if part.any():
            yield _trimmed(np.asarray(part), left + first, top)


def _cuts(piece: _Piece) -> list[int]:
    if piece.width <= _WIDE * piece.height:
        return []
    thickness = piece.ink.sum(axis=0)
    edge = max(2, round(0.25 * piece.height))
    stroke = float(np.median(thickness[thickness > 0]))
    cuts: list[int] = []
    for column in sorted(range(edge, piece.width - edge), key=lambda column: (thickness[column], column)):
        if thickness[column] > stroke or len(cuts) == _MOST_CUTS:
            break
        if all(abs(column - other) >= edge for other in cuts):
            cuts.append(column)
    return sorted(cuts)
