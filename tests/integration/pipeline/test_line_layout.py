"""Pages whose layout collapses: read another way where that helps, before a person where it does not."""

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

from pipeline.overview import show_record
from storage.ledger.models import Page, ReviewTask
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import RECORD, House, page

pytestmark = pytest.mark.needs("tesseract", "poppler")


def specked(house: House, share: float) -> Image.Image:
    """Draw a letter under specks of two by two pixels."""
    sheet = np.asarray(Image.open(page(house.home / "letter.png")).convert("RGB")).copy()
    height, width, _ = sheet.shape
    specks = np.random.default_rng(4).random((height // 2 + 1, width // 2 + 1)) < share
    sheet[specks.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]] = 20
    return Image.fromarray(sheet)


def test_a_dirty_page_is_read_without_its_specks_and_the_ledger_says_so(house: House) -> None:
    specked(house, 0.02).save(house.record / "a.png", dpi=(200, 200))
    house.run()
    with house.ctx.ledger.reading() as session:
        read = session.scalars(select(Page)).one()
    assert (read.reading, read.alarms) == ("smoothed", None)
    assert read.text is not None
    assert "THÔNG BÁO" in read.text
    (view,) = show_record(house.ctx, RECORD)
    assert [each.reading for each in view.documents[0].readings] == ["smoothed"]
    assert not any(code == "layout_collapsed" for _, _, code in view.documents[0].findings)


def test_a_page_that_nothing_reads_goes_to_a_person(house: House) -> None:
    mirrored = Image.open(page(house.home / "letter.png")).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    mirrored.save(house.record / "a.png", dpi=(200, 200))
    house.run()
    assert house.document().state == DocumentState.WAITING_REVIEW
    with house.ctx.ledger.reading() as session:
        assert session.scalars(select(Page.alarms)).one()
        assert "layout_collapsed" in session.scalars(select(ReviewTask.reason_code)).all()
