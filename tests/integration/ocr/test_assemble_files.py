"""Files: PDF/A-2b from every kind of image, the image untouched, the same bytes each time, nothing else let in."""

import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import img2pdf
import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from config.errors import AssemblyError, DamagedFileError
from ocr.assemble import assemble
from ocr.model import Box, PageText, Word
from ocr.pdfa import check_pdfa
from ocr.pdftext import text_of
from ocr.source import Lane
from tests.integration.ocr.assembling import mark, request, rows
from tests.integration.ocr.drawn_pages import DPI, DrawnPage, draw_page, image_pdf, jpeg

pytestmark = pytest.mark.needs("poppler")

SMALL_CONSTANT = 16_000
WIDTH, HEIGHT = 595.2, 841.92
WHOLE_PAGE = f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /Im0 Do Q ".encode()


@pytest.fixture(scope="module")
def page() -> DrawnPage:
    return draw_page()


def _picture(pdf: Pdf, image: Image.Image, data: bytes, filter_name: str, **entries: object) -> pikepdf.Stream:
    space = {"L": Name.DeviceGray, "RGB": Name.DeviceRGB, "CMYK": Name.DeviceCMYK}[image.mode]
    own = {"BitsPerComponent": 8, "ColorSpace": space, **entries}
    size = {"Width": image.width, "Height": image.height}
    kind = {"Type": Name.XObject, "Subtype": Name.Image, "Filter": Name(filter_name)}
    return pdf.make_stream(data, **kind, **size, **own)


def _pdf(
    path: Path,
    image: Image.Image,
    *,
    content: bytes = WHOLE_PAGE,
    picture: Callable[[Pdf], pikepdf.Stream] | None = None,
    more: Callable[[Pdf, pikepdf.Page], None] | None = None,
) -> Path:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
        page = pdf.pages[0]
        drawn = picture(pdf) if picture else _picture(pdf, image, jpeg(image), "/DCTDecode")
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.obj.Resources = Dictionary(XObject=Dictionary(Im0=drawn), Font=Dictionary(F0=font))
        page.obj.Contents = pdf.make_stream(content)
        if more:
            more(pdf, page)
        pdf.save(path, deterministic_id=True)
    return path


def _stored_images(pdf: Path) -> list[bytes]:
    with pikepdf.open(pdf) as opened:
        return [image.read_raw_bytes() for page in opened.pages for image in page.get_images().values()]


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "jpeg", "png16"])
def test_every_kind_of_scan_becomes_pdfa_with_its_image_untouched(tmp_path: Path, page: DrawnPage, mode: str) -> None:
    file = tmp_path / "scan"
    if mode == "jpeg":
        page.image.convert("RGB").save(file, "JPEG", quality=80)
    elif mode == "png16":
        Image.fromarray(np.asarray(page.image).astype(np.uint16) * 257).save(file, "PNG")
    else:
        page.image.convert(mode).save(file, "PNG")
    source, out = tmp_path / "in.pdf", tmp_path / "out.pdf"
    layout = img2pdf.get_fixed_dpi_layout_fun((DPI, DPI))  # type: ignore[no-untyped-call]
    source.write_bytes(img2pdf.convert(str(file), layout_fun=layout, rotation=img2pdf.Rotation.ifvalid))  # type: ignore[no-untyped-call]
    result = assemble(request(source, (page.text,), out))
    assert result.lane is Lane.STRAIGHT
    assert result.pdfa.passed
    assert check_pdfa(out) == result.pdfa
    assert _stored_images(out) == _stored_images(source)
    assert result.size <= 1.15 * source.stat().st_size + SMALL_CONSTANT


def test_an_lzw_image_is_packed_anew_without_loss(tmp_path: Path, page: DrawnPage) -> None:
    small = page.image.resize((124, 175))
    codes = [256]
    for index, byte in enumerate(small.tobytes(), start=1):
        codes += [byte, 256] if index % 200 == 0 else [byte]
    bits = "".join(f"{code:09b}" for code in [*codes, 257])
    data = int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
    source = _pdf(tmp_path / "in.pdf", small, picture=lambda pdf: _picture(pdf, small, data, "/LZWDecode"))
    assemble(request(source, (page.text,), tmp_path / "out.pdf"))
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        (image,) = pdf.pages[0].get_images().values()
        assert image.Filter == Name.FlateDecode
        assert image.read_bytes() == small.tobytes()


@pytest.mark.parametrize("lane", ["straight", "careful"])
def test_the_same_request_gives_the_same_bytes(tmp_path: Path, page: DrawnPage, lane: Lane) -> None:
    source = image_pdf(tmp_path / "in.pdf", [page.image])
    wanted = [request(source, (page.text,), tmp_path / f"{run}.pdf", lane, mark(visible=True)) for run in "ab"]  # type: ignore[arg-type]
    first, second = (assemble(one) for one in wanted)
    assert first.sha256 == second.sha256
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_both_lanes_give_the_same_words_and_picture(tmp_path: Path, page: DrawnPage) -> None:
    source = image_pdf(tmp_path / "in.pdf", [page.image])
    straight = assemble(request(source, (page.text,), tmp_path / "straight.pdf", "straight"))
    careful = assemble(request(source, (page.text,), tmp_path / "careful.pdf", "careful"))
    assert (straight.lane, careful.lane) == (Lane.STRAIGHT, Lane.CAREFUL)
    assert text_of(tmp_path / "straight.pdf") == text_of(tmp_path / "careful.pdf")
    assert _stored_images(tmp_path / "straight.pdf") == _stored_images(tmp_path / "careful.pdf")


def test_old_invisible_text_gives_way_to_ours(tmp_path: Path, page: DrawnPage) -> None:
    old = b"BT /F0 20 Tf 3 Tr 100 700 Td (OLD READING) Tj ET "
    dot = b"0 g 20 20 5 5 re f "
    for name, content in (("plain", WHOLE_PAGE + old), ("dotted", WHOLE_PAGE + dot + old)):
        source = _pdf(tmp_path / f"{name}.pdf", page.image, content=content)
        assemble(request(source, (page.text,), tmp_path / "out.pdf"))
        assert rows(text_of(tmp_path / "out.pdf")[0]) == rows(page.text.text())


@pytest.mark.needs("ghostscript")
def test_visible_text_that_reads_as_something_else_becomes_outlines(tmp_path: Path, page: DrawnPage) -> None:
    strange = WHOLE_PAGE + b"BT /F0 20 Tf 100 100 Td (COANG HOOA) Tj ET "
    source = _pdf(tmp_path / "in.pdf", page.image, content=strange)
    result = assemble(request(source, (page.text,), tmp_path / "out.pdf"))
    assert result.lane is Lane.CAREFUL
    assert result.own_text_pages == ()
    assert rows(text_of(tmp_path / "out.pdf")[0]) == rows(page.text.text())


@pytest.mark.needs("ghostscript")
def test_visible_text_that_says_what_we_read_is_kept_and_read_once(tmp_path: Path, page: DrawnPage) -> None:
    words = ("Thong", "bao", "nghi", "le")
    source = _pdf(tmp_path / "in.pdf", page.image, content=b"BT /F0 20 Tf 100 700 Td (Thong bao nghi le) Tj ET ")
    boxes = [Box(200 + 90 * at, 250, 280 + 90 * at, 300) for at in range(4)]
    text = PageText(
        1, 1240, 1754, DPI, 0, 0.0, tuple(Word(w, 0.9, b, 0, 0) for w, b in zip(words, boxes, strict=True)), "made"
    )
    result = assemble(request(source, (text,), tmp_path / "out.pdf"))
    assert result.own_text_pages == (1,)
    assert text_of(tmp_path / "out.pdf")[0].split() == list(words)


def _add_active_content(pdf: Pdf, page: pikepdf.Page) -> None:
    script = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    pdf.Root.OpenAction = script
    pdf.Root.AcroForm = Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=Array())
    page.obj.AA = Dictionary(O=script)
    look = pdf.make_stream(b"1 0 0 rg 0 0 50 50 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 50, 50]))
    stamp = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([400, 100, 450, 150]), F=4, A=script)
    stamp.AP = Dictionary(N=look)
    page.obj.Annots = Array([pdf.make_indirect(stamp)])


def test_scripts_and_forms_never_get_in_but_what_is_seen_stays(tmp_path: Path, page: DrawnPage) -> None:
    source, out = _pdf(tmp_path / "in.pdf", page.image, more=_add_active_content), tmp_path / "out.pdf"
    assemble(request(source, (page.text,), out))
    with pikepdf.open(out) as pdf:
        assert set(pdf.Root.keys()) <= {"/Type", "/Pages", "/Metadata", "/OutputIntents", "/Lang"}
        assert not {"/Annots", "/AA"} & set(pdf.pages[0].obj.keys())
        assert b"1 0 0 rg" in b"".join(
            thing.read_bytes() for thing in pdf.objects if isinstance(thing, pikepdf.Stream) and "/Width" not in thing
        )


@pytest.mark.needs("ghostscript")
@pytest.mark.parametrize("kind", ["cmyk", "broken profile", "vector"])
def test_colours_that_pdfa_refuses_are_converted(tmp_path: Path, page: DrawnPage, kind: str) -> None:
    colour = page.image.convert("RGB").resize((310, 438))
    cmyk = colour.convert("CMYK")

    def picture(pdf: Pdf) -> pikepdf.Stream:
        if kind == "cmyk":
            return _picture(pdf, cmyk, zlib.compress(cmyk.tobytes()), "/FlateDecode")
        profile = pdf.make_stream(b"not a profile", N=3, Alternate=Name.DeviceRGB)
        space = {"ColorSpace": Array([Name.ICCBased, profile])} if kind == "broken profile" else {}
        return _picture(pdf, colour, jpeg(colour), "/DCTDecode", **space)

    content = WHOLE_PAGE + (b"0 1 1 0 k 300 100 50 50 re f " if kind == "vector" else b"")
    source = _pdf(tmp_path / "in.pdf", colour, content=content, picture=picture)
    result = assemble(request(source, (page.text,), tmp_path / "out.pdf"))
    assert result.pdfa.passed
    assert rows(text_of(tmp_path / "out.pdf")[0]) == rows(page.text.text())


def test_the_mark_stands_in_metadata_and_on_page_one(tmp_path: Path, page: DrawnPage) -> None:
    second = PageText(2, 1240, 1754, DPI, 0, 0.0, (), "drawn")
    source, out = image_pdf(tmp_path / "in.pdf", [page.image, page.image]), tmp_path / "out.pdf"
    shown = mark(visible=True)
    assemble(request(source, (page.text, second), out, copy_mark=shown))
    with pikepdf.open(out) as pdf:
        packet = pdf.Root.Metadata.read_bytes().decode("utf-8")
        assert str(pdf.docinfo.Title) == "Quyết định số 12/QĐ-UBND"
        assert str(pdf.docinfo.CreationDate) == "D:20260305094107+07'00'"
    for said in ("bản số hóa", "Nguyễn Thị Hường", "2026-03-05T09:41:07+07:00", "doc-0001"):
        assert said in packet
    first, last = text_of(out)
    assert shown.lines[0] in rows(first)
    assert last.strip() == ""


def test_the_mark_moves_off_ink(tmp_path: Path) -> None:
    page = draw_page()
    page.image.paste(0, (0, 1700, 800, 1754))  # a black bar where the mark would stand first
    source, out = image_pdf(tmp_path / "in.pdf", [page.image]), tmp_path / "out.pdf"
    assemble(request(source, (page.text,), out, copy_mark=mark(visible=True)))
    with pikepdf.open(out) as pdf:
        content = pdf.pages[0].obj.Contents
        streams = [content] if isinstance(content, pikepdf.Stream) else list(content)
        moves = [line for line in b"".join(s.read_bytes() for s in streams).split(b"\n") if line.endswith(b"Tj")]
    assert moves
    left, bottom = (float(value) for value in moves[-1].split()[4:6])
    assert left > 800 * 72 / DPI or bottom > 54 * 72 / DPI


def test_a_reading_of_other_pages_is_refused_and_nothing_is_left(tmp_path: Path, page: DrawnPage) -> None:
    source, out = image_pdf(tmp_path / "in.pdf", [page.image, page.image]), tmp_path / "out.pdf"
    with pytest.raises(AssemblyError):
        assemble(request(source, (page.text,), out))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.pdf"]


def test_a_damaged_source_is_refused(tmp_path: Path, page: DrawnPage) -> None:
    (tmp_path / "in.pdf").write_bytes(b"%PDF-1.7\nnothing")
    with pytest.raises(DamagedFileError):
        assemble(request(tmp_path / "in.pdf", (page.text,), tmp_path / "out.pdf"))


@pytest.mark.needs("ghostscript")
def test_jpeg_2000_that_no_judge_looks_into_is_drawn_anew(tmp_path: Path, page: DrawnPage) -> None:
    colour, coded = page.image.convert("RGB").resize((310, 438)), BytesIO()
    colour.save(coded, "JPEG2000")
    source = _pdf(
        tmp_path / "in.pdf", colour, picture=lambda pdf: _picture(pdf, colour, coded.getvalue(), "/JPXDecode")
    )
    result = assemble(request(source, (page.text,), tmp_path / "out.pdf"))
    assert result.lane is Lane.CAREFUL
    assert result.pdfa.passed
