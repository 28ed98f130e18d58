"""Holds each word against the second reading of its ink: the likelier text stays, with the chance that it is right.

What the engine read stays beside as `raw`; what the second read otherwise and was not believed, if only a mark at the
end, stays as `second`.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from config.syllables import is_vietnamese
from ocr.images import Image
from ocr.model import Word
from ocr.recognize_lines import Line
from ocr.second import LineReader
from ocr.second.asking import ask
from ocr.second.opinion import Opinion, core, inner
from ocr.second.pieces import pieces
from ocr.second.rules import Rules, rules

REASON = "second_opinion"
AGREED = 0.945
"""Confidence a word has at least where both readings agree: rules that ask the engine alone ask for no more."""
LEAST_SURE = 0.6
"""A second reading less sure than this is taken for noise: on real pages one of twelve such was right."""
_LEAST, _MOST = 0.01, 0.999
_MOST_OF_ENGINE = 0.985
_SPECKS = "\\|`^~_\u00a1"
"""What specks before a word are read as; no text begins with them."""
_ROOFED = re.compile("\u0302|[eoEO][\u0300\u0301\u0303\u0309]")


class Found(StrEnum):
    """What the second recognizer made of a word; alone where it was not asked."""

    AGREE = "agree"
    DIFFER = "differ"
    UNSEEN = "unseen"
    ALONE = "alone"


class WordClass(StrEnum):
    """What a word consists of: letters, figures, or both, which is a code as any word with marks inside is.

    `roofed`: letters with a roof (â ê ô), or with a tone that may be what is left of a roof and a tone (é ó).
    `bare`: a syllable in capitals without any mark, which may have lost them all.
    """

    PLAIN = "plain"
    ROOFED = "roofed"
    BARE = "bare"
    FIGURES = "figures"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A word's likelier text, what was found, and the score its chance is looked up by."""

    text: str
    found: Found
    score: float


def weigh_lines(image: Image, lines: Sequence[Line], reader: LineReader) -> list[Line]:
    """Give the lines with each word weighed; one that was before stays. Raise ToolFailedError when reading fails."""
    parted = [pieces([word for word in line if word.probability is None]) for line in lines]
    flat = [piece for parts in parted for piece in parts]
    weighed = iter(
        [
            [weighed_word(word, opinion, reader.signs) for word, opinion in zip(piece, said, strict=True)]
            for piece, said in zip(flat, ask(image, flat, reader), strict=True)
        ]
    )
    found = [[word for _ in parts for word in next(weighed)] for parts in parted]
    before = [[word for word in line if word.probability is not None] for line in lines]
    return [sorted([*old, *new], key=lambda word: word.box.left) for old, new in zip(before, found, strict=True)]


def weighed_word(word: Word, opinion: Opinion, signs: frozenset[str]) -> Word:
    """Give a word as both readings of it make it."""
    given = rules()
    best = weigh(word, opinion, signs, given)
    return replace(
        word,
        text=best.text,
        confidence=max(word.confidence, AGREED) if best.found is Found.AGREE else word.confidence,
        probability=given.curves[best.found, word_class(best.text)].chance(best.score),
        raw=word.text if best.text != word.text else None,
        reason=REASON if best.text != word.text else None,
        second=opinion.text if opinion.text and opinion.text not in {best.text, word.text} else None,
    )


def weigh(word: Word, opinion: Opinion, signs: frozenset[str], given: Rules) -> Weighed:
    """Weigh two readings of one word."""
    own, other = core(word.text, signs), core(opinion.text, signs)
    engine = odds(min(word.confidence, _MOST_OF_ENGINE))
    if not own:
        return Weighed(word.text, Found.ALONE, engine)
    if not other:
        return Weighed(word.text, Found.UNSEEN, engine)
    if own == other.replace(" ", ""):
        text = _without_specks(word.text, opinion.text)
        return Weighed(text, Found.AGREE, engine + given.agreement * odds(opinion.confidence))
    gain = preference(word, opinion, signs, given)
    if gain <= 0 or opinion.confidence < LEAST_SURE or " " in other:
        return Weighed(word.text, Found.DIFFER, -gain)
    start, end = inner(word.text)
    return Weighed(word.text[:start] + other + word.text[end:], Found.DIFFER, gain)


def _without_specks(text: str, other: str) -> str:
    """Give a word without the marks before it that no text has and the second reading has not: specks, scraps."""
    bare = text.lstrip(_SPECKS)
    return text if not bare or other[:1] in _SPECKS else bare


def preference(word: Word, opinion: Opinion, signs: frozenset[str], given: Rules) -> float:
    """Give the logarithm of the odds that the second reading is right and the engine's wrong, where they differ."""
    engine, second, spelled, marks = evidence(word, opinion, signs)
    by = given.choice
    return by.start + by.engine * engine + by.second * second + by.spelled * spelled + by.marks * marks


def evidence(word: Word, opinion: Opinion, signs: frozenset[str]) -> tuple[float, float, float, float]:
    """Give what speaks for the second reading or the engine's, in the order of the weights."""
    own, other = core(word.text, signs), core(opinion.text, signs)
    engine, second = odds(min(word.confidence, _MOST_OF_ENGINE)), odds(opinion.confidence)
    if not own.isalpha() or not other.isalpha():
        return engine, second, 0.0, 0.0
    more = _marks(other) - _marks(own)
    return engine, second, float(is_vietnamese(other)) - float(is_vietnamese(own)), float((more > 0) - (more < 0))


def alone(word: Word) -> float:
    """Give the chance that a word is right of which only the engine's confidence is known."""
    score = odds(min(word.confidence, _MOST_OF_ENGINE))
    return rules().curves[Found.ALONE, word_class(word.text)].chance(score)


@lru_cache(maxsize=5_000)
def word_class(text: str) -> WordClass:
    """Give what a word consists of."""
    start, end = inner(text)
    bare = text[start:end]
    if any(ch.isdigit() for ch in bare):
        return WordClass.CODE if any(ch.isalpha() for ch in bare) else WordClass.FIGURES
    if any(not ch.isalpha() for ch in bare):
        return WordClass.CODE
    if _is_bare_capitals(bare):
        return WordClass.BARE
    return WordClass.ROOFED if _ROOFED.search(unicodedata.normalize("NFD", bare)) else WordClass.PLAIN


def _is_bare_capitals(bare: str) -> bool:
    """Say whether a word is a syllable in capitals without any mark: `TE` is what is left of `TẾ`, by both readings."""
    return len(bare) > 1 and bare.isascii() and bare.isupper() and is_vietnamese(bare)


def odds(chance: float) -> float:
    """Give the natural logarithm of a chance's odds, within bounds."""
    bounded = min(max(chance, _LEAST), _MOST)
    return math.log(bounded / (1 - bounded))


def _marks(text: str) -> int:
    return sum(unicodedata.combining(ch) > 0 for ch in unicodedata.normalize("NFD", text))
