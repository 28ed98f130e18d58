"""The delivered PDF: same pixels, same size on paper, same bytes each time, and no larger than what came in."""

import hashlib
import os
import resource
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from config.errors import DamagedFileError, DiskFullError, FileVanishedError
from ocr.source import Lane, Limits, deliver, open_delivered
from ocr.source.render import render_page
from tests import bad_files

LIMITS = Limits(max_pages=2000, max_page_pixels=250_000_000, max_file_bytes=2_000_000_000)
A4_PT = (595.28, 841.89)


def delivered(source: Path | list[Path], out: Path | None = None) -> Path:
    paths = source if isinstance(source, list) else [source]
    out = out or paths[0].parent / "delivered.pdf"
    deliver(paths, out, LIMITS)
    return out


def colour_of(pdf: Path, number: int = 1) -> NDArray[np.uint8]:
    """The page in RGB, whether it has colour or not."""
    with open_delivered(pdf) as pages:
        pixels = pages.colour(number)
        if pixels is None:
            return np.asarray(cv2.cvtColor(pages.grey(number), cv2.COLOR_GRAY2RGB), np.uint8)
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)


def drawn(pdf: Path, number: int = 1) -> NDArray[np.uint8]:
    """The same page as Poppler draws it, at the same size, in RGB."""
    with open_delivered(pdf) as pages:
        page = pages.pages[number - 1]
        size = page.width_px, page.height_px
        pixels = render_page(pdf, number, page.dpi, size, grey=False)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)


def difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    assert one.shape == other.shape
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


def likeness(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """The difference seen from afar: an independent renderer may be off by part of a pixel."""
    assert one.shape == other.shape
    size = one.shape[1] // 6, one.shape[0] // 6
    small = [np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), np.uint8) for page in (one, other)]
    return difference(*small)


def wanted(path: Path, frame: int = 0) -> NDArray[np.uint8]:
    """The pixels of an image file as Pillow shows them, on white."""
    with Image.open(path) as image:
        image.seek(frame)
        image.load()
        shown = ImageOps.exif_transpose(image).convert("RGBA")
    white = Image.new("RGBA", shown.size, "white")
    return np.asarray(Image.alpha_composite(white, shown).convert("RGB"))


# The same pixels


@pytest.mark.parametrize(
    ("name", "build"),
    [
        ("grey.jpg", lambda p: bad_files.jpeg(p, mode="L")),
        ("rgb.jpg", bad_files.jpeg),
        ("grey.png", lambda p: bad_files.png(p, mode="L")),
        ("rgb.png", bad_files.png),
        ("bits.png", lambda p: bad_files.png(p, mode="1")),
        ("palette.png", lambda p: bad_files.png(p, mode="P")),
        ("grey-alpha.png", lambda p: bad_files.png(p, mode="LA")),
        ("rgb-alpha.png", lambda p: bad_files.png(p, mode="RGBA")),
        ("raw.tif", lambda p: bad_files.tiff(p, compression="raw")),
        ("lzw.tif", bad_files.tiff),
        ("deflate.tif", lambda p: bad_files.tiff(p, compression="tiff_adobe_deflate")),
        ("palette.tif", lambda p: bad_files.tiff(p, mode="P")),
        ("packbits.tif", lambda p: bad_files.tiff(p, mode="L", compression="packbits")),
        ("group3.tif", lambda p: bad_files.tiff(p, mode="1", compression="group3")),
        ("group4.tif", lambda p: bad_files.tiff(p, mode="1", compression="group4")),
        ("bits-lzw.tif", lambda p: bad_files.tiff(p, mode="1")),
        ("alpha.tif", lambda p: bad_files.tiff(p, mode="RGBA")),
    ],
)
def test_an_image_keeps_its_pixels_and_is_its_page(tmp_path: Path, name: str, build: Callable[[Path], Path]) -> None:
    path = build(tmp_path / name)
    pdf = delivered(path)
    assert difference(colour_of(pdf), wanted(path)) < 0.6
    # An independent reader sees the same.
    assert likeness(drawn(pdf), wanted(path)) < 2
    with open_delivered(pdf) as pages:
        assert [page.lane for page in pages.pages] == [Lane.STRAIGHT]
        assert not pages.pages[0].has_text


@pytest.mark.parametrize("one_strip", [True, False])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_jpeg_in_a_tiff_keeps_its_data_however_many_strips_it_has(tmp_path: Path, mode: str, one_strip: bool) -> None:
    path = bad_files.tiff(tmp_path / "a.tif", pages=2, mode=mode, compression="jpeg", one_strip=one_strip)
    with Image.open(path) as image:
        assert (len(image.tag_v2[273]) == 1) == one_strip  # type: ignore[attr-defined]
    pdf = delivered(path)
    for number in (1, 2):
        assert difference(colour_of(pdf, number), wanted(path, number - 1)) < 1.5
    with pikepdf.open(pdf) as document:
        assert document.pages[0].Resources.XObject.Im0.Filter == "/DCTDecode"
    assert pdf.stat().st_size <= path.stat().st_size * 1.15


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_jpeg_goes_in_byte_for_byte(tmp_path: Path, mode: str) -> None:
    path = bad_files.jpeg(tmp_path / "a.jpg", mode=mode)
    with pikepdf.open(delivered(path)) as document:
        assert document.pages[0].Resources.XObject.Im0.read_raw_bytes() == path.read_bytes()


def test_a_fax_page_goes_in_without_being_coded_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    page = bad_files.page_image().convert("1")
    page.save(path, compression="group4", tiffinfo={278: page.height}, dpi=(50, 50))
    with pikepdf.open(delivered(path)) as document:
        image = document.pages[0].Resources.XObject.Im0
        assert image.Filter == "/CCITTFaxDecode"
        assert image.read_raw_bytes() in path.read_bytes()


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("fill_order", [1, 2])
def test_fax_pages_of_either_polarity_and_bit_order_read_right(tmp_path: Path, inverted: bool, fill_order: int) -> None:
    path = bad_files.fax_tiff(tmp_path / "a.tif", black_is_zero=inverted, fill_order=fill_order)
    assert difference(colour_of(delivered(path)), wanted(path)) == 0
    assert likeness(drawn(delivered(path)), wanted(path)) < 2


@pytest.mark.parametrize(("name", "bits"), [("a.png", 16), ("a.tif", 16)])
def test_sixteen_bits_become_eight_without_a_change_of_tone(tmp_path: Path, name: str, bits: int) -> None:
    grey = np.asarray(bad_files.page_image().convert("L"))
    Image.fromarray(grey.astype(np.uint16) * 257).save(tmp_path / name, dpi=(50, 50))
    with open_delivered(delivered(tmp_path / name)) as pages:
        assert pages.pages[0].depth_bits == 8
        assert np.array_equal(pages.grey(1), grey)


def test_a_tiff_of_sixteen_bits_with_white_as_zero_is_not_a_negative(tmp_path: Path) -> None:
    grey = np.asarray(bad_files.page_image().convert("L"))
    stored = (255 - grey).astype(np.uint16) * 257
    bad_files.raw_tiff(tmp_path / "a.tif", stored.tobytes(), width=420, height=594, bits=16, photometric=0)
    with open_delivered(delivered(tmp_path / "a.tif")) as pages:
        assert difference(pages.grey(1), grey) < 1


@pytest.mark.parametrize("name", ["a.jpg", "a.tif"])
def test_cmyk_becomes_rgb_that_looks_the_same(tmp_path: Path, name: str) -> None:
    bad_files.page_image().convert("CMYK").save(tmp_path / name, dpi=(50, 50), quality=95)
    pdf = delivered(tmp_path / name)
    assert difference(colour_of(pdf), bad_files.page_pixels()) < 6
    with pikepdf.open(pdf) as document:
        assert document.pages[0].Resources.XObject.Im0.ColorSpace == "/DeviceRGB"


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(("name", "image_format"), [("a.jpg", "JPEG"), ("a.png", "PNG"), ("a.tif", "TIFF")])
def test_a_turned_or_mirrored_image_is_shown_upright(
    tmp_path: Path, name: str, image_format: str, orientation: int
) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    path = tmp_path / name
    bad_files.page_image().save(path, image_format, exif=exif, dpi=(50, 50))
    pdf = delivered(path)
    assert difference(colour_of(pdf), wanted(path)) < 0.6
    assert likeness(drawn(pdf), wanted(path)) < 2


def test_a_colour_profile_stays_with_its_image(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    bad_files.page_image().save(tmp_path / "a.jpg", icc_profile=profile)
    with pikepdf.open(delivered(tmp_path / "a.jpg")) as document:
        space = document.pages[0].Resources.XObject.Im0.ColorSpace
        assert space[0] == "/ICCBased"
        assert space[1].read_bytes() == profile


def test_a_profile_of_another_colour_model_is_left_out(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    bad_files.page_image().convert("L").save(tmp_path / "a.jpg", icc_profile=profile)
    with pikepdf.open(delivered(tmp_path / "a.jpg")) as document:
        assert document.pages[0].Resources.XObject.Im0.ColorSpace == "/DeviceGray"


# The same sheet


@pytest.mark.parametrize(("dpi", "size"), [((300, 300), (100.8, 142.56)), ((200, 100), (151.2, 427.68))])
def test_the_sheet_has_the_size_the_resolution_says(
    tmp_path: Path, dpi: tuple[int, int], size: tuple[float, float]
) -> None:
    bad_files.page_image().save(tmp_path / "a.jpg", dpi=dpi)
    with open_delivered(delivered(tmp_path / "a.jpg")) as pages:
        assert (pages.pages[0].width_pt, pages.pages[0].height_pt) == pytest.approx(size, abs=0.01)


def test_fax_pixels_are_made_square(tmp_path: Path) -> None:
    bad_files.page_image(420, 297).save(tmp_path / "a.jpg", dpi=(100, 50))
    with open_delivered(delivered(tmp_path / "a.jpg")) as pages:
        assert pages.grey(1).shape == (594, 420)
        assert pages.pages[0].dpi == pytest.approx(100)


@pytest.mark.parametrize("dpi", [None, 72, 1])
def test_without_a_believable_resolution_the_sheet_is_a4(tmp_path: Path, dpi: int | None) -> None:
    options: dict[str, Any] = {"dpi": (dpi, dpi)} if dpi else {}
    bad_files.page_image(1654, 2339).save(tmp_path / "a.jpg", **options)
    with open_delivered(delivered(tmp_path / "a.jpg")) as pages:
        page = pages.pages[0]
        assert (page.width_pt, page.height_pt) == pytest.approx(A4_PT, abs=0.5)
        assert page.dpi == pytest.approx(200, rel=0.01)


def test_resolution_and_profile_of_one_tiff_page_do_not_leak_into_the_next(tmp_path: Path) -> None:
    bad_files.two_page_tiff(tmp_path / "a.tif", first_dpi=50)
    with open_delivered(delivered(tmp_path / "a.tif")) as pages:
        assert pages.pages[0].dpi == pytest.approx(50)
        assert pages.pages[1].width_pt == pytest.approx(A4_PT[0], abs=1)


# The same bytes


def test_the_same_pages_give_the_same_bytes(tmp_path: Path) -> None:
    paths = [bad_files.jpeg(tmp_path / "1.jpg"), bad_files.tiff(tmp_path / "2.tif", pages=2)]
    paths.append(bad_files.png(tmp_path / "10.png", mode="RGBA"))
    first = delivered(paths, tmp_path / "x" / "mot.pdf").read_bytes()
    moved = tmp_path / "khac"
    moved.mkdir()
    for path in paths:
        shutil.copyfile(path, moved / path.name)
        os.utime(moved / path.name, (1, 1))
    assert delivered(sorted(moved.iterdir(), reverse=True), tmp_path / "hai.pdf").read_bytes() == first


def test_a_pdf_is_copied_as_it_is(tmp_path: Path) -> None:
    path = bad_files.pdf(tmp_path / "a.pdf")
    assert delivered(path).read_bytes() == path.read_bytes()


@pytest.mark.needs("corpus")
def test_a_signed_pdf_keeps_its_hash(tmp_path: Path, corpus: Path) -> None:
    for path in (corpus / "originals").glob("*.pdf"):
        out = delivered(path, tmp_path / path.name)
        assert hashlib.sha256(out.read_bytes()).digest() == hashlib.sha256(path.read_bytes()).digest()


@pytest.mark.parametrize(
    ("name", "build"),
    [
        ("a.jpg", bad_files.jpeg),
        ("a.png", bad_files.png),
        ("a.tif", lambda p: bad_files.tiff(p, pages=5)),
        ("b.tif", lambda p: bad_files.tiff(p, pages=5, mode="1", compression="group4")),
        ("c.tif", lambda p: bad_files.tiff(p, pages=5, mode="1", compression="group3")),
    ],
)
def test_the_delivered_file_is_no_larger_than_what_came_in(
    tmp_path: Path, name: str, build: Callable[[Path], Path]
) -> None:
    path = build(tmp_path / name)
    assert delivered(path).stat().st_size <= path.stat().st_size * 1.15 + 1500


def test_the_delivered_file_is_sound(tmp_path: Path) -> None:
    paths = [bad_files.jpeg(tmp_path / "1.jpg", orientation=6), bad_files.tiff(tmp_path / "2.tif", pages=2, mode="1")]
    with pikepdf.open(delivered(paths)) as document:
        assert document.check_pdf_syntax() == []
        assert len(document.pages) == 3
        assert document.pages[0].Rotate == 90


# What goes wrong


def test_scan_data_missing_behind_an_end_marker_is_found(tmp_path: Path) -> None:
    path = bad_files.jpeg(tmp_path / "a.jpg")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + b"\xff\xd9")
    with pytest.raises(DamagedFileError, match=r"a\.jpg"):
        delivered(path)


def test_pixels_that_cannot_be_decoded_are_damage_and_leave_nothing_behind(tmp_path: Path) -> None:
    path = bad_files.tiff(tmp_path / "a.tif", compression="tiff_adobe_deflate")
    data = bytearray(path.read_bytes())
    data[200:4000] = bytes(3800)
    path.write_bytes(data)
    with pytest.raises(DamagedFileError, match=r"a\.tif"):
        deliver([path], tmp_path / "out" / "d.pdf", LIMITS)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_file_that_is_gone_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(FileVanishedError):
        deliver([tmp_path / "khong-co.jpg"], tmp_path / "out" / "d.pdf", LIMITS)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    path = bad_files.jpeg(tmp_path / "a.jpg")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # A limit on the size of files is the full disk that a test can have without being root.
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(DiskFullError, match=r"d\.pdf"):
            deliver([path], tmp_path / "out" / "d.pdf", LIMITS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list((tmp_path / "out").iterdir()) == []


def test_two_documents_are_read_in_two_threads(tmp_path: Path) -> None:
    fax = bad_files.tiff(tmp_path / "a.tif", pages=6, mode="1", compression="group4")
    photo = bad_files.jpeg(tmp_path / "b.jpg")
    pdfs = [delivered(fax, tmp_path / "a.pdf"), delivered([photo], tmp_path / "b.pdf")]

    def read(pdf: Path) -> list[bytes]:
        with open_delivered(pdf) as pages:
            return [pages.grey(page.number).tobytes() for page in pages.pages for _again in range(5)]

    alone = [read(pdf) for pdf in pdfs]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read, pdfs * 4)) == alone * 4


def test_pages_are_put_in_natural_order(tmp_path: Path) -> None:
    for number in (1, 2, 10):
        bad_files.jpeg(tmp_path / f"trang {number}.jpg", seed=number)
    pdf = delivered([path for path in tmp_path.iterdir() if path.suffix == ".jpg"], tmp_path / "d.pdf")
    for page, number in enumerate((1, 2, 10), start=1):
        packed = BytesIO((tmp_path / f"trang {number}.jpg").read_bytes())
        assert difference(colour_of(pdf, page), np.asarray(Image.open(packed))) < 0.6
