"""A page's words as the language model sees them: which syllable each is, how it is written, what stands around it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ocr.language.model import NUMBER, START
from ocr.language.syllable import one_spelling
from ocr.model import Word, WordKind

_SYLLABLE = re.compile(r"([^\w]*)([^\W\d_]+)([^\w]*)")
_NUMBER = re.compile(r"[^\w]*\d[\d.,/]*[^\w]*")
_REACH = 2


class Case(StrEnum):
    """How a word is written."""

    LOWER = "lower"
    TITLE = "title"
    UPPER = "upper"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Token:
    """A word of letters between its marks, or a number; `syllable` is what the model counts."""

    before: str
    core: str
    after: str
    syllable: str

    @property
    def case(self) -> Case:
        """Give how the letters are written; a lone capital counts as a title's."""
        if self.core.islower():
            return Case.LOWER
        if self.core[:1].isupper() and self.core[1:] == self.core[1:].lower():
            return Case.TITLE
        return Case.UPPER if self.core.isupper() else Case.MIXED


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Up to two syllables before a word and two after it, as far as no mark or end of a block parts them from it."""

    before: tuple[str, ...]
    after: tuple[str, ...]


class Sentence:
    """The words of a page in reading order, each as a token or as nothing the model knows."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = list(words)
        self.tokens = [token_of(word) for word in words]

    def replace(self, place: int, word: Word) -> None:
        """Put another word in a place."""
        self.words[place], self.tokens[place] = word, token_of(word)

    def around(self, place: int) -> Surroundings:
        """Give what stands around a word."""
        before: list[str] = []
        at = place
        while len(before) < _REACH:
            if not self.joined(at - 1):
                before.insert(0, START)
                break
            at -= 1
            before.insert(0, self._syllable(at))
        after: list[str] = []
        at = place
        while len(after) < _REACH and self.joined(at):
            at += 1
            after.append(self._syllable(at))
        return Surroundings(tuple(before), tuple(after))

    def may_be_name(self, place: int) -> bool:
        """Say whether a word is in capitals, or capitalised beside another one: so names are written."""
        token = self.tokens[place]
        if token is None or token.case is not Case.TITLE:
            return token is not None and token.case in {Case.UPPER, Case.MIXED}
        beside = [at for at in (place - 1, place + 1) if self.joined(min(at, place))]
        return any((other := self.tokens[at]) is not None and other.case is Case.TITLE for at in beside)

    def _syllable(self, place: int) -> str:
        token = self.tokens[place]
        return token.syllable if token else START

    def joined(self, place: int) -> bool:
        """Say whether nothing parts a word from the next."""
        if not 0 <= place < len(self.tokens) - 1:
            return False
        this, following = self.tokens[place], self.tokens[place + 1]
        if this is None or following is None or self.words[place].block != self.words[place + 1].block:
            return False
        return not this.after and not following.before


def token_of(word: Word) -> Token | None:
    """Give a printed word as a token; None for codes, signs and what is no print."""
    if word.kind is not WordKind.PRINT:
        return None
    if found := _SYLLABLE.fullmatch(word.text):
        return Token(found[1], found[2], found[3], one_spelling(found[2]))
    return Token("", "", "", NUMBER) if _NUMBER.fullmatch(word.text) else None
