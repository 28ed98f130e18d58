"""The clock of the context is the only one: keys, seal, timestamp and ledger tell one time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from config.settings import load_settings
from pipeline.context import Context
from pipeline.founding import found
from pipeline.runner import process, workable
from pipeline.verification import verify_record
from signing.report import Verdict
from storage.ledger.models import DocumentVersion, Signature
from storage.ledger.states import Environment
from tests.integration.pipeline.house import AGENCIES, RECORD, House, page

FIXED = datetime(2041, 2, 3, 4, 5, 6, tzinfo=UTC)
"""Later than the keys of another day would be good for."""


@pytest.mark.needs("tesseract", "poppler")
def test_a_fixed_clock_shows_in_keys_seal_and_timestamp(tmp_path: Path) -> None:
    home, agencies = tmp_path / "home", tmp_path / "agencies.toml"
    agencies.write_text(AGENCIES, "utf-8")
    house = House(home)
    house.ctx = Context(load_settings(home, inbox={"stable_after_s": 0}), actor="tester", clock=lambda: FIXED)
    found(house.ctx, Environment.TEST, agencies)
    page(house.record / "a.png")
    house.archive_all()
    assert house.states() == ["archived"]
    assert workable(house.ctx) == []
    assert process(house.ctx, house.document().id) is None
    with house.ctx.ledger.reading() as session:
        signature, archive_timestamp = session.scalars(select(Signature).order_by(Signature.field)).all()
        version = session.scalars(select(DocumentVersion)).one()
    assert (signature.signed_at, signature.timestamp_at, version.sealed_at) == (FIXED, FIXED, FIXED)
    assert (archive_timestamp.signed_at, archive_timestamp.timestamp_at) == (FIXED, FIXED)
    certificate = house.ctx.sealer.identity("Ủy ban nhân dân xã Mẫu").certificate
    assert FIXED - timedelta(days=2) < certificate.not_valid_before < FIXED
    (proof,) = verify_record(house.ctx, RECORD)
    assert proof.verdict is Verdict.VALID
