"""Specimens by wear: fictional papers rendered anew by a seed that no rule was made on, read as scans are."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2

from config.settings import OcrSettings
from config.text import fold_space
from ocr.engines import open_engine
from ocr.model import PageText
from ocr.source import deliver, open_delivered
from pipeline.agencies import load_agencies
from pipeline.extract import AgencyName, ExtractContext, extract
from pipeline.review_policy import quiet_fields
from scripts.bench.accuracy import stock
from scripts.bench.accuracy.calibration import Judged, judged_words
from scripts.bench.accuracy.fields import ASKED, RIGHT, TODAY, WRONG, Verdict
from scripts.bench.accuracy.reading import LIMITS, read_files
from scripts.bench.accuracy.text_score import TextScore, score_text
from scripts.bench.accuracy.truth import Scorer, TruePage
from scripts.specimen import SpecimenDocument
from scripts.specimen.studio import render_specimens

TIERS = ("clean", "typical", "poor")
"""The wear of a specimen (scripts/specimen/paper.py), by its number."""
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class ReadSpecimen:
    """One specimen with what was read of it."""

    name: str
    document: SpecimenDocument
    texts: tuple[PageText, ...]
    agencies: tuple[AgencyName, ...]

    @property
    def tier(self) -> str:
        """Give how worn it is."""
        return TIERS[self.document.scan.wear]


@dataclass(frozen=True, slots=True)
class SpecimenFigures:
    """What one specimen came to; the pages of stock programs are None where they were not asked."""

    name: str
    tier: str
    pages: tuple[TextScore, ...]
    tesseract: tuple[TextScore, ...]
    ocrmypdf: tuple[TextScore, ...]
    verdicts: tuple[Verdict, ...]
    words: tuple[Judged, ...]

    @property
    def asks_nobody(self) -> bool:
        """Say whether no field holds the document up."""
        return not any(verdict.outcome == ASKED and verdict.field not in quiet_fields() for verdict in self.verdicts)


def read_specimens(folder: Path, seed: int, count: int, layouts: str = "bench") -> list[ReadSpecimen]:
    """Render specimens by a seed below a folder, and read them."""
    documents = render_specimens(folder, seed, layouts, count)
    agencies = tuple(AgencyName(agency.code, agency.name) for agency in load_agencies(folder / "agencies.toml"))
    engine = open_engine(OcrSettings())
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        texts = list(pool.map(lambda document: read_files(document.files, engine), documents))
    return [
        ReadSpecimen(f"{seed}/{number:03d}", document, read, agencies)
        for number, (document, read) in enumerate(zip(documents, texts, strict=True))
    ]


def measure_specimens(seed: int, count: int, scorer: Scorer, *, beside_stock: bool = True) -> list[SpecimenFigures]:
    """Render, read and score specimens, with the stock programs on the same page images."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        specimens = read_specimens(folder / "made", seed, count)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(lambda one: _figures(one, folder, scorer, beside_stock=beside_stock), specimens))


def judge_specimen(specimen: ReadSpecimen, accept_confidence: float | None = None) -> Iterator[Verdict]:
    """Extract the fields of a specimen and hold them against its truth; what the truth does not tell is left out."""
    context = ExtractContext(today=TODAY, agencies=specimen.agencies)
    if accept_confidence is not None:
        context = replace(context, accept_confidence=accept_confidence)
    truth = specimen.document.fields
    for field in extract(specimen.texts, context).fields:
        wanted = _plain(truth[field.name]) if field.name in truth else None
        if field.status != "accepted":
            outcome = ASKED
        elif field.name not in truth:
            continue
        else:
            outcome = RIGHT if wanted == _plain(field.value) else WRONG
        yield Verdict(
            specimen.name, specimen.name, field.name, wanted, field.value, field.confidence, outcome, is_printed=True
        )


def true_pages(specimen: ReadSpecimen) -> list[TruePage]:
    """Give the pages of a specimen in the form of the corpus; blank and unreadable ones have nothing to score."""
    return [
        TruePage(f"{specimen.name}_p{page.number}", specimen.name, specimen.document.path, _truth(page))
        for page in specimen.document.pages
        if page.kind == "text"
    ]


def _figures(specimen: ReadSpecimen, folder: Path, scorer: Scorer, *, beside_stock: bool) -> SpecimenFigures:
    pages = true_pages(specimen)
    read = {text.number: text for text in specimen.texts}
    texts = [read[number] for number in _numbers(specimen)]
    images = _images(specimen, folder) if beside_stock else []
    return SpecimenFigures(
        name=specimen.name,
        tier=specimen.tier,
        pages=_scores(scorer, pages, [text.text() for text in texts]),
        tesseract=_scores(scorer, pages, [stock.tesseract_text(*image) for image in images]),
        ocrmypdf=_scores(scorer, pages, [stock.ocrmypdf_text(*image) for image in images]),
        verdicts=tuple(judge_specimen(specimen)),
        words=tuple(
            word for page, text in zip(pages, texts, strict=True) for word in judged_words(page, [text], scorer)
        ),
    )


def _scores(scorer: Scorer, pages: Sequence[TruePage], texts: Sequence[str]) -> tuple[TextScore, ...]:
    return tuple(score_text(scorer, page, text) for page, text in zip(pages, texts, strict=False))


def _numbers(specimen: ReadSpecimen) -> list[int]:
    return [page.number for page in specimen.document.pages if page.kind == "text"]


def _truth(page: Any) -> Mapping[str, Any]:
    return {"blocks": page.blocks, "handwritten": page.handwritten, "stamps": page.stamps}


def _images(specimen: ReadSpecimen, folder: Path) -> list[tuple[Path, int]]:
    """Give the pages as image files with their dpi, as a stock program would be given them."""
    place = folder / "images" / specimen.name
    place.mkdir(parents=True)
    delivered_pdf = place / "delivered.pdf"
    deliver(list(specimen.document.files), delivered_pdf, LIMITS)
    images = []
    with open_delivered(delivered_pdf) as delivered:
        for number in _numbers(specimen):
            colour = delivered.colour(number)
            image = place / f"{number}.png"
            cv2.imwrite(str(image), delivered.grey(number) if colour is None else colour)
            images.append((image, round(delivered.pages[number - 1].dpi)))
    return images


def _plain(value: object) -> str:
    return fold_space("; ".join(value) if isinstance(value, list | tuple) else str(value or ""))
