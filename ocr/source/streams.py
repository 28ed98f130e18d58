"""Bounded looks into the streams of a PDF: a few compressed bytes may unfold to gigabytes, so never more than asked."""

import zlib

import pikepdf

from ocr.source import jpeg

# Checked by decoding, which takes three bytes a pixel: only what fits well into memory.
_CHECKED_PIXELS = 64_000_000
_END_OF_IMAGE = b"\xff\xd9"
# Of one stream, where qpdf unfolds it by itself: object streams, content. An A1 sheet in colour stays below.
_MOST_UNFOLDED = 256_000_000


def bound_decoders() -> None:
    """Bound what qpdf unfolds of one stream. The setting is the whole process's; it is the same at each call."""
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=_MOST_UNFOLDED,
        png_max_memory=_MOST_UNFOLDED,
        tiff_max_memory=_MOST_UNFOLDED,
        run_length_max_memory=_MOST_UNFOLDED,
    )


def inflate(data: bytes, most: int) -> bytes:
    """Give at most `most` bytes of inflated data; the data itself when it is not compressed so."""
    try:
        return zlib.decompressobj().decompress(data, most)
    except zlib.error:
        return data[:most]


def first_bytes(stream: pikepdf.Stream, most: int) -> bytes:
    """Give the beginning of a stream, inflated if it is deflated."""
    data = bytes(stream.read_raw_bytes())
    return inflate(data, most) if "/Filter" in stream else data[:most]


def is_cut_jpeg(data: bytes, shape: jpeg.JpegShape) -> bool:
    """Say whether scan data is missing from a JPEG, even where somebody closed the gap with an end marker.

    Decoders fill what is missing with grey and say nothing; qpdf's is the one that tells.
    """
    if shape.width * shape.height > _CHECKED_PIXELS:
        return not shape.is_complete
    with pikepdf.new() as pdf:
        whole = data if shape.is_complete else data + _END_OF_IMAGE
        stream = pikepdf.Stream(pdf, whole, Filter=pikepdf.Name.DCTDecode)
        try:
            stream.get_stream_buffer(decode_level=pikepdf.StreamDecodeLevel.all)
        except (pikepdf.PdfError, RuntimeError):
            return True
    return False
