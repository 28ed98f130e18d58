"""Text at the door: NFC, folded white space, and keys that ignore accents and tone placement."""

import re
import unicodedata
from functools import lru_cache

_NO_WORD = re.compile(r"[^a-z0-9]+")
_MARKS = re.compile("[\u0300-\u036f]+")


def nfc(text: str) -> str:
    """Give the text in Unicode normal form C, the only form that goes past the door."""
    return unicodedata.normalize("NFC", text)


def fold_space(text: str) -> str:
    """Give the text in NFC with each run of white space as one space, trimmed."""
    return " ".join(nfc(text).split())


def printable(text: str) -> str:
    """Give a text of others as it may be shown: what would steer a terminal or turn the writing round is a `?`."""
    return "".join(char if char.isprintable() else "?" for char in text)


@lru_cache(maxsize=20_000)
def accentless(text: str) -> str:
    """Give a comparison key: lower case, no Vietnamese marks, đ as d, white space folded.

    So `Hoà Bình`, `Hòa Bình` and `hoa binh` meet.
    """
    decomposed = unicodedata.normalize("NFD", fold_space(text).casefold().replace("đ", "d"))
    return "".join(ch for ch in decomposed if not unicodedata.combining(ch))


def search_spelling(text: str) -> str:
    """Give text as it is searched: words of ASCII letters and figures, lower case, one space between them.

    Marks, đ, tone placement and punctuation make no difference: `QĐ-UBND`, `qd ubnd` and `Hoà`, `hòa` meet.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    return _NO_WORD.sub(" ", _MARKS.sub("", decomposed)).strip()
