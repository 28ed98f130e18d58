"""The markers of a JPEG: its shape, and whether its data goes to the end. Nothing is decoded here."""

import re
from dataclasses import dataclass

# In entropy-coded data a marker is FF and anything but a stuffed zero, a fill byte or a restart.
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_SOI = b"\xff\xd8"
_SOF = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_SOS, _EOI, _TEM, _APP14 = 0xDA, 0xD9, 0x01, 0xEE
# What the DCT filter of PDF knows: baseline, extended and progressive Huffman coding.
_PDF_PROCESSES = {0xC0, 0xC1, 0xC2}


@dataclass(frozen=True, slots=True)
class JpegShape:
    """What the markers of a JPEG say.

    `adobe_transform`: the colour transform an Adobe marker names, None without one.
    `is_complete`: all scans are there, up to the end marker.
    """

    width: int
    height: int
    bits: int
    components: int
    process: int
    adobe_transform: int | None
    is_complete: bool

    @property
    def fits_pdf(self) -> bool:
        """Whether a PDF viewer can decode the data as it is."""
        return self.process in _PDF_PROCESSES and self.bits == 8 and self.components in {1, 3}


def read_shape(data: bytes) -> JpegShape | None:
    """Give the shape of a JPEG, or None when the data is none or ends before its frame header."""
    if not data.startswith(_SOI):
        return None
    frame: tuple[int, int, int, int, int] | None = None
    adobe: int | None = None
    is_complete = False
    position = 2
    while (found := _next_segment(data, position)) is not None:
        marker, start, position = found
        body = data[start:position]
        if marker in _SOF and frame is None and len(body) >= 6:
            height, width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
            frame = width, height, body[0], body[5], marker
        elif marker == _APP14 and body.startswith(b"Adobe") and len(body) >= 12:
            adobe = body[11]
        elif marker == _SOS:
            hit = _NEXT_MARKER.search(data, position)
            if hit is None:
                break
            position = hit.start()
        elif marker == _EOI:
            is_complete = frame is not None
            break
    if frame is None:
        return None
    width, height, bits, components, process = frame
    return JpegShape(width, height, bits, components, process, adobe, is_complete)


def _next_segment(data: bytes, position: int) -> tuple[int, int, int] | None:
    """Give the next marker with the range of its body; None at the end of the data."""
    while position + 1 < len(data) and (data[position] != 0xFF or data[position + 1] == 0xFF):
        position += 1
    if position + 1 >= len(data):
        return None
    marker = data[position + 1]
    position += 2
    if marker in {_EOI, _TEM} or 0xD0 <= marker <= 0xD8:
        return marker, position, position
    length = int.from_bytes(data[position : position + 2], "big")
    if length < 2 or position + length > len(data):
        return None
    return marker, position + 2, position + length
