"""A store that is ahead of the ledger it came back with: what its seals prove returns, and no number is given twice."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from config.errors import StoreUnreachableError
from pipeline.audit import audit_installation
from pipeline.backups.accepting import RestoreReason
from pipeline.backups.making import back_up
from pipeline.backups.restoring import restore
from pipeline.event_chain import seal_head
from pipeline.reconciling import Kind, ReconcileReport, bringing_back, reconcile
from pipeline.verification import verify_record
from signing.report import Verdict
from storage.ledger.models import Document, DocumentVersion, Page, Record, Signature, StoredObject
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import AGENCY, RECORD, SHEET, House, copy_of, page

pytestmark = pytest.mark.needs("tesseract", "poppler")

SECOND, THIRD = "H41.99-260311-0002", "H41.99-260311-0003"


def scan(house: House, record: str, seed: int, name: str = "a.png") -> Path:
    (house.inbox / "lo.toml").parent.mkdir(exist_ok=True)
    (house.inbox / "lo.toml").write_text(SHEET, "utf-8")
    return page(house.inbox / AGENCY / record / name, seed=seed)


@pytest.fixture(scope="module")
def ahead_home(template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document that waited for its review when the ledger was backed up.

    Since then it was archived, another came in and was archived, and a third came in.
    """
    home = tmp_path_factory.mktemp("ahead") / "home"
    house = copy_of(template_home, home)
    scan(house, RECORD, 0)
    house.run()
    back_up(house.ctx, to=str(home / "backup"))
    house.archive_all()
    scan(house, SECOND, 5)
    house.archive_all()
    scan(house, THIRD, 6)
    house.run()
    house.ctx.ledger.close()
    return home


@pytest.fixture
def ahead(ahead_home: Path, tmp_path: Path) -> Iterator[House]:
    """The same, its machine lost and come back as the backup has it."""
    house = copy_of(ahead_home, tmp_path / "home")
    house.ctx.ledger.close()
    for path in house.home.iterdir():
        if path.name not in {"store", "keys", "backup"}:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    restore(house.open, str(house.home / "backup"), RestoreReason.LOST, accept_older=True)
    yield house
    house.ctx.ledger.close()


def found(report: ReconcileReport) -> dict[str, int]:
    return dict(report.found)


def records(house: House) -> dict[str, Record]:
    with house.ctx.ledger.reading() as session:
        return {record.code: record for record in session.scalars(select(Record))}


def test_what_seals_prove_comes_back_as_archived_under_its_old_ids_and_numbers(ahead: House) -> None:
    assert found(reconcile(ahead.ctx)) == {Kind.ARCHIVED_AHEAD: 2, Kind.SCAN_AHEAD: 1}
    assert ahead.states() == [DocumentState.WAITING_REVIEW], "asking changes nothing"
    report = reconcile(ahead.ctx, repair=True)
    assert (dict(report.mended), report.open) == ({Kind.ARCHIVED_AHEAD: 2}, 1)
    assert ahead.states() == [DocumentState.ARCHIVED, DocumentState.ARCHIVED]
    for record in (RECORD, SECOND):
        assert [proof.verdict for proof in verify_record(ahead.ctx, record)] == [Verdict.VALID]
    with ahead.ctx.ledger.reading() as session:
        keys = session.scalars(select(StoredObject.key)).all()
        ids = {str(record_id) for record_id in session.scalars(select(Record.id))}
        assert {key.split("/")[3] for key in keys} <= ids
        assert len(session.scalars(select(Signature)).all()) == 4
    assert audit_installation(ahead.ctx, reread=True).findings == ()
    assert seal_head(ahead.ctx) is not None


def test_a_scan_that_was_not_sealed_yet_is_taken_in_again_under_a_new_number(ahead: House) -> None:
    reconcile(ahead.ctx, repair=True)
    assert records(ahead)[THIRD].next_stt == 2
    scan(ahead, THIRD, 6)
    ahead.archive_all()
    with ahead.ctx.ledger.reading() as session:
        third = session.scalars(select(Document).where(Document.record_id == records(ahead)[THIRD].id)).one()
    assert (third.stt, third.state) == (2, DocumentState.ARCHIVED)
    assert reconcile(ahead.ctx, read=True).open == 0, "the older copy of the scan is accounted for"


def test_a_repair_that_fails_keeps_the_number_so_that_a_later_one_can_bring_the_document_back(
    ahead: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_args: object) -> None:
        raise StoreUnreachableError(store="s", cause="no answer in time")

    with monkeypatch.context() as patch:
        patch.setattr(bringing_back, "_receipt", unreachable)
        assert not reconcile(ahead.ctx, repair=True).mended
    assert records(ahead)[SECOND].next_stt == 2
    scan(ahead, SECOND, 7, "b.png")
    ahead.run()
    assert dict(reconcile(ahead.ctx, repair=True).mended) == {Kind.ARCHIVED_AHEAD: 2}
    assert [proof.verdict for proof in verify_record(ahead.ctx, SECOND)] == [Verdict.VALID]


def test_text_and_fields_of_what_came_back_are_read_anew(ahead: House) -> None:
    reconcile(ahead.ctx, repair=True)
    with ahead.ctx.ledger.reading() as session:
        second = session.scalars(select(Document).where(Document.record_id == records(ahead)[SECOND].id)).one()
        pages = select(Page).join(DocumentVersion, DocumentVersion.id == Page.version_id)
        assert not session.scalars(pages.where(DocumentVersion.document_id == second.id)).all()
    assert not ahead.backfill().has_failures
    with ahead.ctx.ledger.reading() as session:
        assert session.scalars(pages.where(DocumentVersion.document_id == second.id)).one().text
    assert ahead.states() == [DocumentState.ARCHIVED, DocumentState.ARCHIVED]


def test_a_sealed_file_under_another_number_proves_nothing_and_its_number_stays_taken(ahead: House) -> None:
    (sealed,) = (ahead.home / "store").rglob(f"{SECOND}.1.pdf")
    shutil.copyfile(sealed, sealed.with_name(f"{SECOND}.7.pdf"))
    sealed.chmod(0o644)
    sealed.write_bytes(sealed.read_bytes() + b"\n% more")
    # Two sealed files and two scans: the words of the second paper are those of the first.
    assert found(reconcile(ahead.ctx, repair=True)) == {Kind.ARCHIVED_AHEAD: 1, Kind.SCAN_AHEAD: 4}
    assert ahead.states() == [DocumentState.ARCHIVED]
    assert records(ahead)[SECOND].next_stt == 8


def test_a_paper_scanned_again_after_the_backup_comes_back_as_its_new_version(
    template_home: Path, tmp_path: Path
) -> None:
    house = copy_of(template_home, tmp_path / "home")
    scan(house, RECORD, 0)
    house.archive_all()
    back_up(house.ctx, to=str(house.home / "backup"))
    scan(house, RECORD, 9)
    house.archive_all()
    document = house.document()
    assert (document.current_version, document.state) == (2, DocumentState.ARCHIVED)
    house.ctx.ledger.close()
    for path in house.home.glob("ledger.sqlite3*"):
        path.unlink()
    restore(house.open, str(house.home / "backup"), RestoreReason.DAMAGED, accept_older=True)
    assert house.document().current_version == 1
    report = reconcile(house.ctx, repair=True)
    assert (dict(report.mended), report.open) == ({Kind.ARCHIVED_AHEAD: 1}, 0)
    assert (house.document().current_version, house.document().state) == (2, DocumentState.ARCHIVED)
    assert house.document().original_sha256 == document.original_sha256
    assert audit_installation(house.ctx, reread=True).findings == ()
