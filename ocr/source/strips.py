"""The JPEG strips of a TIFF page as one JPEG, without coding the picture anew.

Each strip is a JPEG of a few rows. Between restart markers a decoder begins afresh, as it does at a new strip, so
strips of the same shape can stand one after the other with a restart marker between them.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"
_SOF_BASELINE = {0xC0, 0xC1}
_DRI, _SOS = 0xDD, 0xDA
_MOST_UNITS = 0xFFFF


@dataclass(frozen=True, slots=True)
class _Strip:
    """One strip: the segments of its header but the frame and scan, those two, and its coded data."""

    tables: bytes
    frame: bytes
    scan: bytes
    coded: bytes

    @property
    def rows(self) -> int:
        return int.from_bytes(self.frame[5:7], "big")

    @property
    def unit(self) -> tuple[int, int]:
        """Width and height of the smallest coded unit, in pixels."""
        factors = [self.frame[11 + 3 * number] for number in range(self.frame[9])]
        if len(factors) == 1:
            # A single component is coded block by block, whatever its sampling says.
            return 8, 8
        return 8 * max(factor >> 4 for factor in factors), 8 * max(factor & 15 for factor in factors)


def join_strips(shared: bytes, strips: Sequence[bytes], transform: int) -> bytes | None:
    """Give one JPEG from a page's shared tables and its strips; None where their shapes do not allow it.

    `transform` is the colour transform, written into the file as Adobe does, for a TIFF says it elsewhere.
    """
    parts = [_split(strip) for strip in strips]
    first = parts[0]
    if first is None:
        return None
    total = 0
    coded = []
    for number, part in enumerate(parts):
        is_last = number == len(parts) - 1
        if part is None or not _fits(part, first, is_last=is_last):
            return None
        total += part.rows
        coded.append(part.coded if is_last else part.coded + bytes([0xFF, 0xD0 + number % 8]))
    width = int.from_bytes(first.frame[7:9], "big")
    units = -(-width // first.unit[0]) * (first.rows // first.unit[1])
    if (len(parts) > 1 and units > _MOST_UNITS) or total > _MOST_UNITS:
        return None
    restart = struct.pack(">HHH", 0xFF00 | _DRI, 4, units) if len(parts) > 1 else b""
    frame = first.frame[:5] + struct.pack(">H", total) + first.frame[7:]
    adobe = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform])
    return b"".join([_SOI, adobe, shared[2:-2], first.tables, frame, restart, first.scan, *coded, _EOI])


def _fits(part: _Strip, first: _Strip, *, is_last: bool) -> bool:
    """Say whether a strip can follow the first: the same tables, width and sampling, and whole coded units."""
    is_alike = part.tables == first.tables and part.scan == first.scan
    is_alike = is_alike and part.frame[:5] == first.frame[:5] and part.frame[7:] == first.frame[7:]
    is_whole = part.rows == first.rows and part.rows % first.unit[1] == 0
    return is_alike and (is_whole or (is_last and 0 < part.rows <= first.rows))


def _split(data: bytes) -> _Strip | None:
    """Take a strip apart; None unless it is one plain baseline scan without restarts."""
    if not data.startswith(_SOI):
        return None
    tables: list[bytes] = []
    frame, position = b"", 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker, length = data[position + 1], int.from_bytes(data[position + 2 : position + 4], "big")
        segment = data[position : position + 2 + length]
        position += 2 + length
        if marker in _SOF_BASELINE:
            frame = segment
        elif marker == _SOS:
            coded = data[position:].removesuffix(b"\x00").removesuffix(_EOI)
            is_sound = len(frame) >= 13 and len(frame) == 10 + 3 * frame[9]
            return _Strip(b"".join(tables), frame, segment, coded) if is_sound else None
        elif marker == _DRI or (0xC2 <= marker <= 0xCF and marker != 0xC4):
            return None
        elif not 0xE0 <= marker <= 0xEF:
            tables.append(segment)
    return None
