"""Corrects words whose accents language settles: only doubtful ones, only where the correction wins clearly.

What the engine read stays beside as `raw`, with the reason. Numbers, codes, names and whatever stands in the signature
block are never touched; the surest correction is made first, since it may settle its neighbours.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ocr.language.candidates import candidates
from ocr.language.model import NUMBER, START, LanguageModel, vietnamese
from ocr.language.openness import open_places
from ocr.language.rules import Rules, rules
from ocr.language.sentence import Case, Sentence, Surroundings, Token
from ocr.model import Word

REASON = "language"
_REACH = 2
_OFTEN = 2
"""From so many times on, a pair in the counts is more than a chance neighbourhood."""

Others = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Correction:
    """What a word may be instead, and by how much (natural logarithm of odds) that wins over the reading."""

    syllable: str
    gain: float
    needed: float

    @property
    def surplus(self) -> float:
        """Give by how much the gain passes what is needed."""
        return self.gain - self.needed


def correct(words: Sequence[Word], others: Others | None = None) -> tuple[Word, ...]:
    """Give the words of a page with those put right that language settles; as many words, in the same order.

    `others`: for each word what other recognizers read in its place. Raise ReferenceDataError when data is damaged.
    """
    given = others or [()] * len(words)
    sentence, corrector = Sentence(words), _Corrector(vietnamese(), rules())
    found = {place: corrector.best(sentence, place, given[place]) for place in open_places(sentence, rules())}
    while True:
        winners = [(best.surplus, -place) for place, best in found.items() if best and best.surplus >= 0]
        if not winners:
            return tuple(sentence.words)
        place = -max(winners)[1]
        best = found.pop(place)
        if best:
            sentence.replace(place, _corrected(sentence, place, best.syllable, corrector.rules.sureness))
        for near in range(place - _REACH, place + _REACH + 1):
            if near in found:
                found[near] = corrector.best(sentence, near, given[near])


class _Corrector:
    """The model and the rules it is used by."""

    def __init__(self, model: LanguageModel, given: Rules) -> None:
        self.model, self.rules = model, given

    def best(self, sentence: Sentence, place: int, others: Sequence[str]) -> Correction | None:
        """Give the likeliest correction of a word, whether or not it wins; None where there is none to think of."""
        token, around = sentence.tokens[place], sentence.around(place)
        if token is None:
            return None
        wrong = chance_of_error(sentence.words[place], self.rules)
        start = math.log(wrong / (1 - wrong)) - self.model.of_sentence(around.before, token.syllable, around.after)
        corrections = []
        for syllable, slip in candidates(token.core, others, self.model, self.rules.slips).items():
            pairs = self._pairs(syllable, around)
            if pairs and self._fits(token, around, syllable):
                gain = start + slip + self.model.of_sentence(around.before, syllable, around.after)
                needed = self.rules.margin + (self.rules.margin_rare if pairs < _OFTEN else 0.0)
                corrections.append(Correction(syllable, gain, needed))
        return max(corrections, key=lambda correction: correction.surplus, default=None)

    def _fits(self, token: Token, around: Surroundings, syllable: str) -> bool:
        if frozenset((token.syllable, syllable)) in self.rules.one_as_the_other:
            return False
        # A capitalised word at the beginning is no name where it makes a phrase with the word that follows.
        return token.case is not Case.TITLE or bool(self._pairs(syllable, replace(around, before=())))

    def _pairs(self, syllable: str, around: Surroundings) -> int:
        """Give how often a syllable is counted beside one of its neighbours, whichever is more."""
        before = around.before[-1] if around.before else START
        left = 0 if before in {START, NUMBER} else self.model.count(before, syllable)
        right = 0 if not around.after or around.after[0] == NUMBER else self.model.count(syllable, around.after[0])
        return max(left, right)


def chance_of_error(word: Word, given: Rules) -> float:
    """Give the chance that a word is wrong, within what logarithms bear."""
    if word.probability is not None:
        return min(0.999, max(0.0001, 1.0 - word.probability))
    return next(error for start, error in given.confidence_errors if word.confidence >= start)


def _corrected(sentence: Sentence, place: int, syllable: str, sureness: float) -> Word:
    word, token = sentence.words[place], sentence.tokens[place]
    if token is None:
        return word
    written = {Case.UPPER: syllable.upper(), Case.TITLE: syllable.capitalize()}.get(token.case, syllable)
    text = token.before + written + token.after
    return replace(word, text=text, raw=word.text, reason=REASON, probability=sureness)
