"""Variants of a page image: trivial changes that a reader would not see, and damage that collapses layouts.

The text of the page stays readable to a person in each of them.
"""

from collections.abc import Callable, Mapping
from functools import partial

import cv2
import numpy as np

from ocr.images import Image, image_of

Variant = Callable[[Image], Image]
_WHITE = (255.0,)


def _moved(image: Image, right: int, down: int) -> Image:
    matrix = np.array([[1, 0, right], [0, 1, down]], np.float32)
    return image_of(cv2.warpAffine(image, matrix, image.shape[::-1], borderValue=_WHITE))


def _scaled(image: Image, factor: float) -> Image:
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return image_of(cv2.resize(image, None, fx=factor, fy=factor, interpolation=how))


def _toned(image: Image, gamma: float) -> Image:
    return image_of(255 * (image / 255.0) ** gamma)


def _cropped(image: Image, left: int, top: int) -> Image:
    return np.ascontiguousarray(image[top:, left:])


def _turned(image: Image, degrees: float) -> Image:
    height, width = image.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return image_of(cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=_WHITE))


def _grained(image: Image, sigma: float) -> Image:
    return image_of(np.clip(image + np.random.default_rng(1).normal(0, sigma, image.shape), 0, 255))


def _compressed(image: Image, quality: int) -> Image:
    data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return image_of(np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)))


def _bordered(image: Image, size: int) -> Image:
    framed = image_of(cv2.copyMakeBorder(image, size, size, size, size, cv2.BORDER_CONSTANT, value=_WHITE))
    dark = np.random.default_rng(2).integers(0, 40, framed.shape).astype(np.uint8)
    framed[:, : size // 2], framed[: size // 2], framed[-size // 3 :] = (
        dark[:, : size // 2],
        dark[: size // 2],
        dark[-size // 3 :],
    )
    return framed


def _on_black(image: Image, degrees: float) -> Image:
    room = image_of(cv2.copyMakeBorder(image, 150, 150, 150, 150, cv2.BORDER_CONSTANT, value=(15.0,)))
    height, width = room.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return image_of(cv2.warpAffine(room, matrix, (width, height), borderValue=(15.0,)))


def _above_photo(image: Image, share: float) -> Image:
    height, width = image.shape
    random = np.random.default_rng(3)
    shades = random.integers(0, 255, (20, 30)).astype(np.uint8)
    photo = cv2.resize(shades, (width - 200, int(share * height)), interpolation=cv2.INTER_CUBIC)
    grain = np.clip(photo + random.normal(0, 12, photo.shape), 0, 255)
    return np.vstack([image, cv2.copyMakeBorder(image_of(grain), 20, 40, 100, 100, cv2.BORDER_CONSTANT, value=_WHITE)])


def _inverted(image: Image, top: float, bottom: float) -> Image:
    changed = image.copy()
    rows = slice(int(top * len(image)), int(bottom * len(image)))
    changed[rows] = 255 - changed[rows]
    return changed


def _beside_turned_text(image: Image) -> Image:
    height, width = image.shape
    strip = np.rot90(image[: width // 4])
    sheet = np.full((max(height, len(strip)), width + 40 + strip.shape[1]), 255, np.uint8)
    sheet[:height, :width] = image
    sheet[: len(strip), width + 40 :] = strip
    return sheet


def _squared(image: Image, pitch: int) -> Image:
    changed = image.copy()
    for place in range(60, max(image.shape), pitch):
        changed[place : place + 2] = np.minimum(changed[place : place + 2], 170)
        changed[:, place : place + 2] = np.minimum(changed[:, place : place + 2], 170)
    return changed


def _specked(image: Image, share: float) -> Image:
    height, width = image.shape
    specks = (np.random.default_rng(4).random((height // 2, width // 2)) < share).astype(np.uint8)
    changed = image.copy()
    changed[cv2.resize(specks, (width, height), interpolation=cv2.INTER_NEAREST) > 0] = 20
    return changed


def _shaded(image: Image) -> Image:
    across = np.linspace(0, 1, image.shape[1])
    return image_of(image * (1 - 0.65 * np.exp(-(((across - 0.05) / 0.18) ** 2))))


def _blurred(image: Image, sigma: float) -> Image:
    return image_of(cv2.GaussianBlur(image, (0, 0), sigma))


def _faded(image: Image) -> Image:
    return image_of(150 + image.astype(np.float32) * 0.35)


TRIVIAL: Mapping[str, Variant] = {
    **{f"moved {x},{y}": partial(_moved, right=x, down=y) for x, y in ((1, 0), (0, 1), (2, 1), (3, 3), (-2, 2))},
    **{f"scaled {factor}": partial(_scaled, factor=factor) for factor in (0.97, 0.98, 0.99, 1.01, 1.02, 1.03)},
    **{f"gamma {gamma}": partial(_toned, gamma=gamma) for gamma in (0.7, 0.85, 1.2, 1.5)},
    **{f"cropped {x},{y}": partial(_cropped, left=x, top=y) for x, y in ((8, 8), (0, 20), (25, 0))},
    **{f"turned {angle}": partial(_turned, degrees=angle) for angle in (-0.5, -0.25, 0.25, 0.5)},
    **{f"grain {sigma}": partial(_grained, sigma=sigma) for sigma in (4, 10)},
    "jpeg 50": partial(_compressed, quality=50),
}
DAMAGED: Mapping[str, Variant] = {
    "black border": partial(_bordered, size=120),
    "on a black bed": partial(_on_black, degrees=-4),
    "turned 2": partial(_turned, degrees=2),
    "turned -3": partial(_turned, degrees=-3),
    "photo below": partial(_above_photo, share=0.6),
    "half inverted": partial(_inverted, top=0.5, bottom=1),
    "band inverted": partial(_inverted, top=0.1, bottom=0.45),
    "turned text beside": _beside_turned_text,
    "squared paper": partial(_squared, pitch=67),
    "specks 0.4 %": partial(_specked, share=0.004),
    "specks 2 %": partial(_specked, share=0.02),
    "shadow": _shaded,
    "blurred": partial(_blurred, sigma=1.6),
    "faded": _faded,
}
