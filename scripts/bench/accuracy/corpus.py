"""The corpus in one run: the chain, stock Tesseract and OCRmyPDF on the same pages, fields, probabilities, CPU."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from config.settings import OcrSettings
from ocr.engines import open_engine
from scripts.bench.accuracy import stock
from scripts.bench.accuracy.calibration import Judged, judged_words
from scripts.bench.accuracy.chain import archive_pages
from scripts.bench.accuracy.fields import Verdict, judge
from scripts.bench.accuracy.reading import Cost, cost_of
from scripts.bench.accuracy.text_score import TextScore, score_text
from scripts.bench.accuracy.truth import Scorer, TruePage

_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class PageFigures:
    """What one page came to: our text, that of stock Tesseract and of OCRmyPDF, fields, probabilities, CPU."""

    page: str
    chain: TextScore
    tesseract: TextScore
    ocrmypdf: TextScore
    verdicts: tuple[Verdict, ...]
    words: tuple[Judged, ...]
    cost: Cost


def measure_corpus(pages: Sequence[TruePage], scorer: Scorer) -> list[PageFigures]:
    """Measure every page. CPU is taken one page at a time, after the engine has warmed up on the first."""
    with TemporaryDirectory() as folder:
        archived = archive_pages(pages, Path(folder) / "home")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        plain = list(pool.map(lambda page: stock.tesseract_text(page.image), pages))
        layered = list(pool.map(lambda page: stock.ocrmypdf_text(page.image), pages))
    engine = open_engine(OcrSettings())
    cost_of(pages[0].image, engine)
    figures = []
    for page, tesseract, ocrmypdf in zip(pages, plain, layered, strict=True):
        text, cost = cost_of(page.image, engine)
        figures.append(
            PageFigures(
                page=page.name,
                chain=score_text(scorer, page, archived[page.name].text),
                tesseract=score_text(scorer, page, tesseract),
                ocrmypdf=score_text(scorer, page, ocrmypdf),
                verdicts=tuple(judge(page, archived[page.name].fields, scorer)),
                words=tuple(judged_words(page, [text], scorer)),
                cost=cost,
            )
        )
    return figures
