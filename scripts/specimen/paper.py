"""What paper, ink, age and scanner do to a page: from clean ink to the image a scanner delivers."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from scripts.specimen.model import Colour, Scan
from scripts.specimen.strokes import Mask

Image = NDArray[np.uint8]

# Blue, green, red.
PAPERS = (
    ((250, 252, 252), (246, 249, 250), (252, 250, 247)),
    ((236, 244, 247), (241, 243, 243), (230, 241, 246)),
    ((205, 226, 236), (214, 226, 230), (196, 220, 233)),
)
INKS = {
    "red": (64, 52, 205),
    "blue": (150, 62, 28),
    "black": (52, 48, 46),
    "violet": (140, 60, 95),
}
_GREY_WEIGHTS = (0.114, 0.587, 0.299)


@dataclass(frozen=True, slots=True)
class Ink:
    """Ink that lies on the print: a mask, where its top left corner is, and which ink."""

    mask: Mask
    left: int
    top: int
    name: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scanned page: grey or colour (BGR) image, or 0/255 for 1-bit; and the clockwise skew of its lines."""

    image: Image
    skew_deg: float


def scan(print_ink: Image, inks: Sequence[Ink], how: Scan, dice: Random, *, holes: bool) -> Scanned:
    """Give what the scanner delivers of a page."""
    random = np.random.default_rng(dice.getrandbits(64))
    base = _worn(print_ink, how, dice, random, holes=holes)
    image = _coloured(base, how, dice)
    for ink in inks:
        _press(image, ink, how, random)
    skew = round(dice.choice((-1, 1)) * dice.uniform(*((0.0, 0.25), (0.2, 1.0), (0.6, 2.2))[how.wear]), 3)
    image = _turned(image, skew)
    if how.wear == 2 and dice.random() < 0.6:
        _edge(image, dice, random)
    if how.colour is Colour.BITONAL:
        image = _thresholded(image, how, dice, random)
    return Scanned(image, skew)


def spoil(image: Image, dice: Random) -> Image:
    """Give a page that nobody can read: lines are there, but out of focus, washed out in bands and full of grain."""
    random = np.random.default_rng(dice.getrandbits(64))
    shape = image.shape[:2]
    blurred = cv2.GaussianBlur(image, (0, 0), shape[1] / 190).astype(np.float32)
    # Moved while it was scanned: each line lies over itself.
    shaken = (blurred + np.roll(blurred, shape[0] // 130, axis=0) + np.roll(blurred, shape[1] // 60, axis=1)) / 3
    light = _field(random, (14, 3), shape, 205, 255).astype(np.float32)
    grain = random.normal(0, 16, shape).astype(np.float32)
    washed = shaken.reshape(*shape, -1).mean(axis=2) * light / 255 + grain
    spoiled = _image(np.clip(washed, 0, 255))
    return spoiled if image.ndim == 2 else _image(cv2.merge([spoiled] * 3))


def ghost(print_ink: Image) -> Image:
    """Give the back of a sheet: blank, with the front just showing through, mirrored."""
    back = cv2.GaussianBlur(cv2.flip(print_ink, 1), (0, 0), 2.2)
    faint: Image = (255 - (255 - back.astype(np.float32)) * 0.025).astype(np.uint8)
    return faint


def turned_mask(mask: Mask, angle_deg: float) -> Mask:
    """Turn a stamp on the spot, with room around it."""
    height, width = mask.shape
    side = int(np.hypot(height, width)) + 2
    around = np.zeros((side, side), np.float32)
    top, left = (side - height) // 2, (side - width) // 2
    around[top : top + height, left : left + width] = mask
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), angle_deg, 1.0)
    return np.asarray(cv2.warpAffine(around, turn, (side, side)), dtype=np.float32)


def _worn(print_ink: Image, how: Scan, dice: Random, random: np.random.Generator, *, holes: bool) -> Image:
    """Give print and paper in grey: toner spread, light, grain, dust, holes and folds."""
    scale = how.dpi / 200
    spread = dice.uniform(*((0.3, 0.45), (0.45, 0.7), (0.6, 0.95))[how.wear]) * scale
    dark = dice.randrange(*((20, 35), (28, 55), (45, 80))[how.wear])
    base = _toned(_image(cv2.GaussianBlur(print_ink, (0, 0), spread)), dark, 255)
    if holes:
        _punch(base, how.dpi, dice)
    if how.wear and dice.random() < 0.4:
        _fold(base, dice)
    depth = (4, 14, 34)[how.wear]
    light = _field(random, (3, 2), base.shape, 255 - depth, 255)
    blotches = _field(random, (24, 17), base.shape, 255 - depth // 3 - 2, 255)
    base = _image(cv2.multiply(cv2.multiply(base, light, scale=1 / 255), blotches, scale=1 / 255))
    _dust(base, (4, 26, 90)[how.wear], scale, dice)
    return _grained(base, (0.8, 2.2, 5.0)[how.wear], random)


def _coloured(base: Image, how: Scan, dice: Random) -> Image:
    paper = dice.choice(PAPERS[how.wear])
    if how.colour is not Colour.COLOUR:
        return _toned(base, 0, sum(part * weight for part, weight in zip(paper, _GREY_WEIGHTS, strict=True)))
    return _image(cv2.merge([_toned(base, 0, part) for part in paper]))


def _toned(image: Image, black: float, white: float) -> Image:
    """Stretch an image between two tones."""
    return _image(cv2.LUT(image, np.linspace(black, white, 256).astype(np.uint8)))


def _image(values: Any) -> Image:
    """Give what OpenCV returned as the 8-bit image it is."""
    return np.asarray(values, dtype=np.uint8)


def _press(image: Image, ink: Ink, how: Scan, random: np.random.Generator) -> None:
    """Lay ink over the print: it is translucent, unevenly pressed, and cut off at the page's edge."""
    height, width = image.shape[:2]
    top, left = max(ink.top, 0), max(ink.left, 0)
    mask = ink.mask[top - ink.top : height - ink.top, left - ink.left : width - ink.left]
    if not mask.size:
        return
    uneven = _field(random, (5, 5), mask.shape, 140, 255).astype(np.float32) / 255
    grain = random.normal(1.0, 0.08, mask.shape).astype(np.float32)
    strength = np.clip(mask * uneven * grain, 0, 1)
    part = image[top : top + mask.shape[0], left : left + mask.shape[1]]
    colour: Any = INKS[ink.name]
    if how.colour is not Colour.COLOUR:
        grey = sum(part_ * weight for part_, weight in zip(colour, _GREY_WEIGHTS, strict=True))
        part[:] = (part * (1 - strength * (1 - grey / 255))).astype(np.uint8)
        return
    for channel in range(3):
        part[..., channel] = (part[..., channel] * (1 - strength * (1 - colour[channel] / 255))).astype(np.uint8)


def _turned(image: Image, skew_deg: float) -> Image:
    if abs(skew_deg) < 0.02:
        return image
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -skew_deg, 1.0)
    return _image(cv2.warpAffine(image, turn, (width, height), borderMode=cv2.BORDER_REFLECT))


def _field(random: np.random.Generator, grid: tuple[int, int], shape: Sequence[int], low: float, high: float) -> Image:
    """Give a smooth random field between two values."""
    coarse = random.uniform(low, high, grid).astype(np.float32)
    smooth = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    return _image(smooth)


def _grained(base: Image, sigma: float, random: np.random.Generator) -> Image:
    side = 512
    tile = random.normal(0, sigma, (side, side)).astype(np.int16)
    height, width = base.shape
    grain = np.tile(tile, (height // side + 1, width // side + 1))[:height, :width]
    return _image(cv2.add(base, grain, dtype=cv2.CV_8U))


def _dust(base: Image, count: int, scale: float, dice: Random) -> None:
    height, width = base.shape
    for _ in range(count):
        # Dirt gathers at the edges, where paper is touched.
        across = dice.choice((dice.betavariate(0.4, 0.4), dice.random()))
        down = dice.choice((dice.betavariate(0.4, 0.4), dice.random()))
        centre = (int(across * width), int(down * height))
        axes = (max(1, round(dice.uniform(0.5, 1.8) * scale)), max(1, round(dice.uniform(0.4, 1.1) * scale)))
        cv2.ellipse(base, centre, axes, dice.randrange(180), 0, 360, dice.randrange(50, 150), -1)


def _punch(base: Image, dpi: int, dice: Random) -> None:
    """Two holes of a binder at the left edge, 80 mm apart, through which the scanner's lid shows."""
    millimetre = dpi / 25.4
    middle, left = base.shape[0] / 2 + dice.uniform(-4, 4) * millimetre, dice.uniform(10, 13) * millimetre
    for offset in (-40, 40):
        centre = (int(left), int(middle + offset * millimetre))
        cv2.circle(base, centre, int(2.8 * millimetre), dice.randrange(150, 185), -1, cv2.LINE_AA)
        cv2.circle(base, centre, int(2.8 * millimetre), 110, max(1, int(0.2 * millimetre)), cv2.LINE_AA)


def _fold(base: Image, dice: Random) -> None:
    row = int(base.shape[0] * dice.choice((0.5, 1 / 3, 2 / 3)) + dice.randrange(-20, 20))
    for offset, shade in ((-2, 0.985), (-1, 0.965), (0, 0.94), (1, 0.97), (2, 0.99)):
        base[row + offset] = (base[row + offset] * shade).astype(np.uint8)


def _edge(image: Image, dice: Random, random: np.random.Generator) -> None:
    """A strip of the scanner's dark lid beside the sheet."""
    width = int(image.shape[1] * dice.uniform(0.006, 0.02))
    shade = random.integers(18, 60, (image.shape[0], width))
    strip = shade.astype(np.uint8) if image.ndim == 2 else np.repeat(shade[..., None], 3, axis=2).astype(np.uint8)
    if dice.random() < 0.5:
        image[:, :width] = strip
    else:
        image[:, -width:] = strip


def _thresholded(image: Image, how: Scan, dice: Random, random: np.random.Generator) -> Image:
    rough = _grained(image, (5, 9, 14)[how.wear], random)
    # A fax machine sets itself by the paper it sees.
    level = float(np.median(image[::16, ::16])) * dice.uniform(*((0.66, 0.72), (0.6, 0.74), (0.56, 0.78))[how.wear])
    _, bits = cv2.threshold(rough, level, 255, cv2.THRESH_BINARY)
    return _image(bits)
