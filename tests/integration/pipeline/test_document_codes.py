"""The code every list prints for a document leads to that document, as the record's code leads to all of them."""

import pytest

from config.errors import NotFoundError
from pipeline.overview import show_record
from pipeline.verification import NotArchivedError, verify_record
from tests.integration.pipeline.house import RECORD, House, page

pytestmark = pytest.mark.needs("tesseract", "poppler")


@pytest.fixture
def two(house: House) -> House:
    """A record of two documents, of which the first is archived."""
    page(house.record / "a.png")
    house.archive_all()
    page(house.record / "b.png", seed=7)
    house.run()
    return house


def test_the_code_of_a_document_is_shown_and_verified_alone(two: House) -> None:
    (whole,) = show_record(two.ctx, RECORD)
    assert [document.stt for document in whole.documents] == [1, 2]
    (record,) = show_record(two.ctx, f"{RECORD}.2")
    assert (record.code, [document.stt for document in record.documents]) == (RECORD, [2])
    (proof,) = verify_record(two.ctx, f"{RECORD}.1")
    assert proof.ledger_match
    with pytest.raises(NotArchivedError, match=r"0001\.2"):
        verify_record(two.ctx, f"{RECORD}.2")


def test_the_code_of_a_document_that_is_not_there_is_not_found(two: House) -> None:
    for ask in (show_record, verify_record):
        with pytest.raises(NotFoundError, match=r"0001\.9"):
            ask(two.ctx, f"{RECORD}.9")
