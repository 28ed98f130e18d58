"""A site's own document type is a file in its home folder: no code is needed, and only its papers are read anew."""

from pathlib import Path

import pytest
from sqlalchemy import select

from config.errors import ReferenceDataError
from pipeline.backfill import BackfillScope, plan_backfill
from pipeline.health_reference import check_types
from pipeline.review import set_value
from storage.ledger.models import FieldValue
from tests.integration.pipeline.house import OWN_PAPER, OWN_TYPE, House, page


@pytest.fixture
def own(house: House) -> Path:
    """A house with a type of its own, and with one paper of it beside a notice that is archived."""
    file = house.home / "document_types" / "tieng_cuoi.toml"
    file.parent.mkdir()
    file.write_text(OWN_TYPE, "utf-8")
    page(house.record / "cuoi.png", *OWN_PAPER)
    page(house.record / "thong-bao.png")
    house.run()
    return file


def fields(house: House) -> dict[str, str | None]:
    with house.ctx.ledger.reading() as session:
        rows = session.scalars(
            select(FieldValue).where(FieldValue.name.startswith("laugh"), FieldValue.source == "ocr")
        )
        return {row.name: row.value for row in rows}


@pytest.mark.needs("tesseract", "poppler")
def test_a_file_in_the_home_folder_is_a_new_type_whose_fields_are_read(house: House, own: Path) -> None:
    assert own.exists()
    assert fields(house) == {"laughed_by": "Trần Văn Thành", "laughs": "12", "laughed_on": "2026-03-05"}
    laughed = next(document for document in house.documents() if document.type_code == "PGNTC")
    set_value(house.ctx, laughed.id, "Laughed on", "6.3.2026")
    with house.ctx.ledger.reading() as session:
        said = session.scalars(select(FieldValue.value).where(FieldValue.source == "person")).all()
    assert said == ["2026-03-06"]


@pytest.mark.needs("tesseract", "poppler")
def test_a_changed_template_makes_its_own_papers_stale_and_no_others(house: House, own: Path) -> None:
    assert not plan_backfill(house.ctx, BackfillScope()).documents
    own.write_text(OWN_TYPE.replace("Số tiếng cười", "Ngày đã cười hay"), "utf-8")
    assert plan_backfill(house.ctx, BackfillScope()).by_stage == {"extract": 1}
    house.backfill()
    assert set(fields(house)) == {"laughed_by", "laughed_on"}
    assert not plan_backfill(house.ctx, BackfillScope()).documents


@pytest.mark.needs("tesseract", "poppler")
def test_a_new_title_may_be_any_paper_s_and_makes_all_stale(house: House, own: Path) -> None:
    own.write_text(OWN_TYPE.replace("legal_basis", 'titles = ["PHIẾU CƯỜI"]\nlegal_basis', 1), "utf-8")
    assert plan_backfill(house.ctx, BackfillScope()).by_stage == {"extract": 2}


def test_a_faulty_file_stops_the_run_before_any_document_and_the_check_up_names_it(house: House) -> None:
    file = house.home / "document_types" / "sai.toml"
    file.parent.mkdir()
    file.write_text(OWN_TYPE.replace('form = "name"', 'form = "nam"'), "utf-8")
    (result,) = check_types(house.ctx)
    assert not result.is_well
    assert "sai.toml" in result.found
    assert "laughed_by" in result.found
    with pytest.raises(ReferenceDataError, match="laughed_by"):
        house.run()
    file.write_text(OWN_TYPE, "utf-8")
    (result,) = check_types(house.ctx)
    assert result.is_well
