"""How sure a field is: the chance that every word of it is right.

Engine confidence is not accuracy. Each word's confidence is turned into an error rate measured on real scans
(config/reference/word_sureness.toml, upper estimates); a word that stands elsewhere in the document among the same
neighbours, read the same way, errs less. The field's confidence is the product: monotone in each word's.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from config.text import accentless
from ocr.model import Word
from pipeline.extract.reference import sureness_steps

_EDGE = " .,;:()\"'“”…-–"


class Echo:
    """The document's word pairs: what else it says, to hold a reading against."""

    def __init__(self, lines: Iterable[Sequence[str]]) -> None:
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._loose: dict[tuple[str, str], set[tuple[str, str]]] = {}
        for line in lines:
            clean = [_bare(word) for word in line]
            for pair in pairwise(clean):
                if all(pair):
                    self._pairs[pair] += 1
                    self._loose.setdefault((accentless(pair[0]), accentless(pair[1])), set()).add(pair)

    def seen_again(self, before: str, word: str) -> bool:
        """Say whether a pair of words stands in the document at least twice."""
        return self._pairs[(_bare(before), _bare(word))] >= 2

    def disputed(self, before: str, word: str) -> bool:
        """Say whether the document has the same pair with other accents."""
        pair = (_bare(before), _bare(word))
        return len(self._loose.get((accentless(pair[0]), accentless(pair[1])), {pair}) | {pair}) > 1


def word_sureness(confidence: float, *, seen_again: bool = False) -> float:
    """Give the chance that a word of this engine confidence is right."""
    for step in sureness_steps():
        if confidence >= step.start:
            return 1.0 - (step.seen_again if seen_again else step.error)
    return 0.0


def words_sureness(words: Sequence[Word], echo: Echo | None = None) -> float:
    """Give the chance that all words are right; 0 for none."""
    chance = 1.0 if words else 0.0
    texts = [word.text for word in words]
    for position, word in enumerate(words):
        again = echo is not None and _seen_again(echo, texts, position)
        chance *= word_sureness(word.confidence, seen_again=again)
    return chance


def _seen_again(echo: Echo, texts: Sequence[str], position: int) -> bool:
    before = position > 0 and echo.seen_again(texts[position - 1], texts[position])
    after = position + 1 < len(texts) and echo.seen_again(texts[position], texts[position + 1])
    return before or after


def _bare(word: str) -> str:
    return word.strip(_EDGE).casefold()
