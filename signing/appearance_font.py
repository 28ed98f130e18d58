"""The embedded font of the visible block: only the letters that are printed, as PDF/A wants them."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from config.fonts import UNITS_PER_EM, document_font

_FONT_NAME = "SOHOAS+LiberationSerif"
_SERIF_SYMBOLIC = 0b110
_STEM_V = 80
_KEPT_AGENCIES = 64


@dataclass(frozen=True, slots=True)
class PrintedFont:
    """A font program with just some letters: their glyph numbers and widths in thousandths of the size."""

    program: bytes
    glyphs: dict[str, int]
    widths: dict[str, int]
    ascent: int
    descent: int
    cap_height: int
    bounds: tuple[int, int, int, int]

    def width(self, text: str, size: float) -> float:
        """Give the width of a text in points."""
        return sum(self.widths[letter] for letter in text) * size / UNITS_PER_EM

    def encode(self, text: str) -> str:
        """Give the hexadecimal string that shows a text."""
        return "<" + "".join(f"{self.glyphs[letter]:04X}" for letter in text) + ">"


def font_for(text: str) -> PrintedFont:
    """Give the font for the letters of a text; a letter the font lacks is shown as its box for unknown letters."""
    return _cut(frozenset(text))


@lru_cache(maxsize=_KEPT_AGENCIES)
def _cut(letters: frozenset[str]) -> PrintedFont:
    font = TTFont(BytesIO(document_font()), recalcTimestamp=False)
    options = Options(
        layout_features=[],
        notdef_outline=True,
        glyph_names=False,
        name_IDs=[],
        drop_tables=["OS/2", "post", "cmap", "name", "gasp"],
        recalc_timestamp=False,
    )
    cap_height = int(getattr(font["OS/2"], "sCapHeight", 0)) or 650
    names = font.getBestCmap() or {}
    subsetter = Subsetter(options)
    subsetter.populate(glyphs=[names[ord(letter)] for letter in letters if ord(letter) in names])
    subsetter.subset(font)
    order = font.getGlyphOrder()
    numbers = {name: number for number, name in enumerate(order)}
    glyphs = {letter: numbers.get(names.get(ord(letter), ".notdef"), 0) for letter in letters}
    advance = font["hmtx"].metrics
    out = BytesIO()
    font.save(out)
    head: Any = font["head"]
    hhea: Any = font["hhea"]
    return PrintedFont(
        program=out.getvalue(),
        glyphs=glyphs,
        widths={letter: advance[order[number]][0] for letter, number in glyphs.items()},
        ascent=hhea.ascent,
        descent=hhea.descent,
        cap_height=cap_height,
        bounds=(head.xMin, head.yMin, head.xMax, head.yMax),
    )


def embed(writer: BasePdfFileWriter, font: PrintedFont) -> generic.IndirectObject:
    """Put the font into a PDF and give the reference to use as a resource."""
    program = generic.StreamObject(stream_data=font.program)
    program["/Length1"] = generic.NumberObject(len(font.program))
    program.compress()
    descriptor = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/FontDescriptor"),
            pdf_name("/FontName"): pdf_name("/" + _FONT_NAME),
            pdf_name("/Flags"): generic.NumberObject(_SERIF_SYMBOLIC),
            pdf_name("/FontBBox"): _numbers(font.bounds),
            pdf_name("/ItalicAngle"): generic.NumberObject(0),
            pdf_name("/Ascent"): generic.NumberObject(font.ascent),
            pdf_name("/Descent"): generic.NumberObject(font.descent),
            pdf_name("/CapHeight"): generic.NumberObject(font.cap_height),
            pdf_name("/StemV"): generic.NumberObject(_STEM_V),
            pdf_name("/FontFile2"): writer.add_object(program),
        }
    )
    font_dictionary = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/Type0"),
            pdf_name("/BaseFont"): pdf_name("/" + _FONT_NAME),
            pdf_name("/Encoding"): pdf_name("/Identity-H"),
            pdf_name("/DescendantFonts"): generic.ArrayObject(
                [writer.add_object(_descendant(font, writer.add_object(descriptor)))]
            ),
            pdf_name("/ToUnicode"): writer.add_object(_to_unicode(font)),
        }
    )
    return writer.add_object(font_dictionary)


def _descendant(font: PrintedFont, descriptor: generic.IndirectObject) -> generic.DictionaryObject:
    by_number = {font.glyphs[letter]: width for letter, width in font.widths.items()}
    widths = generic.ArrayObject()
    for number in sorted(by_number):
        widths.extend([generic.NumberObject(number), _numbers((by_number[number],))])
    system = {
        pdf_name("/Registry"): pdf_string("Adobe"),
        pdf_name("/Ordering"): pdf_string("Identity"),
        pdf_name("/Supplement"): generic.NumberObject(0),
    }
    return generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/CIDFontType2"),
            pdf_name("/BaseFont"): pdf_name("/" + _FONT_NAME),
            pdf_name("/CIDSystemInfo"): generic.DictionaryObject(system),
            pdf_name("/FontDescriptor"): descriptor,
            pdf_name("/CIDToGIDMap"): pdf_name("/Identity"),
            pdf_name("/W"): widths,
        }
    )


def _to_unicode(font: PrintedFont) -> generic.StreamObject:
    pairs = sorted((number, letter) for letter, number in font.glyphs.items() if number)
    lines = [f"<{number:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for number, letter in pairs]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    cmap = (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    )
    stream = generic.StreamObject(stream_data=cmap.encode("ascii"))
    stream.compress()
    return stream


def _numbers(values: tuple[int, ...]) -> generic.ArrayObject:
    return generic.ArrayObject([generic.NumberObject(value) for value in values])
