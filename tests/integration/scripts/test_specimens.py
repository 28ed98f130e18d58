"""Specimens as they are made: the demonstration's inbox once, and series for what must repeat."""

import csv
import hashlib
import json
import subprocess
import tomllib
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from pdf2image import convert_from_path
from PIL import Image as Pillow
from PIL import ImageSequence

from config.errors import ExitCode
from config.i18n import activate, active_language
from ocr.barcodes import read_barcodes
from scripts.specimen import Colour, SpecimenDocument, render_specimens
from scripts.specimen.truth import write_score_truth
from scripts.specimens import main
from signing import Verdict, load_trust, overall, validate

pytestmark = pytest.mark.needs("poppler")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[SpecimenDocument]]:
    out = tmp_path_factory.mktemp("demo")
    return out, render_specimens(out, 1)


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def named(documents: list[SpecimenDocument], name: str) -> SpecimenDocument:
    return next(document for document in documents if document.path.name == name)


def test_the_demonstration_is_of_the_size_planned(demo: tuple[Path, list[SpecimenDocument]]) -> None:
    _, documents = demo
    assert 40 <= len(documents) <= 50
    assert 55 <= sum(len(document.pages) for document in documents) <= 75
    assert all(file.stat().st_size < 8_000_000 for document in documents for file in document.files)


def test_files_lie_where_intake_looks_and_have_their_truth(demo: tuple[Path, list[SpecimenDocument]]) -> None:
    out, documents = demo
    for document in documents:
        assert document.path.relative_to(out / "inbox").parts[:2] == (document.agency, document.record)
        truth = json.loads(
            (out / "truth" / document.agency / document.record / f"{document.path.name}.json").read_text()
        )
        assert truth["files"] == [file.name for file in document.files]
        assert len(truth["pages"]) == len(document.pages)
    for agency in {document.agency for document in documents}:
        sheet = tomllib.loads((out / "inbox" / agency / "lo.toml").read_text())
        assert set(sheet) == {"operator", "scanned_at", "device", "specimen"}


def test_every_readable_page_says_that_it_is_a_specimen(demo: tuple[Path, list[SpecimenDocument]]) -> None:
    _, documents = demo
    pages = [page for document in documents for page in document.pages if page.kind == "text"]
    assert all("MẪU - tài liệu hư cấu" in page.text() for page in pages)


def test_agencies_of_the_register_are_listed_with_their_level(demo: tuple[Path, list[SpecimenDocument]]) -> None:
    out, _ = demo
    agencies = {row["code"]: row for row in tomllib.loads((out / "agencies.toml").read_text())["agency"]}
    with (out / "register.csv").open(encoding="utf-8-sig") as register:
        rows = list(csv.DictReader(register))
    assert {row["Cơ quan"] for row in rows} == set(agencies)
    assert {agency["level"] for agency in agencies.values()} == {"province", "district", "commune"}
    assert all(not agency["parent"] or agency["parent"] in agencies for agency in agencies.values())


def test_the_register_counts_what_was_filed(demo: tuple[Path, list[SpecimenDocument]]) -> None:
    out, _ = demo
    with (out / "register.csv").open(encoding="utf-8-sig") as register:
        rows = {row["Mã hồ sơ"]: row for row in csv.DictReader(register)}
    row = rows["H41.91-260311-0012"]
    assert (row["Số giấy tờ"], row["Số kết quả"], row["Số trang"]) == ("1", "1", "3"), "the duplicate does not count"
    assert row["Hiệu lực đến"] == "24/03/2027"


def test_copies_have_the_same_bytes(demo: tuple[Path, list[SpecimenDocument]]) -> None:
    _, documents = demo
    copies = [document for document in documents if document.same_as]
    assert {document.expected for document in copies} == {"duplicate", "archived"}
    for copy in copies:
        record, name = (copy.same_as or "").split("/")
        source = next(one for one in documents if (one.record, one.path.name) == (record, name))
        assert copy.path.read_bytes() == source.path.read_bytes()


def test_the_signed_paper_holds_under_its_own_root_only(
    demo: tuple[Path, list[SpecimenDocument]], tmp_path: Path
) -> None:
    out, documents = demo
    signed = next(document for document in documents if document.expected == "signed")
    assert overall(validate(signed.path, load_trust(tmp_path, None))) is Verdict.INDETERMINATE
    assert overall(validate(signed.path, load_trust(tmp_path, out / "trust"))) is Verdict.VALID


def test_fax_pages_are_one_bit_and_colour_pages_have_a_red_seal(demo: tuple[Path, list[SpecimenDocument]]) -> None:
    _, documents = demo
    with Pillow.open(named(documents, "quy-che.tif").path) as tiff:
        assert tiff.mode == "1"
        assert len(list(ImageSequence.Iterator(tiff))) > 1
    with pikepdf.open(named(documents, "cong-van-fax.pdf").path) as pdf:
        assert pdf.pages[0].get_images()["/Im0"].BitsPerComponent == 1
    image = np.asarray(convert_from_path(named(documents, "trich-luc-kem-theo.pdf").path, dpi=60)[0]).astype(int)
    assert ((image[..., 0] - image[..., 1]) > 50).sum() > 100


def test_a_page_noted_as_turned_is_shown_upright(demo: tuple[Path, list[SpecimenDocument]]) -> None:
    _, documents = demo
    document = next(one for one in documents if "page_rotate" in one.scan.marks)
    with pikepdf.open(document.path) as pdf:
        assert pdf.pages[0].Rotate == 90
    (page,) = convert_from_path(document.path, dpi=40, grayscale=True)
    assert page.height > page.width
    assert document.pages[0].rotation == 0
    ink = 255 - np.asarray(page).astype(int)
    assert ink[: page.height // 2].sum() > ink[page.height // 2 :].sum(), "the text begins at the top"


def test_sideways_pages_tell_how_to_turn_them(demo: tuple[Path, list[SpecimenDocument]]) -> None:
    _, documents = demo
    document = named(documents, "quyet-dinh-phe-duyet.pdf")
    assert [page.rotation for page in document.pages] == [0, 270]
    assert document.pages[1].width_px > document.pages[1].height_px, "the truth describes the upright page"


def test_a_paper_with_a_code_names_its_record_in_it(demo: tuple[Path, list[SpecimenDocument]]) -> None:
    paper = named(demo[1], "giay-chung-nhan-ket-hon.pdf")
    (page,) = convert_from_path(paper.path, dpi=300)
    grey = np.asarray(page.convert("L"), np.uint8)
    (code,) = read_barcodes(grey, None, 300)
    assert code.text.split("|") == [paper.record, paper.fields["procedure_code"], "Giấy chứng nhận kết hôn"]
    # TT 01/2023: at the upper left.
    assert code.box.right < 0.2 * grey.shape[1]
    assert code.box.bottom < 0.15 * grey.shape[0]


def test_handwriting_and_stamps_are_told_apart_from_print(demo: tuple[Path, list[SpecimenDocument]]) -> None:
    _, documents = demo
    page = named(documents, "cong-van-bo-sung.jpg").pages[0]
    assert {note["where"] for note in page.handwritten} >= {"số", "ngày"}
    assert any("CÔNG VĂN ĐẾN" in note["s"] for note in page.stamps)
    assert "CÔNG VĂN ĐẾN" not in page.text()
    secret = named(documents, "cong-van.pdf")
    assert "MẬT" in [note["s"] for note in secret.pages[0].stamps]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("three", 4)):
        render_specimens(tmp_path / name, seed, "bench", 5)
    one, two, three = (hashes(tmp_path / name) for name in ("one", "two", "three"))
    assert one == two
    pdfs = [name for name in one if name.endswith(".pdf")]
    assert len(pdfs) == 5
    assert all(one[name] != three[name] for name in pdfs)


@pytest.mark.needs("tesseract")
def test_the_truth_is_what_stands_on_the_page(tmp_path: Path) -> None:
    (document,) = render_specimens(tmp_path, 2, "bench", 1, [Colour.GREY])
    (name,) = write_score_truth(tmp_path / "score", [document])
    truth = json.loads((tmp_path / "score" / f"{name}.json").read_text())
    assert truth["fields"]["ngay"] == document.fields["issued_on"]
    image = convert_from_path(document.path, dpi=200, grayscale=True)[0]
    cv2.imwrite(str(tmp_path / "page.png"), np.asarray(image))
    read = subprocess.run(
        ["tesseract", str(tmp_path / "page.png"), "-", "-l", "vie", "--dpi", "200"],
        capture_output=True,
        check=True,
        text=True,
        env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin"},
    ).stdout.split()
    wanted = document.pages[0].text().split()
    assert len(set(wanted) & set(read)) / len(set(wanted)) > 0.85


def test_the_command_makes_specimens_and_speaks_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    language = active_language()
    try:
        assert (
            main([str(tmp_path / "a"), "--layouts", "bench", "--count", "1", "--colour", "bitonal", "--lang", "en"])
            == 0
        )
        assert "1 specimen documents" in capsys.readouterr().err
        assert main([str(tmp_path / "a"), "--lang", "vi"]) == ExitCode.USAGE
        assert "không trống" in capsys.readouterr().err
    finally:
        activate(language)
