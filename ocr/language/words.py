"""Running text as the language model sees it: segments of syllables between marks, numbers as one token."""

import re

from config.text import nfc
from ocr.language.model import NUMBER, START
from ocr.language.syllable import one_spelling

Segment = list[str]
_TOKEN = re.compile(r"[^\W\d_]+|\d[\d.,/]*|\n|[^\w\s]")


def segments(text: str) -> list[Segment]:
    """Give a text's segments, each behind its START; marks and ends of lines part them."""
    found: list[Segment] = [[START]]
    for token in _TOKEN.findall(nfc(text)):
        if token[0].isdigit():
            found[-1].append(NUMBER)
        elif token.isalpha():
            found[-1].append(one_spelling(token))
        elif len(found[-1]) > 1:
            found.append([START])
    return [segment for segment in found if len(segment) > 1]
