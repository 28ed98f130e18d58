"""Whether the figures in a heading's blanks are print: number, day, month and year.

On most papers they are written or stamped into a printed form, and the engine reads such figures wrongly with high
confidence. So here print must prove itself: the ink of the blank falls into as many pieces as the word has figures,
the pieces stand on one line and have the size of the print beside them, and each looks like the figure it was read
as, in the page's own print or in the type the law prescribes (Times; NĐ 30/2020, Phụ lục I).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Drawing
from PIL import ImageDraw, ImageFont

from config.fonts import document_font
from config.text import accentless
from ocr.images import Image
from ocr.model import Box, Word

HEAD_SHARE = 0.42
LEAST_LIKENESS = 0.72
"""Correlation of a figure with its nearest printed twin: print reaches 0.75 and more, handwriting seldom 0.67."""
SLASH_LIKENESS = 0.55
TIED = 0.02
"""Two figures this near in likeness are alike; the engine's word counts then."""
SIZE_TOLERANCE = 0.14

_NUMBER_LABELS = frozenset({"so", "s6", "s0", "se", "sa"})
_GLYPH = (20, 28)
_MODELS_PER_FIGURE = 14

Glyph = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank of a form: where its figures may stand, and the words in it.

    `symbol_left`: where a symbol set apart begins; `year`: the printed year to measure by.
    """

    box: Box
    figures: tuple[int, ...]
    symbol_left: float | None = None
    year: Box | None = None


def handwritten_figures(grey: Image, words: Sequence[Word], skip: set[int]) -> list[int]:
    """Give the positions of words in blanks whose figures do not prove to be print."""
    page = (grey.shape[1], grey.shape[0])
    blanks = [
        *(blank for start in date_starts(words, page, skip) for blank in _blanks_after(words, start, page[0])),
        *_number_blank(words, page, skip),
    ]
    if not any(blank.figures for blank in blanks):
        return []
    tested = {position for blank in blanks for position in blank.figures}
    models = _models(grey, words, skip | tested)
    failed = []
    for blank in blanks:
        if blank.figures and not _is_print(grey, words, blank, models):
            failed += list(blank.figures)
    return failed


def date_starts(words: Sequence[Word], page: tuple[int, int], skip: set[int]) -> Iterator[int]:
    """Give where `ngày` stands of each `<place>, ngày … tháng … năm …`, and of the right column's topmost date."""
    width, height = page
    starts = [
        position
        for position, word in enumerate(words)
        if position not in skip and accentless(word.text).startswith("ngay") and word.box.left > 0.35 * width
    ]
    starts.sort(key=lambda position: words[position].box.top)
    for rank, start in enumerate(starts):
        in_head = rank == 0 and words[start].box.bottom < HEAD_SHARE * height
        if in_head or (start > 0 and words[start - 1].text.endswith(",")):
            yield start


def _blanks_after(words: Sequence[Word], start: int, width: int) -> Iterator[Blank]:
    """Give the blanks between ngày, tháng and năm, and the one after năm."""
    row = right_of(words, start, 0.5 * width)
    marks = [start, *(p for p in row if accentless(words[p].text)[:5].strip(".,") in {"thang", "nam"})][:3]
    last = [p for p in row if words[p].box.left > words[marks[-1]].box.left]
    year = words[last[0]].box if len(marks) == 3 and last else None
    for mark, end in zip(marks, [*marks[1:], None], strict=True):
        inside = [p for p in row if _between(words, p, mark, end)]
        if end is None:
            inside = inside[:1]
        fused = [p for p in (mark,) if any(ch.isdigit() for ch in words[p].text)]
        right = words[end].box.left if end is not None else max((words[p].box.right for p in inside), default=0.0)
        left = words[mark].box.right
        if right > left:
            box = Box(left, words[mark].box.top, right, words[mark].box.bottom)
            yield Blank(box, (*fused, *inside), year=year)


def number_labels(words: Sequence[Word], page: tuple[int, int], skip: set[int]) -> Iterator[int]:
    """Give where `Số:` may stand in the head of a page, topmost first."""
    width, height = page
    for position, word in sorted(enumerate(words), key=lambda pair: pair[1].box.top):
        key = accentless(word.text).strip(".:;,")
        is_department = word.text.isupper() and ":" not in word.text  # SỞ, not Số
        is_in_head = word.box.bottom <= HEAD_SHARE * height and word.box.left <= 0.7 * width
        if position not in skip and not is_department and key in _NUMBER_LABELS and is_in_head:
            yield position


def _number_blank(words: Sequence[Word], page: tuple[int, int], skip: set[int]) -> Iterator[Blank]:
    """Give the blank after the topmost `Số:`, with the symbol up to its end."""
    for position in number_labels(words, page, skip):
        word = words[position]
        inside: list[int] = []
        for other in right_of(words, position, 0.35 * page[0]):
            if not any(ch.isalnum() for ch in words[other].text):
                continue
            inside.append(other)
            if "/" in words[other].text:
                break
        if not inside:
            continue
        if "/" not in words[inside[-1]].text:
            # A certificate's number has no symbol; the first word is all of it.
            inside = inside[:1]
        symbol = inside[-1]
        figures = inside[:-1] if words[symbol].text.startswith("/") else inside
        apart = words[symbol].box.left if words[symbol].text.startswith("/") else None
        box = Box(word.box.right, word.box.top, words[symbol].box.right, word.box.bottom)
        yield Blank(box, tuple(figures), apart)
        return


def right_of(words: Sequence[Word], start: int, reach: float) -> list[int]:
    """Give the words to the right on the same row, nearest first."""
    first = words[start].box
    row = []
    for position, word in enumerate(words):
        overlap = min(first.bottom, word.box.bottom) - max(first.top, word.box.top)
        low = min(first.height, word.box.height)
        if position != start and first.left < word.box.left < first.left + reach and overlap > 0.4 * low:
            row.append(position)
    return sorted(row, key=lambda position: words[position].box.left)


def _between(words: Sequence[Word], position: int, mark: int, end: int | None) -> bool:
    left = words[position].box.left
    return left > words[mark].box.left and (end is None or left < words[end].box.left) and position not in (mark, end)


def _is_print(grey: Image, words: Sequence[Word], blank: Blank, models: dict[str, list[Glyph]]) -> bool:
    """Say whether all figures of a blank prove to be print."""
    if len(blank.figures) != 1:
        return False
    word = words[blank.figures[0]]
    figures = _leading_figures(word.text)
    if figures is None:
        return False
    pieces = _pieces(grey, _padded(blank.box, word.box))
    count = len(figures)
    if blank.symbol_left is not None:
        before = [box for box, _ in pieces if (box.left + box.right) / 2 < blank.symbol_left]
        is_covered = len(before) == count
    elif "/" in word.text:
        is_covered = len(pieces) > count and _is_slash(*pieces[count], models)
    else:
        is_covered = len(pieces) == count
    return (
        is_covered
        and (blank.year is None or _fits_year(grey, blank.year, [box for box, _ in pieces]))
        and _is_level([box for box, _ in pieces], count)
        and all(
            figure.isalpha() or _proves(glyph, figure, models)
            for figure, (_, glyph) in zip(figures, pieces[:count], strict=True)
        )
    )


def _fits_year(grey: Image, year: Box, boxes: Sequence[Box]) -> bool:
    """Say whether figures have the height of the printed year and stand on its line."""
    printed = [box for box, _ in _pieces(grey, year)]
    if not printed:
        return False
    height = float(np.median([box.height for box in printed]))
    line = float(np.median([box.bottom for box in printed]))
    # Skew lets the line run off by two in a hundred.
    return all(
        abs(box.height - height) <= SIZE_TOLERANCE * height
        and abs(box.bottom - line) <= SIZE_TOLERANCE * height + 0.02 * abs(year.left - box.left)
        for box in boxes
    )


def _is_slash(box: Box, glyph: Glyph, models: dict[str, list[Glyph]]) -> bool:
    """Say whether the piece after the figures is the slash; any other there is ink that was not read.

    A slash often touches the capitals after it: such a piece is wider than any figure.
    """
    return box.width > 0.9 * box.height or _likeness(glyph, "/", models) >= SLASH_LIKENESS


def _is_level(boxes: Sequence[Box], count: int) -> bool:
    """Say whether the first pieces stand on one line with one height, that of the pieces after them."""
    figures, rest = boxes[:count], [box.height for box in boxes[count + 1 :]]
    tall = max(box.height for box in figures)
    if min(box.height for box in figures) < (1 - SIZE_TOLERANCE) * tall:
        return False
    bottoms = [box.bottom for box in figures]
    if max(bottoms) - min(bottoms) > SIZE_TOLERANCE * tall:
        return False
    return not rest or abs(float(np.median(rest)) - tall) <= SIZE_TOLERANCE * tall


def _leading_figures(text: str) -> str | None:
    """Give the figures a word consists of, or begins with before a slash; None for anything else."""
    head = text.rstrip(".,;").split("/")[0].split("-")[0].lstrip(":")
    plain = head.isalnum() and head.isascii() and (head.isupper() or head.isdigit())
    return head if plain and any(ch.isdigit() for ch in head) else None


def _padded(blank: Box, word: Box) -> Box:
    """Give the blank's box, as high as the word's ink and a little more."""
    top, bottom = min(blank.top, word.top), max(blank.bottom, word.bottom)
    return Box(min(blank.left, word.left), top, max(blank.right, word.right), bottom)


def _pieces(grey: Image, box: Box) -> list[tuple[Box, Glyph]]:
    """Give the pieces of ink in a box that are as large as figures, left to right."""
    left, top = max(int(box.left), 0), max(int(box.top), 0)
    cut = grey[top : int(box.bottom) + 1, left : int(box.right) + 1]
    if cut.size == 0 or min(cut.shape) < 8:
        return []
    level, _ = cv2.threshold(cut, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    ink = (cut < max(min(level, 200), 60)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    pieces = []
    for label in range(1, count):
        x, y, wide, high, area = (int(value) for value in stats[label])
        # Dots, commas and dirt are smaller than half a line.
        if high < 0.38 * cut.shape[0] or area < 12:
            continue
        glyph = (labels[y : y + high, x : x + wide] == label).astype(np.uint8)
        pieces.append((Box(left + x, top + y, left + x + wide, top + y + high), _normal(glyph)))
    return sorted(pieces, key=lambda piece: piece[0].left)


def _normal(glyph: Image) -> Glyph:
    """Bring a glyph to one size, keeping its proportions, softened and centred on zero."""
    high, wide = glyph.shape
    scale = min(_GLYPH[1] / high, _GLYPH[0] / wide)
    size = (max(1, round(wide * scale)), max(1, round(high * scale)))
    small = cv2.resize(glyph * 255, size, interpolation=cv2.INTER_AREA)
    canvas = np.zeros((_GLYPH[1], _GLYPH[0]), np.float32)
    y, x = (_GLYPH[1] - size[1]) // 2, (_GLYPH[0] - size[0]) // 2
    canvas[y : y + size[1], x : x + size[0]] = small
    soft = cv2.GaussianBlur(canvas, (3, 3), 0.8)
    centred = soft - soft.mean()
    norm = float(np.linalg.norm(centred)) or 1.0
    return np.asarray(centred / norm, np.float32)


def _likeness(glyph: Glyph, figure: str, models: dict[str, list[Glyph]]) -> float:
    """Give the correlation of a glyph with the nearest printed glyph of a figure."""
    return max(float((glyph * model).sum()) for model in [*models.get(figure, ()), *_type_figures()[figure]])


def _proves(glyph: Glyph, figure: str, models: dict[str, list[Glyph]]) -> bool:
    """Say whether a glyph looks like print of the figure it was read as, and like no other figure more.

    This is a second opinion on the figure itself, independent of the engine.
    """
    own = _likeness(glyph, figure, models)
    others = (_likeness(glyph, other, models) for other in "0123456789" if other != figure)
    return own >= LEAST_LIKENESS and own + TIED > max(others)


@lru_cache(maxsize=1)
def _type_figures() -> dict[str, tuple[Glyph, ...]]:
    """Give the figures of the prescribed type: upright and italic, plain and bold."""
    font = ImageFont.truetype(BytesIO(document_font()), 64)
    return {
        figure: tuple(_drawn(figure, font, slant, weight) for slant in (0.0, 0.15, 0.27) for weight in (0, 2))
        for figure in "0123456789/"
    }


def _drawn(figure: str, font: ImageFont.FreeTypeFont, slant: float, weight: int) -> Glyph:
    drawing = Drawing.new("L", (120, 120), 0)
    ImageDraw.Draw(drawing).text((40, 20), figure, font=font, fill=255, stroke_width=weight)
    shear = np.array([[1, -slant, slant * 60], [0, 1, 0]], np.float32)
    slanted = cv2.warpAffine(np.asarray(drawing), shear, (120, 120)) > 127
    rows, columns = np.nonzero(slanted)
    return _normal(slanted[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].astype(np.uint8))


def _models(grey: Image, words: Sequence[Word], skip: set[int]) -> dict[str, list[Glyph]]:
    """Give printed figures of the page, from words of figures that were read with confidence."""
    models: dict[str, list[Glyph]] = {}
    for position, word in enumerate(words):
        text = word.text.rstrip(".,;:)")
        if position in skip or word.confidence < 0.90 or not (text.isdigit() and text.isascii()) or len(text) > 4:
            continue
        if all(len(models.get(figure, ())) >= _MODELS_PER_FIGURE for figure in text):
            continue
        pieces = _pieces(grey, word.box)
        if len(pieces) != len(text):
            continue
        for figure, (_, glyph) in zip(text, pieces, strict=True):
            models.setdefault(figure, []).append(glyph)
    return models
