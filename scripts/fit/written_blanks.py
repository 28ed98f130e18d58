"""Composes blanks of forms with figures in them, worn as scans are: what the recognizer learns and is measured on.

Three tiers of wear: 0 clean, 1 as usual, 2 poor. Figures come from a pool of written ones; some are drawn or stamped
instead (scripts/fit/figure_shapes.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from config.fonts import document_font
from ocr.model import Box
from scripts.fit.figure_shapes import TALL, Ink, drawn, lettered, trimmed, typed

Dice = np.random.Generator

LABELS = (("Số:", "/QĐ-UBND"), ("Số:", "/TB-VP"), ("Số:", "/2026/TT-BCT"), ("ngày", "tháng"), ("tháng", "năm"))
LETTER = "?"
"""Stands in a text for a letter, which is no figure."""
_DRAWN = {1: 0.55, 7: 0.55}
_DRAWN_ELSE, _TYPED = 0.10, 0.06


@dataclass(frozen=True, slots=True)
class Pool:
    """Written figures to choose from."""

    pictures: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def of(self, figure: int, dice: Dice) -> Ink:
        """Give one written way of a figure."""
        return trimmed(self.pictures[int(dice.choice(_places(self, figure)))])


@dataclass(frozen=True, slots=True)
class WrittenBlank:
    """A composed blank: the grey page around it, its box there, the text, and whose each pixel was meant to be."""

    grey: NDArray[np.uint8]
    box: Box
    line_px: float
    text: str
    owners: NDArray[np.uint8]


class Source(Protocol):
    """Where written figures come from."""

    def of(self, figure: int, dice: Dice) -> Ink:
        """Give one written way of a figure."""


def compose(text: str, pool: Source, tier: int, dice: Dice, *, only_pool: bool = False) -> WrittenBlank:
    """Write a text of figures into a blank of a form and wear it. `only_pool`: no drawn or stamped figure."""
    line = float(dice.uniform(26, 54))
    label, after = LABELS[int(dice.integers(len(LABELS)))]
    hand = _Hand(line, tier, dice)
    inks = [hand.written(source) for source in _sources(text, pool, dice, only_pool)]
    gaps = [hand.gap() for _ in inks]
    width = sum(ink.shape[1] for ink in inks) + round(sum(gaps[1:]))
    room = max(round(width + line * float(dice.uniform(0.15, 1.6))), round(0.6 * line))
    start, high = round(4.5 * line), round(3.2 * line)
    base = round(2.1 * line)
    page = np.zeros((high, start + room + round(7.5 * line)), np.float32)
    owners = np.zeros(page.shape, np.uint8)
    _print(page, label, start, base, line, is_before=True)
    _print(page, after, start + room, base, line, is_before=False)
    if dice.random() < (0.25, 0.45, 0.5)[tier]:
        _lead(page, start, start + room, base, line, dice)
    x = start + (room - width) * float(dice.uniform(0.15, 0.85))
    for number, (ink, gap) in enumerate(zip(inks, gaps, strict=True), start=1):
        x += gap if number > 1 else 0.0
        sunk = base - ink.shape[0] + round(float(dice.normal(0.02, 0.1)) * line)
        _lay(page, owners, ink, (round(x), sunk), number)
        x += ink.shape[1]
    _soil(page, tier, line, dice)
    box = Box(start + _slip(dice), base - 0.85 * line, start + room + _slip(dice), base + 0.2 * line)
    return WrittenBlank(_scanned(page, tier, dice), box, line, text, owners)


def _slip(dice: Dice) -> float:
    """Give by how much the box of a printed word may be off, in pixels."""
    return float(np.clip(dice.normal(0.0, 1.5), -4, 4))


class _Hand:
    """One hand in one blank: size, slant and pen are its own and vary little."""

    def __init__(self, line: float, tier: int, dice: Dice) -> None:
        self._dice = dice
        self._tall = line * float(dice.uniform(0.7, 1.35))
        self._slant = float(dice.normal(0.08, 0.13))
        self._broad = float(dice.uniform(0.8, 1.2))
        self._cut = float(dice.uniform(0.3, 0.6))
        self._thin = dice.random() < 0.35
        self._loose = float(dice.uniform(0.0, 0.45)) - 0.1 * (dice.random() < 0.1 + 0.1 * tier)

    def written(self, source: Ink) -> Ink:
        tall = max(12, round(self._tall * float(self._dice.uniform(0.9, 1.1))))
        wide = max(3, round(source.shape[1] / TALL * tall * self._broad))
        slant = self._slant + float(self._dice.normal(0, 0.04))
        lean = abs(slant) * tall
        shift = lean if slant < 0 else 0.0
        turn = np.array([[wide / source.shape[1], -slant * tall / TALL, slant * tall + shift], [0, tall / TALL, 0]])
        size = (round(wide + lean) + 1, tall + 1)
        warped = cv2.warpAffine(source, turn.astype(np.float32), size, flags=cv2.INTER_AREA)
        ink: Ink = np.asarray(warped > self._cut, np.float32)
        if self._thin and tall > 24:
            thinner = np.asarray(cv2.erode(ink, np.ones((2, 2), np.uint8)), np.float32)
            # A pen that is thin already would vanish.
            ink = thinner if thinner.sum() > 0.55 * ink.sum() else ink
        return ink

    def gap(self) -> float:
        return self._tall * (self._loose + float(self._dice.normal(0, 0.05)))


def _sources(text: str, pool: Source, dice: Dice, only_pool: bool) -> list[Ink]:
    is_typed = not only_pool and dice.random() < _TYPED
    sources = []
    for sign in text:
        if sign == LETTER or is_typed:
            sources.append(lettered(dice) if sign == LETTER else typed(int(sign), dice))
            continue
        figure = int(sign)
        is_drawn = not only_pool and dice.random() < _DRAWN.get(figure, _DRAWN_ELSE)
        sources.append(drawn(figure, dice) if is_drawn else pool.of(figure, dice))
    return sources


def _print(page: Ink, text: str, x: int, base: int, line: float, *, is_before: bool) -> None:
    font = _font(round(line))
    drawing = Image.fromarray(np.zeros(page.shape, np.uint8))
    left = x - font.getlength(text) if is_before else float(x)
    ImageDraw.Draw(drawing).text((left, base), text, font=font, fill=255, anchor="ls")
    np.maximum(page, np.asarray(drawing, np.float32) / 255, out=page)


def _lead(page: Ink, left: int, right: int, base: int, line: float, dice: Dice) -> None:
    """Draw a leader of dots, or a rule, to write on."""
    y = base + round(float(dice.uniform(-0.08, 0.15)) * line)
    if dice.random() < 0.2:
        cv2.line(page, (left, y), (right, y), 1.0, max(1, round(0.04 * line)))
        return
    step, size = float(dice.uniform(0.17, 0.3)) * line, max(1, round(0.05 * line))
    for x in np.arange(left + step, right - step, step):
        cv2.circle(page, (round(float(x)), y), size, 1.0, -1)


def _lay(page: Ink, owners: NDArray[np.uint8], ink: Ink, at: tuple[int, int], number: int) -> None:
    left, top = max(at[0], 0), max(at[1], 0)
    high, wide = min(ink.shape[0], page.shape[0] - top), min(ink.shape[1], page.shape[1] - left)
    part = ink[:high, :wide]
    np.maximum(page[top : top + high, left : left + wide], part, out=page[top : top + high, left : left + wide])
    owners[top : top + high, left : left + wide][part > 0] = number


def _soil(page: Ink, tier: int, line: float, dice: Dice) -> None:
    """Add what lies on a page beside its text: rests of a seal's ring, dirt."""
    high, wide = page.shape
    if dice.random() < (0.0, 0.08, 0.2)[tier]:
        centre = (int(dice.integers(0, wide)), int(dice.integers(-2 * high, 3 * high)))
        radius = round(float(dice.uniform(2.5, 5.0)) * line)
        for start in dice.uniform(0, 360, 6):
            ends = (float(start), float(start + dice.uniform(5, 40)))
            cv2.ellipse(page, centre, (radius, radius), 0.0, *ends, 1.0, max(1, round(0.06 * line)))
    for _ in range(int(dice.poisson((0.0, 1.5, 6.0)[tier]))):
        spot = (int(dice.integers(0, wide)), int(dice.integers(0, high)))
        cv2.circle(page, spot, int(dice.integers(0, max(2, round(0.06 * line)))), 1.0, -1)


def _scanned(page: Ink, tier: int, dice: Dice) -> NDArray[np.uint8]:
    """Give what a scanner makes of it: soft, noisy, sometimes of two tones."""
    soft = cv2.GaussianBlur(page, (0, 0), float(dice.uniform(*((0.4, 0.7), (0.6, 1.1), (0.9, 1.7))[tier])))
    ink, paper = float(dice.uniform(20, 90 + 20 * tier)), float(dice.uniform(225 - 15 * tier, 255))
    grey = paper + (ink - paper) * soft + dice.normal(0, (1.0, 5.0, 10.0)[tier], page.shape)
    if dice.random() < 0.45:
        grey = np.where(grey < dice.uniform(0.35, 0.65) * (ink + paper), 0.0, 255.0)
        if tier == 2:
            grey = np.where(dice.random(page.shape) < 0.004, 255 - grey, grey)
    return np.asarray(np.clip(grey, 0, 255), np.uint8)


def texts(count: int, dice: Dice, *, letters: float = 0.0) -> Sequence[str]:
    """Give texts as such blanks hold them: days and months, with and without a leading nought, and numbers.

    `letters`: the share of texts in which one sign is a letter.
    """
    made = []
    for _ in range(count):
        kind = dice.random()
        if kind < 0.35:
            made.append(f"{int(dice.integers(1, 32)):{'02d' if dice.random() < 0.6 else 'd'}}")
        elif kind < 0.45:
            made.append(f"{int(dice.integers(1, 13)):{'02d' if dice.random() < 0.5 else 'd'}}")
        else:
            made.append(str(int(dice.integers(1, 10 ** int(dice.integers(1, 6))))))
        if dice.random() < letters:
            at = int(dice.integers(len(made[-1])))
            made[-1] = made[-1][:at] + LETTER + made[-1][at + 1 :]
    return made


_PLACES: dict[tuple[int, int], NDArray[np.int64]] = {}


def _places(pool: Pool, figure: int) -> NDArray[np.int64]:
    key = (id(pool), figure)
    if key not in _PLACES:
        _PLACES[key] = np.flatnonzero(pool.labels == figure)
    return _PLACES[key]


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(BytesIO(document_font()), size)
