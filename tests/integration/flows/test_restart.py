"""`sohoa serve` after a bad end or a pause: dead runs make way, what came due is made up once, nothing stays behind."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.errors import ExitCode
from flows.owner import SERVED_BY
from tests.integration.pipeline.house import build_template
from tests.prefect_home import GivePrefect

pytestmark = [pytest.mark.needs("tesseract", "poppler"), pytest.mark.timeout(300)]
ROOT = Path(__file__).parents[3]
WAIT_S = 120.0
NEVER = "0 0 29 2 *"

# What an earlier serving process left: a run that was at work when it was killed, and runs that came due since.
EARLIER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from config.settings import load_settings
from flows.server import prefect_server
from pipeline.context import Context
ctx = Context(load_settings(Path(sys.argv[1])), actor="test")
with prefect_server(ctx):
    from prefect.client.orchestration import get_client
    from prefect.states import Pending, Running, Scheduled
    from flows.serving import deployments
    digitize, report, _renew, _backup, _fixity, _backfill = [made.apply() for made in deployments(ctx)]
    with get_client(sync_client=True) as client:
        def due(deployment, hours):
            when = datetime.now(UTC) - timedelta(hours=hours)
            return client.create_flow_run_from_deployment(deployment, state=Scheduled(scheduled_time=when))
        dead = due(digitize, 5)
        for state in (Pending(), Running()):
            client.set_flow_run_state(dead.id, state)
        due(digitize, 4)
        for hours in (72, 48, 24):
            due(report, hours)
"""
RUN_OF_A_SERVED_FLOW = """
import os, subprocess, sys, time
from flows.owner import SERVED_BY
os.environ[SERVED_BY] = str(os.getpid())
child = "import sys, time\\nfrom flows.opening import context_for\\ncontext_for(sys.argv[1], 'test')\\n"
child += "print('open', flush=True)\\ntime.sleep(600)"
started = subprocess.Popen([sys.executable, "-c", child, sys.argv[1]])
print(started.pid, flush=True)
started.wait()
"""


@pytest.fixture
def home(tmp_path: Path, give_prefect: GivePrefect) -> Path:
    give_prefect(tmp_path / "home")
    return build_template(tmp_path / "home")


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.wait()


def surroundings() -> dict[str, str]:
    # A flow that ran in this process before has set where Prefect's home is.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    crons = {"SOHOA_RUN__DIGITIZE_CRON": NEVER, "SOHOA_RUN__REPORT_CRON": NEVER}
    return {**clean, **crons, "PYTHONPATH": str(ROOT)}


def serve(home: Path, started: list[subprocess.Popen[str]]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "scripts.sohoa", "--home", str(home), "serve"]
    # From another folder, as a system's service is started.
    process = subprocess.Popen(command, cwd=home, env=surroundings(), text=True, stderr=subprocess.PIPE)
    started.append(process)
    return process


def runs(home: Path) -> list[tuple[str, str]]:
    query = "select flow.name, state_name from flow_run join flow on flow.id = flow_id order by expected_start_time"
    with sqlite3.connect(home / "prefect" / "prefect.db") as connection:
        return connection.execute(query).fetchall()


def last_event(home: Path) -> int:
    with sqlite3.connect(home / "ledger.sqlite3") as connection:
        return int(connection.execute("select max(seq) from event").fetchone()[0])


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + WAIT_S
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.2)
    return holds()


def test_runs_of_a_killed_serve_make_way_and_what_came_due_is_made_up_once(
    home: Path, started: list[subprocess.Popen[str]]
) -> None:
    subprocess.run([sys.executable, "-c", EARLIER, str(home)], check=True, cwd=ROOT, env=surroundings())
    assert sorted(runs(home)) == [("digitize", "Running"), ("digitize", "Scheduled"), *[("report", "Scheduled")] * 3]
    process = serve(home, started)
    made_up = [("digitize", "Completed"), ("digitize", "Crashed"), ("report", "Completed")]
    assert eventually(lambda: sorted(run for run in runs(home) if run[1] != "Scheduled") == made_up), runs(home)
    # Whichever of the two ended last has sealed the head of the event log.
    assert max((home / "chain").glob("*.p7s")).stem == f"{last_event(home):012d}"
    process.send_signal(signal.SIGTERM)
    _out, complaints = process.communicate(timeout=60)
    assert process.returncode == 0
    assert not [word for word in ("never awaited", "SystemExit", "KeyboardInterrupt") if word in complaints]
    assert complaints.strip().endswith(("từ chỗ dừng.", "this one stopped."))


def test_an_installation_is_served_by_one_process(home: Path, started: list[subprocess.Popen[str]]) -> None:
    first = serve(home, started)
    assert eventually((home / "serving.lock").exists)
    second = serve(home, started)
    _out, complaints = second.communicate(timeout=60)
    assert second.returncode == ExitCode.BUSY
    assert str(home) in complaints
    assert first.poll() is None


def test_a_run_ends_with_the_process_that_serves_it(home: Path, started: list[subprocess.Popen[str]]) -> None:
    assert SERVED_BY not in os.environ
    serving = subprocess.Popen(
        [sys.executable, "-c", RUN_OF_A_SERVED_FLOW, str(home)], cwd=ROOT, text=True, stdout=subprocess.PIPE
    )
    started.append(serving)
    assert serving.stdout is not None
    run = int(serving.stdout.readline())
    assert serving.stdout.readline().strip() == "open"
    serving.kill()
    serving.wait()
    assert eventually(lambda: not Path(f"/proc/{run}").exists())
