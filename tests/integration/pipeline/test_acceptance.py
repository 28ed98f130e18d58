"""The acceptance sample: drawn by the batch, checked by a person, kept with its interval, and what follows from it."""

import csv
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from pipeline import release, review
from pipeline.acceptance import FAILED, PASSED, SAMPLE_WRONG, SampleMissingError, checked_samples, draw_sample
from pipeline.acceptance_recording import NotInSampleError, foresee, record_sample
from pipeline.acceptance_sheet import SampleSheetError, read_sheet, write_sheet
from pipeline.audit_samples import check_samples
from pipeline.review_fields import FoundWrongError
from pipeline.stages import extract
from pipeline.waiting_release import SeenOtherwiseError
from storage.ledger.models import AcceptanceItem, AcceptanceSample, Event, FieldValue
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import House, page

pytestmark = pytest.mark.needs("tesseract", "poppler")

SETTABLE = {"issued_on": "10/03/2026"}


def batch_of(house: House) -> release.WaitingBatch:
    (batch,) = release.waiting_batches(house.ctx)
    return batch


def accepted(house: House) -> set[str]:
    with house.ctx.ledger.reading() as session:
        by_person = set(session.scalars(select(FieldValue.name).where(FieldValue.source == "person")))
        read = select(FieldValue.name).where(FieldValue.source == "ocr", FieldValue.status == "accepted")
        return set(session.scalars(read)) - by_person


def test_a_sample_holds_what_no_person_has_seen_and_is_the_same_each_time(waiting: House) -> None:
    drawn = draw_sample(waiting.ctx, batch_of(waiting).batch_id)
    assert {item.field for item in drawn.items} == accepted(waiting)
    assert drawn.plan.checked == drawn.plan.population == len(accepted(waiting))
    assert draw_sample(waiting.ctx, drawn.batch_id) == drawn
    assert all(item.page == 1 and item.top_mm is not None for item in drawn.items)


def test_a_batch_is_not_released_before_its_sample_was_checked(waiting: House) -> None:
    batch = batch_of(waiting)
    with pytest.raises(SampleMissingError) as refused:
        release.approve(waiting.ctx, batch.batch_id, seen=batch.seen)
    assert f"sohoa sample {batch.batch_id}" in refused.value.remedy_text()
    waiting.check_samples()
    shown = batch_of(waiting).measured
    assert shown is not None
    assert (shown.wrong, shown.upper) == (0, 0.0)
    assert release.approve(waiting.ctx, batch.batch_id, seen=batch.seen) == 1


def test_what_a_check_showed_is_kept_with_its_interval_and_told_by_an_event_without_a_value(waiting: House) -> None:
    drawn = draw_sample(waiting.ctx, batch_of(waiting).batch_id)
    result = record_sample(waiting.ctx, drawn.batch_id, set(), drawn.digest)
    assert (result.verdict, result.measured.wrong, result.measured.upper) == (PASSED, 0, 0.0)
    with waiting.ctx.ledger.reading() as session:
        sample = session.scalars(select(AcceptanceSample)).one()
        assert (sample.checked, sample.population, sample.actor) == (
            drawn.plan.checked,
            drawn.plan.population,
            "tester",
        )
        assert len(session.scalars(select(AcceptanceItem)).all()) == len(drawn.items)
        event = session.scalars(select(Event).where(Event.kind == "sample.passed")).one()
    assert (event.payload["checked"], event.payload["wrong"]) == (drawn.plan.checked, 0)
    values = [item.value for item in drawn.items if item.value and len(item.value) > 6]
    assert values
    assert not any(value in str(event.payload) for value in values)


def test_a_failed_batch_goes_to_review_with_the_wrong_field_as_a_question(waiting: House) -> None:
    drawn = draw_sample(waiting.ctx, batch_of(waiting).batch_id)
    item = next(item for item in drawn.items if item.field in SETTABLE)
    wrong = {(item.document_id, item.field)}
    assert foresee(drawn, wrong).to_review == 1
    result = record_sample(waiting.ctx, drawn.batch_id, wrong, drawn.digest)
    assert (result.verdict, result.to_review) == (FAILED, 1)
    assert waiting.states() == [DocumentState.WAITING_REVIEW]
    with pytest.raises(FoundWrongError):
        review.accept(waiting.ctx, item.document_id, item.field)
    review.accept(waiting.ctx, item.document_id)
    assert waiting.states() == [DocumentState.WAITING_REVIEW], "what was found wrong is not accepted in passing"
    review.set_value(waiting.ctx, item.document_id, item.field, SETTABLE[item.field])
    waiting.run()
    assert waiting.states() == [DocumentState.WAITING_RELEASE]
    again = draw_sample(waiting.ctx, drawn.batch_id)
    assert again.number == drawn.number + 1
    assert item.field not in {other.field for other in again.items}, "a person has given it"
    with pytest.raises(SampleMissingError, match="1"):
        release.approve(waiting.ctx, drawn.batch_id)
    waiting.check_samples()
    assert release.approve(waiting.ctx, drawn.batch_id) == 1


def test_what_was_found_wrong_stays_a_question_when_the_document_is_read_again(
    waiting: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = draw_sample(waiting.ctx, batch_of(waiting).batch_id)
    item = next(item for item in drawn.items if item.field in SETTABLE)
    record_sample(waiting.ctx, drawn.batch_id, {(item.document_id, item.field)}, drawn.digest)
    review.accept(waiting.ctx, item.document_id)
    monkeypatch.setattr(extract, "EXTRACT_VERSION", "next")
    waiting.backfill()
    assert waiting.states() == [DocumentState.WAITING_REVIEW]
    (asked,) = review.open_questions(waiting.ctx)
    assert (asked.field_name, asked.reason_code) == (item.field, SAMPLE_WRONG)


def test_a_check_is_recorded_once_and_never_for_the_next_sample(waiting: House) -> None:
    drawn = draw_sample(waiting.ctx, batch_of(waiting).batch_id)
    record_sample(waiting.ctx, drawn.batch_id, set(), drawn.digest)
    with pytest.raises(SeenOtherwiseError, match=f"{drawn.digest}.*M2-{drawn.seen}"):
        record_sample(waiting.ctx, drawn.batch_id, set(), drawn.digest)
    assert len(checked_samples(waiting.ctx)) == 1
    assert release.approve(waiting.ctx, drawn.batch_id, seen=drawn.digest) == 1, "it says what waits, too"


def test_what_came_in_or_was_settled_since_needs_a_new_sample(waiting: House) -> None:
    before = draw_sample(waiting.ctx, batch_of(waiting).batch_id)
    waiting.check_samples()
    page(waiting.record / "late.png", seed=7)
    waiting.run()
    waiting.settle_questions()
    waiting.run()
    with pytest.raises(SeenOtherwiseError):
        record_sample(waiting.ctx, before.batch_id, set(), before.digest)
    with pytest.raises(SampleMissingError):
        release.approve(waiting.ctx, before.batch_id)
    waiting.check_samples()
    review.set_value(waiting.ctx, waiting.documents()[0].id, "subject", "Về việc khác")
    with pytest.raises(SampleMissingError):
        release.approve(waiting.ctx, before.batch_id)


def test_a_promise_that_was_tightened_since_needs_a_new_sample(waiting: House) -> None:
    waiting.open(review={"wrong_share": 0.02})
    waiting.check_samples()
    batch = batch_of(waiting)
    waiting.open()
    with pytest.raises(SampleMissingError):
        release.approve(waiting.ctx, batch.batch_id)
    waiting.check_samples()
    assert release.approve(waiting.ctx, batch.batch_id) == 1


def test_samples_are_drawn_and_kept_on_either_database(any_house: House) -> None:
    page(any_house.record / "a.png")
    any_house.run()
    any_house.settle_questions()
    any_house.run()
    any_house.check_samples()
    (checked,) = checked_samples(any_house.ctx)
    assert (checked.verdict, checked.measured.wrong, checked.actor) == (PASSED, 0, "tester")


@pytest.mark.parametrize("content", [b'"' + b"x" * 300_000, b"\0\1", b"PK no book"], ids=["open", "zero", "damaged"])
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_file_that_is_no_sheet_is_refused_as_one(waiting: House, tmp_path: Path, ending: str, content: bytes) -> None:
    sheet = tmp_path / f"mau{ending}"
    sheet.write_bytes(content)
    with pytest.raises(SampleSheetError):
        read_sheet(draw_sample(waiting.ctx, batch_of(waiting).batch_id), sheet)


def test_a_field_that_is_not_in_the_sample_is_not_taken_for_wrong(waiting: House) -> None:
    drawn = draw_sample(waiting.ctx, batch_of(waiting).batch_id)
    with pytest.raises(NotInSampleError):
        record_sample(waiting.ctx, drawn.batch_id, {(waiting.document().id, "urgency")}, drawn.digest)
    with waiting.ctx.ledger.reading() as session:
        assert session.scalars(select(AcceptanceSample)).all() == []


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_sheet_says_what_is_wrong_only_when_every_row_is_judged(waiting: House, tmp_path: Path, ending: str) -> None:
    drawn = draw_sample(waiting.ctx, batch_of(waiting).batch_id)
    sheet = tmp_path / f"mau{ending}"
    write_sheet(drawn, sheet)
    with pytest.raises(SampleSheetError, match=f"{sheet.name}.*2"):
        read_sheet(drawn, sheet)
    fill(sheet, ["Sai", *["đúng"] * (len(drawn.items) - 1)])
    first = drawn.items[0]
    assert read_sheet(drawn, sheet) == {(first.document_id, first.field)}
    fill(sheet, ["đúng"], keep=1)
    with pytest.raises(SampleSheetError):
        read_sheet(drawn, sheet)


def test_a_sheet_of_another_draw_is_refused(waiting: House, tmp_path: Path) -> None:
    drawn = draw_sample(waiting.ctx, batch_of(waiting).batch_id)
    write_sheet(drawn, tmp_path / "mau.csv")
    fill(tmp_path / "mau.csv", ["đúng"] * len(drawn.items))
    review.set_value(waiting.ctx, waiting.document().id, "subject", "Về việc khác")
    with pytest.raises(SeenOtherwiseError):
        read_sheet(draw_sample(waiting.ctx, drawn.batch_id), tmp_path / "mau.csv")


def fill(sheet: Path, verdicts: list[str], keep: int | None = None) -> None:
    """Fill in the last column as a person does, and leave out rows beyond `keep`."""
    if sheet.suffix == ".xlsx":
        book = openpyxl.load_workbook(sheet)
        rows = book.worksheets[0]
        for row, verdict in enumerate(verdicts, start=2):
            rows.cell(row, rows.max_column, verdict)
        if keep is not None:
            rows.delete_rows(2 + keep, rows.max_row)
        book.save(sheet)
        return
    with sheet.open(encoding="utf-8-sig", newline="") as source:
        header, *written = csv.reader(source)
    filled = [[*row[:-1], verdict] for row, verdict in zip(written, verdicts, strict=keep is None)]
    with sheet.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=";").writerows([header, *filled[:keep]])


@pytest.mark.parametrize(
    ("column", "value"), [("checked", 99), ("seen", "0" * 12), ("wrong_share", 0.05), ("upper", 0.5)]
)
def test_a_sample_whose_row_was_changed_is_found_by_the_audit(waiting: House, column: str, value: object) -> None:
    waiting.check_samples()
    with waiting.ctx.ledger.session() as session:
        assert list(check_samples(session)) == []
        setattr(session.scalars(select(AcceptanceSample)).one(), column, value)
        session.flush()
        (found,) = check_samples(session)
    assert found.details["row"]
