"""A scheduler on PostgreSQL, a worker of its pool, and Dask workers that one flow spans; every part is checked."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import distributed
import pytest

from config.errors import ExitCode, SohoaError
from config.listening import AddressTakenError
from config.settings import load_settings
from flows.asking import SchedulerRefusedError, SchedulerUnreachableError, asked_scheduler
from flows.running import NoSchedulerError, work_until_stopped
from flows.scheduler import (
    SchedulerDatabaseDownError,
    SchedulerDatabaseError,
    SchedulerOpenError,
    serve_scheduler,
)
from pipeline.context import Context
from tests.integration.pipeline.house import AGENCY, RECORD, House, build_template, page
from tests.programs import postgres_programs
from tests.services import PostgresServer, free_port

pytestmark = [pytest.mark.needs("postgres", "tesseract", "poppler"), pytest.mark.timeout(300)]
ROOT = Path(__file__).parents[3]
NEVER, AUTH, WAIT_S = "0 0 29 2 *", "sohoa:mat-khau-mau-7319", 120.0

KICK = """
import sys, time
from prefect.client.orchestration import get_client
with get_client(sync_client=True) as client:
    deployment = client.read_deployment_by_name(sys.argv[1])
    run = client.create_flow_run_from_deployment(deployment.id)
    while not run.state.is_final():
        time.sleep(0.5)
        run = client.read_flow_run(run.id)
    print(run.state.name, run.work_queue_name, run.parameters)
"""


@pytest.fixture
def site(tmp_path: Path, postgres_server: PostgresServer) -> Iterator[tuple[Path, dict[str, str], str]]:
    """A home folder, the surroundings of its commands, and the name of the scheduler's database."""
    home = build_template(tmp_path / "home")
    ledger, runs = postgres_server.create(), postgres_server.create()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "SOHOA_"))}
    ours = {
        "SOHOA_HOME": str(home),
        "SOHOA_ACTOR": "tester",
        "SOHOA_LEDGER__URL": postgres_server.url(ledger),
        "SOHOA_INBOX__STABLE_AFTER_S": "0",
        "SOHOA_SCHEDULER__URL": f"http://127.0.0.1:{free_port()}",
        "SOHOA_SCHEDULER__AUTH": "env:AUTH_OF_TEST",
        "SOHOA_SCHEDULER__DASK": f"tcp://127.0.0.1:{free_port()}",
        "SOHOA_SCHEDULER__DATABASE": postgres_server.url(runs),
        "AUTH_OF_TEST": AUTH,
        **{f"SOHOA_RUN__{name}_CRON": NEVER for name in ("DIGITIZE", "REPORT", "RENEW", "FIXITY", "BACKFILL")},
        "SOHOA_BACKUP__CRON": NEVER,
    }
    yield home, {**clean, **ours, "PYTHONPATH": str(ROOT)}, runs
    for database in (ledger, runs):
        postgres_server.drop(database)


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def dask(surroundings: dict[str, str], *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "dask", *words]
    return subprocess.Popen(command, env=surroundings, text=True, stderr=subprocess.DEVNULL)


def installations_opened(address: str) -> list[int]:
    """Give how many installations each Dask worker has opened, once all have joined."""

    def opened() -> int:
        from flows.opening import _opened_once  # noqa: PLC0415 - runs in a process of its own

        return _opened_once.cache_info().currsize

    with distributed.Client(address, timeout=60, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(2, timeout=60)
        counts: list[int] = list(client.run(opened).values())
        return counts


def sohoa(surroundings: dict[str, str], *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "scripts.sohoa", *words]
    return subprocess.Popen(
        command, cwd=surroundings["SOHOA_HOME"], env=surroundings, text=True, stdout=subprocess.PIPE
    )


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + WAIT_S
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.3)
    return holds()


def asks_for_a_password(url: str) -> bool:
    try:
        urlopen(f"{url}/api/admin/version", timeout=5)
    except HTTPError as refusal:
        return refusal.code == 401
    except URLError:
        return False
    return False


def test_a_flow_of_the_pool_spans_dask_workers_and_the_scheduler_on_postgres_learns_no_name_and_no_secret(
    site: tuple[Path, dict[str, str], str], started: list[subprocess.Popen[str]], postgres_server: PostgresServer
) -> None:
    home, surroundings, runs = site
    assert sohoa(surroundings, "init").wait() == ExitCode.DONE
    house = House(home, ledger={"url": surroundings["SOHOA_LEDGER__URL"]})
    for seed in range(4):
        page(house.record / f"nguyen-van-an-{seed}.png", seed=seed)
    spanned = surroundings["SOHOA_SCHEDULER__DASK"]
    started.append(dask(surroundings, "scheduler", "--host", spanned, "--no-dashboard"))
    started += [dask(surroundings, "worker", spanned, "--nthreads", "1", "--no-dashboard", "--no-nanny") for _ in "ab"]
    url = surroundings["SOHOA_SCHEDULER__URL"]
    started.append(sohoa(surroundings, "serve", "scheduler", "--port", url.rpartition(":")[2]))
    assert eventually(lambda: asks_for_a_password(url))
    assert any((home / "prefect" / "pages").iterdir()), "its pages lie where this user may write"
    worker = sohoa(surroundings, "serve", "worker", "--json")
    started.insert(0, worker)
    assert worker.stdout is not None
    assert json.loads(worker.stdout.readline())["result"]["event"] == "ready"

    assert installations_opened(spanned) == [0, 0]
    client = {**surroundings, "PREFECT_API_URL": f"{url}/api", "PREFECT_API_AUTH_STRING": AUTH}
    host = socket.gethostname()
    command = [sys.executable, "-c", KICK, f"digitize/digitize-{host}"]
    kicked = subprocess.run(command, env=client, capture_output=True, text=True, check=True, timeout=WAIT_S)
    assert kicked.stdout.strip() == f"Completed {host} {{'home': ''}}"

    assert house.states() == ["waiting_review"] * 4
    assert installations_opened(spanned) == [1, 1], "both have worked on documents of the one flow"

    doctor = sohoa(surroundings, "doctor", "--production", "--json")
    found = {one["title"]: one for one in json.loads(doctor.communicate()[0])["result"]}
    wanted = ("PostgreSQL", "Chênh lệch đồng hồ", "Kết nối", "Tệp tạm", "Các máy", "Bộ lập lịch", "Máy làm việc")
    assert [title for title in wanted if not found[title]["is_well"]] == []
    assert host in found["Máy làm việc"]["found"]
    machines = json.loads(sohoa(surroundings, "serve", "machines", "--json").communicate()[0])["result"]
    assert [(one["name"], one["documents"]) for one in machines] == [(host, 4)]

    programs = postgres_programs()
    assert programs is not None
    dump = [str(programs / "pg_dump"), "-h", "127.0.0.1", "-p", str(postgres_server.port), "-U", "postgres", runs]
    told = subprocess.run(dump, capture_output=True, text=True, check=True).stdout
    assert f"digitize-{host}" in told
    for secret in (RECORD, AGENCY, "nguyen-van-an", "Nguyễn Văn Mẫu", "mat-khau-mau-7319"):
        assert secret not in told


def test_a_scheduler_for_other_machines_does_not_start_without_a_password_or_a_database_of_its_own(
    tmp_path: Path,
) -> None:
    ledger = {"url": "postgresql://sohoa@localhost/sohoa"}
    (tmp_path / "auth").write_text(AUTH, "utf-8")
    own = {"database": "postgresql://sohoa@localhost/prefect"}
    auth = {"auth": f"file:{tmp_path / 'auth'}"}
    refused: list[tuple[dict[str, str], type[SohoaError]]] = [
        (own, SchedulerOpenError),
        ({"database": ledger["url"], **auth}, SchedulerDatabaseError),
        ({"database": "postgresql://other@localhost:5432/sohoa", **auth}, SchedulerDatabaseError),
        ({"database": "postgresql:prefect", **auth}, SchedulerDatabaseError),
        ({"database": f"postgresql://sohoa@127.0.0.1:{free_port()}/prefect", **auth}, SchedulerDatabaseDownError),
    ]
    for scheduler, refusal in refused:
        ctx = Context(load_settings(tmp_path, ledger=ledger, scheduler=scheduler), actor="tester")
        with pytest.raises(refusal):
            serve_scheduler(ctx, "0.0.0.0", 1, lambda: None)


def test_a_scheduler_says_that_its_address_is_taken(tmp_path: Path, postgres_server: PostgresServer) -> None:
    runs = postgres_server.create()
    scheduler = {"database": postgres_server.url(runs)}
    ledger = {"url": postgres_server.url("another")}
    ctx = Context(load_settings(tmp_path, ledger=ledger, scheduler=scheduler), actor="tester")
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(AddressTakenError):
        serve_scheduler(ctx, "127.0.0.1", other.getsockname()[1], lambda: None)
    postgres_server.drop(runs)


class Answering(BaseHTTPRequestHandler):
    """A server that answers everything with one status."""

    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(None, SchedulerUnreachableError), (401, SchedulerRefusedError), (500, SchedulerUnreachableError)],
    ids=["nobody", "password", "fault"],
)
def test_what_the_scheduler_answers_is_told_in_words(status: int | None, refusal: type[SohoaError]) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings  # noqa: PLC0415 - Prefect reads its home then

    with ThreadingHTTPServer(("127.0.0.1", 0), type("One", (Answering,), {"status": status})) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = free_port() if status is None else server.server_port
        with (
            temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{port}/api"}),
            pytest.raises(refusal, match=str(port)),
            asked_scheduler() as client,
        ):
            client.read_work_pools()
        server.shutdown()


def test_a_worker_needs_a_scheduler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    with pytest.raises(NoSchedulerError):
        work_until_stopped(Context(load_settings(tmp_path), actor="tester"), lambda: None)
