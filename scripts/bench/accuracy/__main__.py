"""Measures text, fields, probabilities and CPU on real scans and on specimens, beside stock programs in the same run.

    python -m scripts.bench.accuracy [PART …] [--write]

`corpus`: nine real pages under random names and without a register; scored is what pdftotext reads from the archived
PDF. `specimens`: fictional papers by wear, scored by the reading's text. `secrecy`: marks on specimens that were
missed, suspected, certain. `ablation`: the corpus with each lever of reading switched off in turn; `ablation-worn` and
`ablation-specimens`: the same on damaged pages of the corpus and on worn specimens. `lines`: lines that reading lost or
made up. `curve`: share of fields accepted against share of wrong ones, as last fitted. `engines`: how far the two
engines agree. `turned`: the rotation found for pages turned four ways. `words`: word errors by engine confidence.
With --write tables go into docs/benchmarks.md between their marks.
Exit code 1 when a wrong field of the corpus was accepted.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("OMP_THREAD_LIMIT", "1")

from pipeline.promise import load_curve
from scripts.bench.accuracy import engines
from scripts.bench.accuracy.ablation import ablation_table, measure_levers
from scripts.bench.accuracy.corpus import measure_corpus
from scripts.bench.accuracy.fields import WRONG, Verdict
from scripts.bench.accuracy.lines import lines_table, measure_lines
from scripts.bench.accuracy.report import corpus_summary, corpus_table, specimen_table, write_between
from scripts.bench.accuracy.secrecy import measure_secrecy, secrecy_table
from scripts.bench.accuracy.specimens import measure_specimens
from scripts.bench.accuracy.truth import CORPUS, corpus_pages, load_scorer
from scripts.bench.accuracy.worn import worn_pages, worn_specimens
from scripts.fit.promise_page import curve_table, promise_table

SEED = 9701
"""No rule was made on papers of this seed."""
KEPT = ("corpus", "specimens", "secrecy", "ablation", "ablation-worn", "ablation-specimens", "lines")
"""The parts whose tables stand in docs/benchmarks.md."""


def main(arguments: list[str] | None = None) -> int:
    """Measure the parts asked for, print their tables, and write them down if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=tuple(PARTS), default="corpus", metavar="PART")
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--seed", type=int, default=SEED, help="seed of the specimens")
    parser.add_argument("--count", type=int, default=16, help="how many specimens")
    parser.add_argument("--cache", type=Path, help="keep readings here, to count words again")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    chosen = parser.parse_args(arguments)
    wrong = 0
    for part in [chosen.parts] if isinstance(chosen.parts, str) else chosen.parts:
        text, wrong_here = PARTS[part](chosen)
        wrong += wrong_here
        print(f"\n{text}", flush=True)
        if chosen.write and part in KEPT:
            write_between(f"accuracy {part}", text)
    return int(wrong > 0)


def _corpus(chosen: argparse.Namespace) -> tuple[str, int]:
    figures = measure_corpus(corpus_pages(chosen.corpus), load_scorer(chosen.corpus))
    verdicts = [verdict for one in figures for verdict in one.verdicts]
    for verdict in verdicts:
        print(f"{verdict.page:24s} {verdict.field:16s} {verdict.outcome:12s} {verdict.value}", file=sys.stderr)
    return f"{corpus_table(figures)}\n\n{corpus_summary(figures)}", _tell_wrong(verdicts)


def _specimens(chosen: argparse.Namespace) -> tuple[str, int]:
    figures = measure_specimens(chosen.seed, chosen.count, load_scorer(chosen.corpus))
    _tell_wrong(verdict for one in figures for verdict in one.verdicts)
    return specimen_table(figures), 0


def _secrecy(chosen: argparse.Namespace) -> tuple[str, int]:
    return secrecy_table(measure_secrecy(chosen.seed, chosen.count)), 0


def _ablation(chosen: argparse.Namespace) -> tuple[str, int]:
    return ablation_table(measure_levers(corpus_pages(chosen.corpus), load_scorer(chosen.corpus))), 0


def _ablation_worn(chosen: argparse.Namespace) -> tuple[str, int]:
    with TemporaryDirectory() as folder:
        pages = worn_pages(corpus_pages(chosen.corpus), Path(folder))
        return ablation_table(measure_levers(pages, load_scorer(chosen.corpus))), 0


def _ablation_specimens(chosen: argparse.Namespace) -> tuple[str, int]:
    with TemporaryDirectory() as folder:
        pages = worn_specimens(chosen.seed, Path(folder))
        return ablation_table(measure_levers(pages, load_scorer(chosen.corpus), judged=False)), 0


def _lines(chosen: argparse.Namespace) -> tuple[str, int]:
    scorer, pages = load_scorer(chosen.corpus), corpus_pages(chosen.corpus)
    with TemporaryDirectory() as folder:
        worn = worn_specimens(chosen.seed, Path(folder))
        found = [*measure_lines(pages, scorer, "real"), *measure_lines(worn, scorer, "worn specimens")]
    return lines_table(found), 0


def _curve(_chosen: argparse.Namespace) -> tuple[str, int]:
    return f"{promise_table(load_curve())}\n\n{curve_table()}", 0


def _engines(chosen: argparse.Namespace) -> tuple[str, int]:
    return engines.agreement(corpus_pages(chosen.corpus)), 0


def _turned(chosen: argparse.Namespace) -> tuple[str, int]:
    return engines.orientation(corpus_pages(chosen.corpus)), 0


def _words(chosen: argparse.Namespace) -> tuple[str, int]:
    return engines.word_errors(corpus_pages(chosen.corpus), load_scorer(chosen.corpus), chosen.cache), 0


def _tell_wrong(verdicts: Iterable[Verdict]) -> int:
    wrong = [verdict for verdict in verdicts if verdict.outcome == WRONG]
    for verdict in wrong:
        print(f"{verdict.page} {verdict.field}: {verdict.value!r}, should be {verdict.wanted!r}", file=sys.stderr)
    return len(wrong)


PARTS: Mapping[str, Callable[[argparse.Namespace], tuple[str, int]]] = {
    "corpus": _corpus,
    "specimens": _specimens,
    "secrecy": _secrecy,
    "ablation": _ablation,
    "ablation-worn": _ablation_worn,
    "ablation-specimens": _ablation_specimens,
    "lines": _lines,
    "curve": _curve,
    "engines": _engines,
    "turned": _turned,
    "words": _words,
}

if __name__ == "__main__":
    sys.exit(main())
