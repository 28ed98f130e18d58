"""Reads a page line by line as the detector found its lines: the engine's own layout is dearer, and loses more.

On real pages and specimens the engine reads the same ink better when it is given one line at a time.
"""

from collections.abc import Sequence

from ocr.engines import Engine, Layout
from ocr.engines.detector import FoundLine
from ocr.images import Image
from ocr.layout_lines import LEAST_SURENESS
from ocr.model import Box
from ocr.recognize_lines import Line, cut_out, lines_of, moved, upright_ink

_PAD_MM = 0.25
_MARGIN_PX = 8
_LEAST_CONTRAST = 30
_NARROW = 1.0
"""Pieces of a line stand nearer to each other than this, in heights of the lower one; columns do not."""
_LEVEL = 0.6
_WIDER = 0.25
"""So much white beside a line, in its heights, shows the engine where its first and last letters end."""


def read_found(image: Image, found: Sequence[FoundLine], dpi: float, engine: Engine) -> list[Line]:
    """Give the words of the lines the detector is sure of, line by line; of those that have ink.

    Raise ToolFailedError when reading fails.
    """
    pad = max(1, round(_PAD_MM * dpi / 25.4))
    boxes = _joined([line.box for line in found if line.sureness >= LEAST_SURENESS and _has_ink(image, line.box)])
    boxes = [_widened(box, boxes, image.shape[1]) for box in boxes]
    crops = [upright_ink(cut_out(image, box, pad, _MARGIN_PX), _MARGIN_PX) for box in boxes]
    reach = pad + _MARGIN_PX
    return [
        moved(line, int(box.left) - reach, int(box.top) - reach, block=0)
        for box, words in zip(boxes, engine.read(crops, dpi, Layout.LINE), strict=True)
        for line in lines_of(words)
    ]


def _has_ink(image: Image, box: Box) -> bool:
    """Say whether anything stands in a box; where cells were taken out, nothing does."""
    part = image[int(box.top) : int(box.bottom) + 1, int(box.left) : int(box.right) + 1]
    return bool(part.size) and int(part.max()) - int(part.min()) >= _LEAST_CONTRAST


def _joined(boxes: Sequence[Box]) -> list[Box]:
    """Give the boxes with neighbours on one level that a gap narrower than a letter parts as one."""
    joined: list[Box] = []
    for box in sorted(boxes, key=lambda box: box.left):
        for place, before in enumerate(joined):
            gap = box.left - before.right
            shared = min(box.bottom, before.bottom) - max(box.top, before.top)
            if gap <= _NARROW * min(box.height, before.height) and shared >= _LEVEL * max(box.height, before.height):
                joined[place] = before.union(box)
                break
        else:
            joined.append(box)
    return joined


def _widened(box: Box, boxes: Sequence[Box], width: int) -> Box:
    """Give a box with some white at its ends, up to half way to its neighbours."""
    reach = _WIDER * box.height
    left, right = max(0.0, box.left - reach), min(float(width), box.right + reach)
    for other in boxes:
        if other is not box and min(other.bottom, box.bottom) > max(other.top, box.top):
            if other.right <= box.left:
                left = max(left, (other.right + box.left) / 2)
            elif other.left >= box.right:
                right = min(right, (other.left + box.right) / 2)
    return Box(left, box.top, right, box.bottom)
