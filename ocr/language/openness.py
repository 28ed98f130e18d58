"""Which words language may correct at all: doubtful words of letters that are no name, code, unit or signature."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import dropwhile, groupby, pairwise

from config.text import accentless
from ocr.language.model import NUMBER
from ocr.language.rules import REASON, Rules
from ocr.language.sentence import Case, Sentence, Token
from ocr.model import Box, Word

_SIGNATURE_REACH = 12
"""A signature block is centred: it reaches so many heights of a word to the left of its mark (KT., TM.)."""
_LONGEST_UNIT = 2
_LONGEST_NAME = 5
_ROMAN = re.compile("[IVX]+")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Pairs of syllables that stand together on a page; `capitalised`: those whose first alone has a capital."""

    pairs: frozenset[tuple[str, str]] = frozenset()
    capitalised: frozenset[tuple[str, str]] = frozenset()


NO_PHRASES = Phrases()


def open_places(sentence: Sentence, given: Rules) -> list[int]:
    """Give the places of a page's words that may be corrected."""
    marks = [word.box for word in sentence.words if word.text.strip().upper() in given.signing_marks]
    headings = set(_headings(sentence, given))
    return [
        place
        for place, token in enumerate(sentence.tokens)
        if token is not None
        and is_doubtful(sentence.words[place], given)
        and _may_be_open(sentence, place, token, in_heading=place in headings)
        and not (token.case is not Case.LOWER and _is_signature(sentence.words[place].box, marks))
    ]


def is_doubtful(word: Word, given: Rules) -> bool:
    """Say whether a word is so doubtful that language may touch it; what language put right is not."""
    if word.reason == REASON:
        return False
    return given.chance_of_error(word.confidence, word.probability) >= given.least_doubt


def sure_phrases(sentence: Sentence, given: Rules) -> Phrases:
    """Give the page's pairs of neighbouring words that were read for sure."""
    pairs = [
        (token, following)
        for place, (token, following) in enumerate(pairwise(sentence.tokens))
        if token is not None
        and following is not None
        and sentence.joined(place)
        and NUMBER not in {token.syllable, following.syllable}
        and not any(is_doubtful(word, given) for word in sentence.words[place : place + 2])
    ]
    return Phrases(
        frozenset((token.syllable, following.syllable) for token, following in pairs),
        frozenset(
            (token.syllable, following.syllable) for token, following in pairs if _begins_phrase(token, following)
        ),
    )


def _begins_phrase(token: Token, following: Token) -> bool:
    return (token.case, following.case) == (Case.TITLE, Case.LOWER)


def _may_be_open(sentence: Sentence, place: int, token: Token, *, in_heading: bool) -> bool:
    if len(token.core) < 2:
        return False
    around = sentence.around(place)
    match token.case:
        case Case.LOWER:
            # `ha`, `kg` after a number are units.
            is_unit = around.before[-1:] == (NUMBER,) and token.core.isascii() and len(token.core) <= _LONGEST_UNIT
            return not is_unit
        case Case.TITLE:
            # In the middle of a sentence too: `correct` asks for the same phrase elsewhere on the page.
            following = sentence.tokens[place + 1] if around.after else None
            return following is not None and following.case is Case.LOWER
        case Case.UPPER:
            return in_heading
        case _:
            return False


def _headings(sentence: Sentence, given: Rules) -> Iterator[int]:
    """Give the places of words in lines all of capitals, two words at least; a line that begins like a name is none."""
    places = range(len(sentence.words))
    for _, group in groupby(places, key=lambda place: (sentence.words[place].block, sentence.words[place].line)):
        line = list(group)
        written = [token for place in line if (token := sentence.tokens[place]) is not None and len(token.core) > 1]
        letters = list(dropwhile(lambda token: _ROMAN.fullmatch(token.core), written))
        if len(letters) < 2 or any(token.case is not Case.UPPER for token in letters):
            continue
        if accentless(letters[0].core) not in given.family_names or len(letters) > _LONGEST_NAME:
            yield from (place for place in line if not _is_secrecy(sentence.tokens[place], given))


def _is_secrecy(token: Token | None, given: Rules) -> bool:
    return token is not None and accentless(token.core) in given.secrecy_words


def _is_signature(box: Box, marks: Iterable[Box]) -> bool:
    """Say whether a word stands beside or below a mark of signing authority, in the same column."""
    return any(
        box.bottom > mark.top and box.right > mark.left - _SIGNATURE_REACH * (mark.bottom - mark.top) for mark in marks
    )
