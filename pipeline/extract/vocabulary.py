"""Official words, matched through the engine's slips.

A reading is replaced only by a word of a list it is all but equal to: same letters apart from accents, or nearly so,
and clearly nearer than the next candidate. Numbers and personal names are never matched this way.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from config.text import accentless, fold_space

NEARLY_CERTAIN = 0.90

_OLD_AND_NEW = (
    *(("òa", "oà"), ("óa", "oá"), ("ỏa", "oả"), ("õa", "oã"), ("ọa", "oạ")),
    *(("ùy", "uỳ"), ("úy", "uý"), ("ủy", "uỷ"), ("ũy", "uỹ"), ("ụy", "uỵ")),
)
_TONE_STYLES = {write(old): write(new) for old, new in _OLD_AND_NEW for write in (str.lower, str.upper)}
_STYLED = re.compile("|".join(rf"{old}(?!\w)" for old in _TONE_STYLES))


@dataclass(frozen=True, slots=True)
class Match:
    """A word of a list, how near the reading is to it (0..1), and whether another spelling is as near."""

    value: str
    nearness: float
    is_tied: bool = False


def best_match(text: str, candidates: Iterable[str]) -> Match | None:
    """Give the candidate a reading stands for, or None when none is near enough."""
    wanted = fold_space(text)
    key = _key(wanted)
    ranked = []
    for candidate in candidates:
        other = _key(candidate)
        loose = fuzz.ratio(key, other) / 100
        if loose >= NEARLY_CERTAIN and _same_words(key, other):
            ranked.append((loose + fuzz.ratio(wanted, candidate) / 1000, loose, candidate))
    if not ranked:
        return None
    ranked.sort(key=lambda row: -row[0])
    top = ranked[0]
    # Two ways to place the tone mark are one name.
    rivals = [row for row in ranked[1:] if _one_style(row[2]) != _one_style(top[2])]
    tied = bool(rivals) and rivals[0][0] >= top[0] - 0.004 and wanted != top[2]
    return Match(top[2], top[1], tied)


def is_all_but_equal(text: str, other: str) -> bool:
    """Say whether two names differ by one letter at most, apart from accents: no more may be a slip of the engine."""
    return Levenshtein.distance(_key(text).replace(" ", ""), _key(other).replace(" ", ""), score_cutoff=1) <= 1


def _same_words(key: str, other: str) -> bool:
    """Say whether two keys have the same words, but for one slip of a letter in one longer word.

    A long common beginning must not make THỬ GIANG into HẬU GIANG.
    """
    words, others = key.split(), other.split()
    if len(words) != len(others):
        # A space lost or won: the letters must be the same.
        return key.replace(" ", "") == other.replace(" ", "")
    unlike = [(word, wanted) for word, wanted in zip(words, others, strict=True) if word != wanted]
    return len(unlike) <= 1 and all(min(len(a), len(b)) >= 4 and fuzz.ratio(a, b) >= 74 for a, b in unlike)


def spellings(name: str) -> list[str]:
    """Give a name with both ways to place the tone mark (ỦY, UỶ), the usual one first."""
    other = _STYLED.sub(lambda found: _TONE_STYLES[found[0]], name)
    return [name] if other == name else [name, other]


def _one_style(name: str) -> str:
    return spellings(name)[-1]


def all_spellings(names: Sequence[str]) -> list[str]:
    """Give all names in all tone placements."""
    return [spelling for name in names for spelling in spellings(name)]


def _key(text: str) -> str:
    return re.sub(r"[^\w]+", " ", accentless(text)).strip()
