"""What may go wrong around backups: other things in their place, a disk that is not there, refused restores."""

import io
import json
import shutil
import sqlite3
from contextlib import closing, redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text

from config.errors import ExitCode, LedgerError
from config.settings import load_settings
from pipeline.backups import making, restoring
from pipeline.backups.accepting import RestoreReason
from pipeline.backups.making import MadeBackup, back_up
from pipeline.backups.manifest import BackupBrokenError
from pipeline.backups.places import BackupPlaceError, FolderPlace
from pipeline.backups.reading import names_of, read_backup
from pipeline.backups.restoring import NotEmptyError, Restored, restore
from pipeline.context import Context
from pipeline.event_chain import seal_head
from pipeline.founding import found
from scripts.application import run
from signing.report import Verdict
from storage.ledger import events, open_ledger
from storage.ledger.copying import copy_ledger
from storage.ledger.postgres_programs import _asked
from storage.ledger.states import Environment
from tests.integration.pipeline.house import House, copy_of
from tests.services import PostgresServer

ROOT = "trust/root.pem"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Another disk."""
    return tmp_path / "other-disk"


@pytest.fixture(scope="module")
def trusting_home(template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation whose trusted roots lie in `trust/`, and whose log has a signed head."""
    home = tmp_path_factory.mktemp("trusting") / "home"
    house = copy_of(template_home, home)
    (home / "trust").mkdir(exist_ok=True)
    shutil.copyfile(home / "keys" / "test-ca.cert.pem", home / ROOT)
    seal_head(house.ctx)
    house.ctx.ledger.close()
    return home


@pytest.fixture
def kept(trusting_home: Path, tmp_path: Path) -> House:
    return copy_of(trusting_home, tmp_path / "home")


def happen(house: House) -> None:
    with house.ctx.ledger.session() as session:
        events.append(
            session, kind="test.happened", actor="lan", subject_type="test", subject_id="1", at=house.ctx.clock()
        )


def lose(house: House, *left: str) -> None:
    """Let all be lost but the store and what is named."""
    house.ctx.ledger.close()
    for path in house.home.iterdir():
        if path.name not in {"store", *left}:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def come_back(house: House, place: Path, **options: Any) -> Restored:
    return restore(house.open, str(place), RestoreReason.EXERCISE, **options)


def type_in(house: House, *arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(["--home", str(house.home), "--actor", "lan", *arguments])
    return code, out.getvalue(), err.getvalue()


def test_a_refused_restore_brings_no_file_back(kept: House, elsewhere: Path) -> None:
    back_up(kept.ctx, to=str(elsewhere))
    (kept.home / ROOT).unlink()
    with pytest.raises(NotEmptyError):
        come_back(kept, elsewhere)
    assert not (kept.home / ROOT).exists(), "a root that is trusted no more stays away"


def test_a_backup_whose_signature_does_not_hold_brings_no_file_back(kept: House, elsewhere: Path) -> None:
    made = back_up(kept.ctx, to=str(elsewhere))
    manifest = elsewhere / made.manifest.set_name / f"{made.manifest.name}.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"kind":"full"', b'"kind":"incremental"'))
    lose(kept, "keys")
    with pytest.raises(BackupBrokenError):
        come_back(kept, elsewhere)
    assert not (kept.home / ROOT).exists()


def test_a_backup_does_not_vouch_for_its_own_signer(kept: House, elsewhere: Path) -> None:
    back_up(kept.ctx, to=str(elsewhere))
    lose(kept)
    signed = come_back(kept, elsewhere).signed
    assert signed is not None
    assert (kept.home / ROOT).exists()
    assert signed.verdict is not Verdict.VALID, "the only root that says so came out of the backup itself"


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
def test_the_log_of_a_lost_ledger_is_never_played_into_the_one_that_comes_back(
    kept: House, elsewhere: Path, ending: str
) -> None:
    back_up(kept.ctx, to=str(elsewhere))
    lose(kept, "keys")
    (kept.home / f"ledger.sqlite3{ending}").write_bytes(b"of the lost one")
    with pytest.raises(NotEmptyError):
        come_back(kept, elsewhere)


def test_a_ledger_on_another_disk_than_the_home_folder_comes_back_too(kept: House, elsewhere: Path) -> None:
    back_up(kept.ctx, to=str(elsewhere))
    lose(kept, "keys")
    kept.settings["ledger"] = {"url": f"sqlite:///{kept.home.parent}/data/l.sqlite3"}
    come_back(kept, elsewhere)
    assert [path.name for path in (kept.home.parent / "data").iterdir() if "restore" in path.name] == []
    assert kept.ctx.environment is Environment.TEST


def test_asking_what_accepting_an_older_ledger_would_lose_accepts_nothing(kept: House, tmp_path: Path) -> None:
    kept.ctx.ledger.close()
    shutil.copyfile(kept.home / "ledger.sqlite3", tmp_path / "old")
    kept.open()
    happen(kept)
    seal_head(kept.ctx)
    kept.ctx.ledger.close()
    shutil.copyfile(tmp_path / "old", kept.home / "ledger.sqlite3")
    code, out, _err = type_in(kept, "restore", "--accept-older", "--dry-run", "--json")
    assert (code, json.loads(out)["result"]) == (ExitCode.DONE, {"lost": 1})
    assert type_in(kept, "restore", "--accept-older", "--dry-run", "--json")[1] == out, "nothing was accepted"


def test_no_backup_goes_into_the_empty_folder_where_a_disk_is_not_mounted(kept: House, elsewhere: Path) -> None:
    back_up(kept.ctx, to=str(elsewhere))
    elsewhere.rename(elsewhere.with_name("the-disk"))
    with pytest.raises(BackupPlaceError):
        back_up(kept.ctx, to=str(elsewhere))
    assert not elsewhere.exists()
    assert back_up(kept.ctx, to=str(elsewhere), full=True).manifest.kind == "full", "a new disk is begun by name"


def test_other_things_in_the_place_of_backups_are_let_alone(kept: House, elsewhere: Path) -> None:
    (elsewhere / "nas").mkdir(parents=True)
    (elsewhere / "nas" / "config.json").write_text("{}")
    made = back_up(kept.ctx, to=str(elsewhere))
    (elsewhere / made.manifest.set_name / "zz.json").write_text("{}")
    assert back_up(kept.ctx, to=str(elsewhere)).manifest.kind == "incremental"
    assert read_backup(FolderPlace(elsewhere)).kind == "incremental"


def test_a_place_with_backups_of_the_other_environment_takes_none(kept: House, elsewhere: Path) -> None:
    made = back_up(kept.ctx, to=str(elsewhere))
    manifest = elsewhere / made.manifest.set_name / f"{made.manifest.name}.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"environment":"test"', b'"environment":"production"'))
    with pytest.raises(BackupPlaceError):
        back_up(kept.ctx, to=str(elsewhere))


def test_a_signed_file_that_is_archived_while_the_backup_is_made_hinders_nothing(
    kept: House, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = kept.home / "work" / "one" / "v1" / "sealed-0123456789abcdef.pdf"
    sealed.parent.mkdir(parents=True)
    sealed.write_bytes(b"%PDF")

    class Place(FolderPlace):
        def put(self, name: str, source: Path) -> None:
            sealed.unlink(missing_ok=True)
            super().put(name, source)

    monkeypatch.setattr(making, "open_place", lambda _ctx, to, _environment: Place(Path(to)))
    assert "sealed" not in " ".join(file.path for file in back_up(kept.ctx, to=str(elsewhere)).manifest.files)


def test_a_copy_of_the_ledger_that_a_killed_backup_left_is_taken_away(kept: House, elsewhere: Path) -> None:
    left = kept.home / f"{making.COPIES}abc" / "ledger"
    left.parent.mkdir()
    left.write_bytes(b"names of citizens")
    back_up(kept.ctx, to=str(elsewhere))
    assert not left.parent.exists()


def test_a_password_file_is_not_backed_up_whatever_its_name(kept: House, elsewhere: Path) -> None:
    for name in ("pin.toml", "other.toml"):
        (kept.home / name).write_text("0000")
    kept.settings["replica"] = {"secret_key": f"file:{kept.home / 'pin.toml'}"}
    paths = [file.path for file in back_up(kept.open(), to=str(elsewhere)).manifest.files]
    assert ("pin.toml" in paths, "other.toml" in paths) == (False, True)


def test_old_sets_go_only_once_the_new_backup_read_back_whole(kept: House, elsewhere: Path) -> None:
    start = kept.ctx.clock()

    def made_after(days: int, keep_months: int) -> MadeBackup:
        kept.open(backup={"keep_months": keep_months})
        kept.ctx.clock = lambda: start + timedelta(days=days)
        return back_up(kept.ctx, to=str(elsewhere))

    _first, second, third = (made_after(days, 100) for days in (0, 31, 93))
    pieces = list((elsewhere / third.manifest.set_name / "pieces").iterdir())
    good = [piece.read_bytes() for piece in pieces]
    for piece in pieces:
        piece.write_bytes(b"")
    with pytest.raises(BackupBrokenError):
        made_after(93, 1)
    assert second.manifest.name in FolderPlace(elsewhere).sets()
    for piece, content in zip(pieces, good, strict=True):
        piece.write_bytes(content)
    assert made_after(93, 1).removed == (second.manifest.name,)


def test_the_newest_backup_is_the_one_made_last_though_a_clock_was_wrong(kept: House, elsewhere: Path) -> None:
    right = kept.ctx.clock()
    kept.ctx.clock = lambda: right + timedelta(days=20)
    back_up(kept.ctx, to=str(elsewhere))
    kept.ctx.clock = lambda: right
    happen(kept)
    last = back_up(kept.ctx, to=str(elsewhere))
    assert next(names_of(FolderPlace(elsewhere)))[1] == last.manifest.name


def test_the_list_names_a_broken_backup_and_shows_the_others(
    kept: House, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = back_up(kept.ctx, to=str(elsewhere))
    other = back_up(kept.ctx, to=str(elsewhere))
    (elsewhere / made.manifest.set_name / f"{made.manifest.name}.json").write_text("{}")
    monkeypatch.chdir(elsewhere.parent)
    code, out, err = type_in(kept, "backup", "--list", "--to", elsewhere.name)
    assert code == ExitCode.CHECK_FAILED
    assert (other.manifest.name in out, made.manifest.name in err) == (True, True)


def test_a_damaged_ledger_is_told_by_an_error_of_ours(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "l")) as ledger:
        ledger.execute("CREATE TABLE event (seq, hash)")
    (tmp_path / "l").write_bytes((tmp_path / "l").read_bytes()[:100] + b"?" * 5000)
    with pytest.raises(LedgerError):
        copy_ledger(open_ledger(f"sqlite:///{tmp_path}/l"), tmp_path / "copy")


def test_the_programs_of_postgresql_keep_to_the_encryption_that_the_address_asks_for() -> None:
    url = make_url("postgresql://sohoa@db.example/sohoa?sslmode=verify-full&prepare_threshold=0")
    assert _asked(url) == {"sslmode": "verify-full"}


@pytest.fixture
def served(template_home: Path, tmp_path: Path, postgres_url: str, elsewhere: Path) -> House:
    """An installation on PostgreSQL that was backed up."""
    house = copy_of(template_home, tmp_path / "home", ledger={"url": postgres_url})
    settings = load_settings(house.home, **house.settings)
    found(Context(settings, actor="tester"), Environment.TEST, template_home.with_name("agencies.toml"))
    back_up(house.ctx, to=str(elsewhere))
    house.ctx.ledger.close()
    return house


@pytest.mark.needs("postgres")
def test_a_database_with_tables_of_something_else_is_left_alone_and_a_restore_that_is_broken_off_leaves_none(
    served: House, elsewhere: Path, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.settings["ledger"] = {"url": postgres_server.url(postgres_server.create())}
    served.open()
    with served.ctx.ledger.engine.begin() as connection:
        connection.execute(text("CREATE TABLE of_somebody_else (id int)"))
    with pytest.raises(NotEmptyError):
        come_back(served, elsewhere)
    with served.ctx.ledger.engine.begin() as connection:
        connection.execute(text("DROP TABLE of_somebody_else"))

    def broken_off(*_args: object, **_options: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(restoring, "_prove", broken_off)
        with pytest.raises(KeyboardInterrupt):
            come_back(served, elsewhere)
    assert served.ctx.ledger.revision() is None, "what was not proven must not be worked with"
    assert come_back(served, elsewhere).lost == 0
