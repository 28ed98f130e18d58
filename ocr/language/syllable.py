"""Vietnamese syllables as the language model counts them: one spelling each, and the key without any marks.

`hoá` and `hóa`, `thuỷ` and `thủy` are one syllable written in two styles; the marks of a syllable are its tone, which
belongs to the whole, and the roof, horn, breve or stroke, which belong to a letter.
"""

import re
import unicodedata
from functools import lru_cache

from config.text import accentless, nfc

TONES = "\u0300\u0301\u0303\u0309\u0323"
_ONSET = re.compile(r"(?:ngh|ng|gh|gi(?=[aeiouy])|kh|nh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?")
_VOWELS = frozenset("aeiouyăâêôơư")
_MARKED = frozenset("ăâêôơư")


@lru_cache(maxsize=50_000)
def one_spelling(syllable: str) -> str:
    """Give a syllable in lower case with its tone where the older style puts it (`hóa`, `thủy`); else unchanged."""
    bare, tone = without_tone(syllable.lower())
    return with_tone(bare, tone) if tone else bare


@lru_cache(maxsize=50_000)
def without_tone(syllable: str) -> tuple[str, str]:
    """Give a syllable in NFC without its tones, and the tones as they stood: none, one, or a misreading's several."""
    marks = unicodedata.normalize("NFD", syllable)
    tones = "".join(ch for ch in marks if ch in TONES)
    return nfc("".join(ch for ch in marks if ch not in TONES)), tones


def with_tone(bare: str, tone: str) -> str:
    """Put a tone on the vowel of a toneless syllable that bears it; at the end where there is no vowel."""
    start = _onset_length(bare)
    end = start
    while end < len(bare) and bare[end] in _VOWELS:
        end += 1
    vowels = bare[start:end]
    marked = [place for place, vowel in enumerate(vowels) if vowel in _MARKED]
    if marked:
        place = marked[-1]
    elif len(vowels) == 3 or (len(vowels) == 2 and end < len(bare)):
        place = 1
    else:
        place = 0
    at = start + place + 1 if vowels else len(bare)
    return nfc(bare[:at] + tone + bare[at:])


@lru_cache(maxsize=50_000)
def key(syllable: str) -> str:
    """Give what is left of a syllable without any mark: `điều`, `diêu` and `dieu` meet."""
    return accentless(syllable)


def _onset_length(bare: str) -> int:
    found = _ONSET.match(unicodedata.normalize("NFC", bare).translate(_UNMARK))
    length = found.end() if found else 0
    # `gì`, `giêng`: the i is the vowel where no other follows.
    return length if length < len(bare) and bare[length] in _VOWELS else 0


_UNMARK = str.maketrans("ăâêôơư", "aaeoou")
