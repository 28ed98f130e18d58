import cv2
import numpy as np
import pytest
from PIL import Image as Drawing
from PIL import ImageDraw, ImageFont

from config.fonts import FONT_PATHS
from config.settings import OcrSettings
from ocr.engines import Engine, open_engine
from ocr.images import Image, image_of
from ocr.model import PageText, WordKind
from ocr.stamps import find_traces, read_stamps
from pipeline.extract.urgency import read_urgency
from pipeline.secrecy import find_secrecy_marks

pytestmark = pytest.mark.needs("tesseract")
SIZE = (1654, 2339)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return open_engine(OcrSettings())


def stamped(text: str, colour: tuple[int, int, int], slant: float, at: tuple[int, int] = (480, 420)) -> Image:
    """A page with lines of text, and over them a framed mark."""
    page = Drawing.new("RGB", SIZE, "white")
    font = ImageFont.truetype(str(next(path for path in FONT_PATHS if path.exists())), 44)
    pen = ImageDraw.Draw(page)
    pen.text((240, 395), "hành chính quý I", font=font.font_variant(size=36), fill="black")
    mark = Drawing.new("RGBA", (360, 96), (255, 255, 255, 0))
    ink = ImageDraw.Draw(mark)
    ink.rectangle((4, 4, 355, 91), outline=colour, width=5)
    ink.text((180, 48), text, font=font, fill=colour, anchor="mm", stroke_width=1)
    turned = mark.rotate(slant, expand=True)
    page.paste(turned, (at[0] - turned.width // 2, at[1] - turned.height // 2), turned)
    return image_of(np.asarray(page)[:, :, ::-1].copy())


def page_of(image: Image, engine: Engine, *, in_colour: bool) -> PageText:
    grey = image_of(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))
    words = read_stamps(grey, image if in_colour else None, (), 200.0, engine)
    assert all(word.kind is WordKind.STAMP for word in words)
    return PageText(1, *SIZE, 200.0, 0, 0.0, words, "test")


@pytest.mark.parametrize("slant", [0.0, 3.0, -4.0])
@pytest.mark.parametrize(("text", "grade"), [("MẬT", "Mật"), ("TỐI MẬT", "Tối mật"), ("TUYỆT MẬT", "Tuyệt mật")])
def test_a_red_secrecy_mark_over_text_is_found(engine: Engine, text: str, grade: str, slant: float) -> None:
    mark, *_ = find_secrecy_marks([page_of(stamped(text, (200, 30, 40), slant), engine, in_colour=True)])
    assert mark is not None
    assert mark.grade == grade


def with_urgency_over(image: Image, at: tuple[int, int]) -> Image:
    """Stamp KHẨN, slanted, so that its frame crosses what stands there."""
    urgent = stamped("KHẨN", (200, 30, 40), 12.0, at=at)
    return image_of(np.minimum(image, urgent))


def test_a_mark_whose_frame_is_crossed_by_another_is_found(engine: Engine) -> None:
    image = with_urgency_over(stamped("MẬT", (200, 30, 40), 0.0), at=(420, 500))
    mark, *_ = find_secrecy_marks([page_of(image, engine, in_colour=True)])
    assert mark.grade == "Mật"


@pytest.mark.parametrize("ink", [0.25, 0.5])
def test_a_mark_of_a_nearly_dry_pad_is_found(engine: Engine, ink: float) -> None:
    red = tuple(round(255 - ink * (255 - channel)) for channel in (200, 30, 40))
    image = stamped("MẬT", (red[0], red[1], red[2]), 2.0)
    assert find_secrecy_marks([page_of(image, engine, in_colour=True)])


@pytest.mark.parametrize("ink", [0.3, 0.5])
def test_a_pale_mark_on_a_scan_without_colour_is_found(engine: Engine, ink: float) -> None:
    shade = round(255 - ink * 190)
    image = stamped("TỐI MẬT", (shade, shade, shade), -2.0, at=(480, 560))
    assert find_secrecy_marks([page_of(image, engine, in_colour=False)])


def test_a_faint_mark_under_a_strong_one_is_found(engine: Engine) -> None:
    faint = stamped("MẬT", (235, 190, 193), 0.0, at=(480, 560))
    image = with_urgency_over(faint, at=(400, 645))
    mark, *_ = find_secrecy_marks([page_of(image, engine, in_colour=True)])
    assert mark.grade == "Mật"


def test_a_watermark_and_a_shadow_are_no_writing(engine: Engine) -> None:
    page = np.full((SIZE[1], SIZE[0]), 255, np.uint8)
    cv2.putText(page, "MAU", (300, 700), cv2.FONT_HERSHEY_SIMPLEX, 12.0, (243,), 60)
    page[:, :200] = 225
    for top in range(300, 900, 50):
        cv2.putText(page, "dong chu den", (260, top), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (20,), 2)
    assert not read_stamps(page, None, (), 200.0, engine)


def in_two_tones(image: Image, seed: int = 1) -> Image:
    """Scan in black and white: grain alone decides where pale ink leaves a dot."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.float32)
    grain = np.random.default_rng(seed).normal(0, 12, grey.shape)
    return image_of(np.where(grey + grain < 180, 0, 255))


def test_dots_that_a_pale_mark_left_on_a_scan_in_two_tones_ask_a_person(engine: Engine) -> None:
    bits = in_two_tones(stamped("TUYỆT MẬT", (200, 200, 200), 1.0, at=(480, 560)))
    (trace,) = find_traces(bits, 200.0)
    assert trace.left < 480 < trace.right
    assert trace.top < 560 < trace.bottom
    page = PageText(1, *SIZE, 200.0, 0, 0.0, (), "test", traces=(trace,))
    assert [(mark.grade, mark.is_certain) for mark in find_secrecy_marks([page])] == [("Mật", False)]


def test_dust_and_print_on_a_scan_in_two_tones_are_no_trace() -> None:
    image = stamped("CÔNG VĂN", (20, 20, 20), 0.0)
    bits = in_two_tones(image)
    dust = np.random.default_rng(3).random(bits.shape) < 0.002
    assert find_traces(image_of(np.where(dust, 0, bits)), 200.0) == ()
    assert find_traces(image_of(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)), 200.0) == ()


def test_red_that_is_no_mark_asks_nobody(engine: Engine) -> None:
    image = stamped("KHẨN", (200, 30, 40), 12.0)
    assert not find_secrecy_marks([page_of(image, engine, in_colour=True)])


def test_a_black_secrecy_mark_is_found(engine: Engine) -> None:
    image = stamped("TỐI MẬT", (0, 0, 0), 2.0, at=(480, 560))
    assert find_secrecy_marks([page_of(image, engine, in_colour=False)])


def test_a_slanted_urgency_mark_is_read(engine: Engine) -> None:
    image = stamped("HỎA TỐC", (200, 30, 40), 30.0, at=(260, 620))
    reading = read_urgency(page_of(image, engine, in_colour=True))
    assert [found.value for found in reading] == ["HỎA TỐC"]


def test_a_page_without_stamps_gives_nothing(engine: Engine) -> None:
    blank = np.full((SIZE[1], SIZE[0], 3), 255, np.uint8)
    assert page_of(blank, engine, in_colour=True).words == ()
