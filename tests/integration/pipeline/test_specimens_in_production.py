"""Fictional papers never come into a production ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from config.settings import load_settings
from pipeline import review
from pipeline.context import Context
from pipeline.founding import found
from pipeline.intake import drain
from pipeline.runner import process
from scripts.specimen.studio import render_specimens
from storage.ledger.models import Document, InboxItem, StoredObject
from storage.ledger.states import DocumentState, Environment
from tests.integration.pipeline.house import AGENCY, LETTER, RECORD, SHEET, page

FOOT = "MẪU - tài liệu hư cấu để thử phần mềm, không có giá trị"


@pytest.fixture
def production(tmp_path: Path) -> Iterator[Context]:
    ctx = Context(load_settings(tmp_path / "home", inbox={"stable_after_s": 0}), actor="test")
    found(ctx, Environment.PRODUCTION)
    (ctx.settings.inbox_folder / "lo.toml").write_text(SHEET, "utf-8")
    yield ctx
    ctx.ledger.close()


def lay_specimens(ctx: Context, tmp_path: Path) -> None:
    render_specimens(tmp_path / "specimens", seed=4, count=1)
    for entry in (tmp_path / "specimens" / "inbox").iterdir():
        entry.rename(ctx.settings.inbox_folder / entry.name)


def take_in(ctx: Context, *lines: str) -> Document:
    """Lay a scanned page into the inbox and bring it as far as it goes."""
    page(ctx.settings.inbox_folder / AGENCY / RECORD / "a.png", *lines)
    assert drain(ctx, lambda _path, _cause: None).taken == 1
    return go_on(ctx)


def go_on(ctx: Context) -> Document:
    with ctx.ledger.reading() as session:
        document_id = session.scalars(select(Document.id)).one()
    process(ctx, document_id)
    with ctx.ledger.reading() as session:
        return session.get_one(Document, document_id)


def stored(ctx: Context) -> int:
    with ctx.ledger.reading() as session:
        return len(session.scalars(select(StoredObject.id)).all())


@pytest.mark.parametrize("sheet_says_so", [True, False])
def test_a_production_ledger_takes_no_specimen(production: Context, tmp_path: Path, sheet_says_so: bool) -> None:
    lay_specimens(production, tmp_path)
    if not sheet_says_so:
        for sheet in production.settings.inbox_folder.rglob("lo.toml"):
            sheet.write_text(SHEET, "utf-8")
    assert drain(production, lambda _path, _cause: None).refused == 1
    with production.ledger.reading() as session:
        assert session.scalars(select(InboxItem.reason_code)).all() == ["specimen_marked"]
        assert session.scalars(select(Document.id)).all() == []


@pytest.mark.needs("tesseract", "poppler")
def test_a_specimen_printed_and_scanned_again_waits_for_a_person_before_anything_is_kept(production: Context) -> None:
    document = take_in(production, *LETTER, FOOT)
    assert (document.state, document.reason_code) == (DocumentState.WAITING_REVIEW, "specimen_suspected")
    assert stored(production) == 0
    assert review.foreseen_of_reject(production, document.id) is DocumentState.REFUSED
    assert review.reject(production, document.id) is DocumentState.REFUSED
    with production.ledger.reading() as session:
        assert session.scalars(select(Document.reason_code)).all() == ["specimen_confirmed"]


@pytest.mark.needs("tesseract", "poppler")
def test_a_person_overrules_a_false_alarm_about_a_specimen(production: Context) -> None:
    document = take_in(production, *LETTER, FOOT)
    review.accept(production, document.id)
    after = go_on(production)
    assert after.reason_code is None
    assert stored(production) > 0


@pytest.mark.needs("tesseract", "poppler")
def test_the_number_of_a_real_form_is_no_sign_of_a_specimen(production: Context) -> None:
    document = take_in(production, *LETTER, "Mẫu số 01 - tờ khai của người nộp hồ sơ")
    assert document.reason_code is None
    assert stored(production) > 0
