from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from config.errors import ReferenceDataError
from ocr.model import Blank, Box, Guess, WordKind
from pipeline.extract import ExtractContext, ExtractedField, FieldStatus, extract, handwritten, reasons
from pipeline.extract.handwritten import HandwritingPolicy, handwriting_policy
from pipeline.extract.reference import FOLDER
from tests.unit.pipeline.typed_page import DECISION, Row, changed, typed

TODAY = ExtractContext(today=date(2026, 11, 24))
FORM = changed(DECISION, "Số: 15/QĐ-BCT", "Số:      /QĐ-BCT")
ROW_TOP, ROW_BOTTOM = 266.0, 306.0
NUMBER_BOX, DAY_BOX = Box(310, ROW_TOP, 390, ROW_BOTTOM), Box(1110, ROW_TOP, 1150, ROW_BOTTOM)
BY_HAND = {"05": WordKind.HANDWRITING}


def number(*guesses: tuple[str, float]) -> Blank:
    return Blank("number", NUMBER_BOX, tuple(Guess(*guess) for guess in guesses))


def day(*guesses: tuple[str, float]) -> Blank:
    return Blank("day", DAY_BOX, tuple(Guess(*guess) for guess in guesses))


def fields(
    rows: tuple[Row, ...], *blanks: Blank, kinds: dict[str, WordKind] | None = None
) -> dict[str, ExtractedField]:
    page = replace(typed(rows, kinds=kinds), blanks=blanks)
    return {str(found.name): found for found in extract([page], TODAY).fields}


def test_a_written_number_is_proposed_with_its_symbol_and_asked_about() -> None:
    found = fields(FORM, number(("707", 0.93), ("701", 0.02)))
    shown = {name: (found[name].value, found[name].status, found[name].reason_code) for name in ("number", "code")}
    assert shown == {
        "number": ("707", FieldStatus.REVIEW, reasons.HANDWRITTEN),
        "code": ("707/QĐ-BCT", FieldStatus.REVIEW, reasons.HANDWRITTEN),
    }
    assert found["number"].box == NUMBER_BOX
    assert found["symbol"].status is FieldStatus.ACCEPTED


def test_a_written_day_is_proposed_as_a_date_with_the_printed_month_and_year() -> None:
    found = fields(DECISION, day(("22", 0.95)), kinds=BY_HAND)["issued_on"]
    assert (found.value, found.status, found.reason_code) == (
        "2026-01-22",
        FieldStatus.REVIEW,
        reasons.HANDWRITTEN,
    )


def test_however_sure_a_written_figure_is_it_looks_less_sure_than_what_is_accepted() -> None:
    found = fields(FORM, number(("707", 0.9999)), day(("22", 0.9999)), kinds=BY_HAND)
    for name in ("number", "code", "issued_on"):
        assert found[name].status is FieldStatus.REVIEW
        assert found[name].confidence < TODAY.accept_confidence


@pytest.mark.parametrize("guesses", [(), (("707", 0.49),), (("000", 0.99),), (("1234567", 0.99),)])
def test_what_may_not_be_the_number_is_not_proposed(guesses: tuple[tuple[str, float], ...]) -> None:
    found = fields(FORM, number(*guesses))
    assert (found["number"].value, found["number"].reason_code) == (None, reasons.HANDWRITTEN)
    assert found["code"].value is None


@pytest.mark.parametrize("guesses", [(), (("22", 0.4),), (("35", 0.99),), (("0", 0.99),)])
def test_what_may_not_be_a_day_is_not_proposed(guesses: tuple[tuple[str, float], ...]) -> None:
    found = fields(DECISION, day(*guesses), kinds=BY_HAND)["issued_on"]
    assert (found.value, found.reason_code) == (None, reasons.HANDWRITTEN)


def test_a_day_that_has_not_come_is_not_proposed() -> None:
    rows = changed(DECISION, "Hà Nội, ngày 05 tháng 01 năm 2026", "Hà Nội, ngày 05 tháng 11 năm 2026")
    assert fields(rows, day(("28", 0.99)), kinds=BY_HAND)["issued_on"].value is None
    assert fields(rows, day(("23", 0.99)), kinds=BY_HAND)["issued_on"].value == "2026-11-23"


def test_the_likeliest_day_that_there_is_is_proposed() -> None:
    rows = changed(DECISION, "Hà Nội, ngày 05 tháng 01 năm 2026", "Hà Nội, ngày 05 tháng 6 năm 2026")
    found = fields(rows, day(("31", 0.8), ("21", 0.6)), kinds=BY_HAND)["issued_on"]
    assert found.value == "2026-06-21"


def test_a_blank_of_another_row_proposes_nothing() -> None:
    lower = Blank("number", Box(310, 900, 390, 940), (Guess("707", 0.99),))
    assert fields(FORM, lower)["number"].value is None


def test_a_printed_number_is_not_touched_by_a_blank() -> None:
    assert fields(DECISION, number(("707", 0.99)))["number"].value == "15"


def test_by_policy_a_date_that_the_rules_agree_with_passes_where_it_is_sure_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(handwritten, "handwriting_policy", lambda: HandwritingPolicy(0.5, accepts_alone=True))
    sure = fields(FORM, number(("707", 0.999)), day(("22", 0.999)), kinds=BY_HAND)
    assert sure["issued_on"].status is FieldStatus.ACCEPTED
    # Nothing on the page speaks for a number.
    assert sure["number"].status is FieldStatus.REVIEW
    unsure = fields(DECISION, day(("22", 0.85)), kinds=BY_HAND)["issued_on"]
    assert (unsure.value, unsure.status, unsure.reason_code) == ("2026-01-22", FieldStatus.REVIEW, reasons.UNSURE)


def test_nothing_written_is_accepted_by_itself_as_delivered() -> None:
    assert handwriting_policy() == HandwritingPolicy(0.5, accepts_alone=False)


def test_a_policy_without_reasons_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (FOLDER / "handwriting.toml").read_text("utf-8").splitlines()
    (tmp_path / "bare.toml").write_text("\n".join(line for line in lines if "_reason" not in line), "utf-8")
    monkeypatch.setattr("pipeline.extract.reference.FOLDER", tmp_path)
    with pytest.raises(ReferenceDataError, match=r"bare\.toml"):
        handwriting_policy("bare.toml")
