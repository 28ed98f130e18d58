"""Writing a PDF of page images as a stream: one page in memory at a time, the same bytes for the same pages.

Not a general writer: it knows images, pages and nothing else, so nothing in it can vary (no dates, no ids by chance).
"""

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

_CATALOG, _PAGES = 1, 2


@dataclass(frozen=True, slots=True)
class PdfImage:
    """An image as a PDF holds it: `colour_space`, `decode_parms` are PDF syntax; `icc` replaces a device space."""

    width: int
    height: int
    bits: int
    colour_space: str
    filter: str
    data: bytes
    decode_parms: str = ""
    icc: bytes | None = None
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class PdfPlace:
    """How an image fills its page: size before turning, clockwise turn, and mirrored or not."""

    width_pt: float
    height_pt: float
    turn: int
    is_mirrored: bool


class PdfFile:
    """A PDF being written to an open file; `close` completes it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._position = 0
        self._offsets: dict[int, int] = {}
        self._next = _PAGES + 1
        self._kids: list[int] = []
        self._profiles: dict[bytes, int] = {}
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add_page(self, image: PdfImage, place: PdfPlace) -> None:
        """Write one page filled by one image."""
        picture = self._add_stream(self._image_entries(image), image.data)
        width, height = _number(place.width_pt), _number(place.height_pt)
        matrix = f"-{width} 0 0 {height} {width} 0" if place.is_mirrored else f"{width} 0 0 {height} 0 0"
        content = self._add_stream("", f"q {matrix} cm /Im0 Do Q\n".encode())
        turn = f" /Rotate {place.turn}" if place.turn else ""
        page = (
            f"<< /Type /Page /Parent {_PAGES} 0 R /MediaBox [0 0 {width} {height}]{turn} "
            f"/Resources << /XObject << /Im0 {picture} 0 R >> >> /Contents {content} 0 R >>"
        )
        self._kids.append(self._add(page.encode()))

    def close(self) -> None:
        """Write the catalogue, the page tree and the cross-reference table."""
        kids = " ".join(f"{number} 0 R" for number in self._kids)
        pages = f"<< /Type /Pages /Count {len(self._kids)} /Kids [{kids}] >>"
        self._add(pages.encode(), _PAGES)
        self._add(f"<< /Type /Catalog /Pages {_PAGES} 0 R >>".encode(), _CATALOG)
        start, identity = self._position, self._digest.hexdigest()[:32]
        self._write(f"xref\n0 {self._next}\n0000000000 65535 f \n".encode())
        for number in range(1, self._next):
            self._write(f"{self._offsets[number]:010d} 00000 n \n".encode())
        trailer = f"<< /Size {self._next} /Root {_CATALOG} 0 R /ID [<{identity}> <{identity}>] >>"
        self._write(f"trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n".encode())

    def _image_entries(self, image: PdfImage) -> str:
        colour_space = f"[/ICCBased {self._profile(image)} 0 R]" if image.icc else image.colour_space
        entries = [
            f"/Type /XObject /Subtype /Image /Width {image.width} /Height {image.height}",
            f"/BitsPerComponent {image.bits} /ColorSpace {colour_space} /Filter /{image.filter}",
        ]
        if image.decode_parms:
            entries.append(f"/DecodeParms << {image.decode_parms} >>")
        if image.inverted:
            entries.append("/Decode [1 0]")
        return " ".join(entries)

    def _profile(self, image: PdfImage) -> int:
        profile = image.icc or b""
        if profile not in self._profiles:
            channels = 1 if image.colour_space == "/DeviceGray" else 3
            self._profiles[profile] = self._add_stream(f"/N {channels} /Alternate {image.colour_space}", profile)
        return self._profiles[profile]

    def _add_stream(self, entries: str, data: bytes) -> int:
        head = f"<< {entries} /Length {len(data)} >>\nstream\n".encode()
        return self._add(head, None, data, b"\nendstream")

    def _add(self, head: bytes, number: int | None = None, data: bytes = b"", tail: bytes = b"") -> int:
        if number is None:
            number, self._next = self._next, self._next + 1
        self._offsets[number] = self._position
        self._write(f"{number} 0 obj\n".encode())
        for part in (head, data, tail, b"\nendobj\n"):
            self._write(part)
        return number

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self._position += len(data)


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")
