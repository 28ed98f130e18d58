"""Backups: made while work goes on, small day by day, proven before they are believed, and back after all is gone."""

import json
import os
import shutil
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from config.backup_rules import backup_rules, load_backup_rules
from config.errors import ChainBrokenError, ReferenceDataError, UsageError
from config.settings import load_settings
from pipeline.audit import audit_installation
from pipeline.backups.accepting import RestoreReason, accept_older
from pipeline.backups.making import MadeBackup, back_up
from pipeline.backups.manifest import BackupBrokenError
from pipeline.backups.pieces import cut_rows
from pipeline.backups.places import BackupPlaceError, FolderPlace, NoBackupError, open_place
from pipeline.backups.reading import check_backup, read_backup
from pipeline.backups.restoring import LedgerBehindError, NotEmptyError, restore
from pipeline.backups.retention import superfluous
from pipeline.backups.standing import backup_warnings, check_backups
from pipeline.context import Context
from pipeline.event_chain import check_event_chain, ensure_not_rolled_back, seal_head
from pipeline.founding import found
from pipeline.lost_events import LOST, RESTORED, NotReconciledError
from pipeline.reconciling import reconcile
from pipeline.sealed_heads import LedgerRolledBackError, stored_seqs
from signing.report import Verdict
from storage.ledger import events
from storage.ledger.models import Event
from storage.ledger.states import DocumentState, Environment
from storage.migrations import rules_v1
from tests.integration.pipeline.house import SHEET, House, copy_of, page
from tests.services import S3Server
from tests.system_temp import leave_scratch

pytestmark = pytest.mark.needs("tesseract", "poppler")

LOST_LEDGER = RestoreReason.LOST


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Another disk."""
    return tmp_path / "other-disk"


def add_events(house: House, count: int = 1) -> None:
    with house.ctx.ledger.session() as session:
        for number in range(count):
            events.append(
                session,
                kind="test.happened",
                actor="tester",
                subject_type="test",
                subject_id="1",
                at=house.ctx.clock(),
                payload={"number": number},
            )


def kinds(house: House) -> list[str]:
    with house.ctx.ledger.reading() as session:
        return list(session.scalars(select(Event.kind).order_by(Event.seq)))


def burn(house: House, keep: tuple[str, ...] = ("store", "keys")) -> None:
    """Let the machine be lost with all that is on it; the store and the keys were elsewhere."""
    house.ctx.ledger.close()
    for path in house.home.iterdir():
        if path.name not in keep:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    leave_scratch()


def come_back(house: House, place: Path | str, **options: Any) -> Any:
    return restore(house.open, str(place), LOST_LEDGER, **options)


def test_everything_is_lost_and_comes_back(archived: House, elsewhere: Path) -> None:
    (archived.home / "signers.toml").write_text("schema = 1\n", "utf-8")
    before = kinds(archived)
    made = back_up(archived.ctx, to=str(elsewhere))
    assert made.unsigned is None
    burn(archived)
    found_back = come_back(archived, elsewhere)
    assert (found_back.lost, found_back.signed.verdict) == (0, Verdict.VALID)
    assert "signers.toml" in found_back.placed
    assert kinds(archived) == [*before, RESTORED]
    assert archived.states() == [DocumentState.ARCHIVED]
    assert audit_installation(archived.ctx, reread=True).findings == ()
    with pytest.raises(NotReconciledError):
        archived.run()
    assert reconcile(archived.ctx, repair=True, read=True).open == 0
    (archived.inbox / "lo.toml").write_text(SHEET, "utf-8")
    page(archived.record / "b.png", seed=3)
    archived.archive_all()
    assert archived.states() == [DocumentState.ARCHIVED, DocumentState.ARCHIVED]


def test_a_backup_holds_no_key_and_only_its_owner_may_read_it(archived: House, elsewhere: Path) -> None:
    (archived.home / "keys" / "more.toml").write_text("secret = 1\n")
    made = back_up(archived.ctx, to=str(elsewhere))
    assert not [file.path for file in made.manifest.files if "keys" in file.path]
    for path in [elsewhere, *elsewhere.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_days_add_what_is_new_and_a_month_begins_anew(archived: House, elsewhere: Path) -> None:
    now = datetime(2026, 3, 30, 18, tzinfo=UTC)
    archived.ctx.clock = lambda: now
    first = back_up(archived.ctx, to=str(elsewhere))
    add_events(archived)
    second = back_up(archived.ctx, to=str(elsewhere))
    assert (first.manifest.kind, second.manifest.kind) == ("full", "incremental")
    assert second.manifest.set_name == first.manifest.name != second.manifest.name
    assert second.manifest.new_bytes < first.manifest.ledger.size
    assert back_up(archived.ctx, to=str(elsewhere), full=True).manifest.kind == "full"
    # In Việt Nam April has begun.
    now = datetime(2026, 3, 31, 18, tzinfo=UTC)
    third = back_up(archived.ctx, to=str(elsewhere))
    assert (third.manifest.kind, third.manifest.set_name) == ("full", third.manifest.name)


def test_old_sets_go_but_never_the_first_of_three_years(archived: House, elsewhere: Path) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    for months in (0, 1, 2, 20):
        archived.ctx.clock = lambda at=start + timedelta(days=31 * months): at  # type: ignore[misc]
        last = back_up(archived.ctx, to=str(elsewhere))
    assert last.removed == ("20250201T000000Z", "20250304T000000Z")
    assert FolderPlace(elsewhere).sets() == ["20250101T000000Z", last.manifest.name]
    assert superfluous(archived.ctx, FolderPlace(elsewhere)) == []


def test_a_backup_is_of_one_moment_while_others_write(archived: House, elsewhere: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            add_events(archived)

    writer = threading.Thread(target=write)
    writer.start()
    made = [back_up(archived.ctx, to=str(elsewhere)) for _ in range(3)]
    stop.set()
    writer.join()
    assert [one.manifest.head_seq for one in made] == sorted(one.manifest.head_seq for one in made)
    burn(archived)
    come_back(archived, elsewhere, accept_older=True)
    check_event_chain(archived.ctx)


def damaged(made: MadeBackup, elsewhere: Path, what: str) -> None:
    folder = elsewhere / made.manifest.set_name
    piece = folder / "pieces" / made.manifest.ledger.pieces[0].sha256
    manifest = folder / f"{made.manifest.name}.json"
    if what == "piece gone":
        piece.unlink()
    elif what == "piece changed":
        piece.write_bytes(piece.read_bytes()[:-1])
    elif what == "no manifest":
        manifest.write_text("{}")
    else:
        facts = json.loads(manifest.read_text())
        facts["head_seq"] -= 1
        manifest.write_bytes(json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
        if what == "other head, unsigned":
            manifest.with_suffix(".p7s").unlink()


@pytest.mark.parametrize("what", ["piece gone", "piece changed", "no manifest", "other head", "other head, unsigned"])
def test_a_backup_that_was_damaged_or_forged_gives_no_ledger(archived: House, elsewhere: Path, what: str) -> None:
    damaged(back_up(archived.ctx, to=str(elsewhere)), elsewhere, what)
    burn(archived)
    with pytest.raises(BackupBrokenError):
        come_back(archived, elsewhere)
    assert not (archived.home / "ledger.sqlite3").exists()
    assert not list(archived.home.glob(".restore-*"))


def test_a_ledger_whose_log_was_rewritten_before_its_backup_gives_no_ledger(archived: House, elsewhere: Path) -> None:
    with archived.ctx.ledger.engine.begin() as connection:
        rules_v1.remove(connection)
        connection.execute(text("UPDATE event SET actor = 'somebody' WHERE seq = 3"))
        rules_v1.install(connection)
    back_up(archived.ctx, to=str(elsewhere))
    burn(archived)
    with pytest.raises(ChainBrokenError):
        come_back(archived, elsewhere)
    assert not (archived.home / "ledger.sqlite3").exists()


def test_reading_a_backup_back_finds_what_rotted(archived: House, elsewhere: Path) -> None:
    made = back_up(archived.ctx, to=str(elsewhere))
    place = FolderPlace(elsewhere)
    assert check_backup(place, read_backup(place), lambda _read, _of: None) == len(made.manifest.pieces())
    damaged(made, elsewhere, "piece changed")
    with pytest.raises(BackupBrokenError):
        check_backup(place, read_backup(place), lambda _read, _of: None)


def test_nothing_is_restored_over_a_ledger_and_files_that_are_there_stay(archived: House, elsewhere: Path) -> None:
    (archived.home / "signers.toml").write_text("schema = 1\n", "utf-8")
    back_up(archived.ctx, to=str(elsewhere))
    before = (archived.home / "ledger.sqlite3").read_bytes()
    with pytest.raises(NotEmptyError):
        come_back(archived, elsewhere)
    assert (archived.home / "ledger.sqlite3").read_bytes() == before
    burn(archived)
    (archived.home / "signers.toml").write_text("schema = 1\n\n", "utf-8")
    assert come_back(archived, elsewhere).kept == ("signers.toml",)
    assert (archived.home / "signers.toml").read_text("utf-8") == "schema = 1\n\n"


def test_an_older_ledger_is_taken_only_by_a_named_act_and_its_lost_numbers_are_never_given_again(
    archived: House, elsewhere: Path
) -> None:
    made = back_up(archived.ctx, to=str(elsewhere))
    add_events(archived, 5)
    seal_head(archived.ctx)
    (last,) = list(stored_seqs(archived.ctx))[-1:]
    burn(archived)
    with pytest.raises(LedgerBehindError) as caught:
        come_back(archived, elsewhere)
    assert (caught.value.details["last"], caught.value.details["seq"]) == (made.manifest.head_seq, last)
    assert not (archived.home / "ledger.sqlite3").exists()
    assert come_back(archived, elsewhere, accept_older=True).lost == last - made.manifest.head_seq
    assert kinds(archived)[made.manifest.head_seq :] == [LOST] * (last - made.manifest.head_seq) + [RESTORED]
    with archived.ctx.ledger.reading() as session:
        act = session.scalars(select(Event).where(Event.kind == RESTORED)).one()
    assert (act.actor, act.payload["reason"]) == ("tester", "ledger_lost")
    reconcile(archived.ctx, repair=True)
    assert seal_head(archived.ctx) is not None
    assert list(stored_seqs(archived.ctx))[-1] > last
    check_event_chain(archived.ctx)
    assert audit_installation(archived.ctx).findings == ()


def test_an_older_ledger_put_back_by_hand_is_accepted_by_the_same_act(archived: House, tmp_path: Path) -> None:
    archived.ctx.ledger.close()
    shutil.copyfile(archived.home / "ledger.sqlite3", tmp_path / "old")
    archived.open()
    with pytest.raises(UsageError):
        accept_older(archived.ctx, LOST_LEDGER)
    add_events(archived)
    seal_head(archived.ctx)
    archived.ctx.ledger.close()
    shutil.copyfile(tmp_path / "old", archived.home / "ledger.sqlite3")
    archived.open()
    with pytest.raises(LedgerRolledBackError):
        ensure_not_rolled_back(archived.ctx)
    assert accept_older(archived.ctx, LOST_LEDGER) > 0
    with pytest.raises(NotReconciledError):
        ensure_not_rolled_back(archived.ctx)
    reconcile(archived.ctx, repair=True)
    ensure_not_rolled_back(archived.ctx)
    check_event_chain(archived.ctx)


def test_another_head_than_the_one_that_was_accepted_as_lost_shows(archived: House, elsewhere: Path) -> None:
    back_up(archived.ctx, to=str(elsewhere))
    add_events(archived)
    seal_head(archived.ctx)
    burn(archived)
    come_back(archived, elsewhere, accept_older=True)
    with archived.ctx.ledger.engine.begin() as connection:
        rules_v1.remove(connection)
        connection.execute(text(f"UPDATE event SET output_sha256 = NULL WHERE kind = '{LOST}'"))
        rules_v1.install(connection)
    with pytest.raises(ChainBrokenError):
        check_event_chain(archived.ctx)


def test_a_backup_that_is_too_old_is_told_and_production_is_not_well_without(
    archived: House, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert backup_warnings(archived.ctx) == ()
    assert [(one.is_well, bool(one.remedy)) for one in check_backups(archived.ctx)] == [(True, True)]
    back_up(archived.ctx, to=str(elsewhere))
    assert [(one.is_well, one.remedy) for one in check_backups(archived.ctx)] == [(True, "")]
    later = archived.ctx.clock() + timedelta(days=2)
    archived.ctx.clock = lambda: later
    assert len(backup_warnings(archived.ctx)) == 1
    monkeypatch.setattr(Context, "is_production", True)
    assert [one.is_well for one in check_backups(archived.ctx)] == [False]


def test_places_and_backups_that_are_not_there_are_told(archived: House, elsewhere: Path) -> None:
    with pytest.raises(NoBackupError):
        read_backup(FolderPlace(elsewhere))
    back_up(archived.ctx, to=str(elsewhere))
    with pytest.raises(NoBackupError):
        read_backup(FolderPlace(elsewhere), "20200101T000000Z")
    with pytest.raises(UsageError):
        open_place(archived.ctx, "s3", "test")
    with pytest.raises(BackupPlaceError):
        come_back(archived, elsewhere / "none")


def test_a_row_more_at_the_beginning_leaves_the_other_pieces_of_a_dump_as_they_are(tmp_path: Path) -> None:
    rows = [f"{number}\t{number * 7919 % 10007}\tmột dòng chữ\n".encode() for number in range(60_000)]
    (tmp_path / "a").write_bytes(b"".join(rows))
    (tmp_path / "b").write_bytes(b"".join([b"0\tnew\n", *rows]))
    with (tmp_path / "a").open("rb") as a, (tmp_path / "b").open("rb") as b:
        before, after = list(cut_rows(a)), list(cut_rows(b))
    assert len(before) > 2
    assert len(set(after) - set(before)) == 1


def test_the_law_of_backups_is_data_with_its_source(tmp_path: Path) -> None:
    rules = backup_rules()
    assert (rules.incremental_days, rules.full_months, rules.long_term_years, rules.least_copies) == (1, 1, 3, 2)
    assert "05/2025" in rules.legal_basis
    wrong = tmp_path / "backups.toml"
    for content in ("schema = 1\n", 'schema = 1\nlegal_basis = "x"\n[full]\nevery_months = 0\n'):
        wrong.write_text(content)
        with pytest.raises(ReferenceDataError):
            load_backup_rules(wrong)


@pytest.fixture
def big_house(
    template_home: Path,
    tmp_path: Path,
    postgres_url: str,
    s3_server: S3Server,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[House]:
    """An installation on PostgreSQL and an S3 store, with one archived document."""
    monkeypatch.setenv("BACKUP_ACCESS", s3_server.access_key)
    monkeypatch.setenv("BACKUP_SECRET", s3_server.secret_key)
    store = {
        "kind": "s3",
        "bucket": s3_server.create_bucket(),
        "endpoint": s3_server.endpoint,
        "access_key": "env:BACKUP_ACCESS",
        "secret_key": "env:BACKUP_SECRET",
    }
    house = copy_of(template_home, tmp_path / "home", ledger={"url": postgres_url}, store=store)
    settings = load_settings(house.home, **house.settings)
    found(Context(settings, actor="tester"), Environment.TEST, template_home.with_name("agencies.toml"))
    page(house.record / "a.png")
    house.archive_all()
    yield house
    house.ctx.ledger.close()


def empty_database(house: House) -> None:
    house.ctx.ledger.close()
    with house.ctx.ledger.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


@pytest.mark.needs("postgres", "s3")
def test_postgresql_and_s3_lose_everything_and_come_back(big_house: House) -> None:
    before = kinds(big_house)
    made = back_up(big_house.ctx, to="s3")
    second = back_up(big_house.ctx, to="s3")
    assert (second.manifest.kind, second.unsigned) == ("incremental", None)
    assert reconcile(big_house.ctx).open == 0, "backups in the bucket are no strangers"
    page(big_house.record / "b.png", seed=3)
    big_house.archive_all()
    burn(big_house, keep=("keys",))
    with pytest.raises(NotEmptyError):
        come_back(big_house, "s3")
    empty_database(big_house)
    with pytest.raises(LedgerBehindError):
        come_back(big_house, "s3", name=made.manifest.name)
    assert big_house.ctx.ledger.revision() is None, "what was not accepted is taken out again"
    found_back = come_back(big_house, "s3", name=second.manifest.name, accept_older=True)
    assert kinds(big_house)[: len(before)] == before
    assert found_back.signed.verdict is Verdict.VALID
    assert audit_installation(big_house.ctx, reread=True).findings == ()
    report = reconcile(big_house.ctx, repair=True, read=True)
    assert (report.mended, report.open) == ({"archived_ahead": 1}, 0)
    assert big_house.states() == [DocumentState.ARCHIVED, DocumentState.ARCHIVED]
    assert audit_installation(big_house.ctx).findings == ()
    assert os.environ["BACKUP_SECRET"] not in second.manifest.content().decode()
