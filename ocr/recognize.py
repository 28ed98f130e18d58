"""Reads one page: the prepared image through the engine once, the words tidied and brought back onto the page."""

from dataclasses import dataclass, replace

from config.errors import RecognitionError, ToolFailedError
from ocr.barcodes import read_barcodes
from ocr.engines import Engine
from ocr.engines.sound import SoundEngine
from ocr.hand.reading import is_of_blank, read_blanks
from ocr.images import Image
from ocr.kinds import mark_kinds
from ocr.language.correct import correct
from ocr.language.vouch import vouched
from ocr.layout_alarm import LayoutCheck, alarms, is_suspect
from ocr.levers import ALL, Levers
from ocr.model import Barcode, PageText, Preparation
from ocr.prepare import PagePlan, is_changed, prepare, pulled, smoothed, turned, unstraightened
from ocr.recognize_image import read_image
from ocr.source import Delivered
from ocr.stamps import find_traces, read_stamps

READ_VERSION = "23"

# Below this mean confidence a page is likely upside down or sideways; real scans that are the right way up
# read at 0.8 and more, turned ones at 0.2 to 0.5.
_POOR_CONFIDENCE = 0.6
_FEW_LETTERS = 12
_NOISE = 0.4
"""What the engine makes of strokes that are no letters is about so sure."""


def read_page(delivered: Delivered, plan: PagePlan, engine: Engine, levers: Levers = ALL) -> PageText:
    """Read a page by its plan; when the reading is poor, the other ways up are tried and the best one kept.

    Raise RecognitionError when the engine fails or gives words that cannot be.
    """
    grey = delivered.grey(plan.number)
    colour = delivered.colour(plan.number)
    dpi = delivered.pages[plan.number - 1].dpi
    engine = SoundEngine(engine)
    try:
        page = read_grey(grey, colour if plan.remove_seal else None, plan, dpi, engine, levers)
        page = _with_kinds(page, grey, colour, engine)
        words = vouched(correct(page.words)) if levers.language else page.words
        return replace(page, words=words, barcodes=_codes(page, grey, colour))
    except ToolFailedError as err:
        raise RecognitionError(page=plan.number, engine=engine.name, cause=err) from err


def read_grey(
    grey: Image, colour: Image | None, plan: PagePlan, dpi: float, engine: Engine, levers: Levers = ALL
) -> PageText:
    """Read a page whose pixels are at hand. Raise ToolFailedError when the engine fails."""
    reader = _Reader(grey, colour, dpi, engine, levers)
    best = _upright(reader, plan)
    for preparation in _other_ways(plan, levers):
        if not is_suspect(best.check):
            break
        other = reader.read(replace(plan, rotation=best.page.rotation), preparation)
        if worth(other.page) > worth(best.page):
            best = other
    return replace(best.page, alarms=alarms(best.check) if levers.layout_alarm else ())


@dataclass(frozen=True, slots=True)
class _Reading:
    """A page read one way, and how far that agrees with the lines found on it."""

    page: PageText
    check: LayoutCheck


@dataclass(frozen=True, slots=True)
class _Reader:
    """One page's pixels, to be read in one way or another."""

    grey: Image
    colour: Image | None
    dpi: float
    engine: Engine
    levers: Levers

    def read(self, plan: PagePlan, preparation: Preparation = Preparation.PREPARED) -> _Reading:
        """Read the page. Raise ToolFailedError when the engine fails."""
        levers = self.levers
        if preparation is Preparation.PLAIN:
            levers = replace(levers, flatten=False, lift_seal=False, deskew=False)
        if preparation is Preparation.BY_LAYOUT:
            levers = replace(levers, found_lines=False)
        image = prepare(self.grey, self.colour, plan, self.dpi, levers)
        if preparation is Preparation.SMOOTHED:
            image = smoothed(image)
        height, width = image.shape
        reading = read_image(image, self.dpi, self.engine, levers)
        skew_deg = pulled(plan, levers).skew_deg
        words = tuple(replace(word, box=unstraightened(word.box, skew_deg, width, height)) for word in reading.words)
        unread = tuple(unstraightened(box, skew_deg, width, height) for box in reading.unread)
        page = PageText(
            plan.number,
            width,
            height,
            self.dpi,
            plan.rotation,
            plan.skew_deg,
            words,
            self.engine.identity,
            unread,
            preparation=preparation,
        )
        return _Reading(page, reading.check)


def _upright(reader: _Reader, plan: PagePlan) -> _Reading:
    """Read a page by its plan, and where that reads poorly the other ways up; the best one is kept."""
    best = reader.read(plan)
    for turn in (180, 90, 270):
        if not is_poor(best.page):
            break
        other = reader.read(replace(plan, rotation=(plan.rotation + turn) % 360))
        if worth(other.page) > worth(best.page):
            best = other
    return best


def _other_ways(plan: PagePlan, levers: Levers) -> list[Preparation]:
    """Give the other ways in which a suspect page is read, the likeliest to help first."""
    ways = [Preparation.SMOOTHED, Preparation.BY_LAYOUT] if levers.layout_alarm else []
    if levers.plain_fallback and is_changed(pulled(plan, levers)):
        ways.append(Preparation.PLAIN)
    return ways


def _with_kinds(page: PageText, grey: Image, colour: Image | None, engine: Engine) -> PageText:
    """Tell print from handwriting and stamps; read the stamps that lifting the seal took off, and what a hand wrote."""
    upright = turned(grey, page.rotation)
    words = mark_kinds(upright, page.words)
    coloured = turned(colour, page.rotation) if colour is not None else None
    blanks = read_blanks(upright, coloured, words, page.dpi)
    traces = find_traces(upright, page.dpi)
    words = (*words, *read_stamps(upright, coloured, words, page.dpi, engine, traces))
    unread = tuple(box for box in page.unread if not any(is_of_blank(box, blank) for blank in blanks))
    return replace(page, words=words, unread=unread, blanks=blanks, traces=traces)


def _codes(page: PageText, grey: Image, colour: Image | None) -> tuple[Barcode, ...]:
    coloured = turned(colour, page.rotation) if colour is not None else None
    return read_barcodes(turned(grey, page.rotation), coloured, page.dpi)


def is_poor(page: PageText) -> bool:
    """Say whether a reading looks like that of a page turned the wrong way: letters, but unsure ones."""
    letters = sum(len(word.text) for word in page.words)
    return letters >= _FEW_LETTERS and page.confidence < _POOR_CONFIDENCE


def worth(page: PageText) -> float:
    """Give what a reading is worth: its letters, each by how far its word's confidence passes that of mere noise."""
    return sum(len(word.text) * (word.confidence - _NOISE) for word in page.words)
