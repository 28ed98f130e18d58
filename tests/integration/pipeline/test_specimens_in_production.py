"""Fictional papers never come into a production ledger, and what the law wants and nobody filled is listed."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from config.settings import load_settings
from pipeline.archival_metadata import MISSING, note_missing
from pipeline.context import Context
from pipeline.founding import found
from pipeline.intake import drain
from scripts.specimen.studio import render_specimens
from storage.ledger.models import Document, Finding, InboxItem
from storage.ledger.states import Environment
from storage.ledger.types import new_id


def test_a_production_ledger_takes_no_specimen(tmp_path: Path) -> None:
    ctx = Context(load_settings(tmp_path / "home", inbox={"stable_after_s": 0}), actor="test")
    found(ctx, Environment.PRODUCTION)
    render_specimens(tmp_path / "specimens", seed=4, count=1)
    (tmp_path / "specimens" / "inbox").rename(tmp_path / "moved")
    for entry in (tmp_path / "moved").iterdir():
        entry.rename(ctx.settings.inbox_folder / entry.name)
    assert drain(ctx, lambda _path, _cause: None).refused == 1
    with ctx.ledger.reading() as session:
        assert session.scalars(select(InboxItem.reason_code)).all() == ["specimen"]
        assert session.scalars(select(Document.id)).all() == []


def test_missing_archival_metadata_is_a_finding_until_it_is_filled(tmp_path: Path) -> None:
    ctx = Context(load_settings(tmp_path / "home"), actor="test")
    found(ctx, Environment.TEST)
    now = datetime.now(UTC)
    with ctx.ledger.session() as session:
        document = Document(
            id=new_id(), agency_code="H41.99", original_sha256="0" * 64, received_at=now, state_since=now, language="01"
        )
        session.add(document)
        session.flush()
        note_missing(session, document, now)
        session.flush()
        details = session.scalars(select(Finding.details).where(Finding.code == MISSING)).one()
        assert details is not None
        assert "maintenance" in details["missing"]
        assert "language" not in details["missing"]
        document.maintenance, document.mode, document.confidence_level = "02", "01", "02"
        document.risk_recovery = False
        note_missing(session, document, now)
        session.flush()
        assert session.scalars(select(Finding.id).where(Finding.code == MISSING)).all() == []
