"""From an image as it is stored to the page as it is displayed: turned, mirrored, set where it stands on the sheet."""

import cv2
import numpy as np
from pikepdf import Matrix

from ocr.source.layout import PageLayout, Placed, Rectangle
from ocr.source.picture import Pixels

_WHITE = 255
# Pixels farther from square than this are made square, or letters would be read squeezed (fax: 204 x 98 dpi).
_SQUARE_WITHIN = 0.02


def pixels_per_point(layout: PageLayout, placed: Placed) -> tuple[float, float]:
    """Give the resolution of a page's image across and down the displayed page."""
    left, top, right, bottom = _displayed_box(layout, placed.matrix)
    is_transposed, _flip_across, _flip_down = _position(layout, placed.matrix)
    width, height = placed.picture.width, placed.picture.height
    if is_transposed:
        width, height = height, width
    across, down = width / (right - left), height / (bottom - top)
    if abs(across / down - 1) > _SQUARE_WITHIN:
        across = down = max(across, down)
    return across, down


def lay_on_page(pixels: Pixels, layout: PageLayout, matrix: Matrix, size: tuple[int, int]) -> Pixels:
    """Give the displayed page, `size` pixels large, from its image: what the image leaves free is white."""
    turned = _turned(pixels, *_position(layout, matrix))
    left_pt, top_pt, right_pt, bottom_pt = _displayed_box(layout, matrix)
    width_pt, height_pt = layout.size_pt
    across, down = size[0] / width_pt, size[1] / height_pt
    left, top = round(left_pt * across), round(top_pt * down)
    wanted = max(1, round((right_pt - left_pt) * across)), max(1, round((bottom_pt - top_pt) * down))
    if max(abs(turned.shape[1] - wanted[0]), abs(turned.shape[0] - wanted[1])) > 1:
        is_smaller = wanted[0] * wanted[1] < turned.shape[0] * turned.shape[1]
        method = cv2.INTER_AREA if is_smaller else cv2.INTER_LINEAR
        turned = np.asarray(cv2.resize(turned, wanted, interpolation=method), np.uint8)
    if (left, top) == (0, 0) and (turned.shape[1], turned.shape[0]) == size:
        return turned
    return _pasted(turned, left, top, size)


def _pasted(picture: Pixels, left: int, top: int, size: tuple[int, int]) -> Pixels:
    sheet = np.full((size[1], size[0], *picture.shape[2:]), _WHITE, np.uint8)
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + picture.shape[1], size[0]), min(top + picture.shape[0], size[1])
    sheet[y0:y1, x0:x1] = picture[y0 - top : y1 - top, x0 - left : x1 - left]
    return sheet


def _turned(pixels: Pixels, is_transposed: bool, flip_across: bool, flip_down: bool) -> Pixels:
    if is_transposed:
        pixels = np.asarray(cv2.transpose(pixels), np.uint8)
    if flip_across or flip_down:
        pixels = np.asarray(cv2.flip(pixels, -1 if flip_across and flip_down else int(flip_across)), np.uint8)
    return pixels


def _position(layout: PageLayout, matrix: Matrix) -> tuple[bool, bool, bool]:
    """Say how a stored image must be moved to look as displayed: transposed first, then flipped across and down."""
    row = _displayed_direction(layout.turn, matrix.a, matrix.b)
    column = _displayed_direction(layout.turn, -matrix.c, -matrix.d)
    if abs(row[0]) >= abs(row[1]):
        return False, row[0] < 0, column[1] < 0
    return True, column[0] < 0, row[1] < 0


def _displayed_direction(turn: int, x: float, y: float) -> tuple[float, float]:
    """Turn a direction of user space (y up) into one of the displayed page (y down)."""
    across, down = x, -y
    for _quarter in range(turn // 90):
        across, down = -down, across
    return across, down


def _displayed_box(layout: PageLayout, matrix: Matrix) -> Rectangle:
    """Give the image's box on the displayed page in points, from the top left corner."""
    left, bottom, right, top = layout.box
    corners = [matrix.transform((x, y)) for x in (0.0, 1.0) for y in (0.0, 1.0)]
    shown = {
        0: [(x - left, top - y) for x, y in corners],
        90: [(y - bottom, x - left) for x, y in corners],
        180: [(right - x, y - bottom) for x, y in corners],
        270: [(top - y, right - x) for x, y in corners],
    }[layout.turn]
    across, down = [x * layout.unit for x, _y in shown], [y * layout.unit for _x, y in shown]
    return min(across), min(down), max(across), max(down)
