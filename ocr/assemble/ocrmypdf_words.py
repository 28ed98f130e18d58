"""The plug-in through which OCRmyPDF gets our words instead of reading the pages itself.

OCRmyPDF loads it by name. It draws no page and starts no engine: the page picture it hands on is one white pixel,
and the words are those of the file that lies beside the input. So recognition never runs twice.
"""

import json
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from ocrmypdf import OcrEngine, OrientationConfidence, hookimpl
from ocrmypdf.models.ocr_element import Baseline, BoundingBox, OcrClass, OcrElement
from PIL import Image

_NAME = "Sohoa"
_UNITS_PER_INCH = 72.0


def words_file(pdf: Path) -> Path:
    """Give where the words of a PDF lie: beside it."""
    return pdf.with_suffix(".words.json")


class PluggedWords(OcrEngine):
    """An engine that has read already."""

    @staticmethod
    def version() -> str:
        """Give the version OCRmyPDF notes."""
        return "1"

    @staticmethod
    def creator_tag(options: Any) -> str:  # noqa: ARG004 - the interface's
        """Give the name OCRmyPDF writes into metadata, which is replaced later."""
        return _NAME

    def __str__(self) -> str:
        return _NAME

    @staticmethod
    def languages(options: Any) -> AbstractSet[str]:
        """Say that any language asked for is known."""
        return set(options.languages)

    @staticmethod
    def get_orientation(input_file: Path, options: Any) -> OrientationConfidence:  # noqa: ARG004 - the interface's
        """Say that the page is upright: it was turned before."""
        return OrientationConfidence(angle=0, confidence=0.0)

    @staticmethod
    def get_deskew(input_file: Path, options: Any) -> float:  # noqa: ARG004 - the interface's
        """Say that nothing is to be straightened: the scan stays as delivered."""
        return 0.0

    @staticmethod
    def supports_generate_ocr() -> bool:
        """Say that words come as a tree."""
        return True

    @staticmethod
    def generate_ocr(input_file: Path, options: Any, page_number: int = 0) -> tuple[OcrElement, str]:  # noqa: ARG004
        """Give the tree of a page's words, counted from page 0."""
        pages = json.loads(words_file(Path(options.input_file)).read_text("utf-8"))
        page = pages[page_number]
        tree = OcrElement(
            ocr_class=OcrClass.PAGE,
            bbox=BoundingBox(0, 0, page["width"], page["height"]),
            dpi=_UNITS_PER_INCH,
            page_number=page_number,
            children=[_line(line) for line in page["lines"]],
        )
        return tree, ""

    @staticmethod
    def generate_hocr(input_file: Path, output_hocr: Path, output_text: Path, options: Any) -> None:
        """Raise NotImplementedError: words come as a tree."""
        raise NotImplementedError

    @staticmethod
    def generate_pdf(input_file: Path, output_pdf: Path, output_text: Path, options: Any) -> None:
        """Raise NotImplementedError: words come as a tree."""
        raise NotImplementedError


def _line(line: dict[str, Any]) -> OcrElement:
    """Give a line whose box stands on the baseline and is as high as its font: OCRmyPDF takes the size from it."""
    level, size = line["level"], line["size"]
    top = level - size
    words = [
        OcrElement(ocr_class=OcrClass.WORD, bbox=BoundingBox(left, top, right, level), text=text)
        for text, left, right in line["words"]
    ]
    left, right = line["words"][0][1], max(word[2] for word in line["words"])
    return OcrElement(
        ocr_class=OcrClass.LINE,
        bbox=BoundingBox(left, top, max(right, left + size), level),
        baseline=Baseline(0.0, 0.0),
        children=words,
    )


@hookimpl(tryfirst=True)
def get_ocr_engine(options: Any) -> OcrEngine:  # noqa: ARG001 - the interface's
    """Give OCRmyPDF the engine."""
    return PluggedWords()


@hookimpl(tryfirst=True)
def rasterize_pdf_page(output_file: Path, page_dpi: Any) -> Path:
    """Give OCRmyPDF a page picture nobody looks at."""
    dpi: Iterable[float] = (page_dpi.x, page_dpi.y) if page_dpi else (_UNITS_PER_INCH, _UNITS_PER_INCH)
    Image.new("1", (1, 1), 1).save(output_file, "PNG", dpi=tuple(float(value) for value in dpi))
    return output_file
