"""Papers with QR codes through the whole line: what a code says is kept, shown, and held against the record."""

from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from ocr.barcodes import draw_barcode
from pipeline import review
from pipeline.extract import FieldStatus
from pipeline.overview import show_record
from storage.ledger.models import Event, FieldValue, PageBarcode
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import LETTER, RECORD, House, page

pytestmark = pytest.mark.needs("tesseract", "poppler")
OTHER = "H41.99-260311-0777"
OWNER = "999099000123"


def with_code(path: Path, text: str) -> Path:
    """Draw a page of the house with a QR code at its foot, as large as it is printed: 20 mm and more."""
    drawn = page(path.with_suffix(".png"), *LETTER, size=(1165, 980))
    image = Image.open(drawn)
    image.paste(Image.fromarray(draw_barcode(text, "QRCode", 5)), (60, 660))
    image.save(drawn, dpi=(200, 200))
    return drawn


def values(house: House) -> dict[str, tuple[str | None, str, str]]:
    with house.ctx.ledger.reading() as session:
        rows = session.scalars(select(FieldValue).where(FieldValue.status != FieldStatus.BESIDE))
        return {row.name: (row.value, row.source, row.status) for row in rows}


def test_what_the_code_of_a_paper_says_is_kept_and_shown(house: House) -> None:
    with_code(house.record / "a.png", f"{RECORD}|1.004194|{OWNER}|Thông báo tiếp nhận hồ sơ")
    house.run()
    found = values(house)
    assert found["record_code"] == (RECORD, "code", "accepted")
    assert found["procedure_code"] == ("1.004194", "code", "accepted")
    assert found["owner_identifier"] == (OWNER, "code", "accepted")
    (view,) = show_record(house.ctx, RECORD)
    (document,) = view.documents
    assert [(code.page, code.format, code.meaning) for code in document.codes] == [(1, "QR Code", "paper")]
    assert not [finding for finding in document.findings if finding[2] == "code_names_other_record"]


def test_a_code_that_names_another_record_is_a_question_about_a_result(house: House) -> None:
    with_code(house.record / "a.png", OTHER)
    house.run()
    asked = {question.reason_code for question in review.open_questions(house.ctx)}
    assert "code_names_other_record" in asked
    assert house.document().state == DocumentState.WAITING_REVIEW


def test_a_paper_handed_in_may_come_from_another_record(house: House) -> None:
    with_code(house.record / "giay-to" / "a.png", OTHER)
    house.run()
    asked = {question.reason_code for question in review.open_questions(house.ctx)}
    assert "code_names_other_record" not in asked
    (view,) = show_record(house.ctx, RECORD)
    assert ("warning", 1, "code_names_other_record") in view.documents[0].findings


def test_of_an_identity_cards_code_nothing_is_kept_and_no_code_gets_into_the_log(house: House) -> None:
    card = f"{OWNER}|999000123|Nguyễn Văn Mẫu|01021990|Nam|Xóm 1, Xã Mẫu, Tỉnh Mẫu|05052021"
    with_code(house.record / "a.png", card)
    with_code(house.record / "b.png", f"KHO 7|{OWNER}")
    house.run()
    with house.ctx.ledger.reading() as session:
        kept = {code.meaning: code.text for code in session.scalars(select(PageBarcode))}
        told = " ".join(str(event.payload) for event in session.scalars(select(Event)))
        assert not session.scalars(select(FieldValue).where(FieldValue.value.contains(OWNER))).all()
    assert kept == {"personal_card": None, "unknown": f"KHO 7|{OWNER}"}
    assert OWNER not in told
    assert "KHO 7" not in told
