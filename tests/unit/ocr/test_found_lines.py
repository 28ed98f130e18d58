"""Lines read as the detector found them: in whole pieces, with white around them, and only where there is ink."""

from collections.abc import Sequence

import numpy as np

from ocr.engines import EngineWord, Layout
from ocr.engines.detector import FoundLine
from ocr.images import Image
from ocr.model import Box
from ocr.recognize_found import read_found

DPI = 200.0


class Engine:
    """An engine that gives the size of what it is shown as a word, and keeps the sizes."""

    name = version = model = identity = "made up"
    second = None

    def __init__(self) -> None:
        self.widths: list[int] = []

    def read(self, images: Sequence[Image], _dpi: float, layout: Layout) -> list[list[EngineWord]]:
        assert layout is Layout.LINE
        self.widths += [image.shape[1] for image in images]
        return [[EngineWord("chữ", 0.9, 10.0, 10.0, 40.0, 30.0, 0, 0)] for _ in images]


def page(*places: tuple[int, int, int, int]) -> Image:
    image = np.full((400, 1000), 255, np.uint8)
    for left, top, right, bottom in places:
        image[top + 8 : bottom - 8, left:right] = 0
    return image


def read(*places: tuple[int, int, int, int], blank: bool = False, sure: float = 0.9) -> list[int]:
    engine = Engine()
    found = [FoundLine(Box(*map(float, place)), sure) for place in places]
    read_found(page() if blank else page(*places), found, DPI, engine)
    return engine.widths


def test_pieces_of_a_line_that_stand_close_are_read_as_one() -> None:
    assert len(read((100, 100, 200, 130), (215, 102, 400, 131))) == 1


def test_columns_are_read_apart() -> None:
    assert len(read((100, 100, 200, 130), (300, 100, 400, 130))) == 2


def test_lines_below_each_other_are_read_apart() -> None:
    assert len(read((100, 100, 200, 130), (100, 135, 400, 165))) == 2


def test_white_beside_a_line_reaches_no_further_than_half_way_to_its_neighbour() -> None:
    (alone,) = read((100, 100, 200, 180))
    beside, _ = read((100, 100, 200, 180), (210, 140, 400, 220))
    assert beside < alone


def test_lines_without_ink_and_unsure_ones_are_not_read() -> None:
    assert read((100, 100, 200, 130), blank=True) == []
    assert read((100, 100, 200, 130), sure=0.4) == []


def test_words_stand_where_their_line_does() -> None:
    (line,) = read_found(page((100, 100, 200, 130)), [FoundLine(Box(100, 100, 200, 130), 0.9)], DPI, Engine())
    assert (line[0].text, line[0].box.width, line[0].box.height) == ("chữ", 30.0, 20.0)
    assert 85 < line[0].box.left < 100
