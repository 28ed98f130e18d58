"""Reading accuracy on pages with truth, page by page, against the stock program, in one run.

    python -m scripts.bench.accuracy_reading [CORPUS] [--pdf] [--engines] [--turned] [--text FOLDER]

For each page: characters wrong (percent, by the corpus' own score.py) for stock `tesseract -l vie` and for ours,
extra text beyond the listed stamps, CPU seconds of each. With --pdf ours is what pdftotext reads from the assembled
archival PDF. A page image is delivered, planned and read as in a real run.
"""

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from config.settings import OcrSettings
from ocr.assemble import AssembleRequest, CopyMark, assemble
from ocr.engines import Engine, Layout, open_engine
from ocr.images import Image, image_of
from ocr.model import PageText
from ocr.pdftext import text_of
from ocr.prepare import plan_page, prepared_image, turned
from ocr.quality import measure
from ocr.recognize import read_page
from ocr.source import Limits, deliver, open_delivered

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
LIMITS = Limits(max_pages=100, max_page_pixels=100_000_000, max_file_bytes=1_000_000_000)
TABLE_PAGE = "qd_707_ttg_p5"

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one page."""

    name: str
    chars: int
    stock_errors: int
    errors: int
    extra: int
    stock_cpu_s: float
    pure_cpu_s: float
    cpu_s: float


def main() -> int:
    """Print the table; exit 1 when a page is worse than stock."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?", default=CORPUS)
    parser.add_argument("--pdf", action="store_true", help="score the text of the archival PDF")
    parser.add_argument("--engines", action="store_true", help="print how far the two engines agree")
    parser.add_argument("--turned", action="store_true", help="print rotations found for pages turned four ways")
    parser.add_argument("--engine", choices=("tesserocr", "pytesseract"), default="tesserocr")
    parser.add_argument("--text", type=Path, help="folder to leave our text in")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    pages = sorted((args.corpus / "vn-government-scans" / "pages").glob("*.png"))
    if args.turned:
        return _print_turned(pages)
    if args.engines:
        return _print_agreement(pages)
    engine = open_engine(OcrSettings(engine=args.engine))
    score = _score_module(args.corpus / "score.py")
    rows = [_measure(page, engine, score, args.text, pdf=args.pdf) for page in pages]
    _print_rows(rows)
    return int(any(row.errors > row.stock_errors for row in rows))


def _measure(page: Path, engine: Engine, score: ModuleType, text_folder: Path | None, *, pdf: bool) -> Row:
    truth = json.loads((page.parents[1] / "truth" / f"{page.stem}.json").read_text("utf-8"))
    stock, stock_cpu = _timed(lambda: _stock_text(page))
    with tempfile.TemporaryDirectory() as name:
        delivered = Path(name) / "delivered.pdf"
        deliver([page], delivered, LIMITS)
        text, cpu, pure = _read(delivered, engine)
        ours = _pdf_text(delivered, text, Path(name) / "out.pdf") if pdf else text.text()
    if text_folder:
        text_folder.mkdir(parents=True, exist_ok=True)
        (text_folder / f"{page.stem}.txt").write_text(ours, "utf-8")
    before, after = score.score_page(truth, stock, None), score.score_page(truth, ours, None)
    extra = max(0, after["extra"] - _stamp_chars(truth, score))
    return Row(page.stem, after["chars"], before["errors"], after["errors"], extra, stock_cpu, pure, cpu)


def _read(delivered: Path, engine: Engine) -> tuple[PageText, float, float]:
    with open_delivered(delivered) as source:

        def chain() -> PageText:
            quality = measure(source, 1)
            return read_page(source, plan_page(source, 1, quality), engine)

        text, cpu = _timed(chain)
        image = prepared_image(source, plan_page(source, 1, measure(source, 1)))
        _, pure = _timed(lambda: engine.read([image], source.pages[0].dpi, Layout.PAGE))
    return text, cpu, pure


def _pdf_text(delivered: Path, text: PageText, out: Path) -> str:
    mark = CopyMark(converter="-", converted_at=datetime.now(UTC), visible=False)
    assemble(
        AssembleRequest(delivered=delivered, texts=(text,), out=out, title="-", document_id="-", mark=mark, lane="auto")
    )
    return "\n".join(text_of(out))


def _stock_text(page: Path) -> str:
    run = subprocess.run(  # noqa: S603 - a fixed program on a path of the corpus
        ["tesseract", str(page), "-", "-l", "vie"],  # noqa: S607 - the stock program is whatever is installed
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    return run.stdout


def _stamp_chars(truth: dict[str, Any], score: ModuleType) -> int:
    inked = [*truth.get("stamps", []), *truth.get("handwritten", [])]
    return sum(len(score.norm(item["s"])) + 1 for item in inked if not item["s"].startswith("<"))


def _timed(work: Callable[[], _Result]) -> tuple[_Result, float]:
    start = _cpu_s()
    result = work()
    return result, _cpu_s() - start


def _print_rows(rows: list[Row]) -> None:
    print(f"{'page':26s} {'stock %':>8s} {'ours %':>8s} {'extra %':>8s} {'stock s':>8s} {'pure s':>8s} {'ours s':>8s}")
    for row in [*rows, _sum("without table page", [row for row in rows if row.name != TABLE_PAGE]), _sum("all", rows)]:
        worse = "  worse than stock" if row.errors > row.stock_errors else ""
        print(
            f"{row.name:26s} {_percent(row.stock_errors, row.chars)} {_percent(row.errors, row.chars)}"
            f" {_percent(row.extra, row.chars)} {row.stock_cpu_s:8.2f} {row.pure_cpu_s:8.2f} {row.cpu_s:8.2f}{worse}"
        )
    total = _sum("all", rows)
    print(f"CPU of measuring, preparing and reading over one pass of the engine: {total.cpu_s / total.pure_cpu_s:.2f}")


def _sum(name: str, rows: list[Row]) -> Row:
    return Row(
        name,
        sum(row.chars for row in rows),
        sum(row.stock_errors for row in rows),
        sum(row.errors for row in rows),
        sum(row.extra for row in rows),
        sum(row.stock_cpu_s for row in rows),
        sum(row.pure_cpu_s for row in rows),
        sum(row.cpu_s for row in rows),
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / max(1, whole):8.2f}"


def _print_agreement(pages: list[Path]) -> int:
    """Print, page by page, the share of characters in which the two engines differ."""
    engines = [open_engine(OcrSettings(engine=name)) for name in ("tesserocr", "pytesseract")]
    print("   ".join(engine.identity for engine in engines))
    different = letters = 0
    for page in pages:
        with tempfile.TemporaryDirectory() as name:
            delivered = Path(name) / "delivered.pdf"
            deliver([page], delivered, LIMITS)
            first, second = (_read(delivered, engine)[0].text() for engine in engines)
        distance = Levenshtein.distance(first, second)
        different, letters = different + distance, letters + len(first)
        print(f"{page.stem:26s} agree {100 - 100 * distance / max(1, len(first)):6.2f} %")
    print(f"{'all':26s} agree {100 - 100 * different / max(1, letters):6.2f} %")
    return 0


def _print_turned(pages: list[Path]) -> int:
    """Print the rotation planned for each page turned four ways; exit 1 when one is wrong."""
    wrong = 0
    for page in pages:
        image = image_of(np.asarray(cv2.imread(str(page))))
        found = [_planned_rotation(turned(image, (360 - turn) % 360)) for turn in (0, 90, 180, 270)]
        wrong += sum(rotation != turn for rotation, turn in zip(found, (0, 90, 180, 270), strict=True))
        print(f"{page.stem:26s} {found}")
    print(f"wrong: {wrong} of {4 * len(pages)}")
    return int(wrong > 0)


def _planned_rotation(image: Image) -> int:
    with tempfile.TemporaryDirectory() as name:
        picture, delivered = Path(name) / "page.png", Path(name) / "delivered.pdf"
        cv2.imwrite(str(picture), image)
        deliver([picture], delivered, LIMITS)
        with open_delivered(delivered) as source:
            return plan_page(source, 1, measure(source, 1)).rotation


def _score_module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _cpu_s() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    sys.exit(main())
