"""What a person at the review desk is told: whose value it is, what is still open, what comes next, what was meant."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from config.i18n import activate, active_language
from pipeline.deciding import decide
from pipeline.job import claim, let_go
from storage.ledger.models import DocumentVersion, FieldValue
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import RECORD, House, build_template, page
from tests.integration.scripts.desk import Desk

NAME = f"{RECORD}.1"
UNSURE = {"number": "12", "subject": "Về việc mẫu", "signer_name": None}


@pytest.fixture(autouse=True)
def _vietnamese_and_nothing_set(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith("SOHOA_")]:
        monkeypatch.delenv(name)
    before = active_language()
    activate("vi")
    yield
    activate(before)


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
