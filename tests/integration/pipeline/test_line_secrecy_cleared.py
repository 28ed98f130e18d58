"""What a person cleared is what was suspected then, by page and grade; it passes nothing else through the gate."""

from collections.abc import Iterator

import pytest

from config.i18n import activate, active_language
from pipeline import review, secrecy_gate
from pipeline.overview import read_status
from pipeline.secrecy import SecrecyMark
from pipeline.stages import recognize
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import LETTER, RECORD, House, page
from tests.integration.pipeline.test_line_secrecy import backfill, find
from tests.integration.scripts.desk import Desk

pytestmark = pytest.mark.needs("tesseract", "poppler")


@pytest.fixture
def _language_as_before() -> Iterator[None]:
    before = active_language()
    yield
    activate(before)


def suspected(grade: str, number: int) -> SecrecyMark:
    return SecrecyMark(grade, number, is_certain=False)


@pytest.fixture
def cleared(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """An archived document on whose first page a person found that a suspected mark was none."""
    page(house.record / "a.png")
    find(monkeypatch, suspected("Mật", 1))
    house.run()
    review.accept(house.ctx, house.document().id)
    house.archive_all()
    assert house.states() == [DocumentState.ARCHIVED]
    monkeypatch.setattr(recognize, "READ_VERSION", "next")
    return house


def test_a_person_is_told_of_every_page_on_which_a_mark_is_suspected(house: House) -> None:
    folder = house.record / "doc"
    page(folder / "1.png", LETTER[0], "Độ mật: Mật", *LETTER[2:])
    page(folder / "2.png", LETTER[0], "Độ mật: Tuyệt mật", *LETTER[2:], seed=7)
    house.run()
    (question,) = review.open_questions(house.ctx)
    assert question.suspected_pages == (1, 2)
    (told,) = read_status(house.ctx).troubles
    assert told.cause == str(secrecy_gate.SecrecySuspectedError(page="1, 2"))
    review.accept(house.ctx, house.document().id)
    house.archive_all()
    assert house.states() == [DocumentState.ARCHIVED]


def test_what_was_cleared_is_not_asked_again(cleared: House) -> None:
    assert backfill(cleared).states == {"archived": 1}


@pytest.mark.parametrize("mark", [suspected("Mật", 2), suspected("Tuyệt mật", 1)], ids=["page", "grade"])
def test_another_suspicion_than_the_one_that_was_cleared_is_asked_about(
    cleared: House, monkeypatch: pytest.MonkeyPatch, mark: SecrecyMark
) -> None:
    find(monkeypatch, suspected("Mật", 1), mark)
    backfill(cleared)
    assert cleared.states() == [DocumentState.WAITING_REVIEW]
    (question,) = review.open_questions(cleared.ctx)
    assert question.suspected_pages == (mark.page,)
    review.accept(cleared.ctx, cleared.document().id)
    assert not cleared.run().has_failures
    assert cleared.states() == [DocumentState.ARCHIVED]


def test_a_certain_mark_is_not_passed_because_a_suspicion_was_cleared(
    cleared: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(monkeypatch, SecrecyMark("Mật", 1, is_certain=True))
    assert backfill(cleared).has_failures
    document = cleared.document()
    assert (document.state, document.reason_code) == (DocumentState.STUCK, "secret_stored")


@pytest.mark.usefixtures("_language_as_before")
def test_a_suspicion_cleared_on_an_archived_document_is_not_said_to_lead_to_a_release(
    cleared: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(monkeypatch, suspected("Mật", 2))
    backfill(cleared)
    told = Desk(cleared.home, cleared.home)("--lang", "vi", "review", "accept", f"{RECORD}.1").out
    assert "`sohoa run`" in told
    assert "phát hành" not in told
    assert cleared.run().states == {"archived": 1}
