"""What the second recognizer read in the place of each of the engine's words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from config.text import nfc
from ocr.model import Word
from ocr.second import Sign

_DASHES = re.compile("[\u2010-\u2015\u2212]")


@dataclass(frozen=True, slots=True)
class Opinion:
    """A second reading of one word; empty where the recognizer saw nothing. `confidence`: that of its weakest sign."""

    text: str
    confidence: float


def opinions(words: Sequence[Word], signs: Sequence[Sign]) -> list[Opinion]:
    """Share out the signs read from a piece of a line among its words, so that both texts differ the least.

    The texts themselves are laid side by side: an engine's word boxes are not always where its letters are.
    """
    owners = [owner for place, word in enumerate(words) for owner in [place] * len(word.text) + [None]][:-1]
    shares: list[list[Sign]] = [[] for _ in words]
    first, second = " ".join(word.text for word in words), "".join(sign.text for sign in signs)
    for step in Levenshtein.opcodes(first, second):
        for at in range(step.dest_start, step.dest_end):
            if step.tag == "insert":
                owner = _neighbour(owners, step.src_start)
            else:
                owner = owners[step.src_start + at - step.dest_start]
            if owner is not None:
                shares[owner].append(signs[at])
    return [_opinion(share) for share in shares]


@lru_cache(maxsize=5_000)
def core(text: str, signs: frozenset[str]) -> str:
    """Give what is compared of a word: its letters, figures and inner marks, dashes of one kind.

    Marks at its ends and marks the recognizer does not know are left out.
    """
    known = "".join(ch for ch in _DASHES.sub("-", text) if ch in signs or ch.isalnum())
    start, end = inner(known)
    return known[start:end]


def inner(text: str) -> tuple[int, int]:
    """Give where a word begins and ends without the marks around it; (0, 0) for marks alone."""
    places = [place for place, ch in enumerate(text) if ch.isalnum()]
    return (places[0], places[-1] + 1) if places else (0, 0)


def _neighbour(owners: Sequence[int | None], place: int) -> int | None:
    """Give whose an inserted sign is: of the word it follows, else of the word it stands before."""
    before = owners[place - 1] if place > 0 else None
    after = owners[place] if place < len(owners) else None
    return after if before is None else before


def _opinion(share: Sequence[Sign]) -> Opinion:
    text = nfc("".join(sign.text for sign in share)).strip()
    sure = min((sign.confidence for sign in share if sign.text.strip()), default=0.0)
    return Opinion(text, sure)
