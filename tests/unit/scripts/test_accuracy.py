"""What the benchmark counts: characters, words, extra text, probabilities, fields; and where its tables go."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from scripts.bench.accuracy.ablation import Pulled, ablation_table
from scripts.bench.accuracy.calibration import Judged, calibration
from scripts.bench.accuracy.fields import FieldCount, count, judge
from scripts.bench.accuracy.lines import LINE_LETTERS, LineCount, count_lines, cut_lines
from scripts.bench.accuracy.report import table, write_between
from scripts.bench.accuracy.secrecy import MISSED, SUSPECTED, Marked, secrecy_table
from scripts.bench.accuracy.text_score import TextScore, score_text, total
from scripts.bench.accuracy.truth import TruePage, load_scorer
from scripts.bench.accuracy.worn import DAMAGES, damaged

PAGE = TruePage(
    "p",
    "d",
    Path("p.png"),
    {
        "blocks": [{"t": "text", "s": "Căn cứ Luật Lưu trữ"}, {"t": "text", "s": "QUYẾT ĐỊNH"}],
        "stamps": [{"s": "ĐẾN", "where": "dấu đến"}],
        "fields": {"ten_loai": "QUYẾT ĐỊNH", "nguoi_ky": None, "so_ky_hieu": "7/QĐ"},
        "handwritten": [{"s": "7", "where": "số"}],
    },
)


@dataclass(frozen=True)
class Field:
    value: str | None
    status: str = "accepted"
    confidence: float = 0.9


@pytest.mark.needs("corpus")
def test_a_lost_mark_is_one_character_and_one_word(corpus: Path) -> None:
    score = score_text(load_scorer(corpus), PAGE, "QUYẾT ĐỊNH ĐẾN\nCăn cư Luật Lưu trữ")
    assert (score.errors, score.words, score.word_errors) == (1, 7, 1)
    assert (score.extra, score.beyond) == (3, 0), "a stamp the truth lists is extra, not beyond"


def test_pages_add_up_by_their_characters() -> None:
    both = total([TextScore(chars=100, errors=1), TextScore(chars=300, errors=1)])
    assert both.cer == pytest.approx(0.5)


def test_true_probabilities_have_no_calibration_error() -> None:
    words = [Judged(0.75, is_right=number % 4 != 0) for number in range(400)]
    assert calibration(words).ece == pytest.approx(0)
    assert calibration(words).brier == pytest.approx(0.1875)


def test_a_sure_word_that_is_wrong_counts_in_full() -> None:
    assert calibration([Judged(1.0, is_right=False)] * 10).ece == pytest.approx(1)


@pytest.mark.needs("corpus")
def test_a_value_where_the_page_has_none_is_wrong_and_a_field_nobody_saw_is_asked(corpus: Path) -> None:
    given = {"type_name": Field("QUYẾT ĐỊNH"), "signer_name": Field("Ai Đó")}
    counted = count(judge(PAGE, given, load_scorer(corpus)))
    assert (counted.right, counted.wrong, counted.asked) == (1, 1, 1)
    assert (counted.printed, counted.printed_right) == (1, 1), "a number written by hand is not printed"


def test_a_table_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Before.\n\n<!-- mark -->\n\nold\n\n<!-- /mark -->\nAfter.\n", "utf-8")
    write_between("mark", table("a|b", [["1", "2"]]), page)
    assert page.read_text("utf-8") == (
        "Before.\n\n<!-- mark -->\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n<!-- /mark -->\nAfter.\n"
    )
    with pytest.raises(ValueError, match="other"):
        write_between("other", "", page)


def test_a_lever_is_told_by_what_is_worse_without_it() -> None:
    fields = FieldCount(right=3, wrong=0, asked=1, printed=4, printed_right=3)
    names = ("clean", "turned")
    base = Pulled("all on", (TextScore(chars=100, errors=2), TextScore(chars=100, errors=2)), fields, 1.5, names)
    less = Pulled("tables", (TextScore(chars=100, errors=1), TextScore(chars=100, errors=9)), fields, 1.25, names)
    told = ablation_table([base, less]).splitlines()
    assert told[2].startswith("| **–** | 2.00 | +0.00 | 2.00 | 0 | 0 | – |")
    assert told[3] == "| `tables` | 5.00 | +3.00 | 9.00 | 1 | 1 | turned: +7.00 | 0.00 | 3 | 0 | 1.25 | +0.25 |"


def test_where_no_field_was_judged_none_is_told() -> None:
    fields = FieldCount(right=0, wrong=0, asked=0, printed=0, printed_right=0)
    told = ablation_table([Pulled("all on", (TextScore(chars=100, errors=2),), fields, 1.5)])
    assert told.splitlines()[2].endswith("| – | – | 1.50 | +0.00 |")


@pytest.mark.parametrize("damage", [damage for both in DAMAGES for damage in both])
def test_a_page_is_damaged_alike_in_every_run(damage: str) -> None:
    page = np.full((600, 400), 255, np.uint8)
    page[100:110, 50:350] = 0
    once, again = damaged(page, damage, "p"), damaged(page, damage, "p")
    assert np.array_equal(once, again)
    assert once.shape != page.shape or not np.array_equal(once, page)


def test_secrecy_marks_are_told_by_way_and_wear() -> None:
    found = [Marked("faint", "poor", "grey", MISSED), Marked("faint", "clean", "grey", SUSPECTED)]
    rows = secrecy_table(found).splitlines()[2:]
    assert rows == [
        "| faint | clean | 1 | 0 | 1 | 0 |",
        "| faint | poor | 1 | 1 | 0 | 0 |",
        "| faint | all | 2 | 1 | 1 | 0 |",
    ]


@pytest.mark.needs("corpus")
def test_a_line_is_lost_where_nothing_like_it_was_read_and_made_up_where_nothing_like_it_stands(corpus: Path) -> None:
    counted = count_lines(load_scorer(corpus), PAGE, "QUYÊT ĐỊNH\nĐẾN\nzxqvw kjhgf")
    assert counted == LineCount(lines=2, lost=1, made_up=1)


def test_a_paragraph_is_cut_into_lines_between_words() -> None:
    unit = " ".join(["nghiệp"] * 30) + " 7."
    lines = cut_lines(unit)
    assert max(map(len, lines)) <= LINE_LETTERS
    assert " ".join(lines) == unit
    assert cut_lines("7.") == []
