"""A page that asks for more than there is stops no batch: it is refused once, with its reason and what to do."""

import pytest

from config.errors import TooDemandingError, recall
from storage.ledger.states import DocumentState
from tests.demanding import endless_pdf, heavy_pdf, hold_to
from tests.integration.pipeline.house import AGENCY, RECORD, House, page

pytestmark = pytest.mark.needs("tesseract", "poppler")


def test_pages_that_ask_for_too_much_are_refused_and_the_others_go_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_to(monkeypatch, cpu_s=1, memory_mb=200)
    endless_pdf(house.record / "vo-tan.pdf")
    heavy_pdf(house.record / "nang.pdf")
    page(house.record / "tot.png")
    summary = house.run()
    assert summary.has_failures
    told = {document.reason_details["file"]: document for document in house.documents() if document.reason_details}
    assert set(told) == {f"{AGENCY}/{RECORD}/{name}" for name in ("nang.pdf", "vo-tan.pdf")}
    for document in told.values():
        assert (document.state, document.reason_code) == (DocumentState.REFUSED, TooDemandingError.code)
        cause = recall(TooDemandingError.code, document.reason_details)
        assert "pdftoppm" in str(cause)
        assert str(cause.details["amount"]) in str(cause)
        assert cause.remedy_text()
    assert DocumentState.WAITING_REVIEW in house.states()
    assert house.in_inbox() == ["nang.pdf", "vo-tan.pdf"], "what was refused stays where it is"
