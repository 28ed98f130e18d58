"""Plans and makes the image a page is read from: upright, straight, evenly lit, without red seals, grey.

For recognition only; what is archived is the page as delivered.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr.images import Image, image_of
from ocr.levers import ALL, Levers
from ocr.model import Box, PageQuality
from ocr.prepare_light import flatten, is_uneven, without_red
from ocr.prepare_lines import LetterInk, find_direction, letter_ink
from ocr.source import Delivered

PREPARE_VERSION = "2"
"""Part of the stage's key: raise it when plans or measures may come out differently."""

_LEAST_SKEW_DEG = 0.6
# Most pages come the right way up: to say otherwise without reading takes more than a hint.
_LEAST_UPSIDE_DOWN = 0.05


@dataclass(frozen=True, slots=True)
class PagePlan:
    """How a page is prepared: clockwise turn to upright, then skew taken out, light evened, red seal lifted."""

    number: int
    rotation: int
    skew_deg: float
    flatten: bool
    remove_seal: bool


def plan_page(delivered: Delivered, number: int, quality: PageQuality, letters: LetterInk | None = None) -> PagePlan:
    """Plan how a page is prepared, from its pixels, its letters and what was measured of it."""
    return plan_image(delivered.grey(number), quality, letters)


def plan_image(grey: Image, quality: PageQuality, letters: LetterInk | None = None) -> PagePlan:
    """Plan how a page is prepared whose pixels are at hand."""
    if quality.is_blank:
        return PagePlan(quality.number, 0, 0.0, flatten=False, remove_seal=False)
    direction = find_direction(letters or letter_ink(grey, quality.dpi))
    rotation = direction.rotation
    if rotation >= 180 and direction.sureness < _LEAST_UPSIDE_DOWN:
        rotation -= 180
    return PagePlan(
        number=quality.number,
        rotation=rotation,
        skew_deg=direction.skew_deg,
        flatten=quality.depth_bits > 1 and is_uneven(grey),
        remove_seal=quality.has_seal,
    )


def prepared_image(delivered: Delivered, plan: PagePlan) -> Image:
    """Give the grey image a page is read from."""
    grey = delivered.grey(plan.number)
    colour = delivered.colour(plan.number) if plan.remove_seal else None
    return prepare(grey, colour, plan, delivered.pages[plan.number - 1].dpi)


def pulled(plan: PagePlan, levers: Levers) -> PagePlan:
    """Give the plan without what the levers switch off."""
    return replace(
        plan,
        flatten=plan.flatten and levers.flatten,
        remove_seal=plan.remove_seal and levers.lift_seal,
        skew_deg=plan.skew_deg if levers.deskew else 0.0,
    )


def prepare(grey: Image, colour: Image | None, plan: PagePlan, dpi: float, levers: Levers = ALL) -> Image:
    """Give the image to read from a page's pixels: seal first, while colours match, then light, turn, skew."""
    plan = pulled(plan, levers)
    if colour is not None and plan.remove_seal and colour.shape[:2] == grey.shape:
        grey = without_red(grey, colour, dpi)
    if plan.flatten:
        grey = flatten(grey)
    return straightened(turned(grey, plan.rotation), plan.skew_deg)


def is_changed(plan: PagePlan) -> bool:
    """Say whether preparing by a plan does more than turn the page by quarters."""
    return plan.flatten or plan.remove_seal or abs(plan.skew_deg) >= _LEAST_SKEW_DEG


def smoothed(image: Image) -> Image:
    """Give an image without specks: of a dirty page; it costs a clean one the finest of its marks."""
    return image_of(cv2.medianBlur(image, 3))


def turned(image: Image, rotation: int) -> Image:
    """Turn an image clockwise by 0, 90, 180 or 270 degrees."""
    return np.ascontiguousarray(np.rot90(image, -rotation // 90)) if rotation else image


def straightened(grey: Image, skew_deg: float) -> Image:
    """Turn an upright page back by its skew, on the same canvas; small skews do not hurt and are left."""
    if abs(skew_deg) < _LEAST_SKEW_DEG:
        return grey
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), skew_deg, 1.0)
    straight = cv2.warpAffine(
        grey, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=255.0
    )
    return image_of(straight)


def unstraightened(box: Box, skew_deg: float, width: int, height: int) -> Box:
    """Give where a box of the straightened page stands on the upright one.

    The centre is turned and the size kept: over a word's length the skew's rise is below a pixel or two, while
    the box around the turned corners would reach into the neighbouring lines.
    """
    if abs(skew_deg) < _LEAST_SKEW_DEG:
        return box
    angle = np.radians(skew_deg)
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    x, y = (box.left + box.right - width) / 2, (box.top + box.bottom - height) / 2
    x, y = x * cos - y * sin + width / 2, x * sin + y * cos + height / 2
    left, top = min(max(x - box.width / 2, 0.0), width), min(max(y - box.height / 2, 0.0), height)
    return Box(left, top, min(left + box.width, width), min(top + box.height, height))
