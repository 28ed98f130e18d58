"""What is known of what came in: the values that leave this package."""

from dataclasses import dataclass
from enum import StrEnum


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
