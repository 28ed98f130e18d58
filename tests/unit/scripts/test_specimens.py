"""What specimens say, how they are drawn and packed, without setting a page."""

import csv
import re
from datetime import date
from io import StringIO
from pathlib import Path
from random import Random

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image as Pillow
from PIL import ImageSequence

from config.text import nfc
from scripts.specimen.cast import load_cast, long_date, number_words
from scripts.specimen.model import Colour, Container, PageTruth, Scan
from scripts.specimen.packing import pack
from scripts.specimen.paper import Ink, ghost, scan, spoil
from scripts.specimen.plan import demo_batch, demo_records, record_code, series
from scripts.specimen.register import HEADERS, write_register
from scripts.specimen.stamps import Art
from scripts.specimen.strokes import scribble, write
from scripts.specimen.wording import TYPE_NAMES, Order, paper_fields, write_paper

# The tolerant form of a mã hồ sơ.
CODE = re.compile(r"^([A-Z]\d{2}(\.\d{1,3}){0,3}|\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2})-\d{6}-\d{4,}$")
DAY = date(2026, 2, 5)


def white(height: int = 300, width: int = 200) -> np.ndarray:
    return np.full((height, width), 255, np.uint8)


def plain(colour: Colour = Colour.GREY, container: Container = Container.PDF, wear: int = 1) -> Scan:
    return Scan(colour, 200, container, wear)


@pytest.mark.parametrize(
    ("number", "words"), [(1, "một"), (10, "mười"), (15, "mười lăm"), (21, "hai mươi mốt"), (30, "ba mươi"), (8, "tám")]
)
def test_numbers_are_written_as_they_are_said(number: int, words: str) -> None:
    assert number_words(number) == words


def test_dates_pad_low_days_and_the_first_two_months() -> None:
    assert long_date(date(2026, 2, 5)) == "05 tháng 02 năm 2026"
    assert long_date(date(2026, 11, 24)) == "24 tháng 11 năm 2026"


def test_record_codes_have_both_spellings() -> None:
    assert record_code("H41.93", date(2026, 3, 11), 12) == "H41.93-260311-0012"
    assert record_code("H41.92", date(2021, 3, 10), 12, old=True) == "000.00.92.H41-210310-0012"


def test_all_planned_records_have_codes_of_the_known_form_and_none_twice() -> None:
    codes = [record.code for record in demo_records()]
    assert all(CODE.match(code) for code in codes)
    assert len(set(codes)) == len(codes)


def test_the_plan_covers_three_levels_and_leaves_records_unscanned() -> None:
    cast = load_cast("demo")
    scanned = {cast.agency(record.agency).level for record in demo_records() if record.documents}
    missing = {cast.agency(record.agency).level for record in demo_records() if not record.documents}
    assert scanned == missing == {"province", "district", "commune"}


def test_the_plan_covers_every_kind_and_oddity() -> None:
    documents = [document for record in demo_records() for document in record.documents]
    assert {document.order.kind for document in documents if document.order} == set(TYPE_NAMES)
    assert {document.expected for document in documents} >= {"duplicate", "quarantined", "refused", "signed"}
    assert {document.scan.container for document in documents} == set(Container)
    assert {document.scan.colour for document in documents} == set(Colour)
    assert {document.scan.dpi for document in documents} == {200, 300}
    assert any(document.blank_after for document in documents)
    assert any("received" in document.scan.marks for document in documents)
    assert any("code" in document.scan.marks for document in documents)
    assert {turn for document in documents for turn in document.scan.turns} >= {90, 180, 270}


def test_the_batch_sheet_names_a_person_a_time_and_a_device() -> None:
    batch = demo_batch()
    assert batch.operator
    assert batch.scanned_at.endswith("+07:00")
    assert batch.device


@pytest.mark.parametrize("name", ["demo", "bench"])
def test_every_wording_fills_in_and_is_nfc(name: str) -> None:
    cast = load_cast(name)
    for kind, variants in cast.wording.items():
        for variant in range(len(variants)):
            paper = write_paper(cast, Order(kind, list(cast.agencies)[-1], DAY, variant), Random(1))
            text = "\n".join(block.text for block in (*paper.body, *paper.after_signature))
            assert text == nfc(text)
            assert "{{" not in text
            assert paper.signer_name


@pytest.mark.parametrize("name", ["demo", "bench"])
def test_two_seeds_give_two_papers(name: str) -> None:
    cast = load_cast(name)
    order = Order("trich_luc", list(cast.agencies)[-1], DAY)
    assert write_paper(cast, order, Random(1)) == write_paper(cast, order, Random(1))
    assert write_paper(cast, order, Random(1)) != write_paper(cast, order, Random(2))


def test_demonstration_and_benchmark_share_no_person_layout_or_text() -> None:
    demo, bench = load_cast("demo"), load_cast("bench")
    assert not set(demo.names["people"]) & set(bench.names["people"])
    assert not {agency.name for agency in demo.agencies.values()} & {agency.name for agency in bench.agencies.values()}
    for kind, variants in bench.wording.items():
        assert not {words["body"] for words in variants} & {words["body"] for words in demo.wording[kind]}
    assert not {layout["size_pt"] * 100 + layout["line_height"] for layout in demo.layouts} & {
        layout["size_pt"] * 100 + layout["line_height"] for layout in bench.layouts
    }


def test_personal_numbers_belong_to_no_province() -> None:
    cast = load_cast("demo")
    paper = write_paper(cast, Order("trich_luc", "H41.93", DAY), Random(3))
    numbers = re.findall(r"\b\d{12}\b", "\n".join(block.text for block in paper.body))
    assert numbers
    assert all(number.startswith("000") for number in numbers)


def test_forms_have_no_abstract() -> None:
    cast = load_cast("demo")
    assert paper_fields(write_paper(cast, Order("giay_phep", "H41.93", DAY), Random(1)))["subject"] is None
    fields = paper_fields(write_paper(cast, Order("cong_van", "H41.91", DAY), Random(1)))
    assert fields["type_name"] is None
    assert fields["subject"].startswith("V/v ")
    assert fields["issued_on"] == "2026-02-05"
    assert fields["parent_issuer"] == "UBND TỈNH MẪU AN"


def test_a_series_has_the_colours_asked_for() -> None:
    records = series(load_cast("bench"), 9, [Colour.BITONAL])
    documents = [document for record in records for document in record.documents]
    assert len(documents) == 9
    assert {document.scan.colour for document in documents} == {Colour.BITONAL}
    assert len({record.code for record in records}) == 9


def test_handwriting_leaves_ink_and_no_two_hands_are_alike() -> None:
    one, two = write("0123456789/.", 40, 3.0, Random(1)), write("0123456789/.", 40, 3.0, Random(2))
    assert one.max() > 0.9
    assert one.shape != two.shape or not np.array_equal(one, two)
    assert np.array_equal(one, write("0123456789/.", 40, 3.0, Random(1)))


def test_signatures_stay_on_their_canvas() -> None:
    for seed in range(20):
        mask = scribble(400, 200, 3.0, Random(seed))
        assert mask.shape == (200, 400)
        assert 0.01 < (mask > 0.3).mean() < 0.3


def test_the_letters_of_a_seal_stand_on_a_circle() -> None:
    letters = Art("seal", ("ỦY BAN NHÂN DÂN XÃ VÍ DỤ",)).letters
    reach = {round(float(np.hypot(x - 20, y - 20)), 1) for x, y, _, _ in letters}
    assert len(reach) == 1
    turns = [turn for _, _, turn, _ in letters]
    assert turns == sorted(turns)


@pytest.mark.parametrize("wear", [0, 1, 2])
def test_a_colour_scan_has_red_where_the_seal_is(wear: int) -> None:
    seal = np.zeros((60, 60), np.float32)
    cv2.circle(seal, (30, 30), 24, 1.0, 5)
    how = plain(Colour.COLOUR, wear=wear)
    image = scan(white(), [Ink(seal, 60, 100, "red")], how, Random(4), holes=False).image
    spot = image[100:160, 60:120].astype(int)
    assert image.ndim == 3
    assert (spot[..., 2] - spot[..., 1]).max() > 60


def test_a_fax_has_two_tones_and_clean_paper() -> None:
    ink = white()
    cv2.putText(ink, "MAU", (20, 150), cv2.FONT_HERSHEY_SIMPLEX, 2, 0, 6)
    image = scan(ink, [], plain(Colour.BITONAL), Random(4), holes=False).image
    assert set(np.unique(image)) == {0, 255}
    assert (image[200:] == 0).mean() < 0.02


def test_ink_beyond_the_edge_is_cut_off() -> None:
    blot = np.ones((50, 50), np.float32)
    for left, top in ((-20, -20), (190, 290), (-80, 10), (400, 400)):
        assert scan(white(), [Ink(blot, left, top, "blue")], plain(), Random(1), holes=True).image.shape == (300, 200)


def test_the_back_of_a_sheet_is_nearly_blank() -> None:
    ink = white()
    ink[100:200, 20:90] = 0
    back = ghost(ink)
    assert back.min() > 240
    assert back[150, 150] < back[150, 30], "the front shows through mirrored"


def test_strokes_are_gone_from_a_spoiled_page_though_it_is_not_blank() -> None:
    ink = white(2339, 1654)
    for row in range(200, 2000, 60):
        ink[row : row + 30, 200:1400:8] = 0
    spoiled = spoil(ink, Random(1))
    strokes, left = (image.astype(float) - cv2.blur(image, (17, 17)) for image in (ink, spoiled))
    assert abs(np.corrcoef(strokes.ravel(), left.ravel())[0, 1]) < 0.1
    assert spoiled[200:2000, 200:1400].mean() < spoiled[2100:, 200:1400].mean() - 5


@pytest.mark.parametrize("colour", list(Colour))
def test_a_pdf_carries_one_image_a_page_and_the_same_bytes_each_time(tmp_path: Path, colour: Colour) -> None:
    page = white()
    page[100:150, 40:90] = 0
    pages = [np.dstack([page] * 3) if colour is Colour.COLOUR else page] * 2
    (one,) = pack(pages, tmp_path / "a.pdf", plain(colour))
    (two,) = pack(pages, tmp_path / "b.pdf", plain(colour))
    assert one.read_bytes() == two.read_bytes()
    with pikepdf.open(one) as pdf:
        assert [list(sheet.get_images()) for sheet in pdf.pages] == [["/Im0"], ["/Im0"]]
        stream = pdf.pages[0].get_images()["/Im0"]
        assert isinstance(stream, pikepdf.Stream)
        image = pikepdf.PdfImage(stream).as_pil_image().convert("L")
    read = np.asarray(image)
    assert read.shape == page.shape
    assert read[120, 60] < 60
    assert read[10, 10] > 200


def test_tiffs_hold_all_pages_in_their_depth(tmp_path: Path) -> None:
    for colour, mode in ((Colour.BITONAL, "1"), (Colour.GREY, "L")):
        (file,) = pack([white(), white()], tmp_path / f"{mode}.tif", plain(colour, Container.TIFF))
        with Pillow.open(file) as tiff:
            assert (tiff.mode, len(list(ImageSequence.Iterator(tiff)))) == (mode, 2)
            assert round(tiff.info["dpi"][0]) == 200


def test_a_folder_holds_one_image_a_page(tmp_path: Path) -> None:
    files = pack([white()] * 3, tmp_path / "so", plain(container=Container.FOLDER))
    assert [file.name for file in files] == ["trang-1.jpg", "trang-2.jpg", "trang-3.jpg"]


def test_the_register_lists_unscanned_records_too(tmp_path: Path) -> None:
    records = [record for record in demo_records() if not record.documents]
    write_register(tmp_path / "register.csv", records, [])
    text = (tmp_path / "register.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    assert tuple(rows[0]) == HEADERS
    assert len(rows) == len(records)
    assert all(row["Số kết quả"] == "1" and row["Ngày giải quyết"] for row in rows)


def test_page_text_joins_columns_and_tables() -> None:
    page = PageTruth(
        1,
        (
            {"t": "cols", "rows": [[["A", "B"], ["C"]]]},
            {"t": "text", "s": "D"},
            {"t": "table", "rows": [["1", "", "x"]]},
        ),
    )
    assert page.text() == "A\nB\nC\nD\n1 x"
