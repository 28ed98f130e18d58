"""How far language vouches for each word: the chance that it is right, with what its neighbours say taken in.

The chance that engine and second recognizer gave is moved by the word's support, as counted on pages with truth
(config/language/vouching.toml). No text changes; numbers and what may be a name or an abbreviation keep their chance.
"""

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from config.errors import ReferenceDataError
from ocr.language.rules import FOLDER, REASON
from ocr.language.sentence import Sentence
from ocr.language.support import support
from ocr.model import Word
from ocr.second.rules import Curve

VOUCHING_FILE = FOLDER / "vouching.toml"
_MOST = 0.9995


@dataclass(frozen=True, slots=True)
class Vouching:
    """What support counts beside the odds of a word's chance, and the chance at each score."""

    weight: float
    curve: Curve

    def score(self, chance: float, supported: float) -> float:
        """Give the score of a word: the logarithm of its odds, moved by its support."""
        bounded = min(_MOST, max(1 - _MOST, chance))
        return math.log(bounded / (1 - bounded)) + self.weight * supported


@cache
def vouching() -> Vouching:
    """Give the figures, read once. Raise ReferenceDataError when the file is missing or wrong."""
    return load_vouching(VOUCHING_FILE)


def load_vouching(path: Path) -> Vouching:
    """Read a file of figures. Raise ReferenceDataError when it is missing or wrong."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        steps = [(float(score), float(chance)) for score, chance in table["steps"]]
        if not steps or any(lower >= upper for lower, upper in pairwise(steps)):
            raise ValueError(steps)
        return Vouching(float(table["weight"]), Curve(*zip(*steps, strict=True)))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err


def vouched(words: Sequence[Word]) -> tuple[Word, ...]:
    """Give the words of a page with their chances moved by language. Raise ReferenceDataError when data is damaged."""
    moved = list(words)
    supported = support(words)
    for place in weighed_places(words):
        chance = words[place].probability
        if chance is not None:
            given = vouching()
            moved[place] = replace(words[place], probability=given.curve.chance(given.score(chance, supported[place])))
    return tuple(moved)


def weighed_places(words: Sequence[Word]) -> list[int]:
    """Give the places of words that language weighs: syllables, no names, with a chance that it has not settled."""
    sentence = Sentence(words)
    return [
        place
        for place, (word, token) in enumerate(zip(words, sentence.tokens, strict=True))
        if token is not None
        and token.core
        and word.probability is not None
        and word.reason != REASON
        and not sentence.may_be_name(place)
    ]
