"""Where each word of a page goes: from pixel boxes to words on baselines.

All words of a line share one baseline and one font size, and the lines of a block share a size where they nearly do:
text extractors find lines and columns by these, and words set each in its own size would fall apart.
What a word's ink really spans above and below the baseline is kept as its ascent and descent.
Lengths are in units of the page (points); x to the right, y up, origin at the lower left of the upright page.
"""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ocr.assemble.cells import Block, Room, rooms
from ocr.model import Box, PageText, Word

_STEEPEST_SKEW_DEG = 20.0
_EXTENT_STEP = 5  # extents are kept to a fifth of the font size: few fonts, and body text off by 0.5 mm at most
_TALLEST = 9
_REACH = 1.8  # points, 0.6 mm
_LEAST_GAP = 0.19  # font sizes; from 0.15 on every reader sees a space
_MOST_CUT = 2.4  # points, 0.85 mm
_MOST_CUT_RATIO = 0.4
_MOST_GAP = 0.65  # font sizes; from 0.7 on poppler may take the next word for another column
_MOST_PITCH = 1.45  # of the usual distance of a block's lines
_MOST_REACH = 2.0  # points, 0.7 mm
_LEAST_LENGTH = 0.1
_HIGHEST_FOOT = 0.25  # a dash floats; its level may rise by so much
_SAME_SIZE = 0.15
_SMALLEST_SIZE = 2.0

_X_HEIGHT = 0.46
_CAP_HEIGHT = 0.66
_MARK_HEIGHT = 0.21
_DEPTH = 0.21
_TALL = frozenset("bdfhklđ")
_DEEP = frozenset("gjpqy,;()[]{}|\\_Q§")
_HIGH_MARKS = frozenset("\u0300\u0301\u0302\u0303\u0306\u0309\u0308")
_DOT_BELOW = "\u0323"


@dataclass(frozen=True, slots=True)
class SetWord:
    """One word on its baseline: where it starts, how long it is, how far its ink reaches, and the gap after it.

    `ascent` and `descent` are in fifths of the font size, both counted away from the baseline.
    """

    text: str
    x: float
    y: float
    length: float
    gap: float
    ascent: int
    descent: int


@dataclass(frozen=True, slots=True)
class SetLine:
    """One line: its font size, its words in reading order."""

    size: float
    words: tuple[SetWord, ...]


@dataclass(frozen=True, slots=True)
class _Rect:
    """A word's box, and its rectangle in the frame turned by the skew: u along the line, v down across it."""

    text: str
    block: int
    box: Box
    u0: float
    v0: float
    u1: float
    v1: float


@dataclass(frozen=True, slots=True)
class _Metrics:
    """What a line is set with: its rectangles, size, baseline; `room`: what keeps it apart from others."""

    rects: tuple[_Rect, ...]
    size: float
    baseline: float
    room: Room | None = None


def typeset(page: PageText, width: float, height: float) -> tuple[SetLine, ...]:
    """Give the lines of a page whose upright image covers `width` x `height`."""
    across, down = width / page.width_px, height / page.height_px
    angle = math.radians(page.skew_deg) if abs(page.skew_deg) <= _STEEPEST_SKEW_DEG else 0.0
    lines = [
        tuple(_turned(word, text, angle, across, down) for word in line if (text := clean_text(word.text)))
        for line in page.lines()
    ]
    measured = _kept_apart(_level([_measure(rects) for rects in lines if rects]))
    return tuple(_set_line(line, angle, height) for line in measured)


def clean_text(text: str) -> str:
    """Give a word's text as it may stand in a PDF: NFC, no control characters, no white space."""
    return "".join(
        ch
        for ch in unicodedata.normalize("NFC", text)
        if not ch.isspace() and unicodedata.category(ch) not in ("Cc", "Cs", "Cn", "Co") and ch not in "\ufeff\ufffe"
    )


def _turned(word: Word, text: str, angle: float, across: float, down: float) -> _Rect:
    """Give the rectangle that stands on the line's own axes and whose upright hull is the word's box."""
    box = Box(word.box.left * across, word.box.top * down, word.box.right * across, word.box.bottom * down)
    sine, cosine = math.sin(angle), math.cos(angle)
    lean = abs(sine)
    length = (box.width * cosine - box.height * lean) / math.cos(2 * angle)
    height = (box.height * cosine - box.width * lean) / math.cos(2 * angle)
    if length < 0.3 * box.width or height < 0.3 * box.height:
        # The box does not hug ink that leans this way: keep its centre and its own measures.
        length, height = box.width, box.height
    u = (box.left + box.right) / 2 * cosine + (box.top + box.bottom) / 2 * sine
    v = (box.top + box.bottom) / 2 * cosine - (box.left + box.right) / 2 * sine
    return _Rect(text, word.block, box, u - length / 2, v - height / 2, u + length / 2, v + height / 2)


def _extents(text: str) -> tuple[float, float]:
    """Give how far printed letters reach above and below the baseline, in font sizes."""
    tops, depths = [0.0], [0.0]
    for ch in text:
        base, *marks = list(unicodedata.normalize("NFD", ch))
        tall = base.isupper() or base.isdigit() or base in _TALL or not base.isalnum()
        top = _CAP_HEIGHT if tall else _X_HEIGHT
        tops.append(top + _MARK_HEIGHT * sum(mark in _HIGH_MARKS for mark in marks))
        depths.append(_DEPTH if base in _DEEP or _DOT_BELOW in marks else 0.0)
    return max(tops), max(depths)


def _measure(rects: Sequence[_Rect]) -> _Metrics:
    """Estimate a line's font size and baseline from the words that have letters or digits."""
    telling = [rect for rect in rects if any(ch.isalnum() for ch in rect.text)] or list(rects)
    extents = [(rect, *_extents(rect.text)) for rect in telling]
    sizes = [(rect.v1 - rect.v0) / (top + depth) for rect, top, depth in extents for _ in rect.text]
    size = max(round(median(sizes) * 2) / 2, _SMALLEST_SIZE)
    bottoms = [rect.v1 - depth * size for rect, _, depth in extents for _ in rect.text]
    return _Metrics(tuple(rects), size, median(bottoms))


def _level(lines: Sequence[_Metrics]) -> list[_Metrics]:
    """Give the lines of each block one size where they nearly have one."""
    by_block: dict[int, list[float]] = {}
    for line in lines:
        by_block.setdefault(line.rects[0].block, []).append(line.size)
    common = {block: median(sizes) for block, sizes in by_block.items()}

    def levelled(line: _Metrics) -> _Metrics:
        size = round(common[line.rects[0].block] * 2) / 2
        return replace(line, size=size) if abs(line.size - size) <= _SAME_SIZE * size else line

    return [levelled(line) for line in lines]


def _kept_apart(lines: Sequence[_Metrics]) -> list[_Metrics]:
    """Give lines of blocks that stand beside others the room by which extractors keep them apart."""
    by_block: dict[int, list[_Metrics]] = {}
    for line in lines:
        by_block.setdefault(line.rects[0].block, []).append(line)
    found = rooms({block: _block(members) for block, members in by_block.items()})
    return [replace(line, room=found.get(line.rects[0].block)) for line in lines]


def _block(lines: Sequence[_Metrics]) -> Block:
    rects = [rect for line in lines for rect in line.rects]
    steps = [abs(after.baseline - before.baseline) for before, after in pairwise(lines)]
    return Block(
        left=min(rect.u0 for rect in rects),
        top=min(rect.v0 for rect in rects),
        right=max(rect.u1 for rect in rects),
        bottom=max(rect.v1 for rect in rects),
        size=median(line.size for line in lines),
        pitch=min(max(steps), _MOST_PITCH * median(steps)) if steps else 0.0,
    )


def _set_line(line: _Metrics, angle: float, page_height: float) -> SetLine:
    """Set the words of a line upright and, as far as their ink allows, all on one level.

    Words set at a slant would follow the ink as well, but poppler breaks a word whose baseline drifts by half a
    point, and a line that drifts by half its font size. A word's level may lie anywhere within its ink: ascent and
    descent still tell where that ink is. So a skewed line reads as one line.
    """
    font = round(line.room.size, 1) if line.room else line.size
    least_gap = _LEAST_GAP * font
    spans = _apart([(rect.box.left, rect.box.right) for rect in line.rects], least_gap)
    if line.room:
        spans = _within(spans, line.room, _MOST_GAP * font)
    starts = [start for start, _end in spans[1:]] + [spans[-1][1] + least_gap]
    words = [
        SetWord(
            text=rect.text,
            x=start,
            y=page_height - level,
            length=end - start,
            gap=max(following - end, least_gap),
            ascent=_fifths((level - rect.box.top) / font),
            descent=_fifths((rect.box.bottom - level) / font),
        )
        for rect, level, (start, end), following in zip(line.rects, _levels(line, angle), spans, starts, strict=True)
    ]
    return SetLine(font, tuple(words))


def _levels(line: _Metrics, angle: float) -> list[float]:
    """Give each word a level within its ink, as near as can be to one that all words of the line can have."""
    own = [
        min(baseline, max(rect.box.bottom, baseline - _HIGHEST_FOOT * line.size))
        for rect in line.rects
        for baseline in [_baseline_under(rect, line, angle)]
    ]
    common = min(own)
    reach = 0.0
    if max(rect.box.top for rect in line.rects) > common:
        # The line runs too steep for one level within all words: let it pass a little outside their ink.
        reach = _REACH
        common = min(rect.box.bottom for rect in line.rects) + reach
    return [
        min(max(common, rect.box.top - reach), max(level, rect.box.bottom + reach))
        for rect, level in zip(line.rects, own, strict=True)
    ]


def _baseline_under(rect: _Rect, line: _Metrics, angle: float) -> float:
    """Give where the line's baseline passes under the middle of a word."""
    return (rect.u0 + rect.u1) / 2 * math.sin(angle) + line.baseline * math.cos(angle)


def _apart(spans: Sequence[tuple[float, float]], least_gap: float) -> list[tuple[float, float]]:
    """Pull words that touch or overlap apart, so that every reader sees a space between them.

    The end of the first gives way first, as far as still lies on its ink; then the start of the second.
    """
    apart = [spans[0]]
    for left, right in spans[1:]:
        start, (before, end) = left, apart[-1]
        lacking = least_gap - (left - end)
        if lacking > 0 and left > before:
            first = min(lacking, _MOST_CUT, _MOST_CUT_RATIO * (end - before))
            second = min(lacking - first, _MOST_CUT_RATIO * (right - left))
            third = min(lacking - first - second, 0.8 * (end - before) - first)
            apart[-1] = (before, end - first - third)
            start = left + second
        apart.append((start, max(right, start + _LEAST_LENGTH)))
    return [(start, max(end, start + _LEAST_LENGTH)) for start, end in apart]


def _within(spans: Sequence[tuple[float, float]], room: Room, most_gap: float) -> list[tuple[float, float]]:
    """Keep the words of a line to their room, and let those across a wide gap reach out to each other."""
    starts = [max(start, min(room.left, end - _LEAST_LENGTH)) for start, end in spans]
    ends = [min(end, max(room.right, start + _LEAST_LENGTH)) for start, (_, end) in zip(starts, spans, strict=True)]
    for at in range(len(spans) - 1):
        reach = min(max(0.0, starts[at + 1] - ends[at] - most_gap) / 2, _MOST_REACH)
        ends[at] += reach
        starts[at + 1] -= reach
    return list(zip(starts, ends, strict=True))


def _fifths(extent: float) -> int:
    return min(max(round(extent * _EXTENT_STEP), 0), _TALLEST)


def clusters(text: str) -> Iterable[str]:
    """Split text into letters with the marks that stand on them: each is one glyph, so a mark never strays."""
    cluster = ""
    for ch in text:
        if cluster and not unicodedata.combining(ch):
            yield cluster
            cluster = ""
        cluster += ch
    if cluster:
        yield cluster
