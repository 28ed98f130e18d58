"""Reading real ink with the real engines."""

import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from config.settings import OcrSettings
from ocr.engines import Engine, Layout, open_engine
from ocr.model import PageText
from ocr.prepare import PagePlan, plan_page
from ocr.quality import measure
from ocr.recognize import read_page
from ocr.source import Limits, deliver, open_delivered
from tests.integration.ocr.drawn_pages import DPI, DrawnPage, draw_page, millimetres

pytestmark = pytest.mark.needs("tesseract")

LIMITS = Limits(max_pages=10, max_page_pixels=100_000_000, max_file_bytes=100_000_000)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return open_engine(OcrSettings())


def delivered(image: Image.Image, folder: Path) -> Path:
    image.save(folder / "page.png", dpi=(DPI, DPI))
    deliver([folder / "page.png"], folder / "delivered.pdf", LIMITS)
    return folder / "delivered.pdf"


def read(image: Image.Image, folder: Path, engine: Engine, plan: PagePlan | None = None) -> PageText:
    with open_delivered(delivered(image, folder)) as source:
        return read_page(source, plan or plan_page(source, 1, measure(source, 1)), engine)


def shares(page: DrawnPage, reading: PageText) -> float:
    """Give the share of drawn words that were read on their ink, within a millimetre."""
    found = 0
    for drawn in page.text.words:
        for word in reading.words:
            off = max(abs(word.box.left - drawn.box.left), abs(word.box.bottom - drawn.box.bottom))
            found += word.text == drawn.text and millimetres(off) <= 1.0
    return found / len(page.text.words)


@pytest.mark.parametrize(("rotation", "skew_deg"), [(0, 0.0), (0, -2.0), (90, 1.5), (180, 0.0), (270, 0.4)])
def test_words_are_read_on_their_ink_whichever_way_the_page_lies(
    rotation: int, skew_deg: float, tmp_path: Path, engine: Engine
) -> None:
    page = draw_page(rotation=rotation, skew_deg=skew_deg)
    reading = read(page.image, tmp_path, engine)
    assert reading.rotation == rotation
    assert (reading.width_px, reading.height_px) == (page.text.width_px, page.text.height_px)
    assert shares(page, reading) > 0.85


def test_a_wrongly_planned_way_up_is_noticed_and_mended(tmp_path: Path, engine: Engine) -> None:
    page = draw_page(rotation=180)
    wrong = PagePlan(1, 0, 0.0, flatten=False, remove_seal=False)
    reading = read(page.image, tmp_path, engine, wrong)
    assert reading.rotation == 180
    assert shares(page, reading) > 0.85


def test_both_engines_read_alike_and_say_who_they_are(tmp_path: Path, engine: Engine) -> None:
    page = draw_page()
    program = open_engine(OcrSettings(engine="pytesseract"))
    first, second = read(page.image, tmp_path, engine), read(page.image, tmp_path, program)
    assert first.engine != second.engine
    assert first.engine.split()[-1] == second.engine.split()[-1]
    common = {word.text for word in first.words} & {word.text for word in second.words}
    assert len(common) > 0.85 * len({word.text for word in first.words})


def test_a_blank_page_reads_as_nothing(tmp_path: Path, engine: Engine) -> None:
    with open_delivered(delivered(Image.new("L", (1240, 1754), 252), tmp_path)) as source:
        quality = measure(source, 1)
        assert quality.is_blank
        assert read_page(source, plan_page(source, 1, quality), engine).words == ()


def test_threads_read_side_by_side_as_alone(engine: Engine) -> None:
    image = np.asarray(draw_page().image, np.uint8)
    alone = engine.read([image], DPI, Layout.PAGE)
    results: list[object] = [None, None]

    def work(place: int) -> None:
        results[place] = engine.read([image], DPI, Layout.PAGE)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [alone, alone]


@pytest.mark.needs("corpus")
def test_a_real_landscape_table_is_read_cell_by_cell(corpus: Path, tmp_path: Path, engine: Engine) -> None:
    deliver([corpus / "pages" / "qd_707_ttg_p5.png"], tmp_path / "delivered.pdf", LIMITS)
    with open_delivered(tmp_path / "delivered.pdf") as source:
        text = read_page(source, plan_page(source, 1, measure(source, 1)), engine).text()
    assert "hướng dẫn áp dụng Điều 324 của Bộ luật\nHình sự về tội RT." in text
    assert "- Cơ chế tịch thu tài sản và các biện pháp phòng\nngừa" in text
