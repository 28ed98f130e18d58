"""How far readings hold when pages change: trivially, or by damage that collapses the engine's layout.

    python -m scripts.bench.robustness [CORPUS] [--trivial | --damaged] [--page NAME] [--every N]

Each variant of each page is read twice, without the levers that hold layouts against found lines (alarm, other ways of
reading) and with all of them. Prints characters wrong (percent, by the corpus' own score.py): mean and worst, how many
readings are collapsed (more than 20 % wrong), how many of those raised no alarm, and CPU seconds a page.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from config.settings import OcrSettings
from ocr.engines import Engine, open_engine
from ocr.images import Image, image_of
from ocr.levers import ALL, Levers
from ocr.model import PageQuality
from ocr.prepare import plan_image
from ocr.recognize import read_grey
from scripts.bench.accuracy.reading import timed
from scripts.bench.accuracy.text_score import score_text
from scripts.bench.accuracy.truth import CORPUS, Scorer, TruePage, corpus_pages, load_scorer
from scripts.bench.page_variants import DAMAGED, TRIVIAL, Variant

DPI = 200.0
COLLAPSED_PERCENT = 20.0
WITHOUT = replace(ALL, layout_alarm=False, plain_fallback=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One reading of one variant: characters wrong in percent, whether an alarm was raised, CPU seconds."""

    variant: str
    percent: float
    is_told: bool
    cpu_s: float


def main() -> int:
    """Print both tables; exit 1 when a collapsed reading passed as good with all levers on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?", default=CORPUS)
    parser.add_argument("--trivial", action="store_true", help="only changes nobody would see")
    parser.add_argument("--damaged", action="store_true", help="only damage")
    parser.add_argument("--page", default="", help="only pages whose name holds this")
    parser.add_argument("--every", type=int, default=1, help="only each so many-th variant of a page, another for each")
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    passed = 0
    for title, variants in (("trivial", TRIVIAL), ("damaged", DAMAGED)):
        if (chosen.trivial or chosen.damaged) and not getattr(chosen, title):
            continue
        pairs = list(_measured(chosen.corpus, chosen.page, variants, chosen.every))
        _print(title, pairs)
        passed += sum(_is_silent(after) for _, after in pairs)
    return int(passed > 0)


def _measured(
    corpus: Path, wanted: str, variants: Mapping[str, Variant], every: int
) -> Iterator[tuple[Outcome, Outcome]]:
    engine, scorer = open_engine(OcrSettings()), load_scorer(corpus)
    for start, page in enumerate(page for page in corpus_pages(corpus) if wanted in page.name):
        grey = image_of(np.asarray(cv2.imread(str(page.image), cv2.IMREAD_GRAYSCALE)))
        for name, variant in list(variants.items())[start % every :: every]:
            image = variant(grey)
            before, after = (_outcome(name, image, levers, engine, scorer, page) for levers in (WITHOUT, ALL))
            yield before, after


def _outcome(name: str, image: Image, levers: Levers, engine: Engine, scorer: Scorer, page: TruePage) -> Outcome:
    text, spent = timed(lambda: read_grey(image, None, plan_image(image, _quality(image)), DPI, engine, levers))
    return Outcome(name, score_text(scorer, page, text.text()).cer, bool(text.alarms), spent)


def _quality(image: Image) -> PageQuality:
    height, width = image.shape
    return PageQuality(1, width, height, DPI, 8, 1, 0.0, 0.0, 0.0, is_blank=False, has_colour=False, has_seal=False)


def _print(title: str, pairs: list[tuple[Outcome, Outcome]]) -> None:
    print(f"{title:22s} {'mean':>7s} {'worst':>7s} {'mean off':>9s} {'worst off':>9s} {'told':>5s}")
    for name in dict.fromkeys(before.variant for before, _ in pairs):
        of_name = [pair for pair in pairs if pair[0].variant == name]
        print(f"{name:22s} {_figures(of_name, 1)}  {_figures(of_name, 0)} {sum(a.is_told for _, a in of_name):5d}")
    print(f"{'all':22s} {_figures(pairs, 1)}  {_figures(pairs, 0)} {sum(a.is_told for _, a in pairs):5d}")
    for when, which in (("off", 0), ("on", 1)):
        of_kind = [pair[which] for pair in pairs]
        collapsed = sum(outcome.percent > COLLAPSED_PERCENT for outcome in of_kind)
        cpu = sum(outcome.cpu_s for outcome in of_kind) / max(1, len(of_kind))
        silent = sum(_is_silent(outcome) for outcome in of_kind)
        print(
            f"alarm {when}: {collapsed} of {len(of_kind)} readings collapsed, "
            f"{silent} of them told nobody; {cpu:.2f} s CPU"
        )


def _figures(pairs: list[tuple[Outcome, Outcome]], which: int) -> str:
    percents = [pair[which].percent for pair in pairs]
    return f"{sum(percents) / max(1, len(percents)):7.2f} {max(percents, default=0):7.2f}"


def _is_silent(outcome: Outcome) -> bool:
    return outcome.percent > COLLAPSED_PERCENT and not outcome.is_told


if __name__ == "__main__":
    sys.exit(main())
