"""The careful lane: pages that are more than one image, through OCRmyPDF with our words plugged in.

What the source carries besides its pages (scripts, actions, forms, files) is left behind first; annotations that can
be seen become part of the page. Pages with readable text, and pages that turn out not to be PDF/A, are drawn anew by
Ghostscript with letters as outlines, so that each word is read once, from our reading.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import ocrmypdf
import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf

from config.errors import AssemblyError
from ocr.assemble.ghostscript import redraw
from ocr.assemble.layer import settle_layer
from ocr.assemble.ocrmypdf_words import words_file
from ocr.assemble.oldtext import OldText
from ocr.assemble.straight import page_frame
from ocr.assemble.textlayer import Frame
from ocr.assemble.typeset import SetLine, typeset
from ocr.model import PageText
from ocr.source.layout import PageLayout

_PLUGIN = "ocr.assemble.ocrmypdf_words"
_PAGE_KEYS = frozenset({"/Type", "/Parent", "/Resources", "/Contents", "/Group", "/UserUnit"})


def build_careful(
    source: Pdf, layouts: Sequence[PageLayout], texts: Sequence[PageText], folder: Path, *, redrawn: bool
) -> Pdf:
    """Give the document with our words in it, not yet PDF/A; `redrawn` draws all pages anew first.

    The document lives as long as `folder`; `source` is changed.
    Raise AssemblyError when OCRmyPDF fails, ToolFailedError when Ghostscript does.
    """
    clean = folder / "clean.pdf"
    has_visible_text = _write_clean(source, layouts, texts, clean)
    if redrawn or has_visible_text:
        drawn = folder / "drawn.pdf"
        redraw(clean, drawn, len(texts))
        clean = drawn
    pages = []
    for layout, text in zip(layouts, texts, strict=True):
        frame = page_frame(layout, text.rotation)
        pages.append((frame, typeset(text, frame.width, frame.height)))
    words_file(clean).write_text(json.dumps([_plugged(*page) for page in pages], ensure_ascii=False), "utf-8")
    pdf = pikepdf.open(_with_words(clean, folder / "layered.pdf"))
    settle_layer(pdf, [[word for line in lines for word in line.words] for _frame, lines in pages])
    return pdf


def _write_clean(source: Pdf, layouts: Sequence[PageLayout], texts: Sequence[PageText], target: Path) -> bool:
    """Write a document of nothing but the pages, upright; say whether it still holds text that can be read."""
    source.flatten_annotations("screen")
    with Pdf.new() as pdf:
        for page in source.pages:
            pdf.pages.append(page)
        old_text = OldText(pdf)
        for page, layout, text in zip(pdf.pages, layouts, texts, strict=True):
            _strip(page)
            page.obj[Name.MediaBox] = Array(list(layout.box))
            page.obj[Name.Rotate] = page_frame(layout, text.rotation).rotation
            if layout.has_text:
                old_text.remove_from(page)
        pdf.save(target)
        return old_text.is_any_visible


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
            optimize=0,
            jobs=1,
            use_threads=True,
            progress_bar=False,
            fast_web_view=0,
        )
    except (ocrmypdf.exceptions.ExitCodeException, pikepdf.PdfError, ValueError, OSError) as err:
        raise AssemblyError(file=pdf.name, cause=f"OCRmyPDF: {err}") from err
    return target
