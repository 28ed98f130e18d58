"""Everything archived is judged, in pages, and a run that was stopped goes on where it was."""

import io
import json
import shutil
import sqlite3
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from config.errors import ExitCode
from config.settings import load_settings
from pipeline import verifying_all
from pipeline.context import Context
from pipeline.objects import ARCHIVAL
from pipeline.verification import Proof
from pipeline.verifying_all import PROGRESS_FILE, stopped_before, verify_all
from scripts.application import run
from signing.report import Verdict
from storage.ledger import migrate, open_ledger
from storage.ledger.models import Event, StoredObject
from tests.integration.storage.test_releases import RELEASES, copy_rows


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with two archived documents, as a release left it."""
    home = tmp_path / "home"
    home.mkdir()
    for part in ("store", "chain", "trust"):
        shutil.copytree(RELEASES[-1] / part, home / part)
    with sqlite3.connect(home / "ledger.sqlite3") as ledger:
        ledger.executescript((RELEASES[-1] / "ledger.sql").read_text("utf-8"))
    return home


@pytest.fixture
def up_to_date(home: Path) -> Path:
    """The same with its ledger brought up to date."""
    migrate(open_ledger(f"sqlite:///{home / 'ledger.sqlite3'}"))
    return home


@pytest.fixture
def ctx(home: Path, database: str, request: pytest.FixtureRequest) -> Context:
    here = f"sqlite:///{home / 'ledger.sqlite3'}"
    url = here if database == "sqlite" else request.getfixturevalue("postgres_url")
    if url != here:
        copy_rows(create_engine(here), open_ledger(url))
    migrate(open_ledger(url))
    return Context(load_settings(home, ledger={"url": url}), actor="lan")


def keys(ctx: Context) -> list[str]:
    with ctx.ledger.reading() as session:
        return list(session.scalars(select(StoredObject.key).where(StoredObject.kind == ARCHIVAL)))


def test_every_archived_file_is_judged_and_the_run_noted(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying_all, "PAGE", 1)
    proofs: list[Proof] = []
    sweep = verify_all(ctx, found=proofs.append)
    assert {proof.subject for proof in proofs} == {key.rsplit("/", 1)[-1] for key in keys(ctx)}
    assert (sweep.judged, sweep.valid, sweep.verdict) == (len(keys(ctx)), len(keys(ctx)), Verdict.VALID)
    assert all(proof.ledger_match and proof.pdfa is None for proof in proofs)
    assert stopped_before(ctx) is None
    with ctx.ledger.reading() as session:
        payload = session.scalars(select(Event.payload).where(Event.kind == "objects.verified")).one()
    assert payload == {"valid": sweep.valid, "indeterminate": 0, "invalid": 0}


def test_stopped_run_goes_on_where_it_was_and_its_end_tells_of_all(ctx: Context) -> None:
    judged: list[str] = []

    def stop_after_one(proof: Proof) -> None:
        judged.append(proof.subject)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify_all(ctx, found=stop_after_one)
    left = stopped_before(ctx)
    assert left is not None
    assert left.judged == 1
    sweep = verify_all(ctx, found=lambda proof: judged.append(proof.subject))
    assert sweep.started_at == left.started_at
    assert (sweep.judged, len(judged), len(set(judged))) == (len(keys(ctx)),) * 3


@pytest.mark.parametrize("left", ["", "{}", '{"schema": 9}', '{"schema": 1, "started_at": 5}', "[]"])
def test_damaged_trace_of_an_earlier_run_begins_anew(up_to_date: Path, left: str) -> None:
    ctx = Context(load_settings(up_to_date), actor="lan")
    (up_to_date / PROGRESS_FILE).write_text(left, "utf-8")
    assert stopped_before(ctx) is None
    assert verify_all(ctx).judged == len(keys(ctx))


def told(home: Path, *options: str) -> tuple[int, str]:
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        code = run(["--home", str(home), "--lang", "en", "--actor", "lan", "verify", *options])
    return code, out.getvalue()


@pytest.mark.usefixtures("english")
def test_command_ends_with_the_worst_verdict_and_names_what_is_wrong(up_to_date: Path) -> None:
    code, out = told(up_to_date, "--all")
    assert code == ExitCode.DONE
    assert "0 not genuine" in out
    key, *others = sorted(keys(Context(load_settings(up_to_date), actor="lan")))
    path = up_to_date / "store" / key
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)
    code, out = told(up_to_date, "--all")
    assert code == ExitCode.INVALID
    assert key.rsplit("/", 1)[-1] in out
    assert "1 not genuine" in out
    code, out = told(up_to_date, "--all", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == ExitCode.INVALID
    assert [line["schema"] for line in lines] == [1] * (len(others) + 2)
    assert lines[-1]["result"] == {
        "judged": len(others) + 1,
        "valid": len(others),
        "indeterminate": 0,
        "invalid": 1,
        "verdict": "invalid",
    }


@pytest.mark.parametrize("options", [[], ["x.pdf", "--all"], ["x.pdf", "--anew"]], ids=len)
def test_one_thing_is_asked_about(up_to_date: Path, options: list[str]) -> None:
    assert told(up_to_date, *options)[0] == ExitCode.USAGE


@pytest.mark.usefixtures("english")
def test_details_tell_time_chain_revocation_and_changes(up_to_date: Path) -> None:
    with Context(load_settings(up_to_date), actor="lan").ledger.reading() as session:
        key = session.scalars(select(StoredObject.key).where(StoredObject.kind == ARCHIVAL)).first()
    code, out = told(up_to_date, str(up_to_date / "store" / str(key)), "-v")
    assert code == ExitCode.DONE
    for part in ("proven for", "timestamp:", "trusted root", "revocation: not known", "changed since: nothing"):
        assert part in out
