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
    """What follows a syllable or a pair: counts, and their sum."""

    counts: Counts
    total: int


_NONE = _Row({}, 0)


class LanguageModel:
    """Counts of syllables, pairs and triples, and the probabilities that follow from them."""

    def __init__(self, syllables: Counts, pairs: Mapping[str, str], triples: Mapping[str, str]) -> None:
        self._syllables = _Row(syllables, sum(syllables.values()))
        self._texts = (pairs, triples)
        self._rows: tuple[dict[str, _Row], dict[str, _Row]] = ({}, {})
        self._by_key: dict[str, list[str]] = {}
        for syllable in syllables:
            self._by_key.setdefault(key(syllable), []).append(syllable)

    def __contains__(self, syllable: str) -> bool:
        return syllable in self._syllables.counts

    def alike(self, bare: str) -> Sequence[str]:
        """Give the syllables that are these letters but for their marks."""
        return self._by_key.get(bare, ())

    def count(self, *syllables: str) -> int:
        """Give how often one, two or three syllables stand together."""
        *before, last = syllables
        return self._row(before).counts.get(last, 0)

    def of_sentence(self, before: Sequence[str], syllable: str, after: Sequence[str]) -> float:
        """Give the logarithm of the probability of a syllable between others, with what it says of those after it."""
        run = [*before, syllable, *after]
        places = range(len(before), len(run))
        return sum(self.logarithm(run[place], *run[max(0, place - 2) : place]) for place in places)

    def logarithm(self, syllable: str, *before: str) -> float:
        """Give the natural logarithm of a syllable's probability after up to two others (Witten and Bell's mixing)."""
        return math.log(self._probability(syllable, before[-2:]))

    def _probability(self, syllable: str, before: Sequence[str]) -> float:
        row = self._row(before)
        count = row.counts.get(syllable, 0)
        if not before:
            return (count + _UNSEEN) / (row.total + _UNSEEN * len(row.counts))
        shorter = self._probability(syllable, before[1:])
        # New followers are expected as often as new ones came before: once for each kind.
        kinds = len(row.counts)
        return (count + kinds * shorter) / (row.total + kinds) if kinds else shorter

    def _row(self, before: Sequence[str]) -> _Row:
        if not before:
            return self._syllables
        name, size = " ".join(before), len(before) - 1
        row = self._rows[size].get(name)
        if row is None:
            row = self._rows[size][name] = _parsed(self._texts[size].get(name, ""))
        return row


@cache
def vietnamese() -> LanguageModel:
    """Give the model of Vietnamese, read on first use. Raise ReferenceDataError when its file is damaged."""
    return load_counts(COUNTS_FILE)


def load_counts(path: Path) -> LanguageModel:
    """Read a file of counts. Raise ReferenceDataError when it is missing or damaged."""
    sections: dict[str, dict[str, str]] = {name: {} for name in _SECTIONS}
    try:
        rows = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines()
        into: dict[str, str] = {}
        for row in rows:
            if row.startswith("["):
                into = sections[row[1:-1]]
            elif row and not row.startswith("# "):
                name, _, followers = row.partition("\t")
                into[name] = followers
        if not all(sections.values()):
            raise ValueError(", ".join(name for name, found in sections.items() if not found))
        syllables = {name: int(count) for name, count in sections["syllables"].items()}
    except (OSError, EOFError, zlib.error, ValueError, KeyError) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err
    return LanguageModel(syllables, sections["pairs"], sections["triples"])


def _parsed(text: str) -> _Row:
    """Read a row of followers: `định:12 mua`; a follower without a number stands there once."""
    if not text:
        return _NONE
    counts = {}
    for part in text.split(" "):
        name, _, count = part.partition(":")
        counts[name] = int(count) if count else 1
    return _Row(counts, sum(counts.values()))
