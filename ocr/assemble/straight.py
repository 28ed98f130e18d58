"""The straight lane: pages that are one image, the image's bytes untouched, our words laid over it.

A new file is built from the images alone, so nothing else of the source (scripts, actions, forms, old text) gets in.
"""

from collections.abc import Sequence

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Rectangle

from ocr.assemble.glyphs import GlyphSet
from ocr.assemble.pageimage import PlacedImage
from ocr.assemble.textlayer import Frame, number, text_content
from ocr.assemble.typeset import clean_text, typeset
from ocr.model import PageText

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
    }
)


def build_straight(source: Pdf, images: Sequence[PlacedImage], texts: Sequence[PageText]) -> Pdf:
    """Give the new document; its pages stand in the order of the source's."""
    pdf = Pdf.new()
    glyphs = GlyphSet(clean_text(word.text) for page in texts for word in page.words)
    layouts = []
    for page, placed, text in zip(source.pages, images, texts, strict=True):
        frame = _frame(placed.rectangle, shown_turn(page, text))
        layouts.append((page, placed, frame, typeset(text, frame.width, frame.height)))
    extents = {(word.ascent, word.descent) for layout in layouts for line in layout[3] for word in line.words}
    fonts = pdf.make_indirect(glyphs.fonts(pdf, extents)) if extents else None
    for page, placed, frame, lines in layouts:
        picture = "q " + " ".join(number(value) for value in placed.matrix) + " cm /Im0 Do Q\n"
        _add_page(pdf, page, frame, placed, fonts, picture.encode("ascii") + text_content(lines, glyphs, frame))
    return pdf


def shown_turn(page: Page, text: PageText) -> int:
    """Give the clockwise turn that shows a page upright: its own, and the one that reading found."""
    return (int(page.obj.get(Name.Rotate, 0)) + text.rotation) % 360


def _frame(area: Rectangle, rotation: int) -> Frame:
    return Frame(area.llx, area.lly, area.urx, area.ury, rotation)


def _add_page(pdf: Pdf, page: Page, frame: Frame, placed: PlacedImage, fonts: Object | None, content: bytes) -> None:
    resources = Dictionary(XObject=Dictionary(Im0=_plain_image(pdf, placed)))
    if fonts is not None:
        resources[Name.Font] = fonts
    leaf = Dictionary(
        Type=Name.Page,
        MediaBox=Array([float(side) for side in page.cropbox]),
        Resources=resources,
        Contents=pdf.make_stream(content),
    )
    if frame.rotation:
        leaf[Name.Rotate] = frame.rotation
    if Name.UserUnit in page.obj:
        leaf[Name.UserUnit] = page.obj[Name.UserUnit]
    pdf.pages.append(Page(pdf.make_indirect(leaf)))


def _plain_image(pdf: Pdf, placed: PlacedImage) -> Object:
    """Copy an image with its bytes as they are, without entries that have no place in an archival file."""
    image = pdf.copy_foreign(placed.image)
    for key in set(image.keys()) - _IMAGE_KEYS - {"/Length"}:
        del image[key]
    return image
