import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import DamagedFileError
from ocr.model import Barcode, Blank, Box, Guess, PageQuality, PageText, Word, WordKind
from ocr.model_json import (
    page_plan_from_json,
    page_plan_to_json,
    page_quality_from_json,
    page_quality_to_json,
    page_text_from_json,
    page_text_to_json,
)
from ocr.prepare import PagePlan

sides = st.integers(0, 5000).map(float)
words = st.builds(
    Word,
    text=st.text(min_size=1, max_size=12),
    confidence=st.integers(0, 100).map(lambda percent: percent / 100),
    box=st.builds(Box, sides, sides, sides, sides),
    block=st.integers(0, 99),
    line=st.integers(0, 999),
    kind=st.sampled_from(WordKind),
    probability=st.none() | st.integers(0, 100).map(lambda percent: percent / 100),
    raw=st.none() | st.text(min_size=1, max_size=12),
    reason=st.none() | st.just("second_opinion"),
    second=st.none() | st.text(min_size=1, max_size=12),
    cell=st.none() | st.tuples(*[st.integers(0, 40)] * 3),
)


@given(st.lists(words, max_size=5), st.lists(st.builds(Box, sides, sides, sides, sides), max_size=3))
def test_a_reading_survives_json(read: list[Word], unread: list[Box]) -> None:
    page = PageText(3, 1654, 2339, 200.2, 90, -0.4, tuple(read), "tesserocr 1 vie-abc", tuple(unread))
    assert page_text_from_json(json.loads(json.dumps(page_text_to_json(page)))) == page


def test_a_word_stored_before_words_had_probabilities_is_read() -> None:
    page = PageText(1, 100, 100, 200.0, 0, 0.0, (Word("kế", 0.9, Box(1, 2, 3, 4), 0, 0),), "tesserocr 1 vie-abc")
    data = page_text_to_json(page) | {"words": [["kế", 0.9, 1, 2, 3, 4, 0, 0, "print"]]}
    assert page_text_from_json(data) == page


def test_codes_survive_json_and_pages_stored_without_them_are_read() -> None:
    codes = (
        Barcode("H41.99-260311-0012", "QR Code", Box(1, 2, 3, 4)),
        Barcode("00ff", "PDF417", Box(5, 6, 7, 8), True),
    )
    page = PageText(1, 1654, 2339, 200.0, 0, 0.0, (), "test", barcodes=codes)
    stored = json.loads(json.dumps(page_text_to_json(page)))
    assert page_text_from_json(stored) == page
    del stored["barcodes"]
    assert page_text_from_json(stored).barcodes == ()


def test_measures_and_plans_survive_json() -> None:
    quality = PageQuality(1, 10, 20, 300.0, 8, 3, 0.1, -0.3, 0.02, is_blank=False, has_colour=True, has_seal=True)
    plan = PagePlan(1, 270, 1.5, flatten=True, remove_seal=True)
    assert page_quality_from_json(json.loads(json.dumps(page_quality_to_json(quality)))) == quality
    assert page_plan_from_json(json.loads(json.dumps(page_plan_to_json(plan)))) == plan


def test_another_schema_is_refused() -> None:
    data = page_plan_to_json(PagePlan(1, 0, 0.0, flatten=False, remove_seal=False)) | {"schema": 99}
    with pytest.raises(DamagedFileError):
        page_plan_from_json(data)


@pytest.mark.parametrize("read", [page_text_from_json, page_quality_from_json, page_plan_from_json])
def test_broken_json_is_refused(read: object) -> None:
    assert callable(read)
    for data in ({}, {"schema": 1}, {"schema": 1, "words": [["a"]]}):
        with pytest.raises(DamagedFileError):
            read(data)


def test_blanks_come_back_as_they_were() -> None:
    blank = Blank("day", Box(10.0, 20.5, 60.25, 55.0), (Guess("22", 0.9312), Guess("82", 0.02)))
    page = PageText(1, 100, 100, 200.0, 0, 0.0, (), "test", blanks=(blank, Blank("number", blank.box, ())))
    assert page_text_from_json(json.loads(json.dumps(page_text_to_json(page)))) == page


def test_a_reading_stored_before_blanks_were_looked_at_has_none() -> None:
    stored = page_text_to_json(PageText(1, 100, 100, 200.0, 0, 0.0, (), "test"))
    del stored["blanks"]
    assert page_text_from_json(stored).blanks == ()
