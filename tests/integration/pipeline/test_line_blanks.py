"""Blank pages: marked, kept in the original, and out of the archival PDF only where a setting says so."""

from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from sqlalchemy import select

from pipeline.overview import show_record
from storage.ledger.models import FieldValue, Page, StoredObject
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import LETTER, RECORD, House, page

pytestmark = pytest.mark.needs("tesseract", "poppler")


def pages_of(house: House, kind: str) -> int:
    with house.ctx.ledger.reading() as session:
        key = session.scalars(select(StoredObject.key).where(StoredObject.kind == kind)).one()
    copy = house.home / f"{kind}.pdf"
    house.ctx.store.fetch(key, copy)
    with pikepdf.open(copy) as pdf:
        return len(pdf.pages)


def scan(house: House) -> Path:
    """Lay a PDF into the inbox: a blank cover, a letter, a blank back, and the letter's second page."""
    blank = Image.new("RGB", (1165, 980), (253, 252, 248))
    sheets = [blank, drawn(house, *LETTER), blank, drawn(house, "Nơi nhận: Lưu VT", "Mẫu, trang hai của thông báo")]
    out = house.record / "a.pdf"
    sheets[0].save(out, "PDF", resolution=200, save_all=True, append_images=sheets[1:])
    return out


def drawn(house: House, *lines: str) -> Image.Image:
    return Image.open(page(house.home / f"page-{len(lines)}.png", *lines, size=(1165, 980))).convert("RGB")


@pytest.mark.parametrize("lane", ["straight", "careful"])
def test_blank_pages_are_left_out_of_the_archival_pdf_alone(house: House, lane: str) -> None:
    house.open(ocr={"drop_blank_pages": True, "lane": lane})
    scan(house)
    house.archive_all()
    document = house.document()
    assert (document.state, document.page_count) == (DocumentState.ARCHIVED, 4)
    assert (pages_of(house, "archival"), pages_of(house, "original")) == (2, 4)
    with house.ctx.ledger.reading() as session:
        assert session.scalars(select(Page.is_blank).order_by(Page.number)).all() == [True, False, True, False]
        subject = session.scalars(select(FieldValue).where(FieldValue.name == "subject")).first()
    # Fields name the pages of the scan.
    assert subject is not None
    assert subject.page == 2
    (view,) = show_record(house.ctx, RECORD)
    left_out = [number for _, number, code in view.documents[0].findings if code == "blank_page_left_out"]
    assert left_out == [1, 3]


def test_blank_pages_stay_by_default(house: House) -> None:
    scan(house)
    house.archive_all()
    assert (pages_of(house, "archival"), pages_of(house, "original")) == (4, 4)
    (view,) = show_record(house.ctx, RECORD)
    assert not [finding for finding in view.documents[0].findings if finding[2] == "blank_page_left_out"]
