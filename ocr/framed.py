"""Pictures of delivered pages to look at: a place with its surroundings and a frame around it, or a page as a whole."""

from io import BytesIO

import cv2
import numpy as np
from PIL import Image as Picture

from ocr.images import image_of
from ocr.model import Box
from ocr.prepare import turned
from ocr.source import Delivered

DPI = 300
_ACROSS_MM, _DOWN_MM, _GAP_MM = 25.0, 8.0, 0.8
_FRAME_BGR = (0, 0, 220)
_FRAME_PX = 3
_JPEG_QUALITY = 82


def framed(delivered: Delivered, number: int, rotation: int, box: Box) -> bytes:
    """Give a PNG of 300 dots an inch of the part of page `number`, turned upright by `rotation`, around a box.

    Raise DamagedFileError when the page cannot be read.
    """
    colour = delivered.colour(number)
    pixels = colour if colour is not None else cv2.cvtColor(delivered.grey(number), cv2.COLOR_GRAY2BGR)
    page = turned(image_of(pixels), rotation)
    dpi = delivered.pages[number - 1].dpi
    across, down = (round(mm / 25.4 * dpi) for mm in (_ACROSS_MM, _DOWN_MM))
    left, top = max(int(box.left) - across, 0), max(int(box.top) - down, 0)
    cut = page[top : int(box.bottom) + down, left : int(box.right) + across]
    scale = DPI / dpi
    size = (max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale)))
    shown = np.ascontiguousarray(cv2.resize(cut, size, interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA))
    gap = _GAP_MM / 25.4 * DPI
    corners = ((box.left - left) * scale - gap, (box.top - top) * scale - gap)
    opposite = ((box.right - left) * scale + gap, (box.bottom - top) * scale + gap)
    ends = [(round(x), round(y)) for x, y in (corners, opposite)]
    cv2.rectangle(shown, ends[0], ends[1], _FRAME_BGR, _FRAME_PX)
    written = BytesIO()
    Picture.fromarray(cv2.cvtColor(shown, cv2.COLOR_BGR2RGB)).save(written, "PNG", dpi=(DPI, DPI))
    return written.getvalue()


def whole(delivered: Delivered, number: int, rotation: int, longest_px: int) -> bytes:
    """Give page `number` as a JPEG, turned upright by `rotation`, its longer side at most so many pixels.

    Raise DamagedFileError when the page cannot be read.
    """
    colour = delivered.colour(number, longest_px)
    page = turned(image_of(colour if colour is not None else delivered.grey(number)), rotation)
    scale = min(1.0, longest_px / max(page.shape[:2]))
    if scale < 1:
        size = (max(1, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale)))
        page = image_of(cv2.resize(page, size, interpolation=cv2.INTER_AREA))
    shown = page if colour is None else image_of(cv2.cvtColor(page, cv2.COLOR_BGR2RGB))
    written = BytesIO()
    Picture.fromarray(shown).save(written, "JPEG", quality=_JPEG_QUALITY)
    return written.getvalue()
