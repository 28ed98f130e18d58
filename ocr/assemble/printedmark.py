"""The mark of a digitized copy as printed text: a small line in the margin, kept off ink where there is room."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf

from config.fonts import UNITS_PER_EM, document_font
from ocr.assemble.copymark import CopyMark, VisibleMark
from ocr.assemble.glyphs import to_unicode
from ocr.assemble.textlayer import Frame, number
from ocr.source.delivered import Delivered, open_delivered

FONT_NAME = "Mark"
_LEADING = 1.2
_RISES_PT = (0.0, 8.0, 16.0, 24.0)
_PROBE_SCALE = 0.75  # 54 dpi: enough to see letters
_CLEARANCE_PT = 2.0
_INK_CONTRAST = 40
_DARK_PAPER = 120


@dataclass(frozen=True, slots=True)
class _Font:
    """A font program cut down to what the mark says."""

    program: bytes
    codes: dict[str, int]
    widths: dict[int, int]
    bounds: tuple[int, int, int, int]
    ascent: int
    descent: int

    def width(self, text: str) -> float:
        return sum(self.widths[self.codes[ch]] for ch in text if ch in self.codes) / UNITS_PER_EM

    def encode(self, text: str) -> str:
        return "".join(f"{self.codes[ch]:04x}" for ch in text if ch in self.codes)


def print_mark(pdf: Pdf, mark: CopyMark, delivered: Path) -> None:
    """Print the mark on the pages that the template names; `delivered` shows where their ink is."""
    lines = mark.lines
    if not lines:
        return
    look = mark.template.visible
    font = _font("".join(sorted(set("".join(lines)) | set("0123456789"))))
    resource = _font_object(pdf, font)
    with open_delivered(delivered) as source:
        for index, page in enumerate(pdf.pages):
            if look.pages == "first" and index:
                break
            _print_on(pdf, page, lines, look, font, resource, _ink(source, index + 1, page))


def _print_on(
    pdf: Pdf,
    page: Page,
    lines: tuple[str, ...],
    look: VisibleMark,
    font: _Font,
    resource: Object,
    ink: NDArray[np.bool_],
) -> None:
    box = [float(side) for side in page.cropbox]
    frame = Frame(box[0], box[1], box[2], box[3], int(page.obj.get(Name.Rotate, 0)) % 360)
    widest = max(font.width(line) for line in lines)
    size = min(look.font_size_pt, max(frame.width - 2 * look.side_pt, frame.width / 2) / widest)
    left, bottom = _free_place(frame, look, widest * size, len(lines) * size * _LEADING, ink)
    rows = [
        "q",
        " ".join(number(value) for value in frame.matrix()) + " cm",
        "0 g BT",
        f"/{FONT_NAME} {number(size)} Tf",
    ]
    for above, line in enumerate(reversed(lines)):
        baseline = bottom + size * (0.22 + above * _LEADING)
        rows.append(f"1 0 0 1 {number(left)} {number(baseline)} Tm <{font.encode(line)}> Tj")
    rows += ["ET Q", ""]
    page.contents_add(pdf.make_stream("\n".join(rows).encode("ascii")))
    page.obj[Name.Resources] = _with_font(page.resources, resource)


def _with_font(resources: Dictionary, font: Object) -> Dictionary:
    """Give a page's resources with the mark's font; those of other pages, which may be shared, stay as they are."""
    own = Dictionary(dict(resources.items()))
    fonts = resources.get(Name.Font, Dictionary())
    own[Name.Font] = Dictionary({**dict(fonts.items()), f"/{FONT_NAME}": font})
    return own


def _places(frame: Frame, look: VisibleMark, width: float, height: float) -> Iterator[tuple[float, float]]:
    """Give places in order of preference: the margin asked for, left, right, middle, rising; then the other margin.

    The corners of the top margin are left to the signatures (NĐ 30/2020: top right; TT 01/2023: top left).
    """
    left, right = look.side_pt, frame.width - look.side_pt - width
    middle = (frame.width - width) / 2
    low = [look.edge_pt + rise for rise in _RISES_PT]
    high = [frame.height - look.edge_pt - height - rise for rise in _RISES_PT]
    bottom = [(x, y) for y in low for x in (left, right, middle)]
    top = [(middle, y) for y in high]
    yield from (*bottom, *top) if look.margin == "bottom" else (*top, *bottom)


def _free_place(
    frame: Frame, look: VisibleMark, width: float, height: float, ink: NDArray[np.bool_]
) -> tuple[float, float]:
    """Give the first place without ink, or the preferred one when all are taken."""
    rows, columns = ink.shape
    across, down = columns / frame.width, rows / frame.height
    places = list(_places(frame, look, width, height))
    for left, bottom in places:
        first = round((frame.height - bottom - height - _CLEARANCE_PT) * down)
        last = round((frame.height - bottom + _CLEARANCE_PT) * down)
        start, end = round((left - _CLEARANCE_PT) * across), round((left + width + _CLEARANCE_PT) * across)
        if not ink[max(first, 0) : last, max(start, 0) : end].any():
            return left, bottom
    return places[0]


def _ink(source: Delivered, place: int, page: Page) -> NDArray[np.bool_]:
    """Give where a page (from 1) has ink, seen as it will be shown."""
    geometry = source.pages[place - 1]
    grey = source.sketch(place, round(_PROBE_SCALE * max(geometry.width_pt, geometry.height_pt)))
    turn = (int(page.obj.get(Name.Rotate, 0)) - source.turn(place)) % 360
    grey = np.rot90(grey, -turn // 90)
    paper = int(np.median(grey))
    return np.asarray(grey < min(paper - _INK_CONTRAST, 255) if paper > _DARK_PAPER else np.ones_like(grey, bool))


@cache
def _font(letters: str) -> _Font:
    """Give the document font cut down to these letters; a batch has one converter, so one font serves it."""
    options = Options(notdef_outline=True, name_IDs=[1, 2, 4, 6], recalc_timestamp=False, layout_features=[])
    full = TTFont(BytesIO(document_font()), recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(ch) for ch in letters])
    subsetter.subset(full)
    out = BytesIO()
    full.save(out)
    cut = TTFont(BytesIO(out.getvalue()))
    codes = {chr(code): cut.getGlyphID(glyph) for code, glyph in (cut.getBestCmap() or {}).items()}
    metrics = cut["hmtx"].metrics
    head = cut["head"]
    return _Font(
        program=out.getvalue(),
        codes=codes,
        widths={cut.getGlyphID(glyph): width for glyph, (width, _bearing) in metrics.items()},
        bounds=(head.xMin, head.yMin, head.xMax, head.yMax),
        ascent=cut["hhea"].ascent,
        descent=cut["hhea"].descent,
    )


def _font_object(pdf: Pdf, font: _Font) -> Object:
    base = Name("/SOHOAM+LiberationSerif")
    program = pdf.make_stream(font.program)
    program.Length1 = len(font.program)
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=base,
        Flags=4,
        FontBBox=Array(list(font.bounds)),
        ItalicAngle=0,
        Ascent=font.ascent,
        Descent=font.descent,
        CapHeight=662,
        StemV=80,
        FontFile2=program,
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=base,
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=0,
        W=Array([0, Array([font.widths[code] for code in sorted(font.widths)])]),
        CIDToGIDMap=Name.Identity,
    )
    letters = {code: letter for letter, code in font.codes.items()}
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=base,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(to_unicode(letters)),
        )
    )
