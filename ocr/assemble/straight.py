"""The straight lane: pages that are one image, the image's bytes untouched, our words laid over it.

A new file is built from the images alone, so nothing else of the source (scripts, actions, forms, old text) gets in.
"""

import zlib
from collections.abc import Sequence

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf

from ocr.assemble.glyphs import GlyphSet
from ocr.assemble.textlayer import Frame, number, text_content
from ocr.assemble.typeset import clean_text, typeset
from ocr.model import PageText
from ocr.source.layout import PageLayout, Placed

_IMAGE_KEYS = frozenset(
    {
        "/Type",
        "/Subtype",
        "/Width",
        "/Height",
        "/ColorSpace",
        "/BitsPerComponent",
        "/Decode",
        "/DecodeParms",
        "/Filter",
        "/Intent",
        "/Length",
    }
)


def build_straight(layouts: Sequence[PageLayout], texts: Sequence[PageText]) -> Pdf:
    """Give the new document. Every layout must be that of a page which is one image."""
    pdf = Pdf.new()
    glyphs = GlyphSet(clean_text(word.text) for page in texts for word in page.words)
    frames = [page_frame(layout, text.rotation) for layout, text in zip(layouts, texts, strict=True)]
    pages = [typeset(text, frame.width, frame.height) for text, frame in zip(texts, frames, strict=True)]
    extents = {(word.ascent, word.descent) for lines in pages for line in lines for word in line.words}
    fonts = pdf.make_indirect(glyphs.fonts(pdf, extents)) if extents else None
    for layout, frame, lines in zip(layouts, frames, pages, strict=True):
        if layout.image is not None:
            content = _picture_content(layout.image) + text_content(lines, glyphs, frame)
            _add_page(pdf, layout, frame, layout.image, fonts, content)
    return pdf


def page_frame(layout: PageLayout, rotation: int) -> Frame:
    """Give the frame of a page's words: the page box, shown turned as the page says and as reading found."""
    return Frame(*layout.box, (layout.turn + rotation) % 360)


def _picture_content(placed: Placed) -> bytes:
    matrix = " ".join(number(value) for value in placed.matrix.shorthand)
    return f"q {matrix} cm /Im0 Do Q\n".encode("ascii")


def _add_page(pdf: Pdf, layout: PageLayout, frame: Frame, placed: Placed, fonts: Object | None, content: bytes) -> None:
    resources = Dictionary(XObject=Dictionary(Im0=_plain_image(pdf, placed)))
    if fonts is not None:
        resources[Name.Font] = fonts
    leaf = Dictionary(
        Type=Name.Page,
        MediaBox=Array(list(layout.box)),
        Resources=resources,
        Contents=pdf.make_stream(zlib.compress(content, 9), Filter=Name.FlateDecode),
    )
    if frame.rotation:
        leaf[Name.Rotate] = frame.rotation
    if layout.unit != 1.0:
        leaf[Name.UserUnit] = layout.unit
    pdf.pages.append(Page(pdf.make_indirect(leaf)))


def _plain_image(pdf: Pdf, placed: Placed) -> Object:
    """Copy an image with its bytes as they are, without entries that have no place in an archival file."""
    image = pdf.copy_foreign(placed.picture.stream)
    for key in set(image.keys()) - _IMAGE_KEYS:
        del image[key]
    return image
