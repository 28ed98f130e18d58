"""The page as a person sees it: runs of words, rebuilt from their boxes.

The engine's own lines run across the two columns of a heading and of a signature block; here a run ends where the
white space is too wide for a space between words. Stamps are left out, rows are levelled by the page's skew.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np
from rapidfuzz import fuzz

from config.text import accentless, nfc
from ocr.model import Box, PageText, Word, WordKind
from pipeline.extract.sureness import word_sureness

WIDEST_HOLE = 0.75
"""A space this wide, in line heights, in a line that is not justified, may hide a word or a dash."""
LEAST_WHOLE = 0.5
"""So sure a word must be to outdo a surer one that is a part of it."""
WIDEST_SPACE = 1.15
"""A space between words is at most so many line heights wide; justified text reaches about one."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of words on one row, left to right; `top`, `bottom` are levelled by the page's skew."""

    page: int
    words: tuple[Word, ...]
    top: float
    bottom: float

    @property
    def text(self) -> str:
        """Give the words with single spaces."""
        return nfc(" ".join(word.text for word in self.words))

    @property
    def box(self) -> Box:
        """Give the box around all words."""
        return around(self.words)

    @property
    def left(self) -> float:
        """Give the left edge."""
        return min(word.box.left for word in self.words)

    @property
    def right(self) -> float:
        """Give the right edge."""
        return max(word.box.right for word in self.words)

    @property
    def centre(self) -> float:
        """Give the middle between the edges."""
        return (self.left + self.right) / 2

    @property
    def middle(self) -> float:
        """Give the height at which the row runs."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page cut into segments, top to bottom, with its usual line height; `unread`: ink of letters without a word."""

    number: int
    width: float
    height: float
    line_px: float
    segments: tuple[Segment, ...]
    stamps: tuple[Word, ...] = ()
    unread: tuple[Box, ...] = ()

    def is_crossed(self, row: Segment) -> bool:
        """Say whether a stamp, or a hole where words may be hidden, breaks a row of text."""
        reach = 1.5 * self.line_px
        for word in self.stamps:
            middle, centre = (word.box.top + word.box.bottom) / 2, (word.box.left + word.box.right) / 2
            if row.box.top < middle < row.box.bottom and row.left - reach < centre < row.right + reach:
                return True
        gaps = [after.box.left - before.box.right for before, after in pairwise(row.words)]
        return bool(gaps) and max(gaps) > max(WIDEST_HOLE * self.line_px, 2.2 * median(gaps))


def around(words: Sequence[Word]) -> Box:
    """Give the box around words."""
    box = words[0].box
    for word in words[1:]:
        box = box.union(word.box)
    return box


def cut_page(page: PageText) -> Sheet:
    """Cut a page into segments; words of stamps and specks without a letter are left out."""
    words = [word for word in page.words if word.kind is not WordKind.STAMP and not _is_speck(word, page)]
    words = _once(words)
    line_px = median([word.box.height for word in words if len(word.text) > 1] or [page.height_px / 60])
    slope = math.tan(math.radians(page.skew_deg))
    level = {id(word): word.box.left * slope for word in words}
    runs = _chain(words, level, line_px)
    segments = [make_segment(page.number, run, slope) for run in runs]
    ordered = tuple(sorted(segments, key=lambda segment: (segment.middle, segment.left)))
    stamps = tuple(word for word in page.words if word.kind is WordKind.STAMP)
    return Sheet(page.number, page.width_px, page.height_px, line_px, ordered, stamps, page.unread)


def make_segment(page: int, words: Sequence[Word], slope: float = 0.0) -> Segment:
    """Make a segment of words in any order."""
    ordered = sorted(words, key=lambda word: word.box.left)
    top = median(word.box.top - word.box.left * slope for word in ordered)
    bottom = median(word.box.bottom - word.box.left * slope for word in ordered)
    return Segment(page, tuple(ordered), top, bottom)


def split_at(segment: Segment, x: float) -> list[Segment]:
    """Give the parts of a segment left and right of x."""
    left = [word for word in segment.words if (word.box.left + word.box.right) / 2 < x]
    right = [word for word in segment.words if (word.box.left + word.box.right) / 2 >= x]
    shift = segment.top - make_segment(segment.page, segment.words).top
    parts = [make_segment(segment.page, words) for words in (left, right) if words]
    return [Segment(part.page, part.words, part.top + shift, part.bottom + shift) for part in parts]


def join_rows(segments: Iterable[Segment], line_px: float) -> list[Segment]:
    """Give one segment for each row of a column, joining what stands at one height."""
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda s: s.middle):
        home = next((row for row in reversed(rows) if abs(row[0].middle - segment.middle) < 0.5 * line_px), None)
        if home is None:
            rows.append([segment])
        else:
            home.append(segment)
    return [
        Segment(
            row[0].page,
            tuple(sorted((word for part in row for word in part.words), key=lambda word: word.box.left)),
            min(part.top for part in row),
            max(part.bottom for part in row),
        )
        for row in rows
    ]


def _is_speck(word: Word, page: PageText) -> bool:
    """Dirt that the engine took for a character: no letter or digit, or hopeless and out of proportion."""
    if not any(ch.isalnum() for ch in word.text):
        return word.text not in {"-", "–", "—", ":", "/", "./.", "(", ")", "+", "="}
    return word_sureness(word) < 0.30 and word.box.height > page.height_px / 25


def _once(words: list[Word]) -> list[Word]:
    """Leave out words that lie on the ink of a surer one: the engine sometimes reads a place twice."""
    rivals = _overlapping(words)
    kept: set[int] = set()
    for index in sorted(range(len(words)), key=lambda index: -_worth(words, index, rivals.get(index, ()))):
        if not any(other in kept and _repeats(words[other], words[index]) for other in rivals.get(index, ())):
            kept.add(index)
    return [word for index, word in enumerate(words) if index in kept]


def _worth(words: list[Word], index: int, rivals: Sequence[int]) -> float:
    """Give how sure a word is; one whose letters hold all of a rival's is as sure as that: TỊCH and TỊC."""
    text = words[index].text
    sure = word_sureness(words[index])
    inside = [word_sureness(words[other]) + 0.001 for other in rivals if _is_part(words[other].text, text)]
    return max([sure, *inside]) if sure >= LEAST_WHOLE else sure


def _is_part(part: str, whole: str) -> bool:
    return len(part) < len(whole) and accentless(part) in accentless(whole)


def _overlapping(words: list[Word]) -> dict[int, list[int]]:
    """Give for each word the others whose boxes share most of the smaller one, both ways."""
    if not words:
        return {}
    left, top, right, bottom = np.array(
        [(word.box.left, word.box.top, word.box.right, word.box.bottom) for word in words]
    ).T
    across = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    down = np.minimum.outer(bottom, bottom) - np.maximum.outer(top, top)
    width, height = right - left, bottom - top
    covers = (across > 0.6 * np.minimum.outer(width, width)) & (down > 0.6 * np.minimum.outer(height, height))
    np.fill_diagonal(covers, val=False)
    rivals: dict[int, list[int]] = {}
    for index, other in np.argwhere(covers).tolist():
        rivals.setdefault(index, []).append(other)
    return rivals


def _repeats(surer: Word, word: Word) -> bool:
    """Say whether a word is another reading of the same letters, or a scrap nobody would miss."""
    if not any(ch.isalnum() for ch in word.text):
        return False
    return fuzz.ratio(accentless(surer.text), accentless(word.text)) >= 70 or word_sureness(word) < 0.6


def _chain(words: list[Word], level: dict[int, float], line_px: float) -> list[list[Word]]:
    """Chain words of one row into runs, nearest neighbours first."""
    after: dict[int, Word] = {}
    taken: set[int] = set()
    for _, word, other in sorted(_neighbours(words, level, line_px), key=_nearness):
        if id(word) not in after and id(other) not in taken:
            after[id(word)] = other
            taken.add(id(other))
    runs = []
    for word in words:
        if id(word) in taken:
            continue
        run = [word]
        while id(run[-1]) in after:
            run.append(after[id(run[-1])])
        runs.append(run)
    return runs


def _neighbours(words: list[Word], level: dict[int, float], line_px: float) -> Iterator[tuple[float, Word, Word]]:
    """Give pairs of words that may follow each other on a row, with the space between them."""
    bands: dict[int, list[Word]] = {}
    for word in words:
        bands.setdefault(int((word.box.top - level[id(word)]) / line_px), []).append(word)
    for band, here in bands.items():
        near = [other for step in (-1, 0, 1) for other in bands.get(band + step, ())]
        for word in here:
            for other in near:
                gap = other.box.left - word.box.right
                if (
                    other.box.left > word.box.left
                    and -0.5 * line_px < gap <= WIDEST_SPACE * line_px
                    and _same_row(word, other, level)
                ):
                    yield gap, word, other


def _nearness(pair: tuple[float, Word, Word]) -> tuple[bool, float]:
    """The engine's own lines first, then the narrower space."""
    gap, word, other = pair
    return word.line != other.line, gap


def _same_row(word: Word, other: Word, level: dict[int, float]) -> bool:
    top = max(word.box.top - level[id(word)], other.box.top - level[id(other)])
    bottom = min(word.box.bottom - level[id(word)], other.box.bottom - level[id(other)])
    return bottom - top >= 0.5 * min(word.box.height, other.box.height)
