"""Cuts lines of read words into the pieces a line recognizer takes well: no wide gaps, not too long, tightly boxed."""

from math import ceil

from ocr.model import Box, Word
from ocr.recognize_lines import Line, bounds

_WIDE_GAP = 2.0
"""In heights of a word: two columns, or a blank to write into."""
_LONGEST = 22.0
"""In heights of the piece. Longer pieces read worse: the page is not quite straight, and the band grows high."""
_STRAY_TOP = 0.1
_STRAY_BOTTOM = 0.2
"""So many words of a piece may reach over its band: stray marks above, long tails below."""


def pieces(line: Line) -> list[Line]:
    """Give a line's pieces from the left, each of whole words."""
    runs: list[Line] = []
    for word in sorted(line, key=lambda word: word.box.left):
        if runs and word.box.left - runs[-1][-1].box.right <= _WIDE_GAP * max(1.0, word.box.height):
            runs[-1].append(word)
        else:
            runs.append([word])
    return [piece for run in runs for piece in _parted(run)]


def piece_box(piece: Line) -> Box:
    """Give the band a piece stands in: its words' usual top and bottom, less the few that stick out."""
    tops = sorted(word.box.top for word in piece)
    bottoms = sorted((word.box.bottom for word in piece), reverse=True)
    around = bounds(piece)
    return Box(
        around.left,
        tops[int(_STRAY_TOP * len(piece))],
        around.right,
        bottoms[int(_STRAY_BOTTOM * len(piece))],
    )


def _parted(run: Line) -> list[Line]:
    """Part a run into pieces of about equal length."""
    box = bounds(run)
    count = ceil(box.width / (_LONGEST * max(1.0, box.height)))
    longest = box.width / max(1, count)
    parts: list[Line] = [[]]
    for word in run:
        if parts[-1] and len(parts) < count and _reach(parts[-1], word) > longest:
            parts.append([])
        parts[-1].append(word)
    return parts


def _reach(part: Line, word: Word) -> float:
    return word.box.right - part[0].box.left
