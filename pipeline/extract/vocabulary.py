"""Official words, matched through the engine's slips.

A reading is replaced only by a word of a list it is all but equal to: same letters apart from accents, or nearly so,
and clearly nearer than the next candidate. Numbers and personal names are never matched this way.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

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
        loose = fuzz.ratio(key, _key(candidate)) / 100
        if loose >= NEARLY_CERTAIN:
            ranked.append((loose + fuzz.ratio(wanted, candidate) / 1000, loose, candidate))
    if not ranked:
        return None
    ranked.sort(key=lambda row: -row[0])
    top = ranked[0]
    tied = len(ranked) > 1 and ranked[1][0] >= top[0] - 0.004 and wanted != top[2]
    return Match(top[2], top[1], tied)


def spellings(name: str) -> list[str]:
    """Give a name with both ways to place the tone mark (ỦY, UỶ), the usual one first."""
    other = _STYLED.sub(lambda found: _TONE_STYLES[found[0]], name)
    return [name] if other == name else [name, other]


def all_spellings(names: Sequence[str]) -> list[str]:
    """Give all names in all tone placements."""
    return [spelling for name in names for spelling in spellings(name)]


def _key(text: str) -> str:
    return re.sub(r"[^\w]+", " ", accentless(text)).strip()
