"""Where a signature's visible block stands on a page: in its corner as a viewer shows it, and off the ink.

The block lies inside the visible part of the page whatever its turn and crop. Where the prescribed place is taken it
gives way within the corner, by the shortest way; where the corner has no free place it stands where the law says.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from pyhanko.pdf_utils import generic

from signing.block_rules import BlockRules, block_rules

A4_SHORT_PT, A4_LONG_PT = 595.28, 841.89
_STEP_PT = 1.0
_MOST_PARENTS = 100

Rect = tuple[float, float, float, float]
InkMask = NDArray[np.bool_]
"""Where a page has ink: rows by columns over the visible page as displayed, from its top left, of any resolution."""


class Corner(StrEnum):
    """Which corner of the displayed page a block stands in."""

    TOP_LEFT = "top_left"
    TOP_RIGHT = "top_right"


class Standing(StrEnum):
    """How a block came to stand where it does."""

    AS_PRESCRIBED = "as_prescribed"
    MOVED = "moved"
    """It gave way to ink or to another block, within its corner."""
    OVER_INK = "over_ink"
    """Its corner has no free place: it stands where the law says."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block lies: its rectangle in the page's own coordinates, the page's turn, and its scale to A4."""

    rect: Rect
    rotation: int
    scale: float
    standing: Standing = Standing.AS_PRESCRIBED


@dataclass(frozen=True, slots=True)
class _Frame:
    """The visible page as displayed, measured from its top left in points on A4."""

    box: Rect
    rotation: int
    scale: float

    @property
    def size(self) -> tuple[float, float]:
        left, bottom, right, top = self.box
        width, height = (right - left) / self.scale, (top - bottom) / self.scale
        return (height, width) if self.rotation in {90, 270} else (width, height)

    def on_page(self, shown: Rect) -> Rect:
        """Give the page's own coordinates of a displayed rectangle."""
        return _spanned([self._to_page(x, y) for x, y in (shown[:2], shown[2:])])

    def as_shown(self, rect: Rect) -> Rect:
        """Give the displayed rectangle of one in the page's own coordinates."""
        return _spanned([self._to_shown(x, y) for x, y in (rect[:2], rect[2:])])

    def _to_page(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self.box
        across, down = x * self.scale, y * self.scale
        # A turned page is displayed with its left side, bottom or right side up.
        return {
            0: (left + across, top - down),
            90: (left + down, bottom + across),
            180: (right - across, bottom + down),
            270: (right - down, top - across),
        }[self.rotation]

    def _to_shown(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self.box
        across, down = {
            0: (x - left, top - y),
            90: (y - bottom, x - left),
            180: (right - x, y - bottom),
            270: (top - y, right - x),
        }[self.rotation]
        return across / self.scale, down / self.scale


def place(
    page: generic.DictionaryObject,
    height_pt: float,
    corner: Corner = Corner.TOP_RIGHT,
    ink: InkMask | None = None,
) -> Place:
    """Find where a block of a height on A4 stands on a page; without `ink` only other form fields are kept off."""
    frame, rules = _frame(page), block_rules()
    spots = _spots(frame, height_pt, corner, rules)
    apart = _keeps_off(spots, height_pt, _fields(page, frame), rules)
    free = _first(apart if ink is None else apart & ~_touches(spots, height_pt, ink, frame, rules))
    standing = Standing.MOVED if free else Standing.AS_PRESCRIBED
    if free is None:
        # A block may stand over ink, but not over the block of another signature if that can be had.
        free, standing = _first(apart) or 0, Standing.OVER_INK
    x, y = spots[free]
    shown = (float(x), float(y), float(x) + rules.width_pt, float(y) + height_pt)
    return Place(frame.on_page(shown), frame.rotation, frame.scale, standing)


def visible_box(page: generic.DictionaryObject) -> Rect:
    """Give the part of a page that a viewer shows, in the page's own coordinates."""
    media = _box(_inherited(page, "/MediaBox"), (0.0, 0.0, A4_SHORT_PT, A4_LONG_PT))
    crop = _box(_inherited(page, "/CropBox"), media)
    shown = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    return shown if shown[0] < shown[2] and shown[1] < shown[3] else media


def _frame(page: generic.DictionaryObject) -> _Frame:
    box = visible_box(page)
    short, long = sorted((box[2] - box[0], box[3] - box[1]))
    value = _inherited(page, "/Rotate")
    turns = round(float(value) / 90) if isinstance(value, int | float | Decimal) else 0
    return _Frame(box, turns * 90 % 360, min(short / A4_SHORT_PT, long / A4_LONG_PT))


def _spots(frame: _Frame, height_pt: float, corner: Corner, rules: BlockRules) -> NDArray[np.float64]:
    """Give the top left of a block at each place of its corner: first the prescribed one, then the nearest to it."""
    width = frame.size[0]
    inward = np.arange(0.0, max(0.0, rules.corner_width_pt - rules.margin_pt - rules.width_pt) + 1e-9, _STEP_PT)
    down = np.arange(0.0, max(0.0, rules.corner_height_pt - rules.margin_pt - height_pt) + 1e-9, _STEP_PT)
    moves = np.stack(np.meshgrid(inward, down), axis=-1).reshape(-1, 2)
    moves = moves[np.argsort((moves**2).sum(axis=1), kind="stable")]
    if corner is Corner.TOP_LEFT:
        return np.asarray(moves + rules.margin_pt)
    first = np.array([width - rules.margin_pt - rules.width_pt, rules.margin_pt])
    return np.asarray(first + moves * np.array([-1.0, 1.0]))


def _touches(
    spots: NDArray[np.float64], height_pt: float, ink: InkMask, frame: _Frame, rules: BlockRules
) -> NDArray[np.bool_]:
    """Tell of each place whether a block there touches ink."""
    rows, columns = ink.shape
    across, down = columns / frame.size[0], rows / frame.size[1]
    gap = rules.clearance_pt
    left = np.clip(np.floor((spots[:, 0] - gap) * across), 0, columns).astype(int)
    right = np.clip(np.ceil((spots[:, 0] + rules.width_pt + gap) * across), 0, columns).astype(int)
    top = np.clip(np.floor((spots[:, 1] - gap) * down), 0, rows).astype(int)
    bottom = np.clip(np.ceil((spots[:, 1] + height_pt + gap) * down), 0, rows).astype(int)
    # Of each rectangle from the page's corner the number of inked pixels, so that each place costs four of them.
    counts = np.zeros((bottom.max() + 1, columns + 1), np.int64)
    counts[1:, 1:] = ink[: bottom.max()].cumsum(axis=0).cumsum(axis=1)
    return np.asarray(counts[bottom, right] - counts[top, right] - counts[bottom, left] + counts[top, left] > 0)


def _keeps_off(
    spots: NDArray[np.float64], height_pt: float, others: list[Rect], rules: BlockRules
) -> NDArray[np.bool_]:
    """Tell of each place whether a block there meets none of the displayed rectangles."""
    apart = np.ones(len(spots), dtype=bool)
    gap = rules.clearance_pt
    for left, top, right, bottom in others:
        beside = (spots[:, 0] >= right + gap) | (spots[:, 0] + rules.width_pt <= left - gap)
        apart &= beside | (spots[:, 1] >= bottom + gap) | (spots[:, 1] + height_pt <= top - gap)
    return apart


def _first(free: NDArray[np.bool_]) -> int | None:
    numbers = np.flatnonzero(free)
    return int(numbers[0]) if numbers.size else None


def _fields(page: generic.DictionaryObject, frame: _Frame) -> list[Rect]:
    """Give the displayed rectangles of the form fields on a page: signatures among them show their blocks there."""
    notes = page.raw_get("/Annots").get_object() if "/Annots" in page else None
    found = [note.get_object() for note in notes] if isinstance(notes, generic.ArrayObject) else []
    fields = [note for note in found if isinstance(note, generic.DictionaryObject) and "/Rect" in note]
    boxes = [_box(note["/Rect"], (0.0,) * 4) for note in fields if "/Subtype" in note and note["/Subtype"] == "/Widget"]
    return [frame.as_shown(box) for box in boxes if box[0] < box[2] and box[1] < box[3]]


def _spanned(corners: list[tuple[float, float]]) -> Rect:
    (x0, y0), (x1, y1) = corners
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _inherited(page: generic.DictionaryObject, key: str) -> object:
    node: object = page
    for _ in range(_MOST_PARENTS):
        if not isinstance(node, generic.DictionaryObject):
            break
        if key in node:
            return node[key]
        if "/Parent" not in node:
            break
        node = node["/Parent"]
    return None


def _box(value: object, fallback: Rect) -> Rect:
    if not isinstance(value, generic.ArrayObject) or len(value) != 4:
        return fallback
    corners = [item.get_object() if isinstance(item, generic.IndirectObject) else item for item in value]
    if not all(isinstance(corner, int | float | Decimal) for corner in corners):
        return fallback
    x0, y0, x1, y1 = (float(corner) for corner in corners)
    return _spanned([(x0, y0), (x1, y1)])
