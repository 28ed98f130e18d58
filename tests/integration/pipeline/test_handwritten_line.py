"""Number and date written by hand, through the whole line: proposed, shown, and settled by a register that agrees."""

from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from pipeline import review
from pipeline.extract.reasons import HANDWRITTEN
from pipeline.field_views import FieldView
from pipeline.overview import show_record
from pipeline.promise import accept_confidence
from tests.integration.pipeline.house import RECORD, House
from tests.integration.pipeline.test_register_comparison import register_says
from tests.unit.ocr.written_page import headed

pytestmark = pytest.mark.needs("tesseract")

CODE, DAY = "1435/QĐ-BCT", date(2026, 4, 8)


def scan(path: Path) -> None:
    page = headed("1435", "08")
    page.print_line(880, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    page.print_line(960, 200, "Độc lập - Tự do - Hạnh phúc")
    page.print_line(720, 400, "QUYẾT ĐỊNH")
    page.print_line(480, 460, "Về việc ban hành Quy chế quản lý hồ sơ")
    page.print_line(520, 560, "BỘ TRƯỞNG BỘ CÔNG THƯƠNG")
    Image.fromarray(page.image).save(path, dpi=(200, 200))


@pytest.fixture
def read(house: House) -> House:
    scan(house.record / "a.png")
    house.run()
    return house


def field(house: House, name: str) -> FieldView:
    (record,) = show_record(house.ctx, RECORD)
    return next(one for one in record.documents[0].fields if one.name == name)


def test_what_was_written_is_proposed_to_the_person_who_is_asked(read: House) -> None:
    asked = {one.field_name: one for one in review.open_questions(read.ctx)}
    assert (asked["code"].value, asked["code"].reason_code) == (CODE, HANDWRITTEN)
    assert (asked["issued_on"].value, asked["issued_on"].reason_code) == (DAY.isoformat(), HANDWRITTEN)
    bar = accept_confidence(read.ctx.settings.review.wrong_share)
    assert all(0.5 <= (asked[name].confidence or 0.0) < bar for name in ("code", "number", "issued_on"))


def test_a_person_who_finds_the_proposal_right_accepts_it(read: House) -> None:
    review.accept(read.ctx, read.document().id, "code")
    assert (field(read, "code").value, field(read, "code").source) == (CODE, "person")
    assert "code" not in {one.field_name for one in review.open_questions(read.ctx)}


def with_register(house: House, **row: object) -> dict[str | None, review.OpenQuestion]:
    scan(house.record / "a.png")
    house.drain()
    register_says(house, **row)
    house.run()
    return {one.field_name: one for one in review.open_questions(house.ctx)}


def test_what_was_written_is_accepted_where_the_register_says_the_same(house: House) -> None:
    asked = with_register(house, symbol=CODE, issued_on=DAY)
    assert {"code", "number", "issued_on"} & set(asked) == set()
    assert (field(house, "code").value, field(house, "code").status) == (CODE, "accepted")


def test_what_was_written_is_asked_about_beside_what_the_register_says_otherwise(house: House) -> None:
    asked = with_register(house, symbol="1436/QĐ-BCT", issued_on=date(2026, 4, 18))
    assert (asked["code"].value, asked["code"].register_value) == (CODE, "1436/QĐ-BCT")
    assert (asked["issued_on"].value, asked["issued_on"].register_value) == ("2026-04-08", "2026-04-18")
