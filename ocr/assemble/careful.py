"""The careful lane: pages that are more than one image, through OCRmyPDF with our words plugged in.

What the source carries besides its pages (scripts, actions, forms, files) is left behind first; annotations that can
be seen become part of the page; invisible old text goes. A word must be read once: a page whose own visible text says
what we read keeps it and gets no words of ours; where it says something else (old Vietnamese fonts read as nonsense),
Ghostscript draws its letters as outlines. It also draws anew what turns out not to be PDF/A.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import ocrmypdf
import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf

from config.errors import AssemblyError
from ocr.assemble.ghostscript import redraw
from ocr.assemble.ocrmypdf_words import words_file
from ocr.assemble.oldtext import OldText, says_the_same
from ocr.assemble.straight import page_frame
from ocr.assemble.textlayer import Frame
from ocr.assemble.typeset import SetLine, SetWord, typeset
from ocr.model import PageText
from ocr.pdftext import text_of
from ocr.source.layout import PageLayout

_PLUGIN = "ocr.assemble.ocrmypdf_words"
_PAGE_KEYS = frozenset({"/Type", "/Parent", "/Resources", "/Contents", "/Group", "/UserUnit"})


@dataclass(frozen=True, slots=True)
class Layered:
    """A document with its words in it, not yet PDF/A; `own_text`: the pages (from 1) that keep their own."""

    path: Path
    words: tuple[tuple[SetWord, ...], ...]
    own_text: tuple[int, ...]


def build_careful(
    source: Pdf, layouts: Sequence[PageLayout], texts: Sequence[PageText], folder: Path, *, redrawn: bool
) -> Layered:
    """Give the document with our words in it; `redrawn` draws all pages anew first. `source` is changed.

    Raise AssemblyError when OCRmyPDF fails, ToolFailedError when Ghostscript or Poppler does.
    """
    clean = folder / "clean.pdf"
    visible = _write_clean(source, layouts, texts, clean)
    own_text = tuple(number for number in visible if says_the_same(clean, number, texts[number - 1]))
    if redrawn:
        own_text = _drawn_with_letters(clean, own_text)
    candidates = range(1, len(texts) + 1) if redrawn else visible
    _draw_anew(clean, [page for page in candidates if page not in own_text], outlines=True)
    pages, plugged = [], []
    for layout, text in zip(layouts, texts, strict=True):
        frame = page_frame(layout, text.rotation)
        lines = () if text.number in own_text else typeset(text, frame.width, frame.height)
        pages.append(tuple(word for line in lines for word in line.words))
        plugged.append(_plugged(frame, lines))
    words_file(clean).write_text(json.dumps(plugged, ensure_ascii=False), "utf-8")
    return Layered(_with_words(clean, folder / "layered.pdf"), tuple(pages), own_text)


def _write_clean(
    source: Pdf, layouts: Sequence[PageLayout], texts: Sequence[PageText], target: Path
) -> tuple[int, ...]:
    """Write a document of nothing but the pages, upright; give those (from 1) that hold visible text."""
    source.flatten_annotations("screen")
    visible = []
    with Pdf.new() as pdf:
        for page in source.pages:
            pdf.pages.append(page)
        old_text = OldText(pdf)
        for page, layout, text in zip(pdf.pages, layouts, texts, strict=True):
            _strip(page)
            page.obj[Name.MediaBox] = Array(list(layout.box))
            page.obj[Name.Rotate] = page_frame(layout, text.rotation).rotation
            if old_text.remove_from(page):
                visible.append(text.number)
        pdf.save(target)
    return tuple(visible)


def _drawn_with_letters(path: Path, numbers: Sequence[int]) -> tuple[int, ...]:
    """Draw pages anew with their fonts; give those whose text came through: Ghostscript loses letters of some fonts."""
    before = [text_of(path, page=number) for number in numbers]
    _draw_anew(path, numbers, outlines=False)
    return tuple(number for number, text in zip(numbers, before, strict=True) if text_of(path, page=number) == text)


def _draw_anew(path: Path, numbers: Sequence[int], *, outlines: bool) -> None:
    """Draw pages of a document anew and put them in the places of the old."""
    if not numbers:
        return
    drawn = path.with_suffix(".drawn.pdf")
    redraw(path, drawn, numbers, outlines=outlines)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf, pikepdf.open(drawn) as anew:
        for number, page in zip(numbers, anew.pages, strict=True):
            box, turn = pdf.pages[number - 1].mediabox, pdf.pages[number - 1].obj[Name.Rotate]
            pdf.pages[number - 1] = page
            pdf.pages[number - 1].obj[Name.MediaBox] = Array(list(box))
            pdf.pages[number - 1].obj[Name.Rotate] = turn
        pdf.save(path)


def _strip(page: Page) -> None:
    for key in set(page.obj.keys()) - _PAGE_KEYS:
        del page.obj[key]
    # Pages may share resources; what is added to one must not show in another.
    own = Dictionary(dict(page.resources.items()))
    for kind in (Name.XObject, Name.Font):
        own[kind] = Dictionary(dict(own.get(kind, Dictionary()).items()))
    page.obj[Name.Resources] = own


def _plugged(frame: Frame, lines: Sequence[SetLine]) -> dict[str, object]:
    """Give a page's words as the plug-in reads them."""
    runs = [run for line in lines for run in _runs(line, frame.height)]
    return {"width": frame.width, "height": frame.height, "lines": runs}


def _runs(line: SetLine, page_height: float) -> Iterator[dict[str, object]]:
    """Give the parts of a line that stand on one level, measured from the top of the page."""
    for level, words in groupby(line.words, key=lambda word: round(page_height - word.y, 2)):
        spans = [(word.text, word.x, word.x + word.length) for word in words]
        yield {"level": level, "size": line.size, "words": spans}


def _with_words(pdf: Path, target: Path) -> Path:
    logging.getLogger("ocrmypdf").setLevel(logging.ERROR)
    try:
        ocrmypdf.ocr(
            pdf,
            target,
            plugins=[_PLUGIN],
            language=["vie"],
            output_type="pdf",
            pdf_renderer="fpdf2",
            mode="skip",
            optimize=0,
            jobs=1,
            use_threads=True,
            progress_bar=False,
            fast_web_view=0,
        )
    except (ocrmypdf.exceptions.ExitCodeException, pikepdf.PdfError, ValueError, OSError) as err:
        raise AssemblyError(file=pdf.name, cause=f"OCRmyPDF: {err}") from err
    return target
