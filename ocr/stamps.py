"""Reads small stamps at the head of a page: secrecy and urgency marks, framed or in an arrow, slanted or over text.

Preparation takes red ink off the page so that the text under a seal can be read; a mark stamped in red would vanish
with it. So frames, red and pale ink of a mark's size are cut out and read by themselves, whatever lies there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import cv2
import numpy as np

from ocr.engines import Engine, EngineWord, Layout
from ocr.engines.detector import find_lines
from ocr.images import Image, image_of
from ocr.model import Box, Word, WordKind
from ocr.prepare_light import red_mask
from ocr.stamps_dotted import dotted_traces, dotted_writing
from ocr.stamps_frames import Frame, frames_of, letters_of
from ocr.stamps_pale import pale_writing
from ocr.stamps_red import red_writing
from ocr.stamps_writing import MARGIN_PX, READ_DPI, SHRINK, Writing, shrunk

HEAD_SHARE = 0.45
MOST_CANDIDATES = 8
LEAST_CONFIDENCE = 0.25
_LEAST_LETTERS = 2
_FRAME_LEVEL = 90
_DETECTED_PX = 640
"""Letters are as high as on a page there; the network's cost grows with the area, and 512 pixels find less."""
_LEAST_LINE = 0.8
"""Lines the detector is less sure of are strokes of frames."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A word of a stamp where it stands on the page."""

    text: str
    confidence: float
    box: Box


def read_stamps(
    grey: Image,
    colour: Image | None,
    words: Sequence[Word],
    dpi: float,
    engine: Engine,
    traces: Sequence[Box] = (),
) -> tuple[Word, ...]:
    """Give the words of marks at the head of an upright page, as words of kind STAMP on blocks and lines of their own.

    Pass `colour` wherever the page has it; `traces` are those found on it. Raise ToolFailedError when the engine fails.
    """
    found: list[Frame] = []
    for frame in _frames(grey, colour, dpi):
        if len(found) < MOST_CANDIDATES and not any(_is_same(frame.box, other.box) for other in found):
            found.append(frame)
    red, pale = _writing(grey, colour, dpi)
    pale += dotted_writing(grey, traces, dpi)
    read = [*_framed_texts(found, engine), *(texts for piece in red for texts in _texts_of(piece, engine))]
    read += [
        texts for piece in pale for texts in _texts_of(piece, engine) if all(text.text.isupper() for text in texts)
    ]
    block = max((word.block for word in words), default=-1) + 1
    line = max((word.line for word in words), default=-1) + 1
    stamps: list[Word] = []
    for texts in read:
        if not _is_read_already(texts, [*words, *stamps]):
            stamps += [Word(text.text, text.confidence, text.box, block, line, WordKind.STAMP) for text in texts]
            block, line = block + 1, line + 1
    return tuple(stamps)


def find_traces(grey: Image, dpi: float) -> tuple[Box, ...]:
    """Give where on the head of an upright page a stamp is seen to have been, of which nothing can be read."""
    return dotted_traces(grey[: int(HEAD_SHARE * grey.shape[0])], dpi)


def _frames(grey: Image, colour: Image | None, dpi: float) -> Iterator[Frame]:
    """Give red ink first: it is certain to be a stamp; then dark frames and arrows."""
    head = int(HEAD_SHARE * grey.shape[0])
    if colour is not None:
        red = red_mask(colour[:head])
        reach = max(3, round(2.5 * dpi / 25.4 / SHRINK)) | 1
        joined = cv2.morphologyEx(shrunk(red), cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
        yield from frames_of(image_of(joined), image_of(255 - red), dpi)
    dark = shrunk(image_of(255 - grey[:head]))
    level, _ = cv2.threshold(dark, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    yield from frames_of(image_of((dark > min(level, 90)) * np.uint8(255)), grey[:head], dpi)


def _framed_texts(frames: Sequence[Frame], engine: Engine) -> list[list[_Text]]:
    """Give what is read inside frames, each set straight and without its frame."""
    pairs = [(frame, crop) for frame in frames if (crop := letters_of(frame)) is not None]
    read = engine.read([crop for _, crop in pairs], READ_DPI, Layout.LINE)
    texts = []
    for (frame, crop), words in zip(pairs, read, strict=True):
        kept = [word for word in words if word.confidence >= LEAST_CONFIDENCE and any(ch.isalpha() for ch in word.text)]
        texts.append([_Text(word.text, word.confidence, _slice(frame.box, word, crop.shape[1])) for word in kept])
    return texts


def _writing(grey: Image, colour: Image | None, dpi: float) -> tuple[list[Writing], list[Writing]]:
    """Give the pieces of red and of pale ink at the head of a page.

    Of pale ink only capitals are believed: print that shows through, or that a shadow lies on, is pale too.
    """
    head = int(HEAD_SHARE * grey.shape[0])
    red = list(islice(red_writing(colour[:head], dpi), MOST_CANDIDATES)) if colour is not None else []
    pale = (piece for piece in pale_writing(grey[:head], dpi) if not any(_is_same(piece.box, each.box) for each in red))
    return red, list(islice(pale, MOST_CANDIDATES))


def _texts_of(piece: Writing, engine: Engine, least: float = LEAST_CONFIDENCE) -> list[list[_Text]]:
    """Give what is read of a piece of ink: by the engine in its best drawing, else in all of them.

    Where frames cross letters the engine sees no text at all, the second recognizer may; and frames are cut out.
    """
    readings = engine.read(piece.drawings, READ_DPI, Layout.SPARSE)
    worth = [[text for text in texts if _is_mark_word(text, least)] for texts in readings]
    best = max(worth, key=lambda texts: sum(len(text.text) * text.confidence for text in texts), default=[])
    more = [text for drawing in piece.drawings for text in _lines_of(drawing, engine) if _is_mark_word(text, least)]
    read = [[_Text(text.text, text.confidence, _box_of(text))] for text in (*best, *more)]
    frames = [frame for drawing in piece.drawings for frame in _frames_of_drawing(drawing)]
    return [[_placed(text, piece) for text in texts] for texts in (*read, *_framed_texts(frames, engine))]


def _frames_of_drawing(drawing: Image) -> Iterator[Frame]:
    dark = shrunk(image_of(255 - drawing))
    return frames_of(image_of((dark > _FRAME_LEVEL) * np.uint8(255)), drawing, READ_DPI)


def _lines_of(drawing: Image, engine: Engine) -> list[EngineWord]:
    if engine.second is None:
        return []
    boxes = [line.box for line in find_lines(drawing, _DETECTED_PX) if line.sureness >= _LEAST_LINE]
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


def _is_mark_word(text: EngineWord, least: float) -> bool:
    return text.confidence >= least and sum(ch.isalpha() for ch in text.text) >= _LEAST_LETTERS


def _box_of(text: EngineWord) -> Box:
    return Box(text.left, text.top, text.right, text.bottom)


def _placed(text: _Text, piece: Writing) -> _Text:
    """Give a text of a drawing where it stands on the page."""
    sides = (text.box.left, text.box.top, text.box.right, text.box.bottom)
    across, above, right, below = ((side - MARGIN_PX) / piece.zoom for side in sides)
    left, top = piece.box.left, piece.box.top
    return _Text(text.text, text.confidence, Box(left + across, top + above, left + right, top + below))


def _is_same(box: Box, other: Box) -> bool:
    across = min(box.right, other.right) - max(box.left, other.left)
    down = min(box.bottom, other.bottom) - max(box.top, other.top)
    return across > 0.6 * min(box.width, other.width) and down > 0.6 * min(box.height, other.height)


def _is_read_already(texts: Sequence[_Text], words: Iterable[Word]) -> bool:
    """Say whether these words are read there already, or there are none."""
    if not texts:
        return True
    box = texts[0].box
    for text in texts[1:]:
        box = box.union(text.box)
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
