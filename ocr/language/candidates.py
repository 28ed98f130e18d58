"""What a doubtful word may be instead: syllables that differ from it in marks alone, or what another recognizer reads.

Each comes with the logarithm of the chance that the engine makes the one of the other, given that it errs.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from ocr.language.model import LanguageModel
from ocr.language.rules import Slips
from ocr.language.syllable import key, one_spelling, without_tone

_LETTERS = re.compile(r"[^\W\d_]+")


def candidates(word: str, others: Sequence[str], model: LanguageModel, slips: Slips) -> dict[str, float]:
    """Give the syllables a misread word may be, each with the logarithm of the chance of that slip.

    `others`: what other recognizers read in its place; such a reading counts only where it is a known syllable.
    """
    read = one_spelling(word)
    found = dict(_alike(read, model, slips))
    for other in others:
        letters = _LETTERS.findall(other)
        syllable = one_spelling(letters[0]) if len(letters) == 1 else ""
        if syllable in model and syllable != read:
            found[syllable] = max(slips.alternative, found.get(syllable, slips.alternative))
    return found


@lru_cache(maxsize=5_000)
def _alike(read: str, model: LanguageModel, slips: Slips) -> Mapping[str, float]:
    return {syllable: slip(syllable, read, slips) for syllable in model.alike(key(read)) if syllable != read}


def slip(meant: str, read: str, slips: Slips) -> float:
    """Give the logarithm of the chance that one syllable is read as another one of the same letters."""
    (meant_bare, meant_tone), (read_bare, read_tone) = without_tone(meant), without_tone(read)
    chance = slips.mark * sum(a != b for a, b in zip(meant_bare, read_bare, strict=False))
    if meant_tone == read_tone:
        return chance
    if not read_tone:
        return chance + slips.tone_lost
    return chance + (slips.tone_changed if meant_tone else slips.tone_gained)
