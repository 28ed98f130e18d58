"""How well fields come out on fictional papers: accepted and right, accepted and wrong, sent to a person.

    python -m scripts.bench.accuracy_specimens [--layouts bench|demo] [--seed N] [--count N]

The papers go through deliver, measure, plan, read and extract. Prints each field that was accepted and is wrong, then
a line each field. Figures of specimens understate the errors of real paper and are never quoted alone.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from config.settings import OcrSettings
from config.text import fold_space
from ocr.engines import Engine, open_engine
from ocr.model import PageText
from ocr.prepare import plan_page
from ocr.quality import measure
from ocr.recognize import read_page
from ocr.source import Limits, deliver, open_delivered
from pipeline.agencies import load_agencies
from pipeline.extract import AgencyName, ExtractContext, FieldStatus, extract
from pipeline.review_policy import quiet_fields
from scripts.specimen import SpecimenDocument
from scripts.specimen.studio import render_specimens

LIMITS = Limits(max_pages=100, max_page_pixels=200_000_000, max_file_bytes=500_000_000)
RIGHT, WRONG, ASKED = "right", "wrong", "asked"
TODAY = date(2026, 12, 31)


def main(arguments: list[str] | None = None) -> int:
    """Render, read, extract, compare, print."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layouts", choices=("bench", "demo"), default="bench")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=60)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        documents = render_specimens(folder, chosen.seed, chosen.layouts, chosen.count)
        agencies = [AgencyName(agency.code, agency.name) for agency in load_agencies(folder / "agencies.toml")]
        engine = open_engine(OcrSettings())
        with ThreadPoolExecutor(2) as pool:
            readings = list(pool.map(lambda document: _read(document, engine), documents))
    context = ExtractContext(today=TODAY, agencies=agencies)
    counts, passed = Counter[tuple[str, str]](), 0
    for document, pages in zip(documents, readings, strict=True):
        outcomes = list(_judge(document, pages, context))
        counts.update(outcomes)
        passed += not any(outcome == ASKED and name not in quiet_fields() for name, outcome in outcomes)
    _print(counts, passed, len(documents))
    return 0


def _read(document: SpecimenDocument, engine: Engine) -> list[PageText]:
    with tempfile.TemporaryDirectory() as folder:
        delivered_pdf = Path(folder) / "delivered.pdf"
        deliver(list(document.files), delivered_pdf, LIMITS)
        with open_delivered(delivered_pdf) as delivered:
            numbers = [page.number for page in delivered.pages]
            plans = [plan_page(delivered, number, measure(delivered, number)) for number in numbers]
            return [read_page(delivered, plan, engine) for plan in plans]


def _judge(document: SpecimenDocument, pages: list[PageText], context: ExtractContext) -> Iterable[tuple[str, str]]:
    for field in extract(pages, context).fields:
        if field.status is not FieldStatus.ACCEPTED:
            yield field.name, ASKED
        elif field.name in document.fields:
            wanted, got = _plain(document.fields[field.name]), _plain(field.value)
            if wanted != got:
                print(f"{document.path.parent.name}/{document.path.name} {field.name}: {got!r}, should be {wanted!r}")
            yield field.name, RIGHT if wanted == got else WRONG


def _plain(value: object) -> str:
    return fold_space("; ".join(value) if isinstance(value, list | tuple) else str(value or ""))


def _print(counts: Counter[tuple[str, str]], passed: int, documents: int) -> None:
    print(f"{'field':20s} {RIGHT:>6s} {WRONG:>6s} {ASKED:>6s}")
    for name in sorted({name for name, _ in counts}):
        print(f"{name:20s} " + " ".join(f"{counts[name, outcome]:6d}" for outcome in (RIGHT, WRONG, ASKED)))
    totals = [sum(count for (_, outcome), count in counts.items() if outcome == kind) for kind in (RIGHT, WRONG, ASKED)]
    print(f"{'all':20s} " + " ".join(f"{total:6d}" for total in totals))
    print(f"{passed} of {documents} documents ask nobody anything")


if __name__ == "__main__":
    sys.exit(main())
