"""Reads small stamps at the head of a page: secrecy and urgency marks, framed or in an arrow, slanted or over text.

Preparation takes red ink off the page so that the text under a seal can be read; a mark stamped in red would vanish
with it. So frames and red ink of a mark's size are cut out, set straight and read by themselves, whatever lies there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ocr.engines import Engine, EngineWord, Layout
from ocr.engines.detector import find_lines
from ocr.images import Image, image_of
from ocr.model import Box, Word, WordKind
from ocr.prepare_light import red_mask
from ocr.stamps_red import MARGIN_PX, READ_DPI, RedWriting, red_writing

HEAD_SHARE = 0.45
MARK_LENGTH_MM = (13.0, 62.0)
MARK_HEIGHT_MM = (4.5, 16.5)
MOST_CANDIDATES = 8
LEAST_CONFIDENCE = 0.25
LETTER_PX = 42
_SHRINK = 3
_LEAST_LETTERS = 2
_LEAST_LINE = 0.8
"""Lines the detector is less sure of are strokes of frames."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Ink that may be a mark: what it is cut from, its centre, its sides and its slant, in pixels and degrees."""

    image: Image
    centre: tuple[float, float]
    length: float
    height: float
    slant_deg: float
    box: Box


def read_stamps(
    grey: Image, colour: Image | None, words: Sequence[Word], dpi: float, engine: Engine
) -> tuple[Word, ...]:
    """Give the words of marks at the head of an upright page, as words of kind STAMP on blocks and lines of their own.

    Pass `colour` wherever the page has it. Raise ToolFailedError when the engine fails.
    """
    found: list[_Candidate] = []
    for candidate in _candidates(grey, colour, dpi):
        if len(found) < MOST_CANDIDATES and not any(_is_same(candidate.box, other.box) for other in found):
            found.append(candidate)
    crops = [_letters(candidate) for candidate in found]
    readable = [(candidate, crop) for candidate, crop in zip(found, crops, strict=True) if crop is not None]
    read = engine.read([crop for _, crop in readable], READ_DPI, Layout.LINE)
    block = max((word.block for word in words), default=-1) + 1
    line = max((word.line for word in words), default=-1) + 1
    stamps: list[Word] = []
    for (candidate, crop), texts in zip(readable, read, strict=True):
        kept = [text for text in texts if text.confidence >= LEAST_CONFIDENCE and any(ch.isalpha() for ch in text.text)]
        if not kept or _is_read_already(kept, candidate.box, words):
            continue
        for text in kept:
            box = _slice(candidate.box, text, crop.shape[1])
            stamps.append(Word(text.text, text.confidence, box, block, line, WordKind.STAMP))
        block, line = block + 1, line + 1
    writing = red_writing(colour[: int(HEAD_SHARE * grey.shape[0])], dpi) if colour is not None else ()
    for piece in list(writing)[:MOST_CANDIDATES]:
        for text in _red_texts(piece, engine):
            box = _unzoomed(text, piece)
            if not _is_read_already([text], box, [*words, *stamps]):
                stamps.append(Word(text.text, text.confidence, box, block, line, WordKind.STAMP))
                block, line = block + 1, line + 1
    return tuple(stamps)


def _red_texts(piece: RedWriting, engine: Engine) -> list[EngineWord]:
    """Give what is read of a piece of red ink: by the engine in its best drawing, and by the second recognizer in all.

    Where frames cross letters the engine sees no text at all.
    """
    readings = engine.read(piece.drawings, READ_DPI, Layout.SPARSE)
    worth = [[text for text in texts if _is_mark_word(text)] for texts in readings]
    best = max(worth, key=lambda texts: sum(len(text.text) * text.confidence for text in texts), default=[])
    more = [text for drawing in piece.drawings for text in _lines_of(drawing, engine) if _is_mark_word(text)]
    return [*best, *more]


def _lines_of(drawing: Image, engine: Engine) -> list[EngineWord]:
    if engine.second is None:
        return []
    boxes = [line.box for line in find_lines(drawing) if line.sureness >= _LEAST_LINE]
    return [
        EngineWord(
            "".join(sign.text for sign in signs).strip(),
            min((sign.confidence for sign in signs), default=0.0),
            box.left,
            box.top,
            box.right,
            box.bottom,
            place,
            place,
        )
        for place, (box, signs) in enumerate(zip(boxes, engine.second.read_lines(drawing, boxes), strict=True))
    ]


def _is_mark_word(text: EngineWord) -> bool:
    return text.confidence >= LEAST_CONFIDENCE and sum(ch.isalpha() for ch in text.text) >= _LEAST_LETTERS


def _unzoomed(text: EngineWord, piece: RedWriting) -> Box:
    left, top = piece.box.left, piece.box.top
    sides = (text.left, text.top, text.right, text.bottom)
    across, above, right, below = ((side - MARGIN_PX) / piece.zoom for side in sides)
    return Box(left + across, top + above, left + right, top + below)


def _candidates(grey: Image, colour: Image | None, dpi: float) -> Iterator[_Candidate]:
    """Give red ink first: it is certain to be a stamp; then dark frames and arrows."""
    head = int(HEAD_SHARE * grey.shape[0])
    if colour is not None:
        red = red_mask(colour[:head])
        small = _shrunk(red)
        reach = max(3, round(2.5 * dpi / 25.4 / _SHRINK)) | 1
        joined = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
        yield from _of_size(image_of(joined), image_of(255 - red), dpi)
    dark = _shrunk(image_of(255 - grey[:head]))
    level, _ = cv2.threshold(dark, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    yield from _of_size(image_of((dark > min(level, 90)) * np.uint8(255)), grey[:head], dpi)


def _is_same(box: Box, other: Box) -> bool:
    across = min(box.right, other.right) - max(box.left, other.left)
    down = min(box.bottom, other.bottom) - max(box.top, other.top)
    return across > 0.6 * min(box.width, other.width) and down > 0.6 * min(box.height, other.height)


def _shrunk(ink: Image) -> Image:
    return image_of(cv2.resize(ink, (ink.shape[1] // _SHRINK, ink.shape[0] // _SHRINK), interpolation=cv2.INTER_AREA))


def _of_size(ink: Image, image: Image, dpi: float) -> Iterator[_Candidate]:
    """Give the connected ink that has a mark's size when set straight."""
    mm = dpi / 25.4 / _SHRINK
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
            x, y = centre[0] * _SHRINK, centre[1] * _SHRINK
            edges = (float(edge) * _SHRINK for edge in (left, top, left + wide, top + high))
            yield _Candidate(image, (x, y), sides[0] * _SHRINK, sides[1] * _SHRINK, angle, Box(*edges))


def _letters(candidate: _Candidate) -> Image | None:
    """Give the letters inside a mark, straight and black on white, or None when there are none."""
    turn = cv2.getRotationMatrix2D(candidate.centre, candidate.slant_deg, 1.0)
    wide, high = round(candidate.length), round(candidate.height)
    turn[0, 2] += wide / 2 - candidate.centre[0]
    turn[1, 2] += high / 2 - candidate.centre[1]
    cut = image_of(cv2.warpAffine(candidate.image, turn, (wide, high), borderValue=(255,)))
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


def _is_read_already(texts: Sequence[EngineWord], box: Box, words: Sequence[Word]) -> bool:
    """Say whether the page's own reading has these words there already."""
    inside = {
        word.text.casefold()
        for word in words
        if box.left <= (word.box.left + word.box.right) / 2 <= box.right
        and box.top <= (word.box.top + word.box.bottom) / 2 <= box.bottom
    }
    return all(text.text.casefold() in inside for text in texts)


def _slice(box: Box, text: EngineWord, width: int) -> Box:
    """Give the part of a mark's box a word takes, by its share of the crop's width."""
    return Box(
        box.left + box.width * max(0.0, text.left / width),
        box.top,
        box.left + box.width * min(1.0, text.right / width),
        box.bottom,
    )
