"""Fits how far language vouches for a word (config/language/vouching.toml), on pages with truth.

    python -m scripts.fit.language_vouching CORPUS [--specimens N] [--seed N] [--write] [--samples FILE]

CORPUS holds `pages/*.png` and `truth/*.json`. Real pages decide: specimens count together for a quarter of them.
Prints, each real page told by what was fitted on the others: how well chances with and without language tell right
words from wrong ones (area under the curve), and their Brier scores and calibration errors.
"""

import argparse
import pickle
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import brier_score_loss, roc_auc_score

from config.settings import OcrSettings
from ocr.engines import Engine, open_engine
from ocr.language.correct import correct
from ocr.language.support import support
from ocr.language.vouch import VOUCHING_FILE, Vouching, weighed_places
from ocr.levers import Levers
from ocr.model import PageText, Word
from ocr.prepare import plan_page
from ocr.quality import measure
from ocr.recognize import read_page
from ocr.second.rules import Curve
from ocr.source import Limits, deliver, open_delivered
from scripts.bench.accuracy.truth import corpus_pages
from scripts.fit.labelled_words import labels, truth_text
from scripts.fit.word_curves import fit_curve
from scripts.specimen import render_specimens

_LIMITS = Limits(max_pages=100, max_page_pixels=200_000_000, max_file_bytes=500_000_000)
_WEIGHTS = (0.1, 0.2, 0.3, 0.4, 0.5)
_SPECIMEN_SHARE = 0.25
MADE = "2026-11-30"


@dataclass(frozen=True, slots=True)
class Sample:
    """One word of a page with truth: its chance without language, its support, and whether it is right."""

    page: str
    is_real: bool
    chance: float
    supported: float
    is_right: bool


def main() -> int:
    """Read, fit, report; write when asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--specimens", type=int, default=30)
    parser.add_argument("--seed", type=int, default=9713)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--samples", type=Path, help="keep the samples here, to fit again without reading")
    chosen = parser.parse_args()
    samples = _samples(chosen)
    pages = sorted({sample.page for sample in samples if sample.is_real})
    told = [(fit([other for other in samples if other.page != page]), page) for page in pages]
    left_out = [(sample, given) for given, page in told for sample in samples if sample.page == page]
    text = _written(fit(samples), samples, _report(left_out), chosen)
    print(text)
    if chosen.write:
        VOUCHING_FILE.write_text(text, "utf-8")
    return 0


def fit(samples: Sequence[Sample]) -> Vouching:
    """Fit the weight that parts right words from wrong ones best, and the chance at each score."""
    shares = _shares(samples)
    right = [sample.is_right for sample in samples]

    def scores(weight: float) -> list[float]:
        given = Vouching(weight, Curve((0.0,), (0.0,)))
        return [given.score(sample.chance, sample.supported) for sample in samples]

    weight = max(_WEIGHTS, key=lambda weight: float(roc_auc_score(right, scores(weight), sample_weight=shares)))
    return Vouching(weight, fit_curve(scores(weight), right, shares))


def samples_of(page: str, words: Sequence[Word], truth: str, *, is_real: bool) -> Iterator[Sample]:
    """Give the words of a page that language weighs, as far as the truth has their lines."""
    lines: dict[int, list[int]] = {}
    for place, word in enumerate(words):
        lines.setdefault(word.line, []).append(place)
    supported, weighed = support(words), set(weighed_places(words))
    for places in lines.values():
        for place, is_right in zip(places, labels([words[place].text for place in places], truth), strict=True):
            word = words[place]
            if is_right is not None and word.probability is not None and place in weighed:
                yield Sample(page, is_real, word.probability, supported[place], is_right)


def _samples(chosen: argparse.Namespace) -> list[Sample]:
    if chosen.samples and chosen.samples.exists():
        kept: list[Sample] = pickle.loads(chosen.samples.read_bytes())  # noqa: S301 - our own file
        return kept
    engine = open_engine(OcrSettings())
    samples: list[Sample] = []
    for true_page in corpus_pages(chosen.corpus):
        truths = [true_page.truth["blocks"]]
        samples += _of_file(true_page.name, [true_page.image], truths, engine, is_real=True)
    with tempfile.TemporaryDirectory() as folder:
        for layouts in ("bench", "demo") if chosen.specimens else ():
            for document in render_specimens(Path(folder) / layouts, chosen.seed, layouts, chosen.specimens // 2):
                blocks = [page.blocks if page.kind == "text" else () for page in document.pages]
                if document.same_as is None and document.expected != "failed":
                    name = f"{layouts}/{document.record}/{document.path.name}"
                    samples += _of_file(name, document.files, blocks, engine, is_real=False)
    if chosen.samples:
        chosen.samples.write_bytes(pickle.dumps(samples))
    return samples


def _of_file(
    name: str, files: Iterable[Path], truths: Iterable[Iterable[Mapping[str, Any]]], engine: Engine, *, is_real: bool
) -> Iterator[Sample]:
    for page, blocks in zip(_read(files, engine), truths, strict=False):
        truth = truth_text([dict(block) for block in blocks])
        if truth:
            yield from samples_of(f"{name}#{page.number}", correct(page.words), truth, is_real=is_real)


def _read(files: Iterable[Path], engine: Engine) -> list[PageText]:
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "delivered.pdf"
        deliver(list(files), pdf, _LIMITS)
        with open_delivered(pdf) as delivered:
            plans = [plan_page(delivered, page.number, measure(delivered, page.number)) for page in delivered.pages]
            return [read_page(delivered, plan, engine, Levers(language=False)) for plan in plans]


def _shares(samples: Sequence[Sample]) -> list[float]:
    real = sum(sample.is_real for sample in samples)
    share = min(1.0, _SPECIMEN_SHARE * max(1, real) / max(1, len(samples) - real))
    return [1.0 if sample.is_real else share for sample in samples]


def _report(told: Sequence[tuple[Sample, Vouching]]) -> str:
    right = [sample.is_right for sample, _ in told]
    before = [sample.chance for sample, _ in told]
    after = [given.curve.chance(given.score(sample.chance, sample.supported)) for sample, given in told]
    rows = [f"without language: {_quality(right, before)}", f"with language: {_quality(right, after)}"]
    return "\n".join(rows)


def _quality(right: Sequence[bool], chances: Sequence[float]) -> str:
    area, brier = roc_auc_score(right, chances), brier_score_loss(right, chances)
    error = _calibration_error(right, chances)
    return f"area under the curve {area:.3f}, Brier score {brier:.4f}, calibration error {error:.4f}"


def _calibration_error(right: Sequence[bool], chances: Sequence[float]) -> float:
    """Give the mean distance of told and counted chances over ten groups of equal size."""
    order = np.argsort(chances, kind="stable")
    groups = np.array_split(order, 10)
    told, counted = np.asarray(chances), np.asarray(right, float)
    return float(sum(len(group) * abs(told[group].mean() - counted[group].mean()) for group in groups) / len(order))


def _written(given: Vouching, samples: Sequence[Sample], report: str, chosen: argparse.Namespace) -> str:
    real = sum(sample.is_real for sample in samples)
    head = [
        "How far language vouches for a word: what its support counts beside its chance's odds, and from each score on",
        "the chance that it is right, told as if one more word of the step had been wrong. Written by",
        f"  python -m scripts.fit.language_vouching CORPUS --specimens {chosen.specimens} --seed {chosen.seed} --write",
        f"on {MADE}, from {real} words of real pages with truth and {len(samples) - real} of rendered specimens, which",
        "together weigh a quarter of the real ones. Each real page told by what was fitted on the others:",
        *(f"{row}." for row in report.splitlines()),
    ]
    steps = ", ".join(
        f"[{at:g}, {chance:g}]" for at, chance in zip(given.curve.scores, given.curve.chances, strict=True)
    )
    return "\n".join([*(f"# {row}" for row in head), f"weight = {given.weight:g}", f"steps = [{steps}]", ""])


if __name__ == "__main__":
    sys.exit(main())
