"""The mark that a specimen's file carries in itself, so that no list beside it has to be believed.

It stands in plain bytes where each format keeps remarks (XMP of a PDF, ImageDescription of a TIFF, comment of a
JPEG, text of a PNG), and is looked for as bytes: a page image that was taken out of its PDF carries it along.
"""

from typing import BinaryIO

SPECIMEN_MARK = "SOHOA-SPECIMEN: MAU, tai lieu hu cau de thu phan mem, khong co gia tri"
_BLOCK = 1 << 20


def carries_specimen_mark(file: BinaryIO) -> bool:
    """Tell whether a file says of itself that it is a specimen; the place in the file is kept."""
    place, wanted, tail = file.tell(), SPECIMEN_MARK.encode("ascii"), b""
    file.seek(0)
    try:
        while block := file.read(_BLOCK):
            if wanted in tail + block:
                return True
            tail = block[-len(wanted) :]
        return False
    finally:
        file.seek(place)
