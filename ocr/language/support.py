"""What language says for each word as it was read: a figure beside the engine's, for whoever weighs the reading."""

import math
from collections.abc import Sequence

from ocr.language.candidates import candidates
from ocr.language.model import NUMBER, LanguageModel, vietnamese
from ocr.language.rules import rules
from ocr.language.sentence import Sentence
from ocr.model import Word

MOST = 12.0
"""No word is supported or doubted by more than this."""
_ALONE = 8.0
"""Of 530 words without a rival on pages with truth none was wrong."""
_STRANGE = -4.0


def support(words: Sequence[Word]) -> list[float]:
    """Give for each word the logarithm of its odds against all words that differ from it in marks alone.

    Context decides, the engine's confidence does not enter. 0 where language says nothing: numbers, codes, stamps.
    Raise ReferenceDataError when data is damaged.
    """
    sentence, model = Sentence(words), vietnamese()
    return [_support(sentence, place, model) for place in range(len(words))]


def _support(sentence: Sentence, place: int, model: LanguageModel) -> float:
    token = sentence.tokens[place]
    if token is None or token.syllable == NUMBER:
        return 0.0
    around = sentence.around(place)
    others = [
        slip + model.of_sentence(around.before, syllable, around.after)
        for syllable, slip in candidates(token.core, (), model, rules().slips).items()
    ]
    if not others:
        return _ALONE if token.syllable in model else _STRANGE
    most = max(others)
    against = most + math.log(sum(math.exp(other - most) for other in others))
    odds = model.of_sentence(around.before, token.syllable, around.after) - against
    return max(-MOST, min(MOST, odds))
