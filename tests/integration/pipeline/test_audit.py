"""What an auditor finds: nothing is taken out, altered or exchanged without a word that says so."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import select, text, update

from config.errors import StoreUnreachableError
from config.i18n import LANGUAGES, activate, active_language
from pipeline.audit import AuditReport, audit_installation
from pipeline.copies.audit_reading import reread_objects
from pipeline.event_chain import seal_head
from pipeline.health import examine
from pipeline.job import file_sha256
from pipeline.register import import_register, reinstate, withdraw
from pipeline.reporting import write_daily_report, write_report
from pipeline.rereading import object_standing
from pipeline.run_result import report_failures, report_rows
from pipeline.verification import verify_record
from signing.report import Verdict
from signing.seal import SealRequest
from storage.ledger.models import Event, StoredObject
from tests.integration.pipeline.house import AGENCY, AGENCY_NAME, RECORD, House, copy_of, page
from tests.integration.pipeline.test_event_chain import tamper

pytestmark = pytest.mark.needs("tesseract", "poppler")

TITLES = {"Stored files", "Tệp trong kho"}


@pytest.fixture(scope="module")
def archived_home(template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with one archived record of one document."""
    house = copy_of(template_home, tmp_path_factory.mktemp("archived") / "home")
    page(house.record / "a.png")
    house.archive_all()
    assert house.states() == ["archived"]
    seal_head(house.ctx)
    house.ctx.ledger.close()
    return house.home


@pytest.fixture
def archive(archived_home: Path, tmp_path: Path) -> House:
    return copy_of(archived_home, tmp_path / "home")


def stored(house: House, kind: str = "archival") -> Path:
    with house.ctx.ledger.reading() as session:
        key = session.scalars(select(StoredObject.key).where(StoredObject.kind == kind)).one()
    return house.home / "store" / key


def put_in_place(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    put_in_place(path, bytes(content))


def exchange(house: House) -> None:
    """Put another PDF, sealed by the same agency with the same key, in place of the archived one."""
    other = house.home / "other.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(house.home / "blank.pdf")
    request = SealRequest(house.home / "blank.pdf", other, "SAO Y", AGENCY_NAME, house.ctx.clock())
    house.ctx.sealer.seal(request)
    put_in_place(stored(house), other.read_bytes())


def exchange_with_its_row(house: House) -> None:
    """As `exchange`, and the ledger's row changed to fit."""
    exchange(house)
    sha256 = file_sha256(stored(house))
    with house.ctx.ledger.session() as session:
        session.execute(update(StoredObject).where(StoredObject.kind == "archival").values(sha256=sha256))


def forget(house: House) -> None:
    with house.ctx.ledger.session() as session:
        session.execute(text("DELETE FROM stored_object WHERE kind = 'original'"))


def swap_chain(house: House) -> None:
    """Put the chain folder of another installation in place of this one's."""
    for path in house.ctx.settings.chain_folder.glob("*.p7s"):
        path.write_bytes(b"of another")


CRIMES: dict[str, tuple[Callable[[House], object], str]] = {
    "event deleted": (lambda house: tamper(house, "DELETE FROM event WHERE seq = 5"), "chain_broken"),
    "payload changed": (lambda house: tamper(house, "UPDATE event SET payload = '{}' WHERE seq = 1"), "chain_broken"),
    "log cut": (lambda house: tamper(house, "DELETE FROM event WHERE seq > 5"), "ledger_rolled_back"),
    "chain folder swapped": (swap_chain, "chain_broken"),
    "object removed": (lambda house: stored(house).unlink(), "object_fault"),
    "original removed": (lambda house: stored(house, "original").unlink(), "object_fault"),
    "byte flipped": (lambda house: flip(stored(house)), "object_fault"),
    "exchanged": (exchange, "object_fault"),
    "exchanged with its row": (exchange_with_its_row, "object_not_in_log"),
    "row deleted": (forget, "object_not_in_ledger"),
}


def sql(statement: str) -> Callable[[House], None]:
    """Give what somebody does who owns the database."""

    def run(house: House) -> None:
        house.ctx.ledger.close()
        with closing(sqlite3.connect(house.home / "ledger.sqlite3")) as connection:
            triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in triggers:
                connection.execute(f'DROP TRIGGER "{name}"')
            connection.execute(statement)
            connection.commit()
        house.open()

    return run


FORGERIES: dict[str, tuple[Callable[[House], object], str]] = {
    "state": (sql("UPDATE document SET state = 'in_work'"), "its last event says “archived”"),
    "document gone": (sql("DELETE FROM document"), "the events tell of it; the ledger's row is gone"),
    "document moved": (
        sql("UPDATE document SET record_id = (SELECT id FROM document LIMIT 1)"),
        "another record than the one it was admitted to",
    ),
    "version": (sql("UPDATE document SET current_version = 7"), "version 7 is given as the current one"),
    "sealed hash": (sql(f"UPDATE document_version SET sealed_sha256 = '{'0' * 64}'"), "sealed with this hash"),
    "archived day": (sql("UPDATE document_version SET archived_at = '2025-01-01 00:00:00'"), "was archived at"),
    "never sealed": (sql("UPDATE document_version SET sealed_sha256 = NULL"), "was never sealed"),
    "seal unsound": (sql("UPDATE signature SET verdict = 'invalid'"), "is not given as sound"),
    "record": (sql("UPDATE record SET state = 'superseded'"), "record H41.99-260311-0001"),
    "who released": (sql("UPDATE \"release\" SET actor = 'khac'"), "khac is given as who decided"),
    "sample": (sql("UPDATE \"release\" SET sample = '{}'"), "its sample"),
    "covered": (sql("UPDATE release_document SET assembled_sha256 = NULL"), "the documents it covers"),
    "released when": (sql("UPDATE \"release\" SET decided_at = '2025-01-01 00:00:00'"), "no event tells of it"),
    "withdrawn": (
        sql("UPDATE register_entry SET withdrawn_at = '2026-01-01 00:00:00' WHERE record_code LIKE '%0002'"),
        "register row H41.99-260311-0002: no event withdraws it",
    ),
    "reinstated": (
        sql("UPDATE register_entry SET withdrawn_at = NULL WHERE withdrawn_at IS NOT NULL"),
        "register row H41.99-260311-0003: its last event withdraws it",
    ),
    "who withdrew": (
        sql("UPDATE register_entry SET withdrawn_by = 'khac' WHERE withdrawn_at IS NOT NULL"),
        "register row H41.99-260311-0003: no event withdraws it",
    ),
    "register row gone": (
        sql("DELETE FROM register_entry WHERE record_code LIKE '%0002'"),
        "it added 3 rows, the ledger has 2",
    ),
    "import": (sql("UPDATE register_import SET actor = 'khac'"), "its file, figures or person"),
    "figures": (sql("UPDATE progress_snapshot SET figures = '{}'"), "progress snapshot of"),
    "figures and hash": (
        sql(f"UPDATE progress_snapshot SET figures = '{{}}', sha256 = '{hashlib.sha256(b'{}').hexdigest()}'"),
        "progress snapshot of",
    ),
    "snapshot gone": (sql("DELETE FROM progress_snapshot"), "progress snapshot of"),
}


@pytest.fixture(scope="module")
def counted_home(archived_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a register of three rows, one of them withdrawn, and frozen figures."""
    house = copy_of(archived_home, tmp_path_factory.mktemp("counted") / "home")
    rows = "".join(f"{AGENCY},H41.99-260311-000{number},01/03/2026\n" for number in (1, 2, 3))
    (house.home / "danh-muc.csv").write_text(f"Cơ quan,Mã hồ sơ,Ngày trả kết quả\n{rows}", "utf-8")
    clock = house.ctx.clock
    with house.ctx.ledger.session() as session:
        assert import_register(session, house.home / "danh-muc.csv", "tester", clock).added == 3
    with house.ctx.ledger.session() as session:
        withdraw(session, "H41.99-260311-0003", "nhập nhầm", "tester", clock)
        withdraw(session, "H41.99-260311-0001", "nhập nhầm", "tester", clock)
        reinstate(session, "H41.99-260311-0001", "rút nhầm", "tester", clock)
    write_report(house.ctx)
    house.ctx.ledger.close()
    return house.home


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_row_changed_past_the_program_is_found_and_told_in_both_languages(
    counted_home: Path, tmp_path: Path, forgery: str
) -> None:
    house = copy_of(counted_home, tmp_path / "home")
    assert audit_installation(house.ctx).findings == ()
    commit, words = FORGERIES[forgery]
    commit(house)
    before, told = active_language(), []
    try:
        for language in ("en", "vi"):
            activate(language)
            report = audit_installation(house.ctx)
            told.append([finding.found for finding in report.findings if finding.code == "ledger_row_changed"])
    finally:
        activate(before)
    assert any(words in found for found in told[0])
    assert not set(told[0]) & set(told[1])


def codes(report: AuditReport) -> set[str]:
    return {finding.code for finding in report.findings}


@pytest.mark.parametrize("crime", CRIMES)
def test_each_crime_is_found_and_told_in_both_languages(archive: House, crime: str) -> None:
    assert codes(audit_installation(archive.ctx, reread=True)) == set()
    commit, code = CRIMES[crime]
    commit(archive)
    archive.open()
    before, told = active_language(), []
    try:
        for language in LANGUAGES:
            activate(language)
            report = audit_installation(archive.ctx, reread=True)
            assert code in codes(report)
            told.append({(finding.found, finding.remedy) for finding in report.findings})
    finally:
        activate(before)
    assert not told[0] & told[1]


@pytest.mark.parametrize("crime", ["object removed", "byte flipped", "exchanged"])
def test_verify_finds_it_writes_it_down_and_the_record_counts_no_more(archive: House, crime: str) -> None:
    """Until a good copy stands there and was read again."""
    good = stored(archive).read_bytes()
    assert object_standing(archive.ctx).bad == 0
    CRIMES[crime][0](archive)
    (proof,) = verify_record(archive.ctx, RECORD)
    assert (proof.verdict, proof.ledger_match) == (Verdict.INVALID, False)
    fault = "missing" if crime == "object removed" else "other_bytes"
    assert proof.fault == fault
    assert object_standing(archive.ctx).bad == 1
    stored(archive).unlink(missing_ok=True)
    stored(archive).write_bytes(good)
    (proof,) = verify_record(archive.ctx, RECORD)
    assert (proof.verdict, proof.fault) == (Verdict.VALID, "")
    assert object_standing(archive.ctx).bad == 0
    with archive.ctx.ledger.reading() as session:
        kinds = session.scalars(select(Event.kind).where(Event.kind.startswith("object.reread")).order_by(Event.seq))
        assert [kind.rpartition(".")[2] for kind in kinds] == [fault, "good"]


def test_a_re_reading_takes_the_longest_unread_first_and_goes_on_where_it_stopped(archive: House) -> None:
    total = object_standing(archive.ctx).total
    assert total >= 2
    old = archive.ctx.clock() - timedelta(days=40)
    with archive.ctx.ledger.session() as session:
        session.execute(update(StoredObject).where(StoredObject.kind == "original").values(checked_at=old))
    flip(stored(archive, "original"))
    first = reread_objects(archive.ctx, older_than_days=30, limit=5)
    assert (first.read, first.left, [fault.kind for fault in first.faults]) == (1, 0, ["original"])
    one = reread_objects(archive.ctx, limit=1)
    assert (one.read, one.good, one.left) == (1, 1, total - 1)
    rest = reread_objects(archive.ctx)
    assert (rest.read, rest.good, rest.left) == (total, total - 1, 0)


def test_the_daily_report_reads_back_what_was_bad_before_it_counts(archive: House) -> None:
    flip(stored(archive, "archival"))
    reread_objects(archive.ctx)
    written = write_daily_report(archive.ctx)
    assert written.reread is not None
    assert (written.reread.read, len(written.reread.faults)) == (1, 1)
    assert report_failures(written) == "object_fault: 1"
    assert ("object store", "not as it was stored", 1) in {(r.subject, r.result, r.count) for r in report_rows(written)}
    assert object_standing(archive.ctx).bad == 1
    flip(stored(archive, "archival"))
    again = write_daily_report(archive.ctx)
    assert again.reread is not None
    assert (again.reread.mended, report_failures(again)) == (1, "")


def test_a_store_that_does_not_answer_keeps_no_report_from_being_written(archive: House) -> None:
    (archive.home / "store").rename(archive.home / "elsewhere")
    with archive.ctx.ledger.session() as session:
        session.execute(update(StoredObject).where(StoredObject.kind == "archival").values(check_ok=False))
    written = write_daily_report(archive.ctx)
    assert (written.folder / "progress.html").is_file()
    assert written.store_trouble == "store_unreachable"
    assert "store_unreachable: 1" in report_failures(written)


def test_a_store_that_is_not_there_condemns_no_object(archive: House) -> None:
    """A disk that is not mounted leaves an empty folder, not an archive of lost files."""
    (archive.home / "store").rename(archive.home / "elsewhere")
    with pytest.raises(StoreUnreachableError):
        reread_objects(archive.ctx)
    assert object_standing(archive.ctx).bad == 0
    shutil.rmtree(archive.home / "store")
    (archive.home / "elsewhere").rename(archive.home / "store")
    assert reread_objects(archive.ctx).faults == ()


def test_doctor_tells_of_files_that_did_not_read_back(archive: House) -> None:
    def ill() -> list[str]:
        return [result.found for result in examine(archive.ctx) if result.title in TITLES and not result.is_well]

    assert ill() == []
    flip(stored(archive, "original"))
    reread_objects(archive.ctx)
    assert len(ill()) == 1
