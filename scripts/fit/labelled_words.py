"""Says of each word read from a page with truth whether it is right: lines are looked for anywhere in the truth."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr.second.opinion import inner

_LEAST_FOUND = 0.6
"""A line of which less than this share of characters is found in the truth is a stamp or a note: it has no label."""
_LEAST_LONG = 4
"""A shorter line may stand anywhere by chance: it has no label."""


def plain(text: str) -> str:
    """Give a text as it is compared: NFC, quotes and dashes of one kind, leaders of dots left out."""
    text = unicodedata.normalize("NFC", text)
    text = re.sub("[\u2018\u2019\u201b`\u00b4]", "'", text)
    text = re.sub("[“”„«»″]", '"', text)
    text = re.sub("[\u2010\u2011\u2012\u2013\u2014\u2015\u2212]", "-", text)
    text = re.sub(r"\.{4,}|_{2,}", " ", text.replace("…", "..."))
    return re.sub(r"\s+", " ", text).strip()


def truth_text(blocks: Sequence[Mapping[str, Any]]) -> str:
    """Give all printed units of a page's truth, one a line."""
    units: list[str] = []
    for block in blocks:
        if block["t"] == "text":
            units.append(block["s"])
        elif block["t"] == "cols":
            units += [line for row in block["rows"] for side in row for line in side]
        else:
            units += [cell for row in block["rows"] for cell in row]
    return "\n".join(plain(unit) for unit in units)


def labels(words: Sequence[str], truth: str) -> list[bool | None]:
    """Say of each word of a line whether the truth has it where the line stands, the marks at its ends aside.

    None where that cannot be told: for marks alone, and for a line the truth does not have.
    """
    texts = [plain(word) for word in words]
    needle = " ".join(texts)
    if len(needle.replace(" ", "")) < _LEAST_LONG or not truth:
        return [None] * len(texts)
    places, errors = _aligned(needle, truth)
    if errors > (1 - _LEAST_FOUND) * len(needle):
        return [None] * len(texts)
    found: list[bool | None] = []
    start = 0
    for text in texts:
        first, last = inner(text)
        end = start + last
        begin = start + first
        found.append(_is_right(needle[begin:end], truth, places[begin], places[end]) if last else None)
        start += len(text) + 1
    return found


def _is_right(text: str, truth: str, start: int, end: int) -> bool:
    """Say whether a stretch of the truth is this text and nothing that belongs to it stands beside."""
    first, last = inner(truth[start:end])
    stands_alone = not (truth[max(0, start - 1) : start].isalnum() or truth[end : end + 1].isalnum())
    return truth[start + first : start + last] == text and stands_alone


def _aligned(needle: str, hay: str) -> tuple[list[int], int]:
    """Align a text with the part of another it is nearest to: the place in it of each cut of the text, and errors."""
    codes = np.frombuffer(hay.encode("utf-32-le"), dtype=np.uint32)
    steps = np.arange(len(codes) + 1)
    rows: list[NDArray[np.int64]] = [np.zeros(len(codes) + 1, dtype=np.int64)]
    for place, ch in enumerate(needle, 1):
        row = np.empty_like(rows[-1])
        row[0] = place
        row[1:] = np.minimum(rows[-1][1:] + 1, rows[-1][:-1] + (codes != ord(ch)))
        rows.append(np.minimum.accumulate(row - steps) + steps)
    column = int(rows[-1].argmin())
    errors = int(rows[-1][column])
    places = [column] * (len(needle) + 1)
    row_at = len(needle)
    while row_at:
        cost = rows[row_at][column]
        if column and rows[row_at - 1][column - 1] + (hay[column - 1] != needle[row_at - 1]) == cost:
            row_at, column = row_at - 1, column - 1
        elif rows[row_at - 1][column] + 1 == cost:
            row_at -= 1
        else:
            column -= 1
            continue
        places[row_at] = column
    return places, errors
