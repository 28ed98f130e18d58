"""The image objects of a PDF: what they are by their dictionary, and their pixels without rendering the page.

Only the plain kinds are decoded here; the others have a `decoder` of RENDER, and Poppler draws them.
"""

import struct
import zlib
from dataclasses import dataclass
from enum import Enum, auto
from io import BytesIO

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image
from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile
from PIL.PngImagePlugin import PngImageFile

from ocr.source import jpeg
from ocr.source.frames import BROKEN_IMAGE
from ocr.source.streams import is_cut_jpeg

Pixels = NDArray[np.uint8]

_PNG_PREDICTORS = range(10, 16)
_MOST_ENTRIES = 256
# A dictionary that says 100 x 100 over data of 30,000 x 30,000 is an attack, not a rounding error.
_GREY = {
    1: cv2.IMREAD_GRAYSCALE,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
}
_COLOUR = {
    1: cv2.IMREAD_COLOR,
    2: cv2.IMREAD_REDUCED_COLOR_2,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    8: cv2.IMREAD_REDUCED_COLOR_8,
}
_MOST_PIXELS_BEYOND = 4


class Decoder(Enum):
    """How the pixels of an image object are got."""

    JPEG = auto()
    FAX = auto()
    FLATE = auto()
    JPEG_2000 = auto()
    RENDER = auto()


class BrokenPictureError(Exception):
    """An image object's data is cut off or broken."""


class OtherDecoderError(Exception):
    """An image object holds what its dictionary did not say; rendering may still show it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A plain image: grey or colour, opaque, in its own right.

    `palette`: RGB entries of an indexed image. `is_inverted`: samples run from white to black.
    """

    stream: pikepdf.Stream
    width: int
    height: int
    bits: int
    channels: int
    decoder: Decoder
    palette: bytes | None
    is_inverted: bool


def describe(stream: pikepdf.Stream) -> Picture | None:
    """Give what an image object is, or None when it is a mask, has one, or has colours that are not grey or RGB."""
    if any(key in stream for key in ("/SMask", "/Mask", "/OC", "/Alternates")) or bool(stream.get("/ImageMask", False)):
        return None
    if int(stream.get("/SMaskInData", 0)):
        return None
    filters = _filters(stream)
    bits = int(stream.get("/BitsPerComponent", 8))
    if filters == ["/JPXDecode"]:
        return _describe_jpx(stream)
    if filters and filters[-1] in {"/CCITTFaxDecode", "/JBIG2Decode"}:
        bits = 1
    colour = _colour(stream.get("/ColorSpace"), bits)
    if colour is None:
        return None
    channels, palette = colour
    is_inverted = _inversion(stream, channels, palette)
    if is_inverted is None:
        return None
    decoder = _decoder(stream, filters, bits, palette)
    width, height = int(stream.Width), int(stream.Height)
    return Picture(stream, width, height, bits, channels, decoder, palette, is_inverted)


def read_pixels(picture: Picture, *, grey: bool, shrink: int = 1) -> Pixels:
    """Give an image's pixels: grey, or BGR; `shrink` (2, 4, 8) lets a JPEG be decoded smaller, which is cheaper.

    Raise BrokenPictureError when the data is cut off or broken, OtherDecoderError when it must be rendered.
    """
    if picture.decoder is Decoder.JPEG:
        pixels = _read_jpeg(picture, grey=grey, shrink=shrink)
    else:
        try:
            pixels = _as_pixels(_READERS[picture.decoder](picture), picture, grey=grey)
        except BROKEN_IMAGE as err:
            raise BrokenPictureError(str(err)) from err
        except (pikepdf.PikepdfError, NotImplementedError) as err:
            raise OtherDecoderError(str(err)) from err
    return 255 - pixels if picture.is_inverted else pixels


def greyed(colour: Pixels) -> Pixels:
    """Give a picture's pixels in grey from those in colour (BGR), as `read_pixels` gives them."""
    return np.asarray(cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY), np.uint8)


def is_decoded_once(picture: Picture) -> bool:
    """Say whether colour and grey take the same decoding, so that one serves both: a JPEG is cheaper in grey."""
    return picture.channels > 1 and picture.decoder is not Decoder.JPEG and not picture.is_inverted


def _filters(stream: pikepdf.Stream) -> list[str]:
    filters = stream.get("/Filter")
    if filters is None:
        return []
    return [str(one) for one in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]


def _parms(stream: pikepdf.Stream) -> pikepdf.Object | dict[str, object]:
    parms = stream.get("/DecodeParms")
    if isinstance(parms, pikepdf.Array):
        parms = parms[0] if len(parms) else None
    return parms if isinstance(parms, pikepdf.Dictionary) else {}


def _decoder(stream: pikepdf.Stream, filters: list[str], bits: int, palette: bytes | None) -> Decoder:
    parms = _parms(stream)
    if filters == ["/DCTDecode"] and palette is None and "/ColorTransform" not in parms:
        return Decoder.JPEG
    if filters == ["/CCITTFaxDecode"] and palette is None:
        return Decoder.FAX
    if filters == ["/FlateDecode"] and bits in {1, 2, 4, 8, 16}:
        predictor = int(parms.get("/Predictor", 1))  # type: ignore[call-overload]
        if predictor == 1 or predictor in _PNG_PREDICTORS:
            return Decoder.FLATE
    return Decoder.RENDER


def _colour(space: pikepdf.Object | None, bits: int) -> tuple[int, bytes | None] | None:
    """Give the number of channels and the palette of a colour space; None for those not taken."""
    if isinstance(space, pikepdf.Name):
        channels = {"/DeviceGray": 1, "/G": 1, "/CalGray": 1, "/DeviceRGB": 3, "/RGB": 3}.get(str(space))
        return None if channels is None else (channels, None)
    if not isinstance(space, pikepdf.Array) or not len(space):
        return None
    kind = str(space[0])
    if kind in {"/CalGray", "/CalRGB"}:
        return (1 if kind == "/CalGray" else 3), None
    if kind == "/ICCBased" and len(space) > 1:
        channels = int(space[1].get("/N", 0))
        return (channels, None) if channels in {1, 3} else None
    if kind in {"/Indexed", "/I"} and len(space) > 3 and bits <= 8:
        return _palette(space)
    return None


def _palette(space: pikepdf.Array) -> tuple[int, bytes] | None:
    base = _colour(space[1], 8)
    if base is None or base[1] is not None:
        return None
    table = space[3]
    entries = table.read_bytes() if isinstance(table, pikepdf.Stream) else bytes(table)
    entries = entries[: _MOST_ENTRIES * base[0]]
    if base[0] == 1:
        entries = bytes(value for value in entries for _ in range(3))
    is_grey = all(entries[at] == entries[at + 1] == entries[at + 2] for at in range(0, len(entries) - 2, 3))
    return (1 if is_grey else 3), entries


def _inversion(stream: pikepdf.Stream, channels: int, palette: bytes | None) -> bool | None:
    """Say whether /Decode turns the samples round; None when it does something else."""
    decode = stream.get("/Decode")
    if decode is None:
        return False
    values = [float(value) for value in decode]
    if palette is not None:
        return False if values[:1] == [0.0] and values[1] == 2 ** int(stream.get("/BitsPerComponent", 8)) - 1 else None
    if values == [0.0, 1.0] * channels:
        return False
    return True if values == [1.0, 0.0] * channels else None


def _describe_jpx(stream: pikepdf.Stream) -> Picture | None:
    try:
        with Jpeg2KImageFile(BytesIO(stream.read_raw_bytes())) as image:
            mode, size = image.mode, image.size
    except BROKEN_IMAGE:
        return None
    channels = {"L": 1, "RGB": 3}.get(mode)
    if channels is None or "/Decode" in stream or size != (int(stream.Width), int(stream.Height)):
        return None
    return Picture(stream, *size, 8, channels, Decoder.JPEG_2000, None, is_inverted=False)


def _read_jpeg(picture: Picture, *, grey: bool, shrink: int) -> Pixels:
    data = picture.stream.read_raw_bytes()
    check_jpeg(picture.stream, data)
    flags = (_GREY if grey else _COLOUR)[shrink] | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as err:
        raise BrokenPictureError(str(err)) from err
    if pixels is None:
        raise BrokenPictureError("the JPEG cannot be decoded")
    if grey and shrink == 1 and pixels.shape != (picture.height, picture.width):
        raise OtherDecoderError("the JPEG has another size than its dictionary says")
    return np.asarray(pixels, np.uint8)


def check_jpeg(stream: pikepdf.Stream, data: bytes) -> None:
    """Raise BrokenPictureError when a JPEG in a PDF is cut off, or far larger than its dictionary says."""
    shape = jpeg.read_shape(data)
    if shape is None:
        raise BrokenPictureError("the JPEG has no header")
    if shape.width * shape.height > _MOST_PIXELS_BEYOND * int(stream.Width) * int(stream.Height):
        raise BrokenPictureError("the JPEG is far larger than its dictionary says")
    # Some programs leave out the end marker; that alone loses nothing.
    if not shape.is_complete and is_cut_jpeg(data, shape):
        raise BrokenPictureError("the JPEG is cut off")


def _read_fax(picture: Picture) -> Image.Image:
    return pikepdf.PdfImage(picture.stream).as_pil_image(apply_decode_array=False, apply_mask=False)


def _read_jpx(picture: Picture) -> Image.Image:
    return Jpeg2KImageFile(BytesIO(picture.stream.read_raw_bytes()))


def _read_flate(picture: Picture) -> Image.Image:
    data = picture.stream.read_raw_bytes()
    parms = _parms(picture.stream)
    samples = 1 if picture.palette is not None else picture.channels
    if int(parms.get("/Predictor", 1)) in _PNG_PREDICTORS:  # type: ignore[call-overload]
        return PngImageFile(BytesIO(_png(picture, data, samples)))
    row = -(-picture.width * samples * picture.bits // 8)
    # Inflated to the size of the image and no further: what follows is nothing, or a bomb.
    plain = zlib.decompressobj().decompress(data, row * picture.height)
    size = picture.width, picture.height
    if picture.bits == 16:
        # The high byte of each sample; the last bits are below anything that reads.
        plain = plain[::2]
    depth = f";{picture.bits}" if picture.bits < 8 else ""
    if picture.palette is not None:
        image = Image.frombytes("P", size, plain, "raw", f"P{depth}")
        image.putpalette(picture.palette)
        return image
    if samples == 3:
        if depth:
            raise NotImplementedError("colour samples of less than 8 bits")
        return Image.frombytes("RGB", size, plain)
    return Image.frombytes(
        "1" if picture.bits == 1 else "L", size, plain, "raw", {1: "1"}.get(picture.bits, f"L{depth}")
    )


def _png(picture: Picture, data: bytes, samples: int) -> bytes:
    """Give a PNG around the rows, which are already filtered and compressed as PNG does it."""
    colour = 3 if picture.palette is not None else {1: 0, 3: 2}[samples]
    header = struct.pack(">IIBBBBB", picture.width, picture.height, picture.bits, colour, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", data), (b"IEND", b"")]
    if picture.palette is not None:
        chunks.insert(1, (b"PLTE", picture.palette[: 3 << picture.bits]))
    parts = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _as_pixels(image: Image.Image, picture: Picture, *, grey: bool) -> Pixels:
    if image.size != (picture.width, picture.height):
        raise OtherDecoderError("the image has another size than its dictionary says")
    if image.mode.startswith("I"):
        return (np.asarray(image) >> 8).astype(np.uint8)
    if image.mode == "P":
        image = image.convert("RGB")
    elif image.mode != "RGB":
        image = image.convert("L")
    pixels = np.asarray(image, np.uint8)
    if pixels.ndim == 2:
        return pixels if grey else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR), np.uint8)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY if grey else cv2.COLOR_RGB2BGR), np.uint8)


_READERS = {Decoder.FAX: _read_fax, Decoder.JPEG_2000: _read_jpx, Decoder.FLATE: _read_flate}
