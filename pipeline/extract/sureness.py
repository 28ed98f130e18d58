"""How sure a field is: the chance that every word of it is right.

Reading tells of each word the chance that it is right, measured on pages with truth. Words that a known pair of words
or the document itself vouches for err less (config/reference/word_sureness.toml). A field's confidence is the product.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from config.syllables import may_have_lost_a_tone
from config.text import accentless
from ocr.model import Word
from ocr.second.weigh import alone
from pipeline.extract.reference import bare_roofs, vouched_error_share, word_pairs

_EDGE = " .,;:()\"'“”…-–/"
LEAST_ECHO = 0.90

Pair = tuple[str, str]


@dataclass(slots=True)
class _Seen:
    """How often a pair of words stands in the document, and the best chance that it was read right."""

    times: int = 0
    best: float = 0.0


class Echo:
    """The document's word pairs: what else it says, to hold a reading against."""

    def __init__(self, words: Iterable[Word]) -> None:
        self._seen: dict[Pair, _Seen] = {}
        self._variants: dict[Pair, set[Pair]] = {}
        for before, after in pairwise(words):
            pair = _pair(before.text, after.text)
            if not all(pair):
                continue
            seen = self._seen.setdefault(pair, _Seen())
            seen.times += 1
            seen.best = max(seen.best, min(word_sureness(before), word_sureness(after)))
            self._variants.setdefault(_key(pair), set()).add(pair)

    def best_elsewhere(self, before: str, after: str) -> float:
        """Give the best chance that a pair was read right, if the document has it at least twice; else 0."""
        seen = self._seen.get(_pair(before, after))
        return seen.best if seen is not None and seen.times >= 2 else 0.0

    def is_disputed(self, before: str, after: str) -> bool:
        """Say whether the document has the pair with other accents, as often or as surely."""
        pair = _pair(before, after)
        mine = self._seen.get(pair, _Seen())
        others = [self._seen[other] for other in self._variants.get(_key(pair), ()) if other != pair]
        return any(2 * other.times > mine.times or other.best > mine.best for other in others)


def is_known_pair(before: str, after: str) -> bool:
    """Say whether two words are a known pair, accents and all."""
    return _pair(before, after) in word_pairs()


def word_sureness(word: Word, *, vouched: bool = False) -> float:
    """Give the chance that a word is right."""
    chance = alone(word) if word.probability is None else word.probability
    return 1.0 - vouched_error_share() * (1.0 - chance) if vouched else chance


def is_open_name(words: Sequence[Word]) -> bool:
    """Say whether a person's name has a word that may have lost its tone, and that is no known name without one."""
    texts = [word.text.strip(_EDGE) for word in words]
    return any(may_have_lost_a_tone(text) and text.lower() not in bare_roofs() for text in texts)


def words_sureness(words: Sequence[Word], echo: Echo | None = None) -> float:
    """Give the chance that all words are right; 0 for none."""
    chance = 1.0 if words else 0.0
    for position in range(len(words)):
        chance *= _one_of(words, position, echo)
    return chance


def least_sureness(words: Sequence[Word]) -> float:
    """Give the chance that the least sure of some words is right; 0 for none."""
    return min((_one_of(words, position, None) for position in range(len(words))), default=0.0)


def are_disputed(words: Sequence[Word], echo: Echo) -> bool:
    """Say whether the document reads a pair of these words otherwise, and no known pair settles both."""
    texts = [word.text for word in words]
    settled = {at for place, pair in enumerate(pairwise(texts)) if is_known_pair(*pair) for at in (place, place + 1)}
    return any(
        echo.is_disputed(*pair) and not {place, place + 1} <= settled for place, pair in enumerate(pairwise(texts))
    )


def _one_of(words: Sequence[Word], position: int, echo: Echo | None) -> float:
    """Give the chance for one word, with what its neighbours say for it."""
    word = words[position]
    if not any(ch.isalnum() for ch in word.text):
        # A dash is a dash; the rates were counted on words.
        return 1.0
    pairs = []
    if position > 0:
        pairs.append((words[position - 1].text, word.text))
    if position + 1 < len(words):
        pairs.append((word.text, words[position + 1].text))
    best = max((echo.best_elsewhere(*pair) for pair in pairs), default=0.0) if echo else 0.0
    is_known = any(is_known_pair(*pair) for pair in pairs)
    # The same word beside the same neighbour was read well elsewhere: two readings agree.
    return word_sureness(word, vouched=is_known or best >= LEAST_ECHO)


def _pair(before: str, after: str) -> Pair:
    return before.strip(_EDGE).casefold(), after.strip(_EDGE).casefold()


def _key(pair: Pair) -> Pair:
    return accentless(pair[0]), accentless(pair[1])
