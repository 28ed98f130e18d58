"""Fits how two readings of a word are weighed, and how sure the outcome is, on pages with truth.

    python -m scripts.fit.word_probability CORPUS [--specimens N] [--seed N] [--write] [--samples FILE]

CORPUS holds `pages/*.png` and `truth/*.json`. Real pages decide: specimens count together for a quarter of them.
Prints, each real page scored by what was fitted on the others: words wrong before and after the choice, reliability,
Brier score, expected calibration error. With --write config/reference/word_probability.toml is written anew.
"""

import argparse
import pickle
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from config.settings import OcrSettings
from ocr.engines import Engine, open_engine
from ocr.second.opinion import core
from ocr.second.rules import RULES_FILE, Choice, Curve, Rules
from ocr.second.weigh import Found, WordClass, evidence, odds, weigh, word_class
from scripts.fit.word_curves import fit_curve
from scripts.fit.word_report import print_report, written
from scripts.fit.word_samples import Sample, corpus_samples, specimen_samples

_SPECIMEN_SHARE = 0.25
_GROUPS = {
    Found.AGREE: [[kind] for kind in WordClass],
    Found.ALONE: [[kind] for kind in WordClass],
    Found.UNSEEN: [list(WordClass)],
    # Readings differ too seldom for a curve each.
    Found.DIFFER: [[WordClass.PLAIN, WordClass.ROOFED, WordClass.BARE], [WordClass.FIGURES, WordClass.CODE]],
}


def main() -> int:
    """Read, fit, report; write when asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--specimens", type=int, default=30)
    parser.add_argument("--seed", type=int, default=9711)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--samples", type=Path, help="keep the samples here, to fit again without reading")
    chosen = parser.parse_args()
    engine = open_engine(OcrSettings())
    if engine.second is None:
        raise SystemExit("no second recognizer")
    samples = _samples(chosen, engine)
    signs = engine.second.signs
    left_out = []
    for page in sorted({sample.page for sample in samples if sample.is_real}):
        fitted = fit([sample for sample in samples if sample.page != page], signs)
        left_out += [(sample, fitted) for sample in samples if sample.page == page]
    print_report(left_out, signs)
    rules = fit(samples, signs)
    text = written(rules, samples, engine.identity, chosen)
    if chosen.write:
        RULES_FILE.write_text(text, "utf-8")
    else:
        print(text)
    return 0


def _samples(chosen: argparse.Namespace, engine: Engine) -> list[Sample]:
    if chosen.samples and chosen.samples.exists():
        kept: list[Sample] = pickle.loads(chosen.samples.read_bytes())  # noqa: S301 - our own file
        return kept
    if engine.second is None:
        return []
    samples = list(corpus_samples(chosen.corpus, engine, engine.second))
    for layouts in ("bench", "demo") if chosen.specimens else ():
        samples += specimen_samples(layouts, chosen.seed, chosen.specimens // 2, engine, engine.second)
    if chosen.samples:
        chosen.samples.write_bytes(pickle.dumps(samples))
    return samples


def fit(samples: Sequence[Sample], signs: frozenset[str]) -> Rules:
    """Fit choice, agreement and curves on labelled words."""
    choice = _choice([sample for sample in samples if _differs(sample, signs)], signs)
    agreement = _agreement([sample for sample in samples if _agrees(sample, signs)])
    without_curves = Rules(choice, agreement, {})
    found: dict[tuple[str, str], list[tuple[float, bool, bool]]] = {}
    for sample in samples:
        alone = odds(min(sample.word.confidence, 0.985))
        found.setdefault((Found.ALONE, word_class(sample.word.text)), []).append(
            (alone, sample.is_right, sample.is_real)
        )
        best = weigh(sample.word, sample.opinion, signs, without_curves)
        if best.found is not Found.ALONE:
            is_right = sample.is_right if best.text == sample.word.text else sample.second_is_right
            key = best.found, word_class(best.text)
            found.setdefault(key, []).append((best.score, is_right, sample.is_real))
    return Rules(choice, agreement, _curves(found))


def _curves(found: dict[tuple[str, str], list[tuple[float, bool, bool]]]) -> dict[tuple[str, str], Curve]:
    curves = {}
    for state, groups in _GROUPS.items():
        for kinds in groups:
            rows = [row for kind in kinds for row in found.get((state, kind), [])]
            weights = _weights([is_real for _, _, is_real in rows])
            curve = fit_curve([score for score, _, _ in rows], [is_right for _, is_right, _ in rows], weights)
            curves.update({(str(state), str(kind)): curve for kind in kinds})
    return curves


def _differs(sample: Sample, signs: frozenset[str]) -> bool:
    own, other = core(sample.word.text, signs), core(sample.opinion.text, signs)
    return bool(own and other) and own != other and " " not in other and sample.is_right != sample.second_is_right


def _agrees(sample: Sample, signs: frozenset[str]) -> bool:
    own, other = core(sample.word.text, signs), core(sample.opinion.text, signs)
    return bool(own) and own == other.replace(" ", "")


def _choice(samples: Sequence[Sample], signs: frozenset[str]) -> Choice:
    """Fit whose reading is right where exactly one is."""
    model = LogisticRegression().fit(
        [evidence(sample.word, sample.opinion, signs) for sample in samples],
        [sample.second_is_right for sample in samples],
        sample_weight=_weights([sample.is_real for sample in samples]),
    )
    start, weights = float(model.intercept_[0]), [round(float(weight), 2) for weight in model.coef_[0]]
    return Choice(round(start, 2), *weights)


def _agreement(samples: Sequence[Sample]) -> float:
    """Fit what the second's confidence counts beside the engine's where both read alike; not less than nothing."""
    model = LogisticRegression().fit(
        [(odds(min(sample.word.confidence, 0.985)), odds(sample.opinion.confidence)) for sample in samples],
        [sample.is_right for sample in samples],
        sample_weight=_weights([sample.is_real for sample in samples]),
    )
    engine, second = (float(weight) for weight in model.coef_[0])
    return round(max(0.0, second / engine), 2)


def _weights(are_real: Iterable[bool]) -> list[float]:
    flags = np.asarray(list(are_real), bool)
    specimens = max(1, int((~flags).sum()))
    share = min(1.0, _SPECIMEN_SHARE * max(1, int(flags.sum())) / specimens)
    return [1.0 if is_real else share for is_real in flags.tolist()]


if __name__ == "__main__":
    sys.exit(main())
