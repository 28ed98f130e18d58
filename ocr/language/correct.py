"""Corrects words whose accents language settles: only doubtful ones, only where the correction wins clearly.

What the engine read stays beside as `raw`, with the reason. Numbers, codes, names and whatever stands in the signature
block are never touched; the surest correction is made first, since it may settle its neighbours.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ocr.language.candidates import candidates
from ocr.language.model import NUMBER, START, LanguageModel, vietnamese
from ocr.language.openness import NO_PHRASES, Phrases, open_places, sure_phrases
from ocr.language.rules import REASON, Rules, rules
from ocr.language.sentence import Case, Sentence, Surroundings, Token
from ocr.language.syllable import one_spelling
from ocr.model import Word

_REACH = 2
_EDGE = " .,;:()\"'“”…"
_MOST = 0.999

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

    `others`: for each word what was read in its place besides its own other readings. Raise ReferenceDataError when
    data is damaged.
    """
    return Corrector(vietnamese(), rules()).correct(words, others)


class Corrector:
    """A model, and the rules it is used by."""

    def __init__(self, model: LanguageModel, given: Rules) -> None:
        self.model, self.rules = model, given

    def correct(self, words: Sequence[Word], others: Others | None = None) -> tuple[Word, ...]:
        """Give the words with those put right that language settles."""
        given = [(*said, *_other_readings(word)) for word, said in zip(words, others or [()] * len(words), strict=True)]
        sentence = Sentence(words)
        phrases = sure_phrases(sentence, self.rules)
        open_ = open_places(sentence, self.rules)
        found = {place: self.best(sentence, place, given[place], phrases) for place in open_}
        while True:
            winners = [(best.surplus, -place) for place, best in found.items() if best and best.surplus >= 0]
            if not winners:
                return tuple(sentence.words)
            place = -max(winners)[1]
            best = found.pop(place)
            if best:
                sentence.replace(place, _corrected(sentence, place, best.syllable, self.rules.sureness))
            for near in range(place - _REACH, place + _REACH + 1):
                if near in found:
                    found[near] = self.best(sentence, near, given[near], phrases)

    def best(
        self, sentence: Sentence, place: int, others: Sequence[str], phrases: Phrases = NO_PHRASES
    ) -> Correction | None:
        """Give the likeliest correction of a word, whether or not it wins; None where there is none to think of."""
        token, around = sentence.tokens[place], sentence.around(place)
        if token is None:
            return None
        word = sentence.words[place]
        wrong = min(_MOST, max(1 - _MOST, self.rules.chance_of_error(word.confidence, word.probability)))
        start = math.log(wrong / (1 - wrong)) - self.model.of_sentence(around.before, token.syllable, around.after)
        read = {one_spelling(letters) for other in others if len(letters := other.strip(_EDGE)) == len(token.core)}
        corrections = []
        for syllable, slip in candidates(token.core, others, self.model, self.rules.slips).items():
            pairs = self._pairs(syllable, around)
            if pairs and self._fits(token, around, syllable, phrases):
                gain = start + slip + self.model.of_sentence(around.before, syllable, around.after)
                needed = self.rules.margin_read if syllable in read else self.rules.margin
                if pairs <= self.rules.rare and not _stands_in(syllable, around, phrases):
                    needed += self.rules.margin_rare
                corrections.append(Correction(syllable, gain, needed))
        return max(corrections, key=lambda correction: correction.surplus, default=None)

    def _fits(self, token: Token, around: Surroundings, syllable: str, phrases: Phrases) -> bool:
        if frozenset((token.syllable, syllable)) in self.rules.one_as_the_other:
            return False
        if token.case is not Case.TITLE:
            return True
        if len(around.before) > 1:
            # In the middle of a sentence a capital may be a name's, unless the page says just this elsewhere, for sure.
            return (syllable, around.after[0]) in phrases.capitalised
        # A capitalised word at the beginning is no name where it makes a phrase with the word that follows.
        return bool(self._pairs(syllable, replace(around, before=())))

    def _pairs(self, syllable: str, around: Surroundings) -> int:
        """Give how often a syllable is counted beside one of its neighbours, whichever is more."""
        before = around.before[-1] if around.before else START
        left = 0 if before in {START, NUMBER} else self.model.count(before, syllable)
        right = 0 if not around.after or around.after[0] == NUMBER else self.model.count(syllable, around.after[0])
        return max(left, right)


def _stands_in(syllable: str, around: Surroundings, phrases: Phrases) -> bool:
    """Say whether the page has a syllable beside one of its neighbours elsewhere."""
    sides = [(before, syllable) for before in around.before[-1:]] + [(syllable, after) for after in around.after[:1]]
    return any(side in phrases.pairs for side in sides)


def _other_readings(word: Word) -> Iterator[str]:
    """Give what recognizers read in a word's place and was not believed."""
    yield from (text for text in (word.second, word.raw) if text)


def _corrected(sentence: Sentence, place: int, syllable: str, sureness: float) -> Word:
    word, token = sentence.words[place], sentence.tokens[place]
    if token is None:
        return word
    written = {Case.UPPER: syllable.upper(), Case.TITLE: syllable.capitalize()}.get(token.case, syllable)
    text = token.before + written + token.after
    raw = word.text if word.raw is None else word.raw
    return replace(word, text=text, raw=raw, reason=REASON, probability=sureness)
