"""Text at the door: NFC, folded white space, and keys that ignore accents and tone placement."""

import re
import unicodedata
from functools import lru_cache

_SPACE = re.compile(r"\s+")


def nfc(text: str) -> str:
    """Give the text in Unicode normal form C, the only form that goes past the door."""
    return unicodedata.normalize("NFC", text)


def fold_space(text: str) -> str:
    """Give the text in NFC with each run of white space as one space, trimmed."""
    return _SPACE.sub(" ", nfc(text)).strip()


@lru_cache(maxsize=20_000)
def accentless(text: str) -> str:
    """Give a comparison key: lower case, no Vietnamese marks, đ as d, white space folded.

    So `Hoà Bình`, `Hòa Bình` and `hoa binh` meet.
    """
    decomposed = unicodedata.normalize("NFD", fold_space(text).casefold().replace("đ", "d"))
    return "".join(ch for ch in decomposed if not unicodedata.combining(ch))
