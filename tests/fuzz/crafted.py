"""Files made to hurt: trees that loop, forms that grow without end, bombs in streams, one file of two kinds."""

import random
import struct
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO

from PIL import Image

from tests import bad_files
from tests.fuzz.seeds import seeds

unfolding = cache(bad_files.unfolding)
Builder = Callable[[random.Random], tuple[str, bytes]]
_SHEET = b"/MediaBox [0 0 595 842]"


def pdf_of(objects: dict[int, bytes], root: int = 1) -> bytes:
    """Write a PDF of these objects with a right table."""
    out, offsets = b"%PDF-1.7\n", {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    size, start = max(objects) + 1, len(out)
    rows = (b"%010d 00000 n \n" % offsets[n] if n in offsets else b"0000000000 65535 f \n" for n in range(size))
    table = b"xref\n0 %d\n" % size + b"".join(rows)
    return out + table + b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, start)


def stream(entries: bytes, data: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


def one_page(content: bytes, resources: bytes, others: dict[int, bytes], entries: bytes = b"") -> bytes:
    """Write a PDF of one page; its own objects are 1 to 4."""
    return pdf_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            3: b"<< /Type /Page /Parent 2 0 R %s /Resources << %s >> /Contents 4 0 R >>"
            % (_SHEET if b"MediaBox" not in entries else b"", resources + b" >> " + entries + b" /X << "),
            4: content,
            **others,
        }
    )


def _looping_pages(chance: random.Random) -> tuple[str, bytes]:
    kids = chance.choice((b"2 0 R", b"3 0 R 2 0 R", b"4 0 R", b"1 0 R", b"3 0 R 3 0 R 3 0 R"))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count %d /Kids [%s] /Parent 4 0 R >>" % (chance.choice((1, 3, 9)), kids),
        3: b"<< /Type /Page /Parent 4 0 R >>",
        4: b"<< /Type /Pages /Count 1 /Kids [2 0 R] /Parent 2 0 R >>",
    }
    return "pages.pdf", pdf_of(objects)


def _deep(chance: random.Random) -> tuple[str, bytes]:
    """Arrays or dictionaries within each other, thousands deep."""
    depth = chance.choice((200, 2_000, 60_000, 300_000))
    opened, closed = chance.choice(((b"[", b"]"), (b"<</A", b">>"), (b"[<</A[", b"]>>]")))
    nest = opened * depth + b" 1 " + closed * depth
    if chance.random() < 0.5:
        return "deep.pdf", one_page(stream(b"", b"q Q"), b"/Y " + nest, {})
    return "deep.pdf", one_page(stream(b"", b"/A " + nest + b" BDC q 1 0 0 1 0 0 cm Q EMC"), b"", {})


def _chained(chance: random.Random) -> tuple[str, bytes]:
    """A long chain of references, or of parents above a page."""
    length = chance.choice((100, 3_000, 20_000))
    chain = {n: b"<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>" % (n + 1, n - 1) for n in range(5, length)}
    return "chain.pdf", one_page(stream(b"", b""), b"/Y 5 0 R", chain)


def _forms(chance: random.Random) -> tuple[str, bytes]:
    """Forms that paint each other: without end, or twice each, so that the work doubles at every level."""
    levels, times = chance.choice((1, 5, 8, 24)), chance.choice((1, 2, 9))
    body = b"/Fm Do " * times
    forms = {}
    for number in range(5, 5 + levels):
        inner = number + 1 if number < 4 + levels else chance.choice((5, 4, 99))
        own = b"/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /Fm %d 0 R >> >>" % inner
        forms[number] = stream(own, body)
    return "forms.pdf", one_page(stream(b"", body), b"/XObject << /Fm 5 0 R >>", forms)


def _image(entries: bytes, data: bytes) -> bytes:
    return stream(b"/Type /XObject /Subtype /Image " + entries, data)


def _bomb(chance: random.Random) -> tuple[str, bytes]:
    """A stream that unfolds to far more than it says, once or through several filters."""
    data = unfolding(chance.choice((0, 32)), chance.choice((50, 400, 1500)) * 1_000_000)
    filters = b"/Filter /FlateDecode"
    if chance.random() < 0.5:
        data = zlib.compress(zlib.compress(data))
        filters = b"/Filter [/FlateDecode /FlateDecode /FlateDecode]"
    side = chance.choice((1, 64, 3_000))
    space = chance.choice((b"/DeviceGray", b"/DeviceRGB", b"/DeviceCMYK"))
    head = b"/Width %d /Height %d /BitsPerComponent 8 /ColorSpace %s %s" % (side, side, space, filters)
    if chance.random() < 0.4:
        return "bomb.pdf", one_page(stream(filters, data), b"", {})
    paints = b"q 595 0 0 842 0 0 cm /Im0 Do Q"
    if chance.random() < 0.5:
        head += b" /DecodeParms << /Predictor %d /Columns %d /Colors %d >>" % (
            *(chance.choice((2, 12, 15, 99)), chance.choice((1, 64, 2**30))),
            chance.choice((1, 3, 4, 1000)),
        )
    return "bomb.pdf", one_page(stream(b"", paints), b"/XObject << /Im0 5 0 R >>", {5: _image(head, data)})


def _huge(chance: random.Random) -> tuple[str, bytes]:
    """Sheets and pictures of absurd sizes."""
    side = chance.choice((b"0", b"-5", b"1e9", b"14400", b"0.001", b"99999999999999999999", b"2147483648"))
    other = chance.choice((b"842", side))
    unit = chance.choice((b"", b"/UserUnit 1e6", b"/UserUnit 75000", b"/UserUnit -1", b"/UserUnit nan"))
    sheet = b"/MediaBox [0 0 %s %s] %s" % (side, other, unit)
    content = chance.choice((b"0 0 9 9 re f", b"q 1e9 0 0 1e9 0 0 cm /Im0 Do Q", b"q 595 0 0 842 0 0 cm /Im0 Do Q"))
    across = chance.choice((1, 100, 30_000, 2**31 - 1))
    head = b"/Width %d /Height %d /BitsPerComponent %d /ColorSpace /DeviceGray" % (
        *(across, chance.choice((1, across))),
        chance.choice((1, 8, 16, 3)),
    )
    picture = {5: _image(head, bytes(100))}
    return "huge.pdf", one_page(stream(b"", content), b"/XObject << /Im0 5 0 R >>", picture, sheet)


def _operators(chance: random.Random) -> tuple[str, bytes]:
    """A page of very many drawing steps, or of steps that make no sense."""
    step = chance.choice((b"q ", b"Q ", b"0 0 1 1 re f ", b"1 0 0 1 0 0 cm ", b"BT (a) Tj ET ", b"BI /W 1 ID x EI "))
    times = chance.choice((10, 9_000, 150_000))
    content = chance.choice((b"/Im0 Do ", b"Tr ", b"(x) cm ", b"W n ", b"")) + step * times
    return "steps.pdf", one_page(stream(b"", content), b"", {})


def _polyglot(chance: random.Random) -> tuple[str, bytes]:
    """One file that is two: what it is taken for depends on where one looks."""
    first, second = (chance.choice(sorted(seeds())) for _ in range(2))
    data = seeds()[first] + bytes(chance.choice((0, 3, 1500))) + seeds()[second]
    suffix = chance.choice((first, second)).rpartition(".")[2]
    return f"two-in-one.{suffix}", data


def _tiff_of(entries: list[tuple[int, int, int, int]], following: int, tail: bytes = b"") -> bytes:
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\x00" + struct.pack("<IH", 8, len(entries)) + packed + struct.pack("<I", following) + tail


def _tiff(chance: random.Random) -> tuple[str, bytes]:
    """Directories that lead back to themselves, counts and sizes beyond the file, every way of packing."""
    side = chance.choice((16, 500, 20_000, 2**31))
    entries = [
        *((256, 4, 1, side), (257, 4, 1, chance.choice((1, side))), (258, 3, 1, chance.choice((1, 8, 16, 64)))),
        (259, 3, 1, chance.choice((1, 2, 3, 4, 5, 6, 7, 8, 32773, 34712, 34925, 50000, 50001))),
        (262, 3, 1, chance.choice((0, 1, 2, 3, 5, 6, 8, 9))),
        (273, 4, chance.choice((1, 1, 2**28)), chance.choice((8, 150, 2**31))),
        (277, 3, 1, chance.choice((1, 3, 4, 200))),
        (278, 4, 1, chance.choice((1, side, 0))),
        (279, 4, 1, chance.choice((10, 1000, 2**31))),
    ]
    return "made.tif", _tiff_of(entries, chance.choice((0, 8, 8, 2**31)), chance.randbytes(1200))


def _png(chance: random.Random) -> tuple[str, bytes]:
    """Right sums around wrong contents: more or fewer rows than there are, odd depths, bombs in text and profile."""
    side = chance.choice((1, 40, 3_000))
    head = struct.pack(">IIBBBBB", side, side, chance.choice((1, 8, 16, 3)), chance.choice((0, 2, 3, 4, 6, 5)), 0, 0, 0)
    pixels = unfolding(0, chance.choice((1, side * (side + 1), 900_000_000)))
    chunks = [(b"IHDR", head), (b"IDAT", pixels), (b"IEND", b"")]
    extra = unfolding(97, 600_000_000)
    odd = [
        *((b"PLTE", b"\x01\x02\x03" * chance.choice((1, 2, 300))), (b"tRNS", b"\x00" * 9), (b"acTL", bytes(8))),
        *((b"zTXt", b"a\x00\x00" + extra), (b"iCCP", b"a\x00\x00" + extra), (b"eXIf", chance.randbytes(40))),
        *((b"iTXt", b"a\x00\x01\x00\x00\x00" + extra), (b"IHDR", head), (b"pHYs", b"")),
    ]
    chunks[1:1] = chance.sample(odd, chance.choice((0, 1, 2)))
    parts = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return "made.png", b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _jpeg(chance: random.Random) -> tuple[str, bytes]:
    """A JPEG with another frame header, thousands of scans or markers."""
    packed = BytesIO()
    Image.new(chance.choice(("L", "RGB")), (64, 64), 200).save(packed, "JPEG", progressive=chance.random() < 0.5)
    data = packed.getvalue()
    scan = data[data.index(b"\xff\xda") : -2]
    way = chance.randrange(3)
    if way == 0:
        return "made.jpg", data[:-2] + scan * chance.choice((10, 2_000)) + data[-2:]
    if way == 1:
        return "made.jpg", data[:2] + b"\xff\xe1\x00\x02" * chance.choice((10, 50_000)) + data[2:]
    return "made.jpg", data[:2] + b"\xff" * chance.choice((10, 100_000)) + data[2:]


MADE: tuple[Builder, ...] = (
    *(_looping_pages, _deep, _chained, _forms, _bomb, _huge, _operators, _polyglot, _tiff, _tiff, _png, _jpeg),
)
