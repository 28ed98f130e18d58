"""What a person at the review desk is told: whose value it is, what is still open, what comes next, what was meant."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from config.clock import legal_date, system_clock
from config.dates import day_text
from config.errors import ExitCode
from pipeline.deciding import decide
from pipeline.job import claim, let_go
from storage.ledger.models import DocumentVersion, FieldValue
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import RECORD, House, build_template, page
from tests.integration.scripts.desk import Desk

pytestmark = pytest.mark.usefixtures("vietnamese_and_nothing_set")


NAME = f"{RECORD}.1"
UNSURE = {"number": "12", "subject": "Về việc mẫu", "signer_name": None}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk at which one document waits, with three fields that the machine was unsure of."""
    house = House(build_template(tmp_path / "home"))
    page(house.record / "a.png")
    house.drain()
    with house.ctx.ledger.session() as session:
        version = session.scalars(select(DocumentVersion.id)).one()
        for name, value in UNSURE.items():
            unsure = {"status": "review", "reason_code": "unsure", "recorded_at": house.ctx.clock()}
            session.add(FieldValue(version_id=version, name=name, value=value, confidence=0.5, source="ocr", **unsure))
    job = claim(house.ctx, house.document().id, (DocumentState.IN_WORK,))
    assert job is not None
    assert decide(job) is DocumentState.WAITING_REVIEW
    let_go(job)
    house.ctx.ledger.close()
    return Desk(house.home, tmp_path)


def line_of(told: str, name: str) -> str:
    return next(line for line in told.splitlines() if line.strip().startswith(name))


def test_a_value_that_a_person_only_accepted_is_shown_as_the_machines(desk: Desk) -> None:
    desk("review", "accept", NAME, "--field", "number")
    desk("review", "set", NAME, "subject", "Về việc khác")
    told = desk("show", RECORD).out
    assert "máy đọc, người chấp nhận" in line_of(told, "số  ")
    assert "người nhập" in line_of(told, "trích yếu  ")
    (record,) = desk("show", RECORD, "--json").result
    values = {field["name"]: (field["source"], field["is_as_read"]) for field in record["documents"][0]["fields"]}
    assert values["number"] == ("person", True)
    assert values["subject"] == ("person", False)


def test_after_an_answer_the_fields_that_stay_open_are_named(desk: Desk) -> None:
    told = desk("review", "accept", NAME, "--field", "number").out
    assert told.startswith(f"{NAME}: còn chờ kiểm tra: trích yếu (subject), họ tên người ký (signer_name)\n")
    left = desk("review", "accept", NAME, "--json").result
    assert (left["state"], left["open"]) == ("waiting_review", [{"field": "signer_name", "reason": "unsure"}])
    # The machine read nothing there, so that accepting again would not help.
    assert f"sohoa review set {NAME} signer_name" in desk("review", "set", NAME, "subject", "Về việc mẫu").out


def test_after_the_last_answer_the_next_step_is_named(desk: Desk) -> None:
    desk("review", "accept", NAME)
    told = desk("review", "set", NAME, "signer_name", "Nguyễn Văn Mẫu").out
    assert "không còn gì chờ kiểm tra" in told
    assert "`sohoa run`" in told
    assert "chờ duyệt phát hành" in told
    assert "\n" not in told.strip()


@pytest.mark.parametrize("typed", ["Trích yếu", "trich yeu", "TRÍCH YẾU", "subject", "abstract"])
def test_a_field_may_be_called_as_people_call_it(desk: Desk, typed: str) -> None:
    left = desk("review", "set", NAME, typed, "Về việc khác", "--json").result
    assert "subject" not in {one["field"] for one in left["open"]}
    assert desk("review", "accept", NAME, "--field", "so").code == ExitCode.DONE


@pytest.mark.parametrize("typed", ["Số ký hiệu", "số, ký hiệu", "so ky hieu", "Số và ký hiệu", "Số, ký hiệu văn bản"])
def test_a_field_may_be_called_as_the_registers_column_is(desk: Desk, typed: str) -> None:
    assert desk("review", "set", NAME, typed, "455/SXD-VP").code == ExitCode.DONE
    (record,) = desk("show", RECORD, "--json").result
    assert ("code", "455/SXD-VP") in {(one["name"], one["value"]) for one in record["documents"][0]["fields"]}


def test_an_archival_datum_may_be_called_as_people_call_it(desk: Desk) -> None:
    assert desk("review", "set", NAME, "thoi han bao quan", "02", "--json").result["field"] == "maintenance"


@pytest.mark.parametrize("verb", [["set"], ["accept", "--field"]])
def test_an_unknown_field_is_answered_with_those_that_are_open(desk: Desk, verb: list[str]) -> None:
    order = [verb[0], NAME, *verb[1:], "số hiệu văn kiện", *(["12"] if verb[0] == "set" else [])]
    told = desk("review", *order)
    assert told.code == ExitCode.USAGE
    assert "không có trường “số hiệu văn kiện”" in told.err
    assert "số (number), trích yếu (subject), họ tên người ký (signer_name)" in told.err.replace("\n", " ")


@pytest.mark.parametrize("field", [["--field", "issued_on"], []])
def test_an_answer_to_what_is_not_asked_names_document_and_field(desk: Desk, field: list[str]) -> None:
    if not field:
        desk("review", "accept", NAME)
        desk("review", "set", NAME, "signer_name", "Nguyễn Văn Mẫu")
    told = desk("review", "accept", NAME, *field)
    assert told.code == ExitCode.NOT_FOUND
    assert NAME in told.err
    assert ("ngày ban hành (issued_on)" in told.err) is bool(field)
    assert f"sohoa review show {RECORD}" in told.err
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", told.err)


def test_accepting_what_was_not_read_names_the_command_that_gives_it(desk: Desk) -> None:
    told = desk("review", "accept", NAME, "--field", "signer_name")
    assert told.code == ExitCode.USAGE
    assert f"{NAME}: máy không đọc được họ tên người ký" in told.err
    assert f"sohoa review set {NAME} signer_name" in told.err


@pytest.mark.parametrize("written", ["20/03/2027", "ngày 20 tháng 3 năm 2127", "1944-12-31"])
def test_a_date_of_issue_that_cannot_be_is_refused_with_today(desk: Desk, written: str) -> None:
    told = desk("review", "set", NAME, "issued_on", written)
    said = " ".join(told.err.split())
    assert told.code == ExitCode.USAGE
    assert "ngày ban hành: " in said
    assert f"hôm nay là {day_text(legal_date(system_clock()))}" in said


@pytest.mark.parametrize("written", ["5 tháng 3 năm 2026", "ngày 05 tháng 3 năm 2026", "05.03.2026", "5-3-2026"])
def test_a_date_is_taken_as_officials_write_it(desk: Desk, written: str) -> None:
    assert desk("review", "set", NAME, "issued_on", written).code == ExitCode.DONE
    assert "05/03/2026" in line_of(desk("show", RECORD).out, "ngày ban hành  ")


@pytest.mark.parametrize("written", ["hôm qua", "05/03/26", "03/20/2026", "46086", "-"])
def test_what_is_no_date_is_refused_with_an_example(desk: Desk, written: str) -> None:
    told = desk("review", "set", NAME, "issued_on", written)
    assert told.code == ExitCode.USAGE
    assert "ngày ban hành" in told.err
    assert "05/03/2026" in told.err


def test_a_field_that_is_not_on_the_paper_is_settled_without_a_value(desk: Desk) -> None:
    told = desk("review", "set", NAME, "signer_name", "--absent", "--json")
    assert "signer_name" not in {one["field"] for one in told.result["open"]}
    assert "không có trên giấy (người xác nhận)" in line_of(desk("show", RECORD).out, "họ tên người ký  ")
    (record,) = desk("show", RECORD, "--json").result
    (field,) = (one for one in record["documents"][0]["fields"] if one["name"] == "signer_name")
    assert (field["value"], field["source"], field["is_absent"]) == (None, "person", True)
    # A value that is found after all takes its place.
    desk("review", "set", NAME, "signer_name", "Nguyễn Văn Mẫu")
    assert "Nguyễn Văn Mẫu" in line_of(desk("show", RECORD).out, "họ tên người ký  ")


@pytest.mark.parametrize(
    "order", [["signer_name"], ["signer_name", "x", "--absent"], ["maintenance", "--absent"], ["maintenance"]]
)
def test_an_answer_is_a_value_or_that_there_is_none(desk: Desk, order: list[str]) -> None:
    told = desk("review", "set", NAME, *order)
    assert told.code == ExitCode.USAGE
    assert "--absent" in told.err


def test_a_number_or_symbol_that_is_not_in_the_code_is_refused(desk: Desk) -> None:
    assert desk("review", "set", NAME, "code", "455/SXD-VP").code == ExitCode.DONE
    for field, wrong, right in (("number", "abc", "455"), ("number", "45", "0455"), ("symbol", "VP2", "SXD-VP")):
        told = desk("review", "set", NAME, field, wrong)
        assert told.code == ExitCode.USAGE
        assert "455/SXD-VP" in told.err
        assert desk("review", "set", NAME, field, right).code == ExitCode.DONE
