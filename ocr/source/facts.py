"""What is known of what came in: the values that leave this package."""

from dataclasses import dataclass
from enum import StrEnum

from config.i18n import gettext
from config.i18n import mark as _


class SourceFormat(StrEnum):
    """The kinds of file that are taken."""

    PDF = "pdf"
    TIFF = "tiff"
    JPEG = "jpeg"
    PNG = "png"


class Lane(StrEnum):
    """How a page goes to the archival PDF: its one image as it is, or rendered and rebuilt."""

    STRAIGHT = "straight"
    CAREFUL = "careful"


class Note(StrEnum):
    """What is worth telling about a file that is taken all the same; finding codes."""

    ACTIVE_CONTENT = "active_content"
    ALPHA = "alpha"
    ANIMATED = "animated"
    ANNOTATIONS = "annotations"
    ATTACHMENTS = "attachments"
    CMYK = "cmyk"
    DPI_MISSING = "dpi_missing"
    DYNAMIC_FORM = "dynamic_form"
    EXIF_TURNED = "exif_turned"
    FORM_FIELDS = "form_fields"
    PALETTE = "palette"
    PDF_REPAIRED = "pdf_repaired"
    SIXTEEN_BIT = "sixteen_bit"
    THUMBNAIL_SKIPPED = "thumbnail_skipped"

    @property
    def message(self) -> str:
        """Give the message id of what the note means."""
        return _TEXTS[self]

    @property
    def text(self) -> str:
        """Say in the active language what the note means."""
        return gettext(self.message)


_TEXTS = {
    Note.ACTIVE_CONTENT: _("the signed PDF holds scripts or actions; it is kept as it is"),
    Note.ALPHA: _("transparent parts were laid on white"),
    Note.ANIMATED: _("the image is animated; only its still picture was taken"),
    Note.ANNOTATIONS: _("the PDF holds comments or stamps that are no part of its pages"),
    Note.ATTACHMENTS: _("the PDF holds attached files"),
    Note.CMYK: _("CMYK colours were changed to sRGB for the archival PDF"),
    Note.DPI_MISSING: _("the image states no believable resolution; the sheet was taken to be A4"),
    Note.DYNAMIC_FORM: _("the signed PDF holds a dynamic form (XFA); it is kept as it is"),
    Note.EXIF_TURNED: _("the image is stored turned or mirrored and was set upright"),
    Note.FORM_FIELDS: _("the PDF holds form fields"),
    Note.PALETTE: _("the image has a palette of at most 256 colours"),
    Note.PDF_REPAIRED: _("the PDF's table of objects was broken and was rebuilt; all pages are there"),
    Note.SIXTEEN_BIT: _("16 bits a sample were reduced to 8 for the archival PDF"),
    Note.THUMBNAIL_SKIPPED: _("a preview picture in the TIFF was left out"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a document may have; checked against headers, before anything is decoded."""

    max_pages: int
    max_page_pixels: int
    max_file_bytes: int


@dataclass(frozen=True, slots=True)
class PageGeometry:
    """One page as a viewer shows it, after the page's turn; `dpi` is that of the page image as delivered here."""

    number: int
    width_pt: float
    height_pt: float
    width_px: int
    height_px: int
    dpi: float
    depth_bits: int
    channels: int
    lane: Lane
    has_text: bool


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the headers of a document say; `notes` are codes of `Note`, sorted."""

    format: SourceFormat
    page_count: int
    is_signed: bool
    notes: tuple[str, ...]
    is_specimen: bool = False
    """A file of it says of itself that it is a fictional paper."""
    largest_page_px: int = 0
    all_pages_px: int = 0
    """Pixels of its largest page and of all its pages: of their pictures, or as drawn where that is more."""
