"""Each kind of bad input: refused with the right error that names the file, or taken with a note."""

import json
import os
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from config.errors import (
    ActiveContentError,
    DamagedFileError,
    DynamicFormError,
    EmptyFileError,
    EncryptedFileError,
    InputRefusedError,
    SohoaError,
    TooLargeError,
    UnsafePathError,
    UnsupportedFormatError,
    WrongContentError,
)
from config.i18n import translations
from ocr.source import Limits, Note, SourceFacts, SourceFormat, deliver, inspect
from tests import bad_files

LIMITS = Limits(max_pages=2000, max_page_pixels=250_000_000, max_file_bytes=2_000_000_000)
Builder = Callable[[Path], Path]


def facts(path: Path) -> SourceFacts:
    return inspect([path], LIMITS)


def unsized(found: SourceFacts) -> SourceFacts:
    """Give the facts without the sizes of pages."""
    return replace(found, largest_page_px=0, all_pages_px=0)


def refused(path: Path, kind: type[InputRefusedError]) -> InputRefusedError:
    """Inspect a file that must be refused with this error and no other; the message must name it."""
    with pytest.raises(kind) as caught:
        facts(path)
    assert type(caught.value) is kind
    assert path.name in str(caught.value)
    assert caught.value.remedy_text()
    return caught.value


# Taken


@pytest.mark.parametrize(
    ("name", "build", "source_format", "pages", "notes"),
    [
        ("a.pdf", lambda p: bad_files.pdf(p, pages=3), SourceFormat.PDF, 3, ()),
        ("a.jpg", bad_files.jpeg, SourceFormat.JPEG, 1, ()),
        ("a.png", bad_files.png, SourceFormat.PNG, 1, ()),
        ("a.tif", lambda p: bad_files.tiff(p, pages=4), SourceFormat.TIFF, 4, ()),
        ("a.tif", lambda p: bad_files.tiff(p, mode="1", compression="group4"), SourceFormat.TIFF, 1, ()),
        ("a.tif", lambda p: bad_files.tiff(p, mode="CMYK"), SourceFormat.TIFF, 1, ("cmyk",)),
        ("a.tif", lambda p: bad_files.tiff(p, mode="I;16"), SourceFormat.TIFF, 1, ("sixteen_bit",)),
        ("a.jpg", lambda p: bad_files.jpeg(p, mode="CMYK"), SourceFormat.JPEG, 1, ("cmyk",)),
        ("a.jpg", lambda p: bad_files.jpeg(p, orientation=6), SourceFormat.JPEG, 1, ("exif_turned",)),
        ("a.jpg", lambda p: bad_files.jpeg(p, dpi=None), SourceFormat.JPEG, 1, ("dpi_missing",)),
        ("a.png", lambda p: bad_files.png(p, mode="I;16"), SourceFormat.PNG, 1, ("sixteen_bit",)),
        ("a.png", lambda p: bad_files.png(p, mode="RGBA"), SourceFormat.PNG, 1, ("alpha",)),
        ("a.png", lambda p: bad_files.png(p, mode="P"), SourceFormat.PNG, 1, ("palette",)),
        ("a.pdf", lambda p: bad_files.pdf_with(p, "attachment"), SourceFormat.PDF, 1, ("attachments",)),
        ("a.pdf", lambda p: bad_files.pdf_with(p, "field"), SourceFormat.PDF, 1, ("form_fields",)),
        ("a.pdf", lambda p: bad_files.pdf_with(p, "stamp"), SourceFormat.PDF, 1, ("annotations",)),
        ("a.pdf", bad_files.pdf_with_wrong_offsets, SourceFormat.PDF, 2, ("pdf_repaired",)),
        # The content decides, not the name.
        ("tiff.jpg", bad_files.tiff, SourceFormat.TIFF, 1, ()),
        ("khong-duoi", bad_files.pdf, SourceFormat.PDF, 1, ()),
    ],
)
def test_an_ordinary_file_is_taken(
    tmp_path: Path, name: str, build: Builder, source_format: SourceFormat, pages: int, notes: tuple[str, ...]
) -> None:
    found = facts(build(tmp_path / name))
    assert unsized(found) == SourceFacts(source_format, pages, is_signed=False, notes=notes)
    assert 0 < found.largest_page_px <= found.all_pages_px <= pages * found.largest_page_px


def test_an_animated_png_is_taken_with_a_note(tmp_path: Path) -> None:
    frames = [bad_files.page_image(seed=seed) for seed in (1, 2)]
    frames[0].save(tmp_path / "a.png", save_all=True, append_images=frames[1:], dpi=(50, 50))
    assert facts(tmp_path / "a.png").notes == ("animated",)


@pytest.mark.needs("corpus")
def test_signed_pdfs_of_agencies_are_recognised(corpus: Path) -> None:
    pages = {path.name: facts(path) for path in sorted((corpus / "originals").glob("*.pdf"))}
    assert {name: found.page_count for name, found in pages.items()} == {
        "cv_3722_metro.pdf": 1,
        "hanoi_qd_2280_water.pdf": 20,
        "hanoi_tb_453_flag.pdf": 1,
        "qd_707_ttg.pdf": 21,
        "tt_21_bct_fuel.pdf": 2,
    }
    assert all(found.is_signed for found in pages.values())


def test_the_page_images_of_a_folder_are_one_document(tmp_path: Path) -> None:
    bad_files.jpeg(tmp_path / "1.jpg")
    bad_files.png(tmp_path / "2.png", mode="I;16")
    bad_files.tiff(tmp_path / "10.tif", pages=2)
    (tmp_path / ".DS_Store").write_bytes(b"\x00\x00\x00\x01Bud1")
    found = inspect(list(tmp_path.iterdir()), LIMITS)
    assert unsized(found) == SourceFacts(SourceFormat.JPEG, 4, is_signed=False, notes=("sixteen_bit",))


@pytest.mark.parametrize(
    "name",
    [
        "xuong\ndong.jpg",
        "\U0001f4c4 hồ sơ.jpg",
        unicodedata.normalize("NFD", "quyết định số 1.jpg"),
        "ạ" * 83 + ".jp",
        "-f ; rm.jpg",
        os.fsdecode(b"\xff\xfe.jpg"),
    ],
)
def test_odd_names_are_no_obstacle(tmp_path: Path, name: str) -> None:
    path = bad_files.jpeg(tmp_path / name)
    assert facts(path).page_count == 1
    deliver([path], tmp_path / "out.pdf", LIMITS)
    bad_files.cut(path)
    with pytest.raises(DamagedFileError) as caught:
        facts(path)
    assert "\n" not in str(caught.value)


# Refused


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rong.pdf").touch()
    refused(tmp_path / "rong.pdf", EmptyFileError)


def test_text_renamed_to_pdf_is_refused_as_wrong_content(tmp_path: Path) -> None:
    refused(bad_files.text_named_pdf(tmp_path / "a.pdf"), WrongContentError)


@pytest.mark.parametrize(
    ("name", "build", "kind"),
    [
        ("anh.heic", bad_files.heic, "HEIC"),
        ("anh.jpg", bad_files.heic, "HEIC"),
        ("anh.gif", bad_files.animated_gif, "GIF"),
        ("anh.png", bad_files.animated_gif, "GIF"),
        ("don.docx", bad_files.docx, "DOCX"),
        ("don.pdf", bad_files.docx, "DOCX"),
        ("anh.bmp", lambda p: save(p, "BMP"), "BMP"),
        ("anh.webp", lambda p: save(p, "WEBP"), "WebP"),
        ("anh.jp2", lambda p: save(p, "JPEG2000"), "JPEG 2000"),
        ("chay.exe", lambda p: write(p, b"MZ\x90\x00" + bytes(99)), "Windows program"),
        ("trang.html", lambda p: write(p, b"<!DOCTYPE html><p>x"), "HTML"),
        ("la.xyz", lambda p: write(p, b"\x00\x01\x02" * 50), ".xyz"),
    ],
)
def test_another_kind_is_refused_by_its_name(tmp_path: Path, name: str, build: Builder, kind: str) -> None:
    assert refused(build(tmp_path / name), UnsupportedFormatError).details["kind"] == kind


def save(path: Path, image_format: str) -> Path:
    bad_files.page_image().save(path, image_format)
    return path


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_floating_point_samples_are_no_page(tmp_path: Path) -> None:
    Image.new("F", (40, 40)).save(tmp_path / "a.tif")
    refused(tmp_path / "a.tif", UnsupportedFormatError)


@pytest.mark.parametrize("share", [0.03, 0.3, 0.6, 0.9, 0.995])
@pytest.mark.parametrize(
    ("name", "build"),
    [
        ("a.jpg", bad_files.jpeg),
        ("a.png", bad_files.png),
        ("a.tif", lambda p: bad_files.tiff(p, pages=3)),
        ("g4.tif", lambda p: bad_files.tiff(p, pages=3, mode="1", compression="group4")),
        ("a.pdf", lambda p: bad_files.pdf(p, pages=3)),
    ],
)
def test_a_file_cut_off_anywhere_is_refused(tmp_path: Path, name: str, build: Builder, share: float) -> None:
    refused(bad_files.cut(build(tmp_path / name), share), DamagedFileError)


def test_a_tiff_whose_data_ends_early_is_refused(tmp_path: Path) -> None:
    path = bad_files.tiff_bomb(tmp_path / "a.tif", side=300)
    data = bytearray(path.read_bytes())
    # The strip claims to run past the end of the file.
    at = data.rindex((279).to_bytes(2, "little")) + 8
    data[at : at + 4] = (10_000_000).to_bytes(4, "little")
    path.write_bytes(data)
    refused(path, DamagedFileError)


def test_a_png_with_a_flipped_bit_is_refused(tmp_path: Path) -> None:
    path = bad_files.png(tmp_path / "a.png")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    refused(path, DamagedFileError)


def test_a_pdf_with_a_cut_picture_is_refused(tmp_path: Path) -> None:
    path = bad_files.pdf(tmp_path / "a.pdf")
    bad_files.shorten_picture(path)
    refused(path, DamagedFileError)


def test_a_pdf_that_lost_pages_is_refused_though_it_opens(tmp_path: Path) -> None:
    refused(bad_files.pdf_that_lost_a_page(tmp_path / "a.pdf"), DamagedFileError)


@pytest.mark.parametrize("user", ["mat", ""])
def test_an_encrypted_pdf_is_refused_with_and_without_a_password_to_open(tmp_path: Path, user: str) -> None:
    refused(bad_files.encrypted_pdf(tmp_path / "a.pdf", user=user), EncryptedFileError)


def test_a_dynamic_form_is_refused(tmp_path: Path) -> None:
    refused(bad_files.pdf_with(tmp_path / "a.pdf", "xfa"), DynamicFormError)


@pytest.mark.parametrize("what", ["script", "named script", "page script", "launch", "program", "hidden program"])
def test_active_content_is_refused(tmp_path: Path, what: str) -> None:
    refused(bad_files.pdf_with(tmp_path / "a.pdf", what), ActiveContentError)


@pytest.mark.needs("corpus")
def test_active_content_of_a_signed_pdf_is_only_noted(tmp_path: Path, corpus: Path) -> None:
    path = tmp_path / "a.pdf"
    shutil.copyfile(corpus / "originals" / "tt_21_bct_fuel.pdf", path)
    bad_files.add_to_signed(path, "script")
    found = facts(path)
    assert found.is_signed
    assert found.notes == ("active_content",)


def test_links_are_refused(tmp_path: Path) -> None:
    bad_files.pdf(tmp_path / "that.pdf")
    (tmp_path / "a.pdf").symlink_to(tmp_path / "that.pdf")
    refused(tmp_path / "a.pdf", UnsafePathError)


def test_a_pdf_among_page_images_is_refused(tmp_path: Path) -> None:
    paths = [bad_files.jpeg(tmp_path / "1.jpg"), bad_files.pdf(tmp_path / "2.pdf")]
    with pytest.raises(InputRefusedError, match=r"2\.pdf"):
        inspect(paths, LIMITS)


def test_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmptyFileError):
        inspect([write(tmp_path / ".DS_Store", b"x"), write(tmp_path / "Thumbs.db", b"x")], LIMITS)


def test_pages_are_counted_over_all_files_of_a_document(tmp_path: Path) -> None:
    paths = [bad_files.tiff(tmp_path / f"{number}.tif", pages=3) for number in (1, 2)]
    with pytest.raises(TooLargeError, match=r"2\.tif"):
        inspect(paths, Limits(max_pages=5, max_page_pixels=10**6, max_file_bytes=10**7))


# Bombs: bounded memory and time, measured from outside

MEASURE = """
import json, sys, time
from pathlib import Path
from config.errors import SohoaError
from ocr.source import Limits, inspect
def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) / 1000
limits = Limits(2000, 250_000_000, 2_000_000_000)
before, began, code = peak(), time.process_time(), None
try:
    inspect([Path(sys.argv[1])], limits)
except SohoaError as err:
    code, text = err.code, str(err)
print(json.dumps({"code": code, "text": text, "seconds": time.process_time() - began, "megabytes": peak() - before}))
"""


@pytest.mark.parametrize(
    ("name", "build", "most_megabytes"),
    [
        ("bom.png", bad_files.png_bomb, 30),
        ("bom.jpg", bad_files.jpeg_bomb, 30),
        ("bom.tif", bad_files.tiff_bomb, 30),
        ("anh.pdf", bad_files.pdf_image_bomb, 30),
        ("doi.pdf", bad_files.pdf_lying_bomb, 30),
        ("to-giay.pdf", bad_files.pdf_sheet_bomb, 30),
        ("5000-trang.pdf", bad_files.pdf_of_pages, 60),
        # qpdf itself stops here; it holds what it unfolded until then.
        ("doi-tuong.pdf", bad_files.pdf_object_bomb, 350),
    ],
)
def test_a_bomb_is_refused_within_bounds(tmp_path: Path, name: str, build: Builder, most_megabytes: int) -> None:
    path = build(tmp_path / name)
    run = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
    result = json.loads(run.stdout)
    assert result["code"] == ("file_damaged" if build is bad_files.pdf_object_bomb else "too_large")
    assert name in result["text"]
    assert result["megabytes"] < most_megabytes
    assert result["seconds"] < 5


# Texts


def test_every_note_and_cause_is_said_in_vietnamese() -> None:
    vietnamese = translations("vi")
    assert all(note.text for note in Note)
    assert vietnamese.gettext("the end is missing") != "the end is missing"
    shown = str(DamagedFileError(file="a.pdf", cause="the end is missing"))
    assert vietnamese.gettext("the end is missing") in shown


def test_an_error_is_one_of_the_tree(tmp_path: Path) -> None:
    with pytest.raises(SohoaError) as caught:
        facts(tmp_path / "khong-co.pdf")
    assert caught.value.retry_helps
