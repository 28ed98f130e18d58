from itertools import pairwise

import pytest

from scripts.fit.labelled_words import labels, truth_text
from scripts.fit.word_curves import fit_curve

TRUTH = truth_text(
    [
        {"t": "text", "s": "Phê duyệt Kế hoạch Bảo đảm thoát nước, chống úng ngập"},
        {"t": "cols", "rows": [[["Số: 12/QĐ-UBND"], ["Hà Nội, ngày 5 tháng 5 năm 2026"]]]},
    ]
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Kế hoạch Bảo đảm", [True] * 4),
        ("Kê hoạch, Báo đảm", [False, True, False, True]),
        ("chống úng ng ập", [True, True, False, False]),
        ("Số: 12/QĐ–UBND", [True, True]),
        ("mười hai con giáp", [None] * 4),
        ("5", [None]),
        ("Hà Nội, -", [True, True, None]),
    ],
)
def test_words_are_labelled_where_their_line_stands_in_the_truth(line: str, expected: list[bool | None]) -> None:
    assert labels(line.split(), TRUTH) == expected


def test_a_curve_rises_though_the_counts_do_not() -> None:
    scores = [place / 100 for place in range(400)]
    right = [place % 7 != 0 or place > 300 for place in range(400)]
    curve = fit_curve(scores, right, [1.0] * 400)
    assert all(lower <= upper for lower, upper in pairwise(curve.chances))
    assert curve.chance(-9) == curve.chances[0]
    assert curve.chance(99) == curve.chances[-1]


def test_few_words_never_prove_certainty() -> None:
    assert fit_curve([1.0] * 30, [True] * 30, [1.0] * 30).chance(1.0) < 0.97
    with pytest.raises(ValueError, match="no samples"):
        fit_curve([], [], [])
