"""Reads doubtful words once more, alone with their neighbours, and keeps whichever reading is surer.

Recognition of a small piece with its own base line often settles a mark (ố, ó, ổ) that the page's reading
left open. Both readings are the engine's; nothing is corrected.
"""

from dataclasses import dataclass, replace

import cv2

from ocr.engines import Engine, Layout
from ocr.images import Image, image_of
from ocr.model import Word
from ocr.recognize_lines import Line, bounds, confidence, cut_out, lines_of, moved

_DOUBTFUL = 0.85
_NEIGHBOURS = 2
_PAD_PX = 6
_MARGIN_PX = 8
_SAME_PLACE = 0.4
# A page where more than this share of the words is doubtful is not helped by looking twice at all of them.
_MOST_PIECES = 30


UNSURE = 0.95
"""Below this the engine's words are wrong several times as often as above it."""
AGREED = 0.945
"""Confidence of a word that two readings at different sizes agree on; word_sureness.toml has its rate."""
DISPUTED = 0.80
"""Confidence a word keeps at most when the second reading has other letters: a third of such words are wrong."""
_HEAD_SHARE = 0.40
_SHORT_LINE = 11
_ZOOM = 1.3
_ONE_NEIGHBOUR = 1


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


def confirm(image: Image, lines: list[Line], dpi: float, engine: Engine) -> list[Line]:
    """Give the lines with the words that fields are made of held against a second reading, a third larger.

    Those stand in short lines: names, anywhere on the page, and all words in its head. Only
    middling words are read again; the text never changes, only how sure it is. Raise ToolFailedError when it fails.
    """
    head = _HEAD_SHARE * image.shape[0]
    pieces = [
        (number, first, last)
        for number, line in enumerate(lines)
        for first, last in _middling(line, in_head=bounds(line).bottom < head)
    ][:_MOST_PIECES]
    crops, places = [], []
    for number, first, last in pieces:
        line = lines[number]
        box = bounds(line[max(0, first - _ONE_NEIGHBOUR) : last + 1 + _ONE_NEIGHBOUR])
        crop = cut_out(image, box, _PAD_PX, _MARGIN_PX)
        crops.append(image_of(cv2.resize(crop, None, fx=_ZOOM, fy=_ZOOM, interpolation=cv2.INTER_CUBIC)))
        places.append((int(box.left) - _PAD_PX - _MARGIN_PX, int(box.top) - _PAD_PX - _MARGIN_PX))
    settled = [list(line) for line in lines]
    for (number, first, last), (left, top), words in zip(
        pieces, places, engine.read(crops, _ZOOM * dpi, Layout.LINE), strict=True
    ):
        again = [word for part in lines_of(words) for word in moved(part, left, top, 0, _ZOOM)]
        for place in range(first, last + 1):
            settled[number][place] = _weighed(lines[number][place], again)
    return settled


def _middling(line: Line, *, in_head: bool) -> list[tuple[int, int]]:
    """Give the stretches of words in a line that are neither sure nor doubtful, and that fields may be made of."""
    stretches: list[tuple[int, int]] = []
    for place, word in enumerate(line):
        wanted = len(line) <= _SHORT_LINE and (in_head or word.text[:1].isupper())
        if not (wanted and _DOUBTFUL <= word.confidence < UNSURE and len(_letters(word.text)) > 1):
            continue
        if stretches and place == stretches[-1][1] + 1:
            stretches[-1] = stretches[-1][0], place
        else:
            stretches.append((place, place))
    return stretches


def _weighed(word: Word, again: Line) -> Word:
    """Give a word as sure as a second reading of its ink makes it; unseen by that reading it stays as it is."""
    same = [other for other in again if _is_same_place(word, other)]
    if not same:
        return word
    if any(_letters(other.text) == _letters(word.text) for other in same):
        return replace(word, confidence=max(word.confidence, AGREED))
    return replace(word, confidence=min(word.confidence, DISPUTED))


def _is_same_place(word: Word, other: Word) -> bool:
    shared = min(word.box.right, other.box.right) - max(word.box.left, other.box.left)
    return shared > _SAME_PLACE * min(word.box.width, other.box.width)


def _letters(text: str) -> str:
    return "".join(ch for ch in text if ch.isalpha())


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
