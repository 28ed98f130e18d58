"""Reads doubtful words once more, alone with their neighbours, and keeps whichever reading is surer.

Recognition of a small piece with its own base line often settles a mark (ố, ó, ổ) that the page's reading
left open. Both readings are the engine's; nothing is corrected.
"""

from dataclasses import dataclass

from ocr.engines import Engine, Layout
from ocr.images import Image
from ocr.model import Word
from ocr.recognize_lines import Line, bounds, confidence, cut_out, lines_of, moved

_DOUBTFUL = 0.85
_NEIGHBOURS = 2
_PAD_PX = 6
_MARGIN_PX = 8
_SAME_PLACE = 0.4
# A page where more than this share of the words is doubtful is not helped by looking twice at all of them.
_MOST_PIECES = 60


@dataclass(frozen=True, slots=True)
class _Piece:
    line: int
    first: int
    last: int


def read_again(image: Image, lines: list[Line], dpi: float, engine: Engine) -> list[Line]:
    """Give the lines with their doubtful words settled. Raise ToolFailedError when reading fails."""
    pieces = [_Piece(number, first, last) for number, line in enumerate(lines) for first, last in doubtful(line)]
    pieces = sorted(pieces, key=lambda piece: -_length(lines, piece))[:_MOST_PIECES]
    crops = []
    for piece in pieces:
        crop = cut_out(image, bounds(_words(lines, piece)), _PAD_PX, _MARGIN_PX)
        crops.append(crop)
    again = engine.read(crops, dpi, Layout.LINE)
    settled = [list(line) for line in lines]
    # From the end of each line, so that earlier places in it stay true.
    for piece, words in sorted(zip(pieces, again, strict=True), key=lambda pair: -pair[0].first):
        old = _words(lines, piece)
        box = bounds(old)
        reach = _PAD_PX + _MARGIN_PX
        new = [word for line in lines_of(words) for word in line]
        new = moved(new, int(box.left) - reach, int(box.top) - reach, old[0].block)
        settled[piece.line][piece.first : piece.last + 1] = surer(old, new)
    return settled


def doubtful(line: Line) -> list[tuple[int, int]]:
    """Give the stretches of a line (first and last word) around its doubtful words."""
    stretches: list[tuple[int, int]] = []
    for place, word in enumerate(line):
        if word.confidence >= _DOUBTFUL:
            continue
        first, last = max(0, place - _NEIGHBOURS), min(len(line) - 1, place + _NEIGHBOURS)
        if stretches and first <= stretches[-1][1] + 1:
            stretches[-1] = stretches[-1][0], last
        else:
            stretches.append((first, last))
    return stretches


def surer(old: Line, new: Line) -> Line:
    """Give, place by place, the surer of two readings of the same ink; ink only the second saw is left out."""
    chosen: Line = []
    for was, now in _places(old, new):
        chosen += now if was and now and confidence(now) > confidence(was) else was
    return chosen


def _places(old: Line, new: Line) -> list[tuple[Line, Line]]:
    """Put words that stand on the same ink together: two words read as one meet the one."""
    spans: list[tuple[float, float, Line, Line]] = []
    tagged = [(word, 0) for word in old] + [(word, 1) for word in new]
    for word, which in sorted(tagged, key=lambda pair: pair[0].box.left):
        left, right = word.box.left, word.box.right
        if spans:
            start, end, *_ = spans[-1]
            if left < end - _SAME_PLACE * min(right - left, end - start):
                spans[-1][2 + which].append(word)  # type: ignore[union-attr]
                spans[-1] = (start, max(end, right), spans[-1][2], spans[-1][3])
                continue
        spans.append((left, right, [] if which else [word], [word] if which else []))
    return [(was, now) for _, _, was, now in spans]


def _words(lines: list[Line], piece: _Piece) -> list[Word]:
    return lines[piece.line][piece.first : piece.last + 1]


def _length(lines: list[Line], piece: _Piece) -> int:
    return sum(len(word.text) for word in _words(lines, piece))
