"""Reads one page: the prepared image through the engine once, the words tidied and brought back onto the page."""

from dataclasses import replace

from config.errors import RecognitionError, ToolFailedError
from ocr.barcodes import read_barcodes
from ocr.engines import Engine
from ocr.hand.reading import is_of_blank, read_blanks
from ocr.images import Image
from ocr.kinds import mark_kinds
from ocr.label_words import apart_from_label
from ocr.language.correct import correct
from ocr.levers import ALL, Levers
from ocr.model import Barcode, PageText
from ocr.prepare import PagePlan, prepare, pulled, turned, unstraightened
from ocr.recognize_image import read_image
from ocr.source import Delivered
from ocr.stamps import read_stamps

READ_VERSION = "11"

# Below this mean confidence a page is likely upside down or sideways; real scans that are the right way up
# read at 0.8 and more, turned ones at 0.2 to 0.5.
_POOR_CONFIDENCE = 0.6
_FEW_LETTERS = 12


def read_page(delivered: Delivered, plan: PagePlan, engine: Engine, levers: Levers = ALL) -> PageText:
    """Read a page by its plan; when the reading is poor, the other ways up are tried and the best one kept.

    Raise RecognitionError when the engine fails.
    """
    grey = delivered.grey(plan.number)
    colour = delivered.colour(plan.number)
    dpi = delivered.pages[plan.number - 1].dpi
    try:
        page = read_grey(grey, colour if plan.remove_seal else None, plan, dpi, engine, levers)
        page = _with_kinds(page, grey, colour, engine)
        words = correct(page.words) if levers.language else page.words
        return replace(page, words=words, barcodes=_codes(page, grey, colour))
    except ToolFailedError as err:
        raise RecognitionError(page=plan.number, engine=engine.name, cause=err) from err


def read_grey(
    grey: Image, colour: Image | None, plan: PagePlan, dpi: float, engine: Engine, levers: Levers = ALL
) -> PageText:
    """Read a page whose pixels are at hand. Raise ToolFailedError when the engine fails."""
    best = _read_one_way(grey, colour, plan, dpi, engine, levers)
    if not is_poor(best):
        return best
    for turn in (180, 90, 270):
        other = replace(plan, rotation=(plan.rotation + turn) % 360)
        page = _read_one_way(grey, colour, other, dpi, engine, levers)
        if _worth(page) > _worth(best):
            best = page
        if not is_poor(best):
            break
    return best


def _with_kinds(page: PageText, grey: Image, colour: Image | None, engine: Engine) -> PageText:
    """Tell print from handwriting and stamps; read the stamps that lifting the seal took off, and what a hand wrote."""
    upright = turned(grey, page.rotation)
    words = mark_kinds(upright, page.words)
    coloured = turned(colour, page.rotation) if colour is not None else None
    blanks = read_blanks(upright, coloured, words, page.dpi)
    words = (*words, *read_stamps(upright, coloured, words, page.dpi, engine))
    unread = tuple(box for box in page.unread if not any(is_of_blank(box, blank) for blank in blanks))
    return replace(page, words=words, unread=unread, blanks=blanks)


def _codes(page: PageText, grey: Image, colour: Image | None) -> tuple[Barcode, ...]:
    coloured = turned(colour, page.rotation) if colour is not None else None
    return read_barcodes(turned(grey, page.rotation), coloured, page.dpi)


def is_poor(page: PageText) -> bool:
    """Say whether a reading looks like that of a page turned the wrong way: letters, but unsure ones."""
    letters = sum(len(word.text) for word in page.words)
    return letters >= _FEW_LETTERS and page.confidence < _POOR_CONFIDENCE


def _worth(page: PageText) -> float:
    return sum(len(word.text) * (word.confidence - 0.4) for word in page.words)


def _read_one_way(
    grey: Image, colour: Image | None, plan: PagePlan, dpi: float, engine: Engine, levers: Levers
) -> PageText:
    image = prepare(grey, colour, plan, dpi, levers)
    height, width = image.shape
    reading = read_image(image, dpi, engine, levers)
    skew_deg = pulled(plan, levers).skew_deg
    words = tuple(
        replace(word, box=unstraightened(word.box, skew_deg, width, height))
        for read in reading.words
        for word in apart_from_label(read)
    )
    unread = tuple(unstraightened(box, skew_deg, width, height) for box in reading.unread)
    return PageText(plan.number, width, height, dpi, plan.rotation, plan.skew_deg, words, engine.identity, unread)
