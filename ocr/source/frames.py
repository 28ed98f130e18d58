"""The page images of one TIFF, JPEG or PNG file: headers read and checked, nothing decoded.

The one module that opens images with Pillow. The format's own reader is called, not `Image.open`, so that no other
format is tried and our limits, not Pillow's, decide what is too large.
"""

import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile

from config.errors import DamagedFileError, UnsupportedFormatError
from config.i18n import mark as _
from ocr.source import jpeg
from ocr.source.door import check_pages, check_pixels, shown_name
from ocr.source.facts import Limits, Note, SourceFormat

# What Pillow raises on broken files, besides its own.
BROKEN_IMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    EOFError,
    OverflowError,
    ZeroDivisionError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
_WIDTH, _HEIGHT, _BITS, _ORIENTATION, _NEW_SUBFILE = 256, 257, 258, 274, 254
_X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT = 282, 283, 296
_STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES = 273, 279, 324, 325
_WIDE_MODES = {"I", "F", "LAB", "HSV"}
# Cameras and phone apps write these when they know nothing; on a scanned page they are not to be believed.
_PLACEHOLDER_DPI = 96.5
_A3_LONG_IN = 17.0
_METRE_STEP_DPI = 0.0254
# Pillow warns of broken tags on the screen; what matters of it comes out as an error of ours.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.TiffImagePlugin")


@dataclass(frozen=True, slots=True)
class Frame:
    """One page image, not yet decoded.

    `width`, `height`: as stored. `dpi`: along x and y, None where the file gives none that can be believed.
    `orientation`: EXIF 1..8, how the stored image is shown. `image` is good until the next frame is asked for.
    """

    path: Path
    format: SourceFormat
    image: JpegImageFile | PngImageFile | TiffImageFile
    file: BinaryIO
    width: int
    height: int
    bits: int
    dpi: tuple[float, float] | None
    orientation: int
    notes: frozenset[Note]
    shape: jpeg.JpegShape | None = None


def frames(path: Path, file: BinaryIO, source_format: SourceFormat, limits: Limits) -> Iterator[Frame]:
    """Give the page images of a file one by one.

    Raise TooLargeError by the headers, DamagedFileError for a file that is cut off or broken,
    UnsupportedFormatError for samples that are no picture of a page.
    """
    readers = {SourceFormat.JPEG: _jpeg_frame, SourceFormat.PNG: _png_frame}
    try:
        if source_format is SourceFormat.TIFF:
            yield from _tiff_frames(path, file, limits)
        else:
            yield readers[source_format](path, file, limits)
    except BROKEN_IMAGE as err:
        raise damaged(path, _("its header cannot be read")) from err


def damaged(path: Path, cause: str) -> DamagedFileError:
    """Build the refusal of a broken file; `cause` is in the active language."""
    return DamagedFileError(file=shown_name(path), cause=cause)


def cut_off(path: Path) -> DamagedFileError:
    """Build the refusal of a file whose end is missing."""
    return damaged(path, _("the end is missing"))


def _jpeg_frame(path: Path, file: BinaryIO, limits: Limits) -> Frame:
    shape = jpeg.read_shape(file.read())
    file.seek(0)
    if shape is None:
        raise cut_off(path)
    check_pixels(path, shape.width, shape.height, limits)
    if not shape.is_complete or not shape.width or not shape.height:
        raise cut_off(path)
    try:
        image = JpegImageFile(file)
    except SyntaxError as err:
        raise UnsupportedFormatError(file=shown_name(path), kind=_("JPEG with unusual coding")) from err
    notes = {Note.CMYK} if shape.components == 4 else set()
    orientation = _exif_orientation(image.getexif)
    origin = _Origin(path, SourceFormat.JPEG, file)
    return _frame(origin, image, notes, bits=shape.bits, orientation=orientation, shape=shape)


def _png_frame(path: Path, file: BinaryIO, limits: Limits) -> Frame:
    header = file.read(33)
    if len(header) < 33 or header[12:16] != b"IHDR":
        raise cut_off(path)
    width, height, bits, colour = struct.unpack(">IIBB", header[16:26])
    check_pixels(path, width, height, limits)
    chunks = _check_png(path, file)
    orientation = _png_orientation(chunks.get(b"eXIf", b""))
    notes = {Note.ANIMATED} if b"acTL" in chunks else set()
    if bits == 16:
        notes.add(Note.SIXTEEN_BIT)
    if colour in {4, 6} or b"tRNS" in chunks:
        notes.add(Note.ALPHA)
    if colour == 3:
        notes.add(Note.PALETTE)
    file.seek(0)
    origin = _Origin(path, SourceFormat.PNG, file)
    return _frame(origin, PngImageFile(file), notes, bits=bits, orientation=orientation)


def _check_png(path: Path, file: BinaryIO) -> dict[bytes, bytes]:
    """Walk the chunks up to the end and check each sum; give their kinds, each with the end of its data."""
    file.seek(8)
    kinds: dict[bytes, bytes] = {}
    while b"IEND" not in kinds:
        head = file.read(8)
        if len(head) < 8:
            raise cut_off(path)
        length, kind = struct.unpack(">I4s", head)
        total, block = zlib.crc32(kind), b""
        while length > 0:
            block = file.read(min(length, 1 << 20))
            if not block:
                raise cut_off(path)
            total = zlib.crc32(block, total)
            length -= len(block)
        stored = file.read(4)
        if len(stored) < 4:
            raise cut_off(path)
        if int.from_bytes(stored, "big") != total:
            raise damaged(path, _("a check sum does not match"))
        kinds[kind] = block
    return kinds


def _tiff_frames(path: Path, file: BinaryIO, limits: Limits) -> Iterator[Frame]:
    size = file.seek(0, 2)
    file.seek(0)
    image = TiffImageFile(file)
    skipped: set[Note] = set()
    index = pages = 0
    while True:
        tags = image.tag_v2
        if tags.get(_NEW_SUBFILE, 0) & 1:
            skipped.add(Note.THUMBNAIL_SKIPPED)
        else:
            pages += 1
            check_pages(path, pages, limits)
            yield _tiff_frame(path, file, image, size, limits, skipped)
            skipped = set()
        index += 1
        check_pages(path, index // 2, limits)
        try:
            image.seek(index)
        except EOFError:
            break
    if not pages:
        raise damaged(path, _("it has no page"))


def _tiff_frame(path: Path, file: BinaryIO, image: TiffImageFile, size: int, limits: Limits, notes: set[Note]) -> Frame:
    tags = image.tag_v2
    check_pixels(path, tags[_WIDTH], tags[_HEIGHT], limits)
    bits = max(tags.get(_BITS, (1,)))
    if image.mode in _WIDE_MODES or bits > 16:
        raise UnsupportedFormatError(file=shown_name(path), kind=_("TIFF with unusual samples"))
    offsets = tags.get(_STRIPS) or tags.get(_TILES)
    sizes = tags.get(_STRIP_SIZES) or tags.get(_TILE_SIZES)
    if not offsets or not sizes or len(offsets) != len(sizes):
        raise damaged(path, _("its header cannot be read"))
    if any(start + length > size for start, length in zip(offsets, sizes, strict=True)):
        raise cut_off(path)
    marks = {
        Note.CMYK: image.mode == "CMYK",
        Note.SIXTEEN_BIT: bits > 8,
        Note.ALPHA: "A" in image.mode or image.mode == "RGBX",
        Note.PALETTE: image.mode == "P",
    }
    found = notes | {note for note, is_so in marks.items() if is_so}
    origin = _Origin(path, SourceFormat.TIFF, file)
    return _frame(origin, image, found, bits=bits, orientation=tags.get(_ORIENTATION, 1))


@dataclass(frozen=True, slots=True)
class _Origin:
    """Which file a frame is read from."""

    path: Path
    format: SourceFormat
    file: BinaryIO


def _frame(
    origin: _Origin,
    image: JpegImageFile | PngImageFile | TiffImageFile,
    notes: set[Note],
    *,
    bits: int,
    orientation: int,
    shape: jpeg.JpegShape | None = None,
) -> Frame:
    width, height = image.size
    if isinstance(image, TiffImageFile):
        # Pillow gives the size after turning.
        width, height = image.tag_v2[_WIDTH], image.tag_v2[_HEIGHT]
    if orientation not in range(1, 9):
        orientation = 1
    dpi = _believable_dpi(_stated_dpi(image), width, height)
    if dpi is None:
        notes = notes | {Note.DPI_MISSING}
    if orientation != 1:
        notes = notes | {Note.EXIF_TURNED}
    return Frame(
        path=origin.path,
        format=origin.format,
        file=origin.file,
        image=image,
        width=width,
        height=height,
        bits=bits,
        dpi=dpi,
        orientation=orientation,
        notes=frozenset(notes),
        shape=shape,
    )


def _png_orientation(exif: bytes) -> int:
    # Pillow's own way to a PNG's EXIF data decodes the whole picture.
    found = Image.Exif()

    def load() -> Image.Exif:
        found.load(exif)
        return found

    return _exif_orientation(load)


def _exif_orientation(load: Callable[[], Image.Exif]) -> int:
    try:
        return int(load().get(_ORIENTATION, 1))
    except BROKEN_IMAGE:
        # Broken EXIF data says nothing about the picture itself.
        return 1


def _stated_dpi(image: JpegImageFile | PngImageFile | TiffImageFile) -> tuple[float, float] | None:
    try:
        if isinstance(image, JpegImageFile):
            return _jpeg_dpi(image)
        if isinstance(image, PngImageFile):
            across, down = image.info["dpi"]
            return _whole_dpi(across), _whole_dpi(down)
        # Not from Pillow's `info`, which keeps the last page's resolution for a page that states none.
        tags = image.tag_v2
        factor = {2: 1.0, 3: 2.54}[tags.get(_RESOLUTION_UNIT, 2)]
        return float(tags[_X_RESOLUTION]) * factor, float(tags[_Y_RESOLUTION]) * factor
    except BROKEN_IMAGE:
        return None


def _whole_dpi(dpi: float) -> float:
    """Undo what counting in whole pixels a metre did to 300 dpi: it reads back as 299.9994."""
    return float(round(dpi)) if abs(dpi - round(dpi)) <= _METRE_STEP_DPI / 2 else float(dpi)


def _jpeg_dpi(image: JpegImageFile) -> tuple[float, float]:
    # Not Pillow's "dpi", which is 72 where the file says nothing.
    factor = {1: 1.0, 2: 2.54}.get(image.info.get("jfif_unit", 0))
    if factor is not None:
        across, down = image.info["jfif_density"]
        return across * factor, down * factor
    exif = image.getexif()
    factor = {2: 1.0, 3: 2.54}[exif.get(_RESOLUTION_UNIT, 2)]
    return float(exif[_X_RESOLUTION]) * factor, float(exif[_Y_RESOLUTION]) * factor


def _believable_dpi(dpi: tuple[float, float] | None, width: int, height: int) -> tuple[float, float] | None:
    if dpi is None or not (min(dpi) >= 10 and max(dpi) <= 10_000):
        return None
    if max(dpi) <= _PLACEHOLDER_DPI and max(width / dpi[0], height / dpi[1]) > _A3_LONG_IN:
        return None
    return dpi
