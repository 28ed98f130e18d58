"""Finds frames and arrows of a mark's size, sets them straight and gives the letters inside without the frame."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from ocr.images import Image, image_of
from ocr.model import Box
from ocr.stamps_writing import SHRINK

MARK_LENGTH_MM = (13.0, 62.0)
MARK_HEIGHT_MM = (4.5, 16.5)
LETTER_PX = 42


@dataclass(frozen=True, slots=True)
class Frame:
    """Ink that may be a mark: what it is cut from, its centre, its sides and its slant, in pixels and degrees."""

    image: Image
    centre: tuple[float, float]
    length: float
    height: float
    slant_deg: float
    box: Box


def frames_of(ink: Image, image: Image, dpi: float) -> Iterator[Frame]:
    """Give the connected ink that has a mark's size when set straight.

    `ink`: ink (255 on 0) shrunk; `image`: what is cut from, whose resolution is `dpi`.
    """
    mm = dpi / 25.4 / SHRINK
    _, labels, stats, _ = cv2.connectedComponentsWithStats((ink > 60).astype(np.uint8), connectivity=8)
    for label, (left, top, wide, high, _) in enumerate(stats):
        if label == 0 or max(wide, high) < MARK_LENGTH_MM[0] * mm or max(wide, high) > MARK_LENGTH_MM[1] * mm:
            continue
        if min(wide, high) < MARK_HEIGHT_MM[0] * mm:
            continue
        rows, columns = np.nonzero(labels[top : top + high, left : left + wide] == label)
        points = np.column_stack((columns + left, rows + top)).astype(np.float32)
        centre, sides, angle = cv2.minAreaRect(points)
        if sides[0] < sides[1]:
            sides, angle = (sides[1], sides[0]), angle + 90
        angle = (angle + 90) % 180 - 90
        fits = MARK_LENGTH_MM[0] * mm <= sides[0] and MARK_HEIGHT_MM[0] * mm <= sides[1] <= MARK_HEIGHT_MM[1] * mm
        if fits and abs(angle) <= 60:
            x, y = centre[0] * SHRINK, centre[1] * SHRINK
            edges = (float(edge) * SHRINK for edge in (left, top, left + wide, top + high))
            yield Frame(image, (x, y), sides[0] * SHRINK, sides[1] * SHRINK, angle, Box(*edges))


def letters_of(frame: Frame) -> Image | None:
    """Give the letters inside a mark, straight and black on white, or None when there are none."""
    turn = cv2.getRotationMatrix2D(frame.centre, frame.slant_deg, 1.0)
    wide, high = round(frame.length), round(frame.height)
    turn[0, 2] += wide / 2 - frame.centre[0]
    turn[1, 2] += high / 2 - frame.centre[1]
    cut = image_of(cv2.warpAffine(frame.image, turn, (wide, high), borderValue=(255,)))
    level, _ = cv2.threshold(cut, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    ink = (cut <= level).astype(np.uint8)
    count, labels, stats, centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    keep = np.zeros_like(ink)
    tall: list[int] = []
    for label in range(1, count):
        _, _, piece_wide, piece_high, area = (int(value) for value in stats[label])
        is_frame = piece_wide > 0.6 * wide or (piece_high > 0.9 * high and piece_wide < 0.1 * wide)
        is_edge = not 0.08 * high < centres[label][1] < 0.92 * high
        if not is_frame and not is_edge and area > 6:
            keep[labels == label] = 1
            tall.append(piece_high)
    if not tall or max(tall) < 0.2 * high:
        return None
    scale = LETTER_PX / max(tall)
    paper = np.where(keep > 0, cut, 255).astype(np.uint8)
    large = cv2.resize(paper, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return image_of(cv2.copyMakeBorder(large, 24, 24, 24, 24, cv2.BORDER_CONSTANT, value=(255,)))
