"""The server that flows run under, and Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from config.settings import load_settings
from pipeline.context import Context
from scripts.stopping import INTERRUPTED
from tests.prefect_home import GivePrefect

ROOT = Path(__file__).parents[3]
WAIT_S = 60.0

OWNER = """
import os, sys, time
from pathlib import Path
os.environ.pop("PREFECT_API_URL", None)
from config.settings import load_settings
from flows.server import prefect_server
from pipeline.context import Context
with prefect_server(Context(load_settings(Path(sys.argv[1])), actor="test")):
    from prefect.settings import PREFECT_API_URL
    print(PREFECT_API_URL.value(), flush=True)
    time.sleep(600)
"""
SCHEDULING = """
import sys, time
from pathlib import Path
from config.settings import load_settings
from flows.server import prefect_server
from pipeline.context import Context
ctx = Context(load_settings(Path(sys.argv[1])), actor="test")
with prefect_server(ctx, schedules=True):
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
    from flows.serving import deployments
    ids = [made.apply() for made in deployments(ctx)]
    due = DeploymentFilter(id=DeploymentFilterId(any_=ids[:2]))
    with get_client(sync_client=True) as client:
        for _try in range(300):
            runs = client.read_flow_runs(deployment_filter=due)
            if {run.deployment_id for run in runs} == set(ids[:2]):
                print("due", flush=True)
                break
            time.sleep(0.2)
"""
IN_BACKGROUND = ("sh", "-c", 'trap "" INT; exec "$@"', "sh")
"""As a shell starts what runs in its background: SIGINT is ignored."""
COMMAND = "import sys; from scripts.sohoa import main; main()"
STOPPABLE = """
import time
from scripts.stopping import ends_at_once
with ends_at_once():
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.wait()


def start(
    started: list[subprocess.Popen[str]], script: str, *arguments: str, runner: Sequence[str] = ()
) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [*runner, sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        # A flow that ran in this process before has set where Prefect's home is.
        env={name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    started.append(process)
    return process


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def server_of(owner: int) -> list[int]:
    """Give the server processes that name this owner, by the kernel's own list."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            surroundings = (entry / "environ").read_bytes() if entry.name.isdigit() else b""
            command = (entry / "cmdline").read_bytes() if surroundings else b""
        except OSError:
            continue
        if f"SOHOA_SERVER_OWNER={owner}\0".encode() in surroundings + b"\0" and b"flows.server_app" in command:
            found.append(int(entry.name))
    return found


def test_schedules_come_due_under_our_server(started: list[subprocess.Popen[str]], tmp_path: Path) -> None:
    process = start(started, SCHEDULING, str(tmp_path))
    assert first_line(process) == "due"
    _out, complaints = process.communicate(timeout=WAIT_S)
    assert process.returncode == 0
    assert complaints == ""
    assert (tmp_path / "prefect" / "prefect.db").is_file()


def test_the_server_goes_when_its_owner_is_killed(
    started: list[subprocess.Popen[str]], tmp_path: Path, give_prefect: GivePrefect
) -> None:
    give_prefect(tmp_path)
    owner = start(started, OWNER, str(tmp_path))
    assert first_line(owner).startswith("http://127.0.0.1:")
    assert len(server_of(owner.pid)) == 1
    owner.kill()
    owner.wait()
    deadline = time.monotonic() + WAIT_S
    while server_of(owner.pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert server_of(owner.pid) == []


def test_ctrl_c_ends_a_run_at_once_and_says_that_nothing_is_lost(started: list[subprocess.Popen[str]]) -> None:
    process = start(started, STOPPABLE)
    assert first_line(process) == "ready"
    process.send_signal(signal.SIGINT)
    _out, complaints = process.communicate(timeout=10)
    assert process.returncode == INTERRUPTED
    assert "Traceback" not in complaints
    assert complaints.strip().endswith("từ chỗ dừng.") or complaints.strip().endswith("this one stopped.")


def test_a_server_that_the_settings_name_is_used_instead(tmp_path: Path) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: PLC0415 - reads its home on import

    from flows.server import prefect_server  # noqa: PLC0415 - as above

    named = "http://prefect.example:4200/api"
    with temporary_settings({PREFECT_API_URL: named}), prefect_server(Context(load_settings(tmp_path), actor="test")):
        assert PREFECT_API_URL.value() == named


@pytest.mark.parametrize("runner", [(), IN_BACKGROUND], ids=["in front", "in the background"])
def test_a_program_that_watches_is_told_in_json_when_schedules_come_due_and_when_they_stop(
    started: list[subprocess.Popen[str]], tmp_path: Path, runner: Sequence[str], give_prefect: GivePrefect
) -> None:
    give_prefect(tmp_path / "home")
    home = ["--home", str(tmp_path / "home")]
    assert start(started, COMMAND, *home, "init").wait(WAIT_S) == 0
    process = start(started, COMMAND, *home, "serve", "--json", runner=runner)
    due = json.loads(first_line(process))["result"]
    assert (due["event"], due["digitize"]) == ("ready", "*/15 * * * *")
    process.send_signal(signal.SIGTERM)
    out, complaints = process.communicate(timeout=WAIT_S)
    assert json.loads(out)["result"] == {"event": "stopped"}
    assert process.returncode == 0
    assert "Traceback" not in complaints
