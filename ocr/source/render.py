"""Drawing a PDF page with Poppler, through pdf2image: the one place that does."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from pdf2image import convert_from_path, pdf2image
from pdf2image.exceptions import (
    PDFInfoNotInstalledError,
    PDFPageCountError,
    PDFPopplerTimeoutError,
    PDFSyntaxError,
)
from PIL import Image

from config.errors import DamagedFileError, SohoaError, TooDemandingError, ToolFailedError, ToolMissingError
from config.i18n import gettext
from config.i18n import mark as _
from ocr.bounded import lead_through, naming, run
from ocr.program_limits import limits_of
from ocr.source.door import shown_name
from ocr.source.picture import Pixels

RENDER_DPI = 300.0
# Pillow, which pdf2image hands the picture to, warns from 89 and refuses from 179 million pixels.
RENDER_MOST_PIXELS = 89_000_000
_JPEG_QUALITY = 82
_PROGRAM = "pdftoppm"
_SMALL_DPI = "20"

lead_through(pdf2image)


def render_dpi(width_pt: float, height_pt: float) -> float:
    """Give the resolution a page is drawn at: 300 dpi, less only for sheets beyond A0."""
    pixels = width_pt * height_pt * (RENDER_DPI / 72) ** 2
    return RENDER_DPI if pixels <= RENDER_MOST_PIXELS else RENDER_DPI * (RENDER_MOST_PIXELS / pixels) ** 0.5


def render_page(pdf: Path, number: int, dpi: float, size: tuple[int, int], *, grey: bool) -> Pixels:
    """Draw a page as a viewer shows it, stamps and signatures included: grey, or BGR.

    `size` is that of the result in pixels, as displayed. Raise DamagedFileError when Poppler cannot draw the page,
    TooDemandingError when the page takes more than Poppler may, ToolFailedError when it takes too long, is killed or
    gives no picture, ToolMissingError when Poppler is not there.
    """
    with _drawing(pdf, number):
        # PPM through a pipe: Poppler's PNG costs fifty times as much.
        images = convert_from_path(
            pdf.absolute(),
            first_page=number,
            last_page=number,
            dpi=dpi,  # type: ignore[arg-type]  # a fraction is as good to Poppler
            grayscale=grey,
            fmt="ppm",
            use_cropbox=True,
        )
    if not images:
        raise _not_drawn(pdf, number)
    pixels: Pixels = np.asarray(images[0], dtype=np.uint8)
    if pixels.ndim == 3:
        pixels = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY if grey else cv2.COLOR_RGB2BGR), np.uint8)
    elif not grey:
        pixels = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR), np.uint8)
    return _fitted(pixels, size)


def sketch_page(pdf: Path, number: int, longest_px: int) -> Pixels:
    """Give a small grey picture of a page as a viewer shows it, its longer side of a length. Raise as `render_page`."""
    with _drawing(pdf, number):
        images = convert_from_path(
            pdf.absolute(),
            first_page=number,
            last_page=number,
            size=longest_px,
            grayscale=True,
            fmt="ppm",
            use_cropbox=True,
        )
    if not images:
        raise _not_drawn(pdf, number)
    return np.asarray(images[0].convert("L"), dtype=np.uint8)


def draw_page(pdf: Path, number: int, width_px: int) -> bytes:
    """Give a page as a JPEG of a width, for looking at. Raise as `render_page` does."""
    with _drawing(pdf, number):
        images = convert_from_path(
            pdf.absolute(),
            first_page=number,
            last_page=number,
            size=(width_px, None),
            fmt="ppm",
            use_cropbox=True,
        )
    if not images:
        raise _not_drawn(pdf, number)
    out = BytesIO()
    images[0].convert("RGB").save(out, "JPEG", quality=_JPEG_QUALITY)
    return out.getvalue()


def _fitted(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Give the picture in its exact size: Poppler rounds up, and knows only one resolution for both directions."""
    width, height = size
    if abs(pixels.shape[1] - width) > 1 or abs(pixels.shape[0] - height) > 1:
        return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    missing = max(0, height - pixels.shape[0]), max(0, width - pixels.shape[1])
    if any(missing):
        edges = [(0, missing[0]), (0, missing[1]), (0, 0)][: pixels.ndim]
        pixels = np.pad(pixels, edges, constant_values=255)
    return pixels[:height, :width]


@contextmanager
def _drawing(pdf: Path, number: int) -> Iterator[None]:
    """Say in our words what keeps Poppler from drawing a page."""
    try:
        with naming(shown_name(pdf), str(number)):
            yield
    except PDFPopplerTimeoutError as err:
        seconds = f"{limits_of(_PROGRAM).wall_s:g}"
        cause = gettext(_("page {number} took longer than {seconds} s")).format(number=number, seconds=seconds)
        raise ToolFailedError(tool=_PROGRAM, file=shown_name(pdf), cause=cause) from err
    except PDFInfoNotInstalledError as err:
        raise ToolMissingError(tool="Poppler", cause=err, install="apt install poppler-utils") from err
    except Image.DecompressionBombError as err:
        raise DamagedFileError(file=shown_name(pdf), cause=_told(number)) from err
    except (PDFPageCountError, PDFSyntaxError, OSError, ValueError) as err:
        raise _not_drawn(pdf, number) from err


def _not_drawn(pdf: Path, number: int) -> SohoaError:
    """Say whose fault it is that no picture came: the file's only where Poppler itself says so.

    A file is refused for good; a program that was killed or talks nonsense is tried again. So Poppler is asked once
    more, without pdf2image, which keeps neither exit code nor what came in place of a picture.
    """
    page = ("-f", str(number), "-l", str(number), "-r", _SMALL_DPI)
    try:
        done = run([_PROGRAM, *page, str(pdf.absolute())], shown_name(pdf), page=str(number))
    except (ToolFailedError, TooDemandingError) as err:
        return err
    cause = _told(number)
    # Killed by a signal it says nothing; with a code or without any picture it has judged the file.
    if done.code > 0 or (done.code == 0 and not done.out):
        return DamagedFileError(file=shown_name(pdf), cause=cause)
    return ToolFailedError(tool=_PROGRAM, file=shown_name(pdf), cause=cause)


def _told(number: int) -> str:
    return gettext(_("page {number} cannot be drawn")).format(number=number)
