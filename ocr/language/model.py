"""How likely a Vietnamese syllable is beside its neighbours, from counts of syllables, pairs and triples.

The counts are data (config/language/vietnamese_counts.txt.gz, with its sources in its head). Rows are kept as text and
told apart when they are first asked for: a page needs a few hundred of them.
"""

import gzip
import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import config
from config.errors import ReferenceDataError
from ocr.language.syllable import key

COUNTS_FILE = Path(config.__file__).parent / "language" / "vietnamese_counts.txt.gz"
START = "^"
NUMBER = "0"
_SECTIONS = ("syllables", "pairs", "triples")
_UNSEEN = 0.1
"""A syllable that was never counted is taken for a tenth of one that was counted once."""

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Row:
    """What follows a syllable or a pair: counts; how many kinds; the sum of both, which shares are taken of."""

    counts: Counts
    kinds: int
    whole: int


_NONE = _Row({}, 0, 0)


class LanguageModel:
    """Counts of syllables, pairs and triples, and the probabilities that follow from them."""

    def __init__(self, syllables: Counts, pairs: Mapping[str, str], triples: Mapping[str, str]) -> None:
        self._syllables = syllables
        self._least = _UNSEEN / (sum(syllables.values()) + _UNSEEN * len(syllables))
        self._texts = (pairs, triples)
        self._rows: tuple[dict[str, _Row], dict[str, _Row]] = ({}, {})
        self._by_key: dict[str, list[str]] = {}
        for syllable in syllables:
            self._by_key.setdefault(key(syllable), []).append(syllable)

    def __contains__(self, syllable: str) -> bool:
        return syllable in self._syllables

    def alike(self, bare: str) -> Sequence[str]:
        """Give the syllables that are these letters but for their marks."""
        return self._by_key.get(bare, ())

    def count(self, first: str, second: str) -> int:
        """Give how often two syllables stand together."""
        return self._row(0, first).counts.get(second, 0)

    def of_sentence(self, before: Sequence[str], syllable: str, after: Sequence[str]) -> float:
        """Give the logarithm of the probability of a syllable between others, with what it says of those after it."""
        run = [*before, syllable, *after]
        product = 1.0
        for place in range(len(before), len(run)):
            product *= self._probability(run[place], run[max(0, place - 2) : place])
        return math.log(product)

    def logarithm(self, syllable: str, *before: str) -> float:
        """Give the natural logarithm of a syllable's probability after up to two others (Witten and Bell's mixing)."""
        return math.log(self._probability(syllable, before[-2:]))

    def _probability(self, syllable: str, before: Sequence[str]) -> float:
        chance = self._least * (self._syllables.get(syllable, 0) / _UNSEEN + 1.0)
        if before:
            chance = _mixed(self._row(0, before[-1]), syllable, chance)
        if len(before) > 1:
            chance = _mixed(self._row(1, f"{before[0]} {before[1]}"), syllable, chance)
        return chance

    def _row(self, size: int, name: str) -> _Row:
        row = self._rows[size].get(name)
        if row is None:
            row = self._rows[size][name] = _parsed(self._texts[size].get(name, ""))
        return row


def _mixed(row: _Row, syllable: str, shorter: float) -> float:
    """Mix counts with the chance a shorter context gives: new followers are expected as often as new ones came."""
    if not row.kinds:
        return shorter
    return (row.counts.get(syllable, 0) + row.kinds * shorter) / row.whole


@cache
def vietnamese() -> LanguageModel:
    """Give the model of Vietnamese, read on first use. Raise ReferenceDataError when its file is damaged."""
    return load_counts(COUNTS_FILE)


def load_counts(path: Path) -> LanguageModel:
    """Read a file of counts. Raise ReferenceDataError when it is missing or damaged."""
    try:
        return read_counts(gzip.decompress(path.read_bytes()).decode("utf-8"))
    except (OSError, EOFError, zlib.error, ValueError, KeyError) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err


def read_counts(text: str) -> LanguageModel:
    """Give the model from the text of its counts. Raise ValueError or KeyError when it is not that."""
    sections: dict[str, dict[str, str]] = {name: {} for name in _SECTIONS}
    into: dict[str, str] = {}
    for row in text.splitlines():
        if row.startswith("["):
            into = sections[row[1:-1]]
        elif row and not row.startswith("# "):
            name, _, followers = row.partition("\t")
            into[name] = followers
    if not all(sections.values()):
        raise ValueError(", ".join(name for name, found in sections.items() if not found))
    syllables = {name: int(count) for name, count in sections["syllables"].items()}
    return LanguageModel(syllables, sections["pairs"], sections["triples"])


def _parsed(text: str) -> _Row:
    """Read a row of followers: `định:12 mua`; a follower without a number stands there once."""
    if not text:
        return _NONE
    counts = {}
    for part in text.split(" "):
        name, _, count = part.partition(":")
        counts[name] = int(count) if count else 1
    return _Row(counts, len(counts), sum(counts.values()) + len(counts))
