"""The documents that are measured: specimens by colour, the longest real scan, and many small papers."""

import shutil
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import cast

import pikepdf
from PIL import Image, ImageDraw, ImageFont

from config.fonts import document_font
from ocr.source import Limits, deliver
from scripts.bench.throughput.chain import SHEET
from scripts.specimen.model import Colour
from scripts.specimen.studio import render_specimens

CORPUS = "corpus"
SETS = (*Colour, CORPUS)
SEED = 7
LIMITS = Limits(max_pages=1000, max_page_pixels=200_000_000, max_file_bytes=500_000_000)
CORPUS_SCAN = "qd_707_ttg.pdf"
AGENCY = "H41.99"
_FORMATS = {".pdf", ".jpg", ".png", ".tif", ".tiff"}
_DPI = 200
_SMALL_PX = (1165, 760)
_LETTER = (
    "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "XÃ MẪU Độc lập - Tự do - Hạnh phúc",
    "Số: {number}/TB-UBND Mẫu, ngày 11 tháng 3 năm 2026",
    "THÔNG BÁO",
    "Về việc tiếp nhận hồ sơ của công dân trong tháng",
)

Document = list[Path]
"""The files of one document."""


def documents_of(name: str, folder: Path, count: int, corpus: Path) -> list[Document]:
    """Give the documents of a set: specimens in layouts that rules and tests do not know, or the real scan."""
    if name == CORPUS:
        return [_corpus_scan(corpus, folder)]
    render_specimens(folder / "specimens", seed=SEED, layouts="bench", count=count, colours=[Colour(name)])
    found = [path for path in sorted((folder / "specimens" / "inbox").rglob("*")) if path.is_file()]
    return [[path] for path in found if path.suffix in _FORMATS]


def small_papers(folder: Path, count: int) -> list[Document]:
    """Draw so many short letters, each with its own number; most of their cost is all that is around reading."""
    folder.mkdir(parents=True, exist_ok=True)
    font = ImageFont.truetype(BytesIO(document_font()), 36)
    made = []
    for number in range(1, count + 1):
        image = Image.new("L", _SMALL_PX, 250)
        draw = ImageDraw.Draw(image)
        for place, line in enumerate(_LETTER):
            draw.text((80, 60 + 90 * place), line.format(number=number), fill=25, font=font)
        path = folder / f"{number:05d}.png"
        image.save(path, dpi=(_DPI, _DPI))
        made.append([path])
    return made


def fill_inbox(home: Path, documents: Sequence[Document], first: int = 1) -> None:
    """Put documents into a home's inbox, each as a record of its own, numbered from `first`."""
    for number, files in enumerate(documents, first):
        record = home / "inbox" / AGENCY / f"{AGENCY}-260504-{number:05d}"
        place = record if len(files) == 1 else record / "scan"
        place.mkdir(parents=True)
        for path in files:
            shutil.copyfile(path, place / path.name)
    (home / "inbox" / "lo.toml").write_text(SHEET, "utf-8")


def _corpus_scan(corpus: Path, folder: Path) -> Document:
    """Take the page images out of the corpus's longest scan; its signatures and stamps on top stay behind."""
    images = folder / "images"
    images.mkdir(parents=True)
    with pikepdf.open(corpus / "originals" / CORPUS_SCAN) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            images_of_page = [pikepdf.PdfImage(cast("pikepdf.Stream", image)) for image in page.get_images().values()]
            largest = max(images_of_page, key=lambda image: image.width * image.height)
            largest.extract_to(fileprefix=str(images / f"{number:03d}"))
    return sorted(images.iterdir())


def delivered_pdf(files: Document, out: Path) -> Path:
    """Wrap a document's images into a PDF without loss, since OCRmyPDF takes PDFs."""
    deliver(files, out, LIMITS)
    return out
