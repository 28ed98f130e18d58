"""A page image as a PDF holds it: the stored bytes as they are wherever a PDF can, else the same pixels packed anew.

What an archival PDF cannot hold is changed, and only that: transparency is laid on white, 16 bits become 8,
CMYK becomes sRGB. The file as it came in is kept beside it by others.
"""

import struct
import zlib
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms
from PIL.TiffImagePlugin import ImageFileDirectory_v2, TiffImageFile

from config.errors import UnsupportedFormatError
from config.i18n import mark as _
from ocr.source import jpeg
from ocr.source.door import shown_name
from ocr.source.facts import SourceFormat
from ocr.source.frames import BROKEN_IMAGE, Frame, damaged
from ocr.source.pdffile import PdfImage, PdfPlace
from ocr.source.streams import is_cut_jpeg
from ocr.source.strips import join_strips

_A4_LONG_IN, _A4_SHORT_IN = 297 / 25.4, 210 / 25.4
# A PDF page is at most 200 inches long, and at least 3 points for viewers' sake.
_MOST_PT, _LEAST_PT = 14_400.0, 3.0
# Clockwise turn and mirroring that show an image stored with each EXIF orientation.
_SHOWN = {1: (0, False), 2: (0, True), 3: (180, False), 4: (180, True)}
_SHOWN |= {5: (270, True), 6: (90, False), 7: (90, True), 8: (270, False)}
_GREY, _RGB = "/DeviceGray", "/DeviceRGB"
_PHOTOMETRIC, _COMPRESSION, _FILL_ORDER, _JPEG_TABLES = 262, 259, 266, 347
_STRIPS, _STRIP_SIZES, _PLANAR = 273, 279, 284
_ICC_PROFILE = 34675
_GROUP_4, _JPEG = 4, 7
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _TIFF_RGB, _TIFF_YCBCR = 0, 1, 2, 6
# The colour transform inside a JPEG that a TIFF of each photometric kind means.
_TRANSFORMS = {_BLACK_IS_ZERO: 0, _TIFF_RGB: 0, _TIFF_YCBCR: 1}
_REVERSED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))
_CMYK_JPEG_QUALITY = 95
_FLATE_LEVEL = 6
_NOISY_SHARE = 0.25


def wrap(frame: Frame) -> tuple[PdfImage, PdfPlace]:
    """Give a frame's image and how it fills its page. Raise DamagedFileError when it must be decoded and cannot."""
    try:
        image, is_upright = _wrap_as_stored(frame), False
        if image is None:
            image, is_upright = _wrap_pixels(frame)
    except BROKEN_IMAGE as err:
        raise damaged(frame.path, _("the picture cannot be decoded")) from err
    orientation = 1 if is_upright else frame.orientation
    dpi = frame.dpi
    if dpi and is_upright and frame.orientation >= 5:
        dpi = dpi[1], dpi[0]
    width_pt, height_pt = page_size(image.width, image.height, dpi)
    turn, is_mirrored = _SHOWN[orientation]
    return image, PdfPlace(width_pt, height_pt, turn, is_mirrored)


def page_size(width: int, height: int, dpi: tuple[float, float] | None) -> tuple[float, float]:
    """Give a page's size in points; without a resolution the image is taken to be an A4 sheet."""
    if dpi is None:
        both = max(max(width, height) / _A4_LONG_IN, min(width, height) / _A4_SHORT_IN)
        dpi = both, both
    width_pt, height_pt = width / dpi[0] * 72, height / dpi[1] * 72
    factor = min(1.0, _MOST_PT / max(width_pt, height_pt))
    return max(width_pt * factor, _LEAST_PT), max(height_pt * factor, _LEAST_PT)


def _wrap_as_stored(frame: Frame) -> PdfImage | None:
    if frame.format is SourceFormat.JPEG:
        return _stored_jpeg(frame, _whole_file(frame), frame.shape)
    if frame.format is SourceFormat.PNG:
        return _stored_png(frame)
    return _stored_tiff(frame, frame.image.tag_v2) if isinstance(frame.image, TiffImageFile) else None


def _stored_tiff(frame: Frame, tags: ImageFileDirectory_v2) -> PdfImage | None:
    """Give a fax page of one strip, or a JPEG of any number of strips, as coded in the TIFF."""
    strips = len(tags.get(_STRIPS, ()))
    if strips == 1 and tags.get(_COMPRESSION) == _GROUP_4 and tags.get(_PHOTOMETRIC) in {0, 1} and frame.bits == 1:
        data = _strip(frame, tags, 0)
        if tags.get(_FILL_ORDER, 1) == 2:
            data = data.translate(_REVERSED)
        return _group_4(frame.width, frame.height, data, black_is_1=tags[_PHOTOMETRIC] == _BLACK_IS_ZERO)
    is_chunky = tags.get(_PLANAR, 1) == 1
    if strips and is_chunky and tags.get(_COMPRESSION) == _JPEG and tags.get(_PHOTOMETRIC) in _TRANSFORMS:
        parts = [_strip(frame, tags, number) for number in range(strips)]
        shared = tags.get(_JPEG_TABLES, b"\xff\xd8\xff\xd9")
        joined = join_strips(shared, parts, _TRANSFORMS[tags[_PHOTOMETRIC]])
        return _stored_jpeg(frame, joined, jpeg.read_shape(joined)) if joined else None
    return None


def _whole_file(frame: Frame) -> bytes:
    frame.file.seek(0)
    return frame.file.read()


def _strip(frame: Frame, tags: ImageFileDirectory_v2, number: int) -> bytes:
    frame.file.seek(tags[_STRIPS][number])
    return frame.file.read(tags[_STRIP_SIZES][number])


def _stored_jpeg(frame: Frame, data: bytes, shape: jpeg.JpegShape | None) -> PdfImage | None:
    if shape is None or not shape.fits_pdf or (shape.width, shape.height) != (frame.width, frame.height):
        return None
    if is_cut_jpeg(data, shape):
        raise damaged(frame.path, _("part of the picture is missing"))
    colour = _GREY if shape.components == 1 else _RGB
    return PdfImage(shape.width, shape.height, 8, colour, "DCTDecode", data, icc=_profile(frame.image, colour))


def _stored_png(frame: Frame) -> PdfImage | None:
    """Give the compressed rows of a plain PNG as they are: PDF knows PNG's filters."""
    return None if frame.bits in {1, 16} and frame.image.mode != "P" else _png_image(frame.image, _whole_file(frame))


def _png_image(image: Image.Image, data: bytes) -> PdfImage | None:
    chunks = _png_chunks(data)
    width, height, bits, colour, _method, _filter, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    channels = {0: 1, 2: 3, 3: 1}.get(colour)
    if channels is None or interlaced or b"tRNS" in chunks:
        return None
    space = _RGB if colour == 2 else _GREY
    icc = _profile(image, space)
    if colour == 3:
        palette = chunks[b"PLTE"][: 3 << bits]
        space, icc = f"[/Indexed {_RGB} {len(palette) // 3 - 1} <{palette.hex()}>]", None
    parms = f"/Predictor 15 /Colors {channels} /BitsPerComponent {bits} /Columns {width}"
    return PdfImage(width, height, bits, space, "FlateDecode", chunks[b"IDAT"], parms, icc)


def _png_chunks(data: bytes) -> dict[bytes, bytes]:
    parts: dict[bytes, list[bytes]] = {}
    position = 8
    while position + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        parts.setdefault(kind, []).append(data[position + 8 : position + 8 + length])
        position += length + 12
    return {kind: b"".join(bodies) for kind, bodies in parts.items()}


def _wrap_pixels(frame: Frame) -> tuple[PdfImage, bool]:
    """Decode a frame and pack its pixels; the flag says that decoding already turned it upright (TIFF)."""
    frame.image.load()
    is_upright = isinstance(frame.image, TiffImageFile)
    image = _plain(frame)
    if image.mode == "1":
        return _pack_bits(image), is_upright
    packed = BytesIO()
    if frame.format is SourceFormat.JPEG and frame.image.mode == "CMYK":
        # The colours had to change; packed without loss the page would be five times what came in.
        image.save(packed, "JPEG", quality=_CMYK_JPEG_QUALITY, subsampling=0)
        return PdfImage(*image.size, 8, _RGB, "DCTDecode", packed.getvalue()), is_upright
    result = _png_image(image, _as_png(image))
    if result is None:
        raise UnsupportedFormatError(file=shown_name(frame.path), kind=f"{frame.format.upper()} ({image.mode})")
    return result, is_upright


def _as_png(image: Image.Image) -> bytes:
    """Give the image as a PNG, packed as hard as is worth while.

    Where scanner noise fills the page, looking for repeats finds none and takes twice as long as run lengths.
    """
    packed = BytesIO()
    image.save(packed, "PNG", compress_type=zlib.Z_RLE)
    if packed.tell() > _NOISY_SHARE * image.width * image.height * len(image.getbands()):
        return packed.getvalue()
    packed = BytesIO()
    image.save(packed, "PNG", compress_level=_FLATE_LEVEL)
    return packed.getvalue()


def _plain(frame: Frame) -> Image.Image:
    """Give the decoded image in a mode that an archival PDF holds: 1, L, P or RGB."""
    image: Image.Image = frame.image
    if image.mode.startswith("I"):
        return _eight_bits(image, frame)
    if image.mode == "CMYK":
        return _cmyk_to_srgb(image)
    if "transparency" in image.info or image.mode in {"LA", "RGBA", "PA", "La", "RGBa"}:
        return _on_white(image)
    return image if image.mode in {"1", "L", "P", "RGB"} else image.convert("RGB")


def _eight_bits(image: Image.Image, frame: Frame) -> Image.Image:
    samples = np.asarray(image).astype(np.uint32)
    grey = (samples >> max(frame.bits - 8, 0)).clip(0, 255).astype(np.uint8)
    if isinstance(frame.image, TiffImageFile) and frame.image.tag_v2.get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
        grey = 255 - grey
    return Image.fromarray(grey)


def _cmyk_to_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        if converted is not None:
            converted.info.pop("icc_profile", None)
            return converted
    return image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    layered = image.convert("RGBA")
    has_colour = image.mode not in {"L", "LA", "La", "1"}
    white = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(white, layered).convert("RGB" if has_colour else "L")


def _pack_bits(image: Image.Image) -> PdfImage:
    packed = BytesIO()
    # One strip for the whole page, so that it can stand in the PDF as it is.
    tags = {278: image.height}
    image.save(packed, "TIFF", compression="group4", tiffinfo=tags)
    packed.seek(0)
    with TiffImageFile(packed) as tiff:
        tags_of = tiff.tag_v2
        start, size = tags_of[_STRIPS][0], tags_of[_STRIP_SIZES][0]
        if len(tags_of[_STRIPS]) != 1:
            raise ValueError("more than one strip")
        data = packed.getvalue()[start : start + size]
        if tags_of.get(_FILL_ORDER, 1) == 2:
            data = data.translate(_REVERSED)
        return _group_4(*image.size, data, black_is_1=tags_of[_PHOTOMETRIC] == _BLACK_IS_ZERO)


def _group_4(width: int, height: int, data: bytes, *, black_is_1: bool) -> PdfImage:
    parms = f"/K -1 /Columns {width} /Rows {height}" + (" /BlackIs1 true" if black_is_1 else "")
    return PdfImage(width, height, 1, _GREY, "CCITTFaxDecode", data, parms)


def _profile(image: Image.Image, colour_space: str) -> bytes | None:
    """Give the image's colour profile when an archival PDF may hold it; a broken one is left out."""
    # Not from Pillow's `info` for a TIFF, which keeps the profile of the page before.
    tags = image.tag_v2 if isinstance(image, TiffImageFile) else {_ICC_PROFILE: image.info.get("icc_profile")}
    profile = tags.get(_ICC_PROFILE)
    wanted = b"GRAY" if colour_space == _GREY else b"RGB "
    if not isinstance(profile, bytes) or len(profile) < 132 or profile[36:40] != b"acsp":
        return None
    is_whole = int.from_bytes(profile[:4], "big") == len(profile)
    is_usable = profile[12:16] in {b"scnr", b"mntr", b"prtr", b"spac"} and profile[8] in {2, 4}
    return profile if is_whole and is_usable and profile[16:20] == wanted else None
