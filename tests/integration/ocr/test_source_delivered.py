"""Pages as images: which lane, what geometry, and the pixels as a viewer shows them."""

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pytest
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image

from config.errors import DamagedFileError, EncryptedFileError
from ocr.source import Lane, PageGeometry, open_delivered
from ocr.source.render import render_page
from tests import bad_files

WIDTH, HEIGHT = 420, 594
FULL = f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /Im0 Do Q"
Change = Callable[[Pdf, pikepdf.Page], None]


def one_page(path: Path, content: str = FULL, change: Change | None = None, mode: str = "RGB") -> Path:
    """A PDF of one page of 420 x 594 points whose image has a pixel a point, drawn by `content`."""
    document = Pdf.new()
    pixels = np.asarray(bad_files.page_image().convert(mode))
    page = bad_files.add_image_page(document, b"", size=(WIDTH, HEIGHT))
    image = page.Resources.XObject.Im0
    image.write(zlib.compress(pixels.tobytes()), filter=Name.FlateDecode)
    image.ColorSpace = Name.DeviceGray if mode == "L" else Name.DeviceRGB
    page.Contents = Stream(document, content.encode())
    if change:
        change(document, page)
    document.save(path, compress_streams=False)
    return path


def geometry(path: Path) -> PageGeometry:
    with open_delivered(path) as pages:
        return pages.pages[0]


def both_readings(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The page as taken out of the PDF, and as Poppler draws it, both in grey and seen from afar."""
    with open_delivered(path) as pages:
        page, taken = pages.pages[0], pages.grey(1)
        assert taken.shape == (page.height_px, page.width_px)
    # Poppler stretches an image by up to a pixel; drawn four times as large that is a quarter of one.
    drawn = render_page(path, 1, 4 * page.dpi, (4 * page.width_px, 4 * page.height_px), grey=True)
    size = page.width_px // 6, page.height_px // 6
    small = [np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8) for image in (taken, drawn)]
    return small[0], small[1]


def assert_same_look(path: Path) -> None:
    taken, drawn = both_readings(path)
    assert np.abs(taken.astype(int) - drawn.astype(int)).mean() < 3


# The lane


@pytest.mark.parametrize(
    "content",
    [
        FULL,
        f"q 0 0 {WIDTH} {HEIGHT} re W n {FULL} Q",
        f"1 1 1 rg 0 0 {WIDTH} {HEIGHT} re f {FULL}",
        f"{FULL} BT 3 Tr /F1 9 Tf 10 10 Td (cu) Tj ET",
        f"BT /F1 9 Tf 10 10 Td (under) Tj ET {FULL}",
        f"q {WIDTH + 8} 0 0 {HEIGHT + 8} -4 -4 cm /Im0 Do Q",
        f"q {WIDTH - 16} 0 0 {HEIGHT - 20} 8 10 cm /Im0 Do Q",
        f"{FULL} {FULL}",
    ],
)
def test_a_page_that_is_one_image_is_straight(tmp_path: Path, content: str) -> None:
    path = one_page(tmp_path / "a.pdf", content)
    assert geometry(path).lane is Lane.STRAIGHT
    assert_same_look(path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        f"q {WIDTH} 0 0 {HEIGHT / 2} 0 0 cm /Im0 Do Q q {WIDTH} 0 0 {HEIGHT / 2} 0 {HEIGHT / 2} cm /Im0 Do Q",
        f"q {WIDTH / 3} 0 0 {HEIGHT / 3} 50 50 cm /Im0 Do Q",
        f"q {WIDTH * 5} 0 0 {HEIGHT * 5} 0 0 cm /Im0 Do Q",
        f"q {WIDTH}0000000 0 0 {HEIGHT}0000000 0 0 cm /Im0 Do Q",
        f"{FULL} 0 0 50 50 re f",
        f"{FULL} BT /F1 9 Tf 10 10 Td (over) Tj ET",
        f"q 0 0 200 200 re W n {FULL} Q",
        f"q 0 0 m {WIDTH} 0 l {WIDTH / 2} {HEIGHT} l h W n {FULL} Q",
        f"q {WIDTH} 30 -30 {HEIGHT} 0 0 cm /Im0 Do Q",
        f"/OC /Layer BDC {FULL} EMC",
        "/Missing Do",
        "q 1 0 0 1 ( broken",
    ],
)
def test_any_other_page_is_careful(tmp_path: Path, content: str) -> None:
    path = one_page(tmp_path / "a.pdf", content)
    page = geometry(path)
    assert page.lane is Lane.CAREFUL
    assert page.dpi == pytest.approx(300)
    assert (page.width_px, page.height_px) == (1750, 2475)


def _mask(document: Pdf, page: pikepdf.Page) -> None:
    soft = Stream(document, bytes([200]) * 100)
    soft.update(Dictionary(Type=Name.XObject, Subtype=Name.Image, Width=10, Height=10, BitsPerComponent=8))
    soft.ColorSpace = Name.DeviceGray
    page.Resources.XObject.Im0.SMask = document.make_indirect(soft)


def _cmyk(document: Pdf, page: pikepdf.Page) -> None:
    page.Resources.XObject.Im0.write(zlib.compress(bytes(WIDTH * HEIGHT * 4)), filter=Name.FlateDecode)
    page.Resources.XObject.Im0.ColorSpace = Name.DeviceCMYK


def _see_through(document: Pdf, page: pikepdf.Page) -> None:
    page.Resources.ExtGState = Dictionary(G0=Dictionary(ca=0.5))
    page.Contents = Stream(document, f"/G0 gs {FULL}".encode())


@pytest.mark.parametrize("change", [_mask, _cmyk, _see_through])
def test_an_image_that_is_not_plain_is_drawn(tmp_path: Path, change: Change) -> None:
    path = one_page(tmp_path / "a.pdf", change=change)
    assert geometry(path).lane is Lane.CAREFUL
    with open_delivered(path) as pages:
        assert pages.grey(1).shape == (2475, 1750)


def test_an_image_inside_a_form_is_found(tmp_path: Path) -> None:
    def wrap(document: Pdf, page: pikepdf.Page) -> None:
        form = Stream(document, f"q {WIDTH / 2} 0 0 {HEIGHT / 2} 0 0 cm /Im0 Do Q".encode())
        form.update(Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, WIDTH, HEIGHT])))
        form.Matrix, form.Resources = Array([2, 0, 0, 2, 0, 0]), page.Resources
        page.Resources = Dictionary(XObject=Dictionary(Fm0=document.make_indirect(form)))
        page.Contents = Stream(document, b"/Fm0 Do")

    path = one_page(tmp_path / "a.pdf", change=wrap)
    assert geometry(path).lane is Lane.STRAIGHT
    assert_same_look(path)


def test_a_form_that_draws_itself_ends(tmp_path: Path) -> None:
    def wrap(document: Pdf, page: pikepdf.Page) -> None:
        form = document.make_indirect(Stream(document, b"/Fm0 Do /Fm0 Do /Fm0 Do"))
        form.update(Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, WIDTH, HEIGHT])))
        page.Resources = Dictionary(XObject=Dictionary(Fm0=form))
        form.Resources = page.Resources
        page.Contents = Stream(document, b"/Fm0 Do")

    assert geometry(one_page(tmp_path / "a.pdf", change=wrap)).lane is Lane.CAREFUL


@pytest.mark.parametrize(("mode", "text"), [(3, True), (0, True)])
def test_text_is_noticed_whether_seen_or_not(tmp_path: Path, mode: int, text: bool) -> None:
    content = f"{FULL} BT {mode} Tr /F1 9 Tf 10 10 Td (cu) Tj ET"
    assert geometry(one_page(tmp_path / "a.pdf", content)).has_text is text
    assert not geometry(one_page(tmp_path / "b.pdf")).has_text


# The geometry


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize(
    "matrix",
    [
        f"{WIDTH} 0 0 {HEIGHT} 0 0",
        f"-{WIDTH} 0 0 {HEIGHT} {WIDTH} 0",
        f"{WIDTH} 0 0 -{HEIGHT} 0 {HEIGHT}",
        f"0 {HEIGHT} -{WIDTH} 0 {WIDTH} 0",
        f"0 -{HEIGHT} {WIDTH} 0 0 {HEIGHT}",
        f"0 {HEIGHT} {WIDTH} 0 0 0",
    ],
)
def test_a_turned_or_mirrored_image_is_read_as_displayed(tmp_path: Path, matrix: str, turn: int) -> None:
    def rotate(document: Pdf, page: pikepdf.Page) -> None:
        page.obj.Rotate = turn

    path = one_page(tmp_path / "a.pdf", f"q {matrix} cm /Im0 Do Q", rotate)
    page = geometry(path)
    assert page.lane is Lane.STRAIGHT
    assert (page.width_pt > page.height_pt) == (turn in {90, 270})
    assert_same_look(path)


def test_a_page_cropped_and_moved_shows_only_the_crop_box(tmp_path: Path) -> None:
    def crop(document: Pdf, page: pikepdf.Page) -> None:
        page.obj.MediaBox = Array([100, 100, 100 + WIDTH, 100 + HEIGHT])
        page.obj.CropBox = Array([110, 130, 90 + WIDTH, 90 + HEIGHT])
        page.obj.Rotate = 90

    path = one_page(tmp_path / "a.pdf", f"q {WIDTH} 0 0 {HEIGHT} 100 100 cm /Im0 Do Q", crop)
    page = geometry(path)
    assert (page.width_pt, page.height_pt) == (HEIGHT - 40, WIDTH - 20)
    assert_same_look(path)


def test_the_user_unit_counts(tmp_path: Path) -> None:
    def enlarge(document: Pdf, page: pikepdf.Page) -> None:
        page.obj.UserUnit = 2

    page = geometry(one_page(tmp_path / "a.pdf", change=enlarge))
    assert (page.width_pt, page.height_pt) == (2 * WIDTH, 2 * HEIGHT)
    assert page.dpi == pytest.approx(36)


def test_a_missing_or_absurd_media_box_does_no_harm(tmp_path: Path) -> None:
    def spoil(document: Pdf, page: pikepdf.Page) -> None:
        page.obj.MediaBox = Array([5, 5, 5, 5])

    assert geometry(one_page(tmp_path / "a.pdf", change=spoil)).width_pt == 612


# The pixels of each kind of image object


def _as(**entries: Any) -> Change:
    def change(document: Pdf, page: pikepdf.Page) -> None:
        image = page.Resources.XObject.Im0
        image.write(entries["data"], filter=entries.get("filter", Name.FlateDecode), decode_parms=entries.get("parms"))
        image.ColorSpace = entries.get("space", Name.DeviceGray)
        image.BitsPerComponent = entries.get("bits", 8)
        if "decode" in entries:
            image.Decode = entries["decode"]

    return change


def _grey() -> NDArray[np.uint8]:
    return np.asarray(bad_files.page_image().convert("L"))


def _bits() -> bytes:
    return np.packbits(_grey() > 128, axis=1).tobytes()


def _nibbles() -> bytes:
    high = _grey() >> 4
    return (high[:, 0::2] << 4 | high[:, 1::2]).astype(np.uint8).tobytes()


def _palette(bits: int) -> Array:
    entries = bytes(value for step in range(2**bits) for value in (step * 255 // (2**bits - 1), 20, 90))
    return Array([Name.Indexed, Name.DeviceRGB, 2**bits - 1, pikepdf.String(entries)])


@pytest.mark.parametrize(
    "change",
    [
        _as(data=zlib.compress(_grey().tobytes())),
        _as(data=zlib.compress(_grey().tobytes()), decode=Array([1, 0])),
        _as(data=zlib.compress(_bits()), bits=1),
        _as(data=zlib.compress(_bits()), bits=1, decode=Array([1, 0])),
        _as(data=zlib.compress(_nibbles()), bits=4),
        _as(data=zlib.compress(_nibbles()), bits=4, space=_palette(4)),
        _as(data=zlib.compress(_grey().tobytes()), space=_palette(8)),
        _as(data=zlib.compress(_bits()), bits=1, space=_palette(1)),
        _as(data=zlib.compress((_grey().astype(">u2") * 257).tobytes()), bits=16),
    ],
)
def test_an_image_object_looks_as_poppler_draws_it(tmp_path: Path, change: Change) -> None:
    path = one_page(tmp_path / "a.pdf", change=change)
    page = geometry(path)
    assert (page.lane, page.width_px, page.height_px) == (Lane.STRAIGHT, WIDTH, HEIGHT)
    assert_same_look(path)


def test_an_image_of_another_coding_is_drawn_at_its_own_resolution(tmp_path: Path) -> None:
    change = _as(data=_grey().tobytes().hex().encode() + b">", filter=Name.ASCIIHexDecode)
    path = one_page(tmp_path / "a.pdf", change=change)
    page = geometry(path)
    assert (page.lane, page.width_px, page.height_px) == (Lane.STRAIGHT, WIDTH, HEIGHT)
    taken, _drawn = both_readings(path)
    small = cv2.resize(_grey(), (WIDTH // 6, HEIGHT // 6), interpolation=cv2.INTER_AREA)
    # Poppler itself is off by up to a pixel here.
    assert np.abs(taken.astype(int) - np.asarray(small, int)).mean() < 8


@pytest.mark.parametrize("name", ["a.jpg", "a.jp2", "a.png"])
def test_coded_images_look_as_poppler_draws_them(tmp_path: Path, name: str) -> None:
    bad_files.page_image().save(tmp_path / name)
    data = (tmp_path / name).read_bytes()
    filters = {"a.jpg": Name.DCTDecode, "a.jp2": Name.JPXDecode}
    change = _as(data=data, filter=filters.get(name), space=Name.DeviceRGB)
    if name == "a.png":
        with Image.open(tmp_path / name) as image:
            rows = zlib.compress(b"".join(b"\0" + row.tobytes() for row in np.asarray(image)))
        parms = Dictionary(Predictor=15, Colors=3, BitsPerComponent=8, Columns=WIDTH)
        change = _as(data=rows, parms=parms, space=Name.DeviceRGB)
    path = one_page(tmp_path / "a.pdf", change=change)
    assert geometry(path).lane is Lane.STRAIGHT
    assert_same_look(path)


def test_an_old_text_layer_does_not_show_in_the_picture(tmp_path: Path) -> None:
    plain, layered = one_page(tmp_path / "a.pdf"), one_page(tmp_path / "b.pdf", f"{FULL} BT 3 Tr (cu) Tj ET")
    with open_delivered(plain) as one, open_delivered(layered) as other:
        assert np.array_equal(one.grey(1), other.grey(1))


# Colour


def test_colour_is_given_small_when_asked_and_not_at_all_for_grey(tmp_path: Path) -> None:
    with open_delivered(one_page(tmp_path / "a.pdf")) as pages:
        whole, small = pages.colour(1), pages.colour(1, max_px=200)
    assert whole is not None
    assert small is not None
    assert whole.shape == (HEIGHT, WIDTH, 3)
    assert max(small.shape) == 200
    # The red mark in the top left corner: blue, green, red.
    assert small[5, 10, 2] > small[5, 10, 0] + 100
    with open_delivered(one_page(tmp_path / "b.pdf", mode="L")) as pages:
        assert pages.pages[0].channels == 1
        assert pages.colour(1) is None


def _inverted(_document: Pdf, page: pikepdf.Page) -> None:
    page.Resources.XObject.Im0.Decode = Array([1, 0] * 3)


@pytest.mark.parametrize(
    "change",
    [None, _inverted, _as(data=zlib.compress(_grey().tobytes()), space=_palette(8))],
    ids=["plain", "inverted", "palette"],
)
def test_grey_is_the_same_before_and_after_colour_was_asked_for(tmp_path: Path, change: Change | None) -> None:
    path = one_page(tmp_path / "page.pdf", change=change)
    with open_delivered(path) as pages:
        before = pages.grey(1)
        colour, small = pages.colour(1), pages.colour(1, max_px=200)
    with open_delivered(path) as pages:
        small_again, colour_again = pages.colour(1, max_px=200), pages.colour(1)
        after = pages.grey(1)
    assert colour is not None
    assert small is not None
    assert colour_again is not None
    assert small_again is not None
    assert np.array_equal(before, after)
    assert np.array_equal(colour, colour_again)
    assert np.array_equal(small, small_again)
    assert np.abs(before.astype(int) - cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY)).max() <= 1


def test_images_are_read_only_because_they_are_shared(tmp_path: Path) -> None:
    with open_delivered(one_page(tmp_path / "a.pdf")) as pages:
        image = pages.grey(1)
        assert image is pages.grey(1)
        with pytest.raises(ValueError, match="read-only"):
            image[0, 0] = 1


# What goes wrong


def test_image_data_that_ends_early_is_damage_and_never_filled_up(tmp_path: Path) -> None:
    change = _as(data=zlib.compress(_grey().tobytes())[:20_000])
    with open_delivered(one_page(tmp_path / "a.pdf", change=change)) as pages, pytest.raises(DamagedFileError):
        pages.grey(1)


def test_a_locked_or_broken_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncryptedFileError):
        open_delivered(bad_files.encrypted_pdf(tmp_path / "a.pdf"))
    with pytest.raises(DamagedFileError):
        open_delivered(bad_files.text_named_pdf(tmp_path / "b.pdf"))


def test_more_data_than_an_image_needs_is_not_unfolded(tmp_path: Path) -> None:
    with open_delivered(bad_files.pdf_data_bomb(tmp_path / "a.pdf")) as pages:
        assert pages.grey(1).shape[0] > 100


# Real scans


@pytest.mark.needs("corpus")
@pytest.mark.parametrize(
    ("name", "lanes"),
    [("qd_707_ttg", "s" * 21), ("cv_3722_metro", "s"), ("tt_21_bct_fuel", "ss"), ("hanoi_tb_453_flag", "c")],
)
def test_real_fax_scans_go_straight_and_born_digital_pages_do_not(corpus: Path, name: str, lanes: str) -> None:
    path = corpus / "originals" / f"{name}.pdf"
    with open_delivered(path) as pages:
        assert "".join(page.lane[0] for page in pages.pages) == lanes
        assert [page.number for page in pages.pages] == list(range(1, len(lanes) + 1))
    if lanes[0] == "s":
        assert_same_look(path)
