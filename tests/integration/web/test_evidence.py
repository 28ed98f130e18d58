"""The evidence pack on the record's page: for whoever is shown the record's personal data, and written down."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.evidence.checking import check_pack
from signing.report import Verdict
from storage.ledger.models import Event
from tests.integration.pipeline.house import RECORD
from tests.integration.web.browser import ORIGIN
from tests.integration.web.conftest import Archive

pytestmark = pytest.mark.needs("tesseract", "ghostscript", "poppler")
REASON = {"category": "complaint", "reason": "Đơn số 12 của ông Nguyễn Văn Mẫu"}


def packs_made(archive: Archive) -> list[tuple[str, object]]:
    with archive.house.ctx.ledger.reading() as session:
        found = session.scalars(select(Event).where(Event.kind == "record.evidence_packed").order_by(Event.seq))
        return [(event.actor, event.payload["purpose"]) for event in found]


def test_an_auditor_takes_the_pack_for_a_reason_and_an_archivist_by_role(archive: Archive, tmp_path: Path) -> None:
    path = f"/records/{archive.record_id}"
    auditor = archive.browser("minh")
    assert f'action="{path}/evidence"' not in auditor.get(path).text
    assert auditor.post(f"{path}/evidence", seen_on=path).status_code == 403
    assert packs_made(archive) == []
    auditor.post(f"{path}/personal-data", REASON, seen_on="/")
    assert f'action="{path}/evidence"' in auditor.get(path).text
    answer = auditor.post(f"{path}/evidence", seen_on=path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert f"TEST_bang-chung_{RECORD}.zip" in answer.headers["content-disposition"]
    assert archive.browser("lan").post(f"{path}/evidence", seen_on=path).status_code == 200
    assert packs_made(archive) == [("web:minh", "complaint"), ("web:lan", None)]
    pack = tmp_path / "pack.zip"
    pack.write_bytes(answer.content)
    roots = tmp_path / "roots"
    roots.mkdir()
    shutil.copy2(archive.house.ctx.settings.keys_folder / "test-ca.cert.pem", roots)
    assert check_pack(pack, roots).verdict is Verdict.VALID


def test_a_form_of_another_page_and_a_visitor_who_is_not_signed_in_get_none(archive: Archive) -> None:
    path = f"/records/{archive.record_id}/evidence"
    archivist = archive.browser("lan")
    assert archivist.client.post(path, data={}, headers={"Origin": ORIGIN}).status_code == 403
    assert archivist.client.post(path, data={}, headers={"Origin": "http://elsewhere"}).status_code == 403
    assert archivist.get(path).status_code == 404
    assert archive.browser().post(path).status_code == 303
    assert packs_made(archive) == []
