"""Whether a word's probability is true: of words said to be right at 90 %, are nine in ten right?"""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ocr.model import PageText, Word, WordKind
from pipeline.extract.sureness import word_sureness
from scripts.bench.accuracy.truth import Scorer, TruePage

CONFIDENCE_STEPS = (0.95, 0.93, 0.90, 0.85, 0.75, 0.50, 0.0)
_BINS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """One printed word: the chance it was given of being right, and whether it is."""

    probability: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far probabilities are from the truth over `words` words.

    `ece`: mean distance between the chance told and the share right, over ten equally filled bins.
    `brier`: mean square of the distance of each word's chance from 1 where it is right, from 0 where it is wrong.
    """

    words: int
    wrong: int
    ece: float
    brier: float


def judged_words(page: TruePage, texts: Iterable[PageText], scorer: Scorer) -> list[Judged]:
    """Give the printed words of a page; one is right when the page's truth has it."""
    known = _known(page, scorer)
    printed = [word for text in texts for word in text.words if word.kind is WordKind.PRINT]
    bare = [(word, _bare(scorer.norm(word.text))) for word in printed]
    return [
        Judged(probability_of(word), text in known) for word, text in bare if any(letter.isalnum() for letter in text)
    ]


def probability_of(word: Word) -> float:
    """Give the chance that a word is right: its own where reading told one, else that by engine confidence."""
    return word_sureness(word)


def calibration(words: Sequence[Judged]) -> Calibration:
    """Say how far the probabilities of words are from the truth."""
    count = len(words)
    if not count:
        return Calibration(0, 0, 0.0, 0.0)
    ordered = sorted(words, key=lambda word: word.probability)
    edges = [round(place * count / _BINS) for place in range(_BINS + 1)]
    ece = sum(_gap(ordered[start:end]) for start, end in pairwise(edges)) / count
    brier = sum((word.probability - word.is_right) ** 2 for word in words) / count
    return Calibration(count, sum(not word.is_right for word in words), ece, brier)


def errors_by_step(page: TruePage, texts: Iterable[PageText], scorer: Scorer) -> Counter[tuple[float, bool, bool]]:
    """Count printed words of letters by engine confidence, whether they have a roof (â ê ô), and are in the truth."""
    known = _known(page, scorer)
    counts: Counter[tuple[float, bool, bool]] = Counter()
    for word in (word for text in texts for word in text.words):
        bare = _bare(scorer.norm(word.text))
        if bare.isalpha() and word.kind is WordKind.PRINT:
            step = next(step for step in CONFIDENCE_STEPS if word.confidence >= step)
            counts[step, "\u0302" in unicodedata.normalize("NFD", bare), bare in known] += 1
    return counts


def _known(page: TruePage, scorer: Scorer) -> set[str]:
    return {_bare(word) for word in scorer.norm(json.dumps(page.truth["blocks"], ensure_ascii=False)).split()}


def _gap(words: Sequence[Judged]) -> float:
    return abs(sum(word.probability for word in words) - sum(word.is_right for word in words))


def _bare(word: str) -> str:
    return word.strip("\"[]{},.;:()'-/")
