"""Files as a careless scanner, a phone or an attacker would leave them in the inbox; each builder writes one."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image

BOMB_PX = 35_000


def page_pixels(width: int = 420, height: int = 594, seed: int = 1) -> NDArray[np.uint8]:
    """A small colour page: tinted paper, rows of ink, one red mark that tells its corners apart."""
    noise = np.random.default_rng(seed)
    page = np.full((height, width, 3), (250, 248, 240), np.int16)
    for top in range(height // 10, height * 9 // 10, 18):
        # Strokes a few pixels wide: a renderer that is off by part of a pixel still shows the same page.
        ink = np.kron(noise.random((2, width // 5)) < 0.4, np.ones((4, 4), np.bool_))
        page[top : top + 8, width // 10 : width // 10 + ink.shape[1]][ink] = (30, 30, 40)
    page[5 : height // 12, 5 : width // 5] = (200, 20, 30)
    page += noise.integers(-3, 4, page.shape, np.int16)
    return page.clip(0, 255).astype(np.uint8)


def page_image(width: int = 420, height: int = 594, seed: int = 1) -> Image.Image:
    return Image.fromarray(page_pixels(width, height, seed))


def jpeg(path: Path, *, orientation: int = 1, dpi: int | None = 50, mode: str = "RGB", seed: int = 1) -> Path:
    exif = Image.Exif()
    if orientation != 1:
        exif[274] = orientation
    options = {"dpi": (dpi, dpi)} if dpi else {}
    page_image(seed=seed).convert(mode).save(path, "JPEG", quality=90, exif=exif, **options)
    return path


def png(path: Path, *, mode: str = "RGB", dpi: int | None = 50, seed: int = 1) -> Path:
    options = {"dpi": (dpi, dpi)} if dpi else {}
    page_image(seed=seed).convert(mode).save(path, "PNG", **options)
    return path


def tiff(
    path: Path,
    *,
    pages: int = 1,
    mode: str = "RGB",
    compression: str = "tiff_lzw",
    dpi: int | None = 50,
    one_strip: bool = False,
) -> Path:
    images = [page_image(seed=number + 1).convert(mode) for number in range(pages)]
    options: dict[str, Any] = {"dpi": (dpi, dpi)} if dpi else {}
    if one_strip:
        options["tiffinfo"] = {278: images[0].height}
    images[0].save(path, "TIFF", compression=compression, save_all=True, append_images=images[1:], **options)
    return path


def pdf(path: Path, *, pages: int = 1) -> Path:
    """An ordinary scanned PDF: one JPEG a page."""
    document = Pdf.new()
    for number in range(pages):
        packed = BytesIO()
        page_image(seed=number + 1).save(packed, "JPEG", quality=85)
        add_image_page(document, packed.getvalue())
    document.save(path)
    return path


def add_image_page(
    document: Pdf, data: bytes, *, width: int = 420, height: int = 594, size: tuple[float, float] = (595, 842)
) -> pikepdf.Page:
    image = Stream(document, data)
    image.update(Dictionary(Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height, BitsPerComponent=8))
    image.ColorSpace, image.Filter = Name.DeviceRGB, Name.DCTDecode
    page = document.add_blank_page(page_size=size)
    page.Resources = Dictionary(XObject=Dictionary(Im0=image))
    page.Contents = Stream(document, f"q {size[0]} 0 0 {size[1]} 0 0 cm /Im0 Do Q".encode())
    return page


def cut(path: Path, share: float = 0.5) -> Path:
    """Cut a file off, as a broken transfer does."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def text_named_pdf(path: Path) -> Path:
    path.write_text("Cộng hòa xã hội chủ nghĩa Việt Nam\n" * 40, "utf-8")
    return path


def heic(path: Path) -> Path:
    path.write_bytes(struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(400))
    return path


def animated_gif(path: Path) -> Path:
    frames = [page_image(60, 80, seed).convert("P") for seed in (1, 2, 3)]
    frames[0].save(path, "GIF", save_all=True, append_images=frames[1:], duration=100)
    return path


def docx(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return path


def encrypted_pdf(path: Path, *, user: str = "mat", owner: str = "chu") -> Path:
    plain = pdf(path.with_suffix(".plain"))
    with Pdf.open(plain) as document:
        document.save(path, encryption=pikepdf.Encryption(user=user, owner=owner))
    plain.unlink()
    return path


def pdf_with(path: Path, change: "str") -> Path:
    """An ordinary PDF with one thing in its catalogue or on its page that must not be there."""
    with Pdf.open(pdf(path), allow_overwriting_input=True) as document:
        _CHANGES[change](document)
        document.save(path)
    return path


def _add_script(document: Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert('x')"))


def _add_named_script(document: Pdf) -> None:
    action = document.make_indirect(Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert('x')")))
    names = Array([pikepdf.String("a"), action])
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=names))


def _add_page_script(document: Pdf) -> None:
    document.pages[0].AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert('x')")))


def _add_launch(document: Pdf) -> None:
    action = Dictionary(S=Name.Launch, F=pikepdf.String("calc.exe"))
    box = Array([0, 0, 9, 9])
    link = document.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box, A=action))
    document.pages[0].Annots = Array([link])


def _add_program(document: Pdf) -> None:
    document.attachments["hoa-don.exe"] = b"MZ" + bytes(100)


def _add_hidden_program(document: Pdf) -> None:
    document.attachments["hoa-don.txt"] = b"MZ" + bytes(100)


def _add_attachment(document: Pdf) -> None:
    document.attachments["bang-ke.txt"] = "bảng kê".encode()


def _add_xfa(document: Pdf) -> None:
    xfa = Stream(document, b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=document.make_indirect(xfa))


def _add_field(document: Pdf) -> None:
    entries = Dictionary(FT=Name.Tx, T=pikepdf.String("ten"), Type=Name.Annot, Subtype=Name.Widget)
    entries.Rect = Array([10, 10, 100, 30])
    field = document.make_indirect(entries)
    document.Root.AcroForm = Dictionary(Fields=Array([field]))
    document.pages[0].Annots = Array([field])


def _add_stamp(document: Pdf) -> None:
    box = Array([10, 10, 100, 30])
    stamp = document.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=box))
    document.pages[0].Annots = Array([stamp])


_CHANGES = {
    "script": _add_script,
    "named script": _add_named_script,
    "page script": _add_page_script,
    "launch": _add_launch,
    "program": _add_program,
    "hidden program": _add_hidden_program,
    "attachment": _add_attachment,
    "xfa": _add_xfa,
    "field": _add_field,
    "stamp": _add_stamp,
}


def unfolding(byte: int, count: int) -> bytes:
    """Deflated data that unfolds to `count` times one byte; made without ever unfolding it."""
    part = 1_000_000
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    # After a full flush a piece stands for itself, so it can be repeated.
    piece = packer.compress(bytes([byte]) * part) + packer.flush(zlib.Z_FULL_FLUSH)
    last = zlib.compressobj(9, zlib.DEFLATED, -15)
    rest = last.compress(bytes([byte]) * (count % part)) + last.flush()
    low = (1 + count * byte) % 65521
    high = (count + byte * count * (count + 1) // 2) % 65521
    return b"\x78\x01" + piece * (count // part) + rest + struct.pack(">HH", high, low)


def png_bomb(path: Path, side: int = BOMB_PX) -> Path:
    """A whole and valid PNG of 1.2 thousand million grey pixels in a megabyte."""
    data = unfolding(0, side * (side + 1))
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunks((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))))
    return path


def _chunks(*chunks: tuple[bytes, bytes]) -> Iterator[bytes]:
    for kind, body in chunks:
        yield struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def jpeg_bytes_of_side(side: int) -> bytes:
    """A JPEG whose header says a side of `side` pixels."""
    packed = BytesIO()
    Image.new("L", (16, 16), 200).save(packed, "JPEG")
    data = bytearray(packed.getvalue())
    start = data.index(b"\xff\xc0") + 5
    data[start : start + 4] = struct.pack(">HH", side, side)
    return bytes(data)


def jpeg_bomb(path: Path, side: int = BOMB_PX) -> Path:
    path.write_bytes(jpeg_bytes_of_side(side))
    return path


def tiff_bomb(path: Path, side: int = BOMB_PX) -> Path:
    """A TIFF whose one deflated strip unfolds to `side` x `side` grey pixels."""
    data = unfolding(0, side * side)
    entries = [
        *((256, 4, side), (257, 4, side), (258, 3, 8), (259, 3, 8), (262, 3, 1)),
        *((273, 4, 8), (277, 3, 1), (278, 4, side), (279, 4, len(data))),
    ]
    directory = struct.pack("<H", len(entries)) + b"".join(
        struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries
    )
    path.write_bytes(b"II*\x00" + struct.pack("<I", 8 + len(data)) + data + directory + bytes(4))
    return path


def pdf_image_bomb(path: Path, side: int = BOMB_PX) -> Path:
    data = unfolding(0, side * side)
    return _pdf_of_flate(path, side, data)


def _pdf_of_flate(path: Path, side: int, data: bytes) -> Path:
    document = Pdf.new()
    page = add_image_page(document, b"", width=side, height=side)
    image = page.Resources.XObject.Im0
    image.ColorSpace = Name.DeviceGray
    image.write(data, filter=Name.FlateDecode)
    document.save(path, compress_streams=False)
    return path


def pdf_lying_bomb(path: Path, side: int = BOMB_PX) -> Path:
    """A PDF whose dictionary says 100 x 100 over a JPEG that says far more."""
    document = Pdf.new()
    add_image_page(document, jpeg_bytes_of_side(side), width=100, height=100)
    document.save(path)
    return path


def pdf_data_bomb(path: Path, megabytes: int = 2000) -> Path:
    """A PDF whose small image has far more data than its size needs."""
    return _pdf_of_flate(path, 600, unfolding(0, megabytes * 1_000_000))


def pdf_content_bomb(path: Path, megabytes: int = 2000) -> Path:
    """A PDF whose page content unfolds to gigabytes of white space."""
    data = unfolding(ord(" "), megabytes * 1_000_000)
    with Pdf.open(pdf(path), allow_overwriting_input=True) as document:
        document.pages[0].Contents.write(data, filter=Name.FlateDecode)
        document.save(path, compress_streams=False)
    return path


def pdf_sheet_bomb(path: Path, side_pt: int = 14_400) -> Path:
    document = Pdf.new()
    page = document.add_blank_page(page_size=(side_pt, side_pt))
    page.Contents = Stream(document, b"0 0 100 100 re f")
    document.save(path)
    return path


def pdf_of_pages(path: Path, pages: int = 5000) -> Path:
    document = Pdf.new()
    for _number in range(pages):
        document.add_blank_page()
    document.save(path)
    return path


def pdf_with_wrong_offsets(path: Path) -> Path:
    """A PDF that an editor damaged harmlessly: every part is there, the table of offsets is wrong."""
    data = pdf(path, pages=2).read_bytes()
    start = data.rindex(b"startxref")
    path.write_bytes(data[:start] + b"startxref\n7\n%%EOF\n")
    return path


def pdf_object_bomb(path: Path, megabytes: int = 2000) -> Path:
    """A PDF whose catalogue lies in an object stream that unfolds to gigabytes."""
    catalogue, pages = b"<< /Type /Catalog /Pages 5 0 R >> ", b"<< /Type /Pages /Count 1 /Kids [6 0 R] >> "
    index = b"4 0 5 %d " % len(catalogue)
    head = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = head.compress(index + catalogue + pages) + head.flush(zlib.Z_FULL_FLUSH)
    data = b"\x78\x01" + start + unfolding(ord(" "), megabytes * 1_000_000)[2:]
    out = b"%PDF-1.5\n"
    packed_at = len(out)
    entries = b"/Type /ObjStm /N 2 /First %d /Filter /FlateDecode /Length %d" % (len(index), len(data))
    out += b"1 0 obj\n<< " + entries + b" >>\nstream\n" + data + b"\nendstream\nendobj\n"
    page_at = len(out)
    out += b"6 0 obj\n<< /Type /Page /Parent 5 0 R /MediaBox [0 0 595 842] >>\nendobj\n"
    table_at = len(out)
    rows = [(0, 0, 65535), (1, packed_at, 0), (1, table_at, 0), (0, 0, 0), (2, 1, 0), (2, 1, 1), (1, page_at, 0)]
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    out += b"2 0 obj\n<< /Type /XRef /Size 7 /W [1 4 2] /Root 4 0 R /Length %d >>\nstream\n" % len(table)
    path.write_bytes(out + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % table_at)
    return path


def shorten_picture(path: Path) -> None:
    """Cut the picture of an otherwise whole PDF short."""
    with Pdf.open(path, allow_overwriting_input=True) as document:
        image = document.pages[0].Resources.XObject.Im0
        data = image.read_raw_bytes()
        image.write(data[: len(data) // 2], filter=Name.DCTDecode)
        document.save(path)


def pdf_that_lost_a_page(path: Path) -> Path:
    """A PDF that opens only by repair, and then lacks one page object."""
    document = Pdf.open(pdf(path, pages=3), allow_overwriting_input=True)
    document.save(path, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    second = b"%d 0 obj" % document.pages[1].objgen[0]
    document.close()
    with Pdf.open(path) as saved:
        second = b"\n%d 0 obj" % saved.pages[1].objgen[0]
    path.write_bytes(path.read_bytes().replace(second, b"\n% gone ").replace(b"startxref\n", b"startxref\n7"))
    return path


def add_to_signed(path: Path, change: str) -> None:
    """Add something to a signed PDF as a later revision would, the signature dictionaries staying in place."""
    with Pdf.open(path, allow_overwriting_input=True) as document:
        _CHANGES[change](document)
        document.save(path)


def raw_tiff(
    path: Path,
    data: bytes,
    *,
    width: int,
    height: int,
    bits: int,
    photometric: int,
    compression: int = 1,
    fill: int = 1,
) -> Path:
    """A TIFF of one grey strip at 50 dpi, written tag by tag."""
    resolution_at = 8 + len(data) + len(data) % 2
    entries = [
        *((256, 4, width), (257, 4, height), (258, 3, bits), (259, 3, compression), (262, 3, photometric)),
        *((266, 3, fill), (273, 4, 8), (277, 3, 1), (278, 4, height), (279, 4, len(data))),
        *((282, 5, resolution_at), (283, 5, resolution_at)),
    ]
    packed = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    body = data + bytes(len(data) % 2) + struct.pack("<II", 50, 1)
    directory = struct.pack("<H", len(entries)) + packed + bytes(4)
    path.write_bytes(b"II*\x00" + struct.pack("<I", 8 + len(body)) + body + directory)
    return path


def fax_tiff(path: Path, *, black_is_zero: bool, fill_order: int) -> Path:
    """A Group 4 page in one strip, of either polarity and bit order."""
    page = page_image().convert("1")
    packed = BytesIO()
    page.save(packed, "TIFF", compression="group4", tiffinfo={278: page.height})
    packed.seek(0)
    with Image.open(packed) as saved:
        tags = saved.tag_v2  # type: ignore[attr-defined]
        start, size = tags[273][0], tags[279][0]
    data = packed.getvalue()[start : start + size]
    if fill_order == 2:
        data = bytes(int(f"{value:08b}"[::-1], 2) for value in data)
    # The same runs mean the opposite colours under the other polarity.
    photometric = 1 if black_is_zero else 0
    width, height = page.size
    return raw_tiff(
        path, data, width=width, height=height, bits=1, photometric=photometric, compression=4, fill=fill_order
    )


def two_page_tiff(path: Path, *, first_dpi: int) -> Path:
    """A TIFF of two pages, of which only the first states a resolution and a profile."""
    packed = BytesIO()
    page_image().save(packed, "TIFF", dpi=(first_dpi, first_dpi))
    first = packed.getvalue()
    plain = BytesIO()
    page_image(seed=2).save(plain, "TIFF")
    second = bytearray(plain.getvalue())
    assert first[:2] == second[:2] == b"II"
    return _joined(path, bytearray(first), second)


def _joined(path: Path, first: bytearray, second: bytearray) -> Path:
    """Put the second TIFF's page behind the first's, its offsets moved."""
    shift = len(first) + len(first) % 2
    at = struct.unpack_from("<I", second, 4)[0]
    count = struct.unpack_from("<H", second, at)[0]
    sizes = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8}
    for number in range(count):
        entry = at + 2 + 12 * number
        tag, kind, amount, value = struct.unpack_from("<HHII", second, entry)
        if (tag in {273, 324} and amount == 1) or sizes[kind] * amount > 4:
            struct.pack_into("<I", second, entry + 8, value + shift)
    strips = next(n for n in range(count) if struct.unpack_from("<H", second, at + 2 + 12 * n)[0] == 273)
    _tag, _kind, amount, table = struct.unpack_from("<HHII", second, at + 2 + 12 * strips)
    for number in range(amount if amount > 1 else 0):
        place = table - shift + 4 * number
        struct.pack_into("<I", second, place, struct.unpack_from("<I", second, place)[0] + shift)
    start = struct.unpack_from("<I", first, 4)[0]
    after = start + 2 + 12 * struct.unpack_from("<H", first, start)[0]
    struct.pack_into("<I", first, after, at + shift)
    path.write_bytes(bytes(first) + bytes(len(first) % 2) + bytes(second))
    return path
