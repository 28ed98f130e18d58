"""Where a heading's blanks are: after `Số:` up to the slash, and between ngày, tháng and năm.

The printed words tell, also where the engine took one and the figures beside it for a single word: then the label's
own width, known from the type, says where it ends.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from config.text import accentless
from ocr.kinds_blanks import date_starts, number_labels, right_of
from ocr.label_words import type_width
from ocr.model import Box, Word, WordKind

_NUMBER_LABEL = "Số:"
_DATE_LABELS = (("ngay", "ngày"), ("thang", "tháng"), ("nam", "năm"))
_OF_BLANK = ("day", "month", "year")
_SYMBOL = re.compile(r"/\W*\w{2}")
_READABLE = 0.9
_BEFORE_SLASH = 0.05
_FUSED = 1.08
"""A label that runs into figures is taken for a little wider than the type says: italics are, and a letter is none."""
_LINE_RANGE = (0.8, 1.5)
_LEAST_ROOM = 0.25


@dataclass(frozen=True, slots=True)
class Place:
    """A blank: which figure belongs there, its box between the printed words, the height of these, words inside."""

    label: str
    box: Box
    line_px: float
    inside: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class _Edges:
    """Where a printed label begins and ends."""

    left: float
    right: float


def find_places(words: Sequence[Word], page: tuple[int, int]) -> list[Place]:
    """Give the blanks of a page (width, height in pixels) in which figures do not prove to be print."""
    stamps = {position for position, word in enumerate(words) if word.kind is WordKind.STAMP}
    found = [*_number_places(words, page, stamps)]
    for start in date_starts(words, page, stamps):
        found += _date_places(words, start, page[0])
    return [place for place in found if not _is_print(place)]


def _is_print(place: Place) -> bool:
    """Say whether the words inside are figures that passed for print (ocr/kinds_blanks.py)."""
    figures = [word for word in place.inside if any(ch.isdigit() for ch in word.text)]
    return bool(figures) and all(word.kind is WordKind.PRINT for word in place.inside)


def _number_places(words: Sequence[Word], page: tuple[int, int], stamps: set[int]) -> Iterator[Place]:
    """Give the blank of the topmost `Số:`; without a symbol it ends with the next word."""
    for start in number_labels(words, page, stamps):
        label = words[start]
        row = [words[p] for p in right_of(words, start, 0.35 * page[0]) if any(ch.isalnum() for ch in words[p].text)]
        if not row:
            continue
        scale = _scale(words, start)
        # The word of the label may reach over leader dots, and over the figures on them.
        left = label.box.left + min(label.box.width, _FUSED * scale * type_width(_NUMBER_LABEL))
        symbol = _symbol(row)
        if symbol is None:
            right = row[0].box.right
        else:
            tail = symbol.text[_slash(symbol) :]
            right = symbol.box.left if tail == symbol.text else symbol.box.right - scale * type_width(tail)
            right -= _BEFORE_SLASH * label.box.height
        place = _place("number", left, right, label.box, words, row)
        if place is not None:
            fused = () if symbol is None or _slash(symbol) == 0 else (symbol,)
            yield replace(place, inside=(*place.inside, *fused))
        return


def _symbol(row: Sequence[Word]) -> Word | None:
    """Give the word that has the symbol: a written 1 is read as a slash at times, but a symbol goes on after it."""
    with_slash = [word for word in row if "/" in word.text]
    return next((word for word in with_slash if _SYMBOL.search(word.text)), next(iter(with_slash), None))


def _slash(symbol: Word) -> int:
    """Give where in the text of a word its symbol begins."""
    found = _SYMBOL.search(symbol.text)
    return found.start() if found else symbol.text.index("/")


def _date_places(words: Sequence[Word], start: int, width: int) -> Iterator[Place]:
    """Give the blanks after ngày and tháng, and after năm where something is written there."""
    row = [words[start], *(words[p] for p in right_of(words, start, 0.5 * width))]
    edges = _label_edges(row, _scale(words, start))
    for at, (key, _) in enumerate(_DATE_LABELS):
        if key not in edges:
            continue
        following = _DATE_LABELS[at + 1][0] if at + 1 < len(_DATE_LABELS) else ""
        left = edges[key].right
        right = edges[following].left if following in edges else _end_of_next(row, left)
        place = _place(_OF_BLANK[at], left, right, words[start].box, words, row)
        if place is not None:
            yield place


def _label_edges(row: Sequence[Word], scale: float) -> dict[str, _Edges]:
    """Give where ngày, tháng and năm stand in a row, alone or run together with figures."""
    found: dict[str, _Edges] = {}
    rest = list(_DATE_LABELS)
    for word in row:
        text = accentless(word.text)
        while rest and rest[0][0] in text:
            key, label = rest.pop(0)
            at, length = text.index(key), _FUSED * scale * type_width(label)
            if len(text) <= len(key) + 1:
                found[key] = _Edges(word.box.left, word.box.right)
            elif at == 0:
                found[key] = _Edges(word.box.left, word.box.left + length)
            elif at + len(key) == len(text):
                found[key] = _Edges(word.box.right - length, word.box.right)
            else:
                return found
    return found


def _scale(words: Sequence[Word], start: int) -> float:
    """Give pixels a unit of the type, from words that were read well: of the same row, else of the page."""
    sure = [word for word in words if word.confidence >= _READABLE and len(word.text) > 2 and not word.text.isupper()]
    middle = (words[start].box.top + words[start].box.bottom) / 2
    beside = [word for word in sure if word.box.top < middle < word.box.bottom]
    scales = [word.box.width / type_width(word.text) for word in beside or sure]
    return median(scales) if scales else words[start].box.height / type_width("M")


def _end_of_next(row: Sequence[Word], left: float) -> float:
    """Give where the first word that reaches beyond a label ends."""
    return next((word.box.right for word in row if word.box.right > left + 1), left)


def _place(
    label: str, left: float, right: float, beside: Box, words: Sequence[Word], row: Sequence[Word]
) -> Place | None:
    """Give the blank between two edges, or None where there is no room for a figure."""
    usual = median(word.box.height for word in words)
    line_px = min(max(beside.height, _LINE_RANGE[0] * usual), _LINE_RANGE[1] * usual)
    if right - left < _LEAST_ROOM * line_px:
        return None
    inside = tuple(word for word in row if left < (word.box.left + word.box.right) / 2 < right)
    return Place(label, Box(left, beside.top, right, beside.bottom), line_px, inside)
