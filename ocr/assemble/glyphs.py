"""The font of the invisible text: no ink, only widths, and a map to Unicode.

Each distinct letter of a document is one glyph, numbered in the order of its code points, so a document's font is a
few hundred bytes and the same words give the same bytes. A font carries its ascent and descent, by which viewers and
extractors know how tall a word is; the variants differ in nothing else and share one font program.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from io import BytesIO

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pikepdf import Array, Dictionary, Name, Object, Pdf

from ocr.assemble.typeset import clusters

UNITS_PER_EM = 1000
_NAME = "SohoaText"
_FIXED_TIME = 3_660_000_000  # seconds since 1904; a font program made twice is the same
_HEAD, _FOOT = 700, -200
_SPACE = " "
_SPACE_WIDTHS = (100, 200, 300, 400, 500, 650, 800, 1000, 1500, 2500, 5000)
_SPACES = len(_SPACE_WIDTHS)
_WIDTHS = (
    (250, " .,;:'|!ijlt·"),
    (333, 'IfrJ()[]-/\\s"`'),
    (444, "acezk"),
    (722, "ABCDGHKNOQRUVXYwĐƠƯ"),
    (889, "MWm%@—…"),
)
_OTHER_WIDTH = 500
_ESCAPES = {b"(": b"\\(", b")": b"\\)", b"\\": b"\\\\", b"\r": b"\\r", b"\n": b"\\n"}
_SPECIAL = re.compile(rb"[()\\\r\n]")
_WIDTH_OF = {ch: width for width, letters in _WIDTHS for ch in letters}


class GlyphSet:
    """The glyphs of one document: codes and widths for its letters, and its font objects.

    Spaces come in many widths, all of them U+0020, so that one fills the gap after a word within the word's own
    stretch: some readers add a second space where a gap is left, others lose words shown apart from their space.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        found = {cluster for text in texts for cluster in clusters(text)}
        self._letters = [*(_SPACE for _ in _SPACE_WIDTHS), *sorted(found - {_SPACE})]
        self._codes = {letter: code for code, letter in enumerate(self._letters, start=1) if letter != _SPACE}
        self._widths = [_OTHER_WIDTH, *_SPACE_WIDTHS, *(_width(letter) for letter in self._letters[_SPACES:])]

    def encode(self, word: str, gap: float) -> bytes:
        """Give a word, and a space about `gap` font sizes wide, as the string that a content stream shows."""
        space = min(range(_SPACES), key=lambda index: abs(_SPACE_WIDTHS[index] - gap * UNITS_PER_EM))
        codes = [*(self._codes[letter] for letter in clusters(word)), space + 1]
        return _literal(b"".join(code.to_bytes(2, "big") for code in codes))

    def width(self, word: str) -> float:
        """Give how long a word is at font size 1."""
        return sum(self._widths[self._codes[letter]] for letter in clusters(word)) / UNITS_PER_EM

    def fonts(self, pdf: Pdf, extents: Iterable[tuple[int, int]]) -> Dictionary:
        """Give the font resources of a document, one for each pair of ascent and descent in fifths."""
        program = pdf.make_stream(_program(tuple(self._widths)))
        program.Length1 = len(program.read_bytes())
        shared = {
            "program": pdf.make_indirect(program),
            "widths": pdf.make_indirect(Array([1, Array(self._widths[1:])])),
            "unicode": pdf.make_stream(to_unicode(dict(enumerate(self._letters, start=1)))),
        }
        return Dictionary({f"/{font_name(extent)}": _font(pdf, extent, shared) for extent in sorted(set(extents))})


def _literal(data: bytes) -> bytes:
    """Write bytes as a literal string, which packs smaller than a hexadecimal one."""
    return b"(" + _SPECIAL.sub(lambda hit: _ESCAPES[hit.group()], data) + b")"


def font_name(extent: tuple[int, int]) -> str:
    """Give the resource name of the font for an ascent and a descent in fifths."""
    return f"T{extent[0]}_{extent[1]}"


def _width(letter: str) -> int:
    base = unicodedata.normalize("NFD", letter)[0]
    return _WIDTH_OF.get(letter) or _WIDTH_OF.get(base, _OTHER_WIDTH)


def declared_extents(ascent: int, descent: int) -> tuple[int, int]:
    """Give what a font declares for an ascent and a descent in fifths; readers take 0 for "not told"."""
    return ascent * 200 or 1, -descent * 200 or -1


def _font(pdf: Pdf, extent: tuple[int, int], shared: dict[str, Object]) -> Object:
    ascent, descent = declared_extents(*extent)
    base = Name(f"/SOHOAT+{_NAME}")
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=base,
        Flags=4,
        FontBBox=Array([0, descent, UNITS_PER_EM, ascent]),
        ItalicAngle=0,
        Ascent=ascent,
        Descent=descent,
        CapHeight=ascent,
        StemV=80,
        FontFile2=shared["program"],
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=base,
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=_OTHER_WIDTH,
        W=shared["widths"],
        CIDToGIDMap=Name.Identity,
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=base,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=shared["unicode"],
        )
    )


@cache
def _program(widths: tuple[int, ...]) -> bytes:
    """Give a TrueType font of glyphs without ink, with these widths; glyph 0 is .notdef.

    A glyph is a line without area: it has bounds, without which pdfium takes turned text for nothing at all.
    """
    names = [".notdef", *(f"g{number}" for number in range(1, len(widths)))]
    builder = FontBuilder(UNITS_PER_EM, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({})
    builder.setupGlyf({name: _bounds(width) for name, width in zip(names, widths, strict=True)})
    builder.setupHorizontalMetrics({name: (width, 0) for name, width in zip(names, widths, strict=True)})
    builder.setupHorizontalHeader(ascent=_HEAD, descent=_FOOT)
    builder.setupPost(keepGlyphNames=False)
    builder.updateHead(created=_FIXED_TIME, modified=_FIXED_TIME)
    builder.font.recalcTimestamp = False
    out = BytesIO()
    builder.font.save(out)
    return out.getvalue()


@cache
def _bounds(width: int) -> Glyph:
    pen = TTGlyphPen(None)
    pen.moveTo((0, _FOOT))
    pen.lineTo((width, _HEAD))
    pen.closePath()
    return pen.glyph()


def to_unicode(letters: Mapping[int, str]) -> bytes:
    """Give the CMap from glyph numbers to Unicode, in blocks of at most 100 as the format asks."""
    rows = [f"<{code:04x}> <{letters[code].encode('utf-16-be').hex()}>" for code in sorted(letters)]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    mappings = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
        f"{mappings}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")
