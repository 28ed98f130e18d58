"""Reads files as the chain does (deliver, measure, plan, read, assemble), and tells what each part costs."""

import json
import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from config.settings import OcrSettings
from ocr.assemble import AssembleRequest, CopyMark, assemble
from ocr.engines import Engine, Layout, open_engine
from ocr.levers import ALL, Levers
from ocr.model import PageText
from ocr.model_json import page_text_from_json, page_text_to_json
from ocr.prepare import PagePlan, plan_page
from ocr.prepare_lines import letter_ink
from ocr.quality import measure
from ocr.recognize import read_page
from ocr.source import Delivered, Limits, PageGeometry, deliver, open_delivered

LIMITS = Limits(max_pages=100, max_page_pixels=200_000_000, max_file_bytes=500_000_000)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

_TIMES = 3
"""Other work on the machine makes a run dearer, never cheaper: each part is done so often, and the cheapest counts."""

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds: of the reading, of the reading and the PDF, and of the engine alone on the same grey page."""

    reading_s: float
    all_s: float
    plain_s: float


def read_files(files: Sequence[Path], engine: Engine | None = None, levers: Levers = ALL) -> tuple[PageText, ...]:
    """Read all pages of a document, with the default engine where none is given, by the levers pulled."""
    reader = engine or open_engine(OcrSettings())
    with TemporaryDirectory() as folder:
        delivered_pdf = Path(folder) / "delivered.pdf"
        deliver(list(files), delivered_pdf, LIMITS)
        return _read(delivered_pdf, reader, levers)


def read_file(path: Path, cache: Path | None = None) -> tuple[PageText, ...]:
    """Read all pages of a scan with the default engine; from the cache where it has them."""
    path = path.resolve()
    kept = cache / f"{path.stem}.json" if cache else None
    if kept and kept.exists():
        return tuple(page_text_from_json(page) for page in json.loads(kept.read_text("utf-8")))
    pages = read_files([path])
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps([page_text_to_json(page) for page in pages], ensure_ascii=False), "utf-8")
    return pages


def cost_of(path: Path, engine: Engine) -> tuple[PageText, Cost]:
    """Read and assemble a one-page scan; give its text and what that cost beside one plain pass of the engine.

    The plain pass is given its pixels; reading has to get them out of the file.
    """
    with TemporaryDirectory() as folder:
        delivered_pdf = Path(folder) / "delivered.pdf"
        deliver([path], delivered_pdf, LIMITS)
        with open_delivered(delivered_pdf) as delivered:
            grey, dpi = delivered.grey(1), delivered.pages[0].dpi
        costs = []
        for _ in range(_TIMES):
            _, plain_s = timed(lambda: engine.read([grey], dpi, Layout.PAGE))
            (page,), reading_s = timed(lambda: _read(delivered_pdf, engine))
            _, assembly_s = timed(lambda page=page: _assembled(delivered_pdf, page, Path(folder) / "out.pdf"))  # type: ignore[misc]
            costs.append((reading_s, assembly_s, plain_s))
    reading_s, assembly_s, plain_s = map(min, zip(*costs, strict=True))
    return page, Cost(reading_s, reading_s + assembly_s, plain_s)


def timed(work: Callable[[], _Result]) -> tuple[_Result, float]:
    """Do something; give its result and the CPU seconds of this process and its children."""
    start = _cpu_s()
    result = work()
    return result, _cpu_s() - start


def _read(delivered_pdf: Path, engine: Engine, levers: Levers = ALL) -> tuple[PageText, ...]:
    with open_delivered(delivered_pdf) as delivered:
        plans = [_planned(delivered, page) for page in delivered.pages]
        return tuple(read_page(delivered, plan, engine, levers) for plan in plans)


def _planned(delivered: Delivered, page: PageGeometry) -> PagePlan:
    """Measure and plan a page as the chain's stage does (pipeline/stages/prepare.py), its letters found once."""
    letters = letter_ink(delivered.grey(page.number), page.dpi)
    return plan_page(delivered, page.number, measure(delivered, page.number, letters), letters)


def _assembled(delivered: Path, text: PageText, out: Path) -> None:
    mark = CopyMark(converter="-", converted_at=LONG_AGO, visible=False)
    assemble(
        AssembleRequest(delivered=delivered, texts=(text,), out=out, title="-", document_id="-", mark=mark, lane="auto")
    )


def _cpu_s() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
