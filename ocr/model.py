"""What reading a page yields: boxes, words, pages; the values that travel between the stages.

Boxes are in pixels of the *upright* page image at the resolution it was delivered in: the image as a person
reads it, after turning by `rotation`, before any deskew. Origin top left, x to the right, y down.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels: left <= right, top <= bottom."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in pixels."""
        return self.bottom - self.top

    def union(self, other: "Box") -> "Box":
        """Give the smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


class WordKind(StrEnum):
    """What a word's ink is."""

    PRINT = "print"
    STAMP = "stamp"
    HANDWRITING = "handwriting"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a page: NFC text, confidence 0..1, its box, and the block and line it stands in.

    Blocks and lines are numbered from 0 over the page, in reading order; a line belongs to one block.
    `confidence` is the engine's own; `probability`, where it was told, the chance that the text is right.
    `raw`: what the engine read, where `text` differs from it; `reason`: why it differs. `second`: what a second
    recognizer read in its place, where that differs from `text` and `raw`.
    `cell`: number of the ruled table on the page, row and column, each from 0, for a word that stands in one.
    """

    text: str
    confidence: float
    box: Box
    block: int
    line: int
    kind: WordKind = WordKind.PRINT
    probability: float | None = None
    raw: str | None = None
    reason: str | None = None
    second: str | None = None
    cell: tuple[int, int, int] | None = None


class Preparation(StrEnum):
    """How a page was read in the end."""

    PREPARED = "prepared"
    """From the image as it was planned (evened, straight, without seals), line by line as the detector found them."""
    PLAIN = "plain"
    """From the page as it was delivered: what was done for reading had made it worse."""
    SMOOTHED = "smoothed"
    """From the prepared image without its specks."""
    BY_LAYOUT = "by_layout"
    """By the engine's own layout: the lines found had left too much, or read poorly."""
    BY_LINES = "by_lines"
    """What PREPARED is now, from when the engine's layout came first: kept in older readings."""


@dataclass(frozen=True, slots=True)
class Barcode:
    """A QR code or barcode on a page: what it says (NFC text; bytes that are no text in hex), its format, its box."""

    text: str
    format: str
    box: Box
    is_binary: bool = False


@dataclass(frozen=True, slots=True)
class Guess:
    """What figures written by hand may say, and the chance that they do."""

    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank of a heading with ink that does not prove to be print.

    `label`: number, day, month or year, by the printed words around it. `box`: its ink. `guesses`: what it may say,
    likeliest first; none where it cannot be told. They are proposals, never words of the page.
    """

    label: str
    box: Box
    guesses: tuple[Guess, ...]


@dataclass(frozen=True, slots=True)
class PageText:
    """The one reading of one page: words in reading order.

    `number` counts from 1. `width_px`, `height_px`: the upright image. `rotation`: degrees clockwise
    (0, 90, 180, 270) by which the delivered page is turned to be upright. `skew_deg`: clockwise angle by which
    the lines still run down to the right on the upright page. `unread`: ink of letters that no word covers.
    `barcodes`: from top to bottom.
    `blanks`: figures written by hand into the heading.
    `traces`: where at the head a stamp is seen to have been, of which nothing can be read.
    `preparation`: how it was read. `alarms`: codes of what is wrong with the reading as a whole (ocr/layout_alarm.py).
    """

    number: int
    width_px: int
    height_px: int
    dpi: float
    rotation: int
    skew_deg: float
    words: tuple[Word, ...]
    engine: str
    unread: tuple[Box, ...] = ()
    barcodes: tuple[Barcode, ...] = ()
    blanks: tuple[Blank, ...] = ()
    preparation: Preparation = Preparation.PREPARED
    alarms: tuple[str, ...] = ()
    traces: tuple[Box, ...] = ()

    @property
    def confidence(self) -> float:
        """Mean confidence of the words, weighted by their length; 0 for a page without words."""
        letters = sum(len(word.text) for word in self.words)
        if not letters:
            return 0.0
        return sum(word.confidence * len(word.text) for word in self.words) / letters

    def lines(self) -> list[list[Word]]:
        """Give the words line by line, in reading order."""
        lines: dict[int, list[Word]] = {}
        for word in self.words:
            lines.setdefault(word.line, []).append(word)
        return list(lines.values())

    def tables(self) -> list[list[list[str]]]:
        """Give the ruled tables: rows of cells, each cell's text on one line; an empty or merged cell is empty."""
        cells: dict[tuple[int, int, int], list[str]] = {}
        for word in self.words:
            if word.cell is not None:
                cells.setdefault(word.cell, []).append(word.text)
        tables = []
        for number in sorted({table for table, _, _ in cells}):
            rows = 1 + max(row for table, row, _ in cells if table == number)
            columns = 1 + max(column for table, _, column in cells if table == number)
            tables.append(
                [[" ".join(cells.get((number, row, column), ())) for column in range(columns)] for row in range(rows)]
            )
        return tables

    def text(self) -> str:
        """Give the page as text: one line a line, an empty line between blocks."""
        rows: list[str] = []
        block: int | None = None
        for line in self.lines():
            if block is not None and line[0].block != block:
                rows.append("")
            block = line[0].block
            rows.append(" ".join(word.text for word in line))
        return "\n".join(rows)


@dataclass(frozen=True, slots=True)
class PageQuality:
    """What was measured of one delivered page image, before any preparation.

    `depth_bits`: bits a sample (1, 8, 16); `channels`: 1 grey or 1-bit, 3 colour, 4 CMYK.
    `blur`: 0 sharp .. 1 illegible. `border_ratio`: share of the page that is black scanner border.
    """

    number: int
    width_px: int
    height_px: int
    dpi: float
    depth_bits: int
    channels: int
    blur: float
    skew_deg: float
    border_ratio: float
    is_blank: bool
    has_colour: bool
    has_seal: bool
