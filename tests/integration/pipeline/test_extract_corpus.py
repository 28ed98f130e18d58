"""Real scans through reading and extraction: what the corpus's truth says against what is accepted."""

from pathlib import Path

import pytest

from scripts.bench.accuracy.fields import ASKED_RIGHT, WRONG, Verdict, count, judge_read
from scripts.bench.accuracy.reading import read_file
from scripts.bench.accuracy.truth import corpus_pages, load_scorer

pytestmark = [pytest.mark.needs("corpus"), pytest.mark.needs("tesseract")]
PAGES = ("cv_3722_metro_p1", "hanoi_qd_2280_water_p1", "hanoi_tb_453_flag_p1", "qd_707_ttg_p1", "tt_21_bct_fuel_p1")


@pytest.fixture(scope="module")
def verdicts(corpus: Path) -> list[Verdict]:
    scorer = load_scorer(corpus)
    pages = [page for page in corpus_pages(corpus) if page.name in PAGES]
    return [verdict for page in pages for verdict in judge_read(page, read_file(page.image), scorer)]


def test_nothing_wrong_is_accepted(verdicts: list[Verdict]) -> None:
    assert [(verdict.page, verdict.field) for verdict in verdicts if verdict.outcome == WRONG] == []


def test_most_printed_fields_are_accepted(verdicts: list[Verdict]) -> None:
    counted = count(verdicts)
    assert counted.printed_right >= 0.6 * counted.printed


def test_no_handwritten_number_or_date_is_accepted(verdicts: list[Verdict]) -> None:
    by_hand = [verdict for verdict in verdicts if not verdict.is_printed and verdict.field in {"so_ky_hieu", "ngay"}]
    assert by_hand
    assert all(verdict.outcome.startswith("review") for verdict in by_hand)


@pytest.mark.parametrize(("page", "field"), [("qd_707_ttg_p1", "ngay"), ("tt_21_bct_fuel_p1", "so_ky_hieu")])
def test_what_was_written_or_stamped_by_hand_is_proposed(verdicts: list[Verdict], page: str, field: str) -> None:
    (verdict,) = [one for one in verdicts if (one.page, one.field) == (page, field)]
    assert verdict.outcome == ASKED_RIGHT
