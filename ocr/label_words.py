"""Sets the label `Số:` apart from a number that the engine read as one word with it.

Only then can the figures be weighed by themselves, and looked at whether they are print. Accents of the label may be
misread.
"""

import re
from dataclasses import replace
from functools import lru_cache
from io import BytesIO

from PIL import ImageFont

from config.fonts import document_font
from ocr.model import Word

_FUSED = re.compile(r"(S[oóòỏõọôốồổỗộ]:)([^./].*)")


def apart_from_label(word: Word) -> tuple[Word, ...]:
    """Give the label and the number of a fused word, cut where the type's widths say; any other word as it is."""
    found = _FUSED.fullmatch(word.text)
    if found is None:
        return (word,)
    label, number = found.groups()
    cut = word.box.left + word.box.width * type_width(label) / type_width(word.text)
    return (
        replace(word, text=label, box=replace(word.box, right=cut)),
        replace(word, text=number, box=replace(word.box, left=cut)),
    )


def type_width(text: str) -> float:
    """Give how wide the prescribed type sets a text, in units of its own."""
    return float(_font().getlength(text))


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(BytesIO(document_font()), 64)
