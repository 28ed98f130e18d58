"""Real scans through reading and extraction: what the corpus's truth says against what is accepted."""

import json
from pathlib import Path

import pytest

from scripts.bench.accuracy_fields import Verdict, judge_page, read_file, score_norm, summary

pytestmark = [pytest.mark.needs("corpus"), pytest.mark.needs("tesseract")]
PAGES = ("cv_3722_metro_p1", "hanoi_qd_2280_water_p1", "hanoi_tb_453_flag_p1", "qd_707_ttg_p1", "tt_21_bct_fuel_p1")


@pytest.fixture(scope="module")
def verdicts(corpus: Path) -> list[Verdict]:
    found: list[Verdict] = []
    for name in PAGES:
        truth = json.loads((corpus / "truth" / f"{name}.json").read_text("utf-8"))
        pages = read_file(corpus / "pages" / f"{name}.png")
        found += judge_page(name, truth, pages, score_norm(corpus))
    return found


def test_nothing_wrong_is_accepted(verdicts: list[Verdict]) -> None:
    assert [(verdict.page, verdict.field) for verdict in verdicts if verdict.outcome == "WRONG"] == []


def test_most_printed_fields_are_accepted(verdicts: list[Verdict]) -> None:
    assert summary(verdicts)["printed_accepted_percent"] >= 60


def test_no_handwritten_number_or_date_is_accepted(verdicts: list[Verdict]) -> None:
    by_hand = [verdict for verdict in verdicts if not verdict.is_printed and verdict.field in {"so_ky_hieu", "ngay"}]
    assert by_hand
    assert all(verdict.outcome.startswith("review") for verdict in by_hand)
