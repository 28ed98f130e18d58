"""A real PostgreSQL and a real S3 (SeaweedFS) for tests: started once a session on free ports, stopped at its end."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import psycopg
import pytest
from botocore.config import Config
from sqlalchemy import text

from storage.ledger import Ledger, migrate, open_ledger
from storage.ledger.models import Base
from storage.ledger.schema import SCHEMA_REVISION
from storage.migrations import rules_v1
from storage.objects.s3_client import S3Account
from tests.programs import postgres_programs, weed_program

START_S = 60.0


def free_port() -> int:
    """Give a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server whose user `postgres` needs no password; `guarded` needs one."""

    port: int

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, owner: str = "postgres", template: str = "template1") -> str:
        """Make a fresh database, or a copy of one that nobody is connected with; give its name."""
        name = f"t{uuid.uuid4().hex}"
        self._run(f'CREATE DATABASE "{name}" OWNER {owner} TEMPLATE "{template}"')
        return name

    def let_in_guarded(self, password: str) -> None:
        """Make the user `guarded`, who is let in with this password only."""
        self._run("DROP ROLE IF EXISTS guarded")
        self._run(f"CREATE ROLE guarded LOGIN PASSWORD '{password}'")

    def drop(self, database: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def fall_and_recover(self) -> None:
        """Break off everything the server is at: a session of it dies, so it ends all and recovers from its log."""
        with psycopg.connect(f"host=127.0.0.1 port={self.port} user=postgres") as connection:
            session = connection.execute("SELECT pg_backend_pid()").fetchone()
            assert session is not None
            os.kill(session[0], signal.SIGKILL)
            with suppress(psycopg.Error):
                connection.execute("SELECT 1")

    def _run(self, statement: str) -> None:
        with psycopg.connect(f"host=127.0.0.1 port={self.port} user=postgres", autocommit=True) as connection:
            connection.execute(statement.encode())


@dataclass(frozen=True, slots=True)
class S3Server:
    """A running S3 server."""

    endpoint: str
    access_key: str
    secret_key: str
    client: Any
    """A plain boto3 client, to look at what the program did."""

    def account(self, bucket: str) -> S3Account:
        return S3Account(bucket, self.endpoint, "us-east-1", self.access_key, self.secret_key)

    def create_bucket(self) -> str:
        """Make a fresh bucket that keeps versions; give its name."""
        name = f"t{uuid.uuid4().hex}"
        self.client.create_bucket(Bucket=name)
        self.client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    def create_locked_bucket(self) -> str:
        """Make a fresh bucket whose objects can be locked; give its name."""
        name = f"lock{uuid.uuid4().hex}"
        self.client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
        return name

    def copy_bucket(self, bucket: str) -> str:
        """Make a fresh bucket with what another holds; give its name."""
        name = self.create_bucket()
        for item in self.client.list_objects_v2(Bucket=bucket).get("Contents", []):
            body = self.client.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
            self.client.put_object(Bucket=name, Key=item["Key"], Body=body)
        return name


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this session; for tests marked needs("postgres")."""
    with running_postgres() as server:
        yield server


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Keep a PostgreSQL server running in this block."""
    programs = postgres_programs()
    assert programs is not None, "PostgreSQL is not installed"
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="sohoa-pg-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        owner = _unprivileged(folder)
        data, port = folder / "data", free_port()
        initdb: list[str | Path] = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        subprocess.run([*initdb, "--locale=C.UTF-8"], check=True, capture_output=True, user=owner, cwd=folder)
        rules = data / "pg_hba.conf"
        rules.write_text(f"host all guarded 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
        quick = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "listen_addresses=127.0.0.1"]
        command: list[str | Path] = [programs / "postgres", "-D", data, "-p", str(port), "-k", folder, *quick]
        stack.enter_context(_running(command, folder, {}, owner))
        server = PostgresServer(port)
        _wait_until(lambda: _accepts_queries(server), folder / "log")
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The SQLAlchemy URL of a fresh, empty PostgreSQL database."""
    name = postgres_server.create()
    yield postgres_server.url(name)
    postgres_server.drop(name)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite ledger that tests copy: copying is quicker than migrating."""
    path = tmp_path_factory.mktemp("migrated") / "ledger.sqlite3"
    ledger = open_ledger(f"sqlite:///{path}")
    migrate(ledger)
    ledger.close()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> str:
    """A PostgreSQL ledger that tests share one after the other; each leaves it empty."""
    name = postgres_server.create()
    ledger = open_ledger(postgres_server.url(name))
    migrate(ledger)
    ledger.close()
    return name


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def database(request: pytest.FixtureRequest) -> str:
    """Let a test run once on SQLite and once on PostgreSQL."""
    name: str = request.param
    return name


@pytest.fixture
def empty_ledger_url(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> str:
    """The URL of a fresh database without tables, on SQLite and on PostgreSQL."""
    if database == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def ledger_url(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated, empty ledger, on SQLite and on PostgreSQL."""
    if database == "sqlite":
        path = tmp_path / "ledger.sqlite3"
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.url(request.getfixturevalue("migrated_postgres"))
    yield url
    _empty(url)


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    """A migrated, empty ledger, on SQLite and on PostgreSQL."""
    ledger = open_ledger(ledger_url)
    yield ledger
    ledger.close()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """An S3 server of this session; for tests marked needs("s3")."""
    with running_s3() as server:
        yield server


@contextmanager
def running_s3() -> Iterator[S3Server]:
    """Keep an S3 server running in this block."""
    program = weed_program()
    assert program is not None, "SeaweedFS is not installed"
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="sohoa-s3-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        endpoint, access_key, secret_key = f"http://127.0.0.1:{free_port()}", "test-access", "test-secret"
        client = boto3.session.Session(access_key, secret_key, region_name="us-east-1").client(
            "s3", endpoint_url=endpoint, config=Config(signature_version="s3v4")
        )
        server = S3Server(endpoint, access_key, secret_key, client)
        environment = {"AWS_ACCESS_KEY_ID": server.access_key, "AWS_SECRET_ACCESS_KEY": server.secret_key}
        command = _weed_command(program, folder, server.endpoint.rpartition(":")[2])
        stack.enter_context(_running(command, folder, environment | {"HOME": str(folder)}, None))
        _wait_until(lambda: bool(server.create_bucket()), folder / "log")
        yield server


@pytest.fixture
def s3_account(s3_server: S3Server) -> S3Account:
    """The account of a fresh bucket."""
    return s3_server.account(s3_server.create_bucket())


def _weed_command(program: str, folder: Path, s3_port: str) -> list[str]:
    parts = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port", "filer.port.grpc")
    others = ("s3.port.grpc", "s3.port.iceberg", "s3.port.lance", "admin.port", "admin.port.grpc")
    return [
        program,
        "mini",
        f"-dir={folder}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-webdav=false",
        "-admin.ui=false",
        "-s3.autoCreateBucket=false",
        f"-s3.port={s3_port}",
        *(f"-{name}={free_port()}" for name in (*parts, *others)),
    ]


class _running:  # noqa: N801 - used like a function
    """Keep a program running inside a `with`; its output goes to a file named log."""

    def __init__(
        self, command: Sequence[str | Path], folder: Path, environment: dict[str, str], owner: str | None
    ) -> None:
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env=os.environ | environment,
                user=owner,
            )

    def __enter__(self) -> subprocess.Popen[bytes]:
        return self._process

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(2)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _unprivileged(folder: Path) -> str | None:
    """Hand a folder to a user without rights, as PostgreSQL refuses root; None when we are not root."""
    if os.getuid() != 0:
        return None
    owner = pwd.getpwnam("nobody")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return owner.pw_name


def _empty(url: str) -> None:
    """Take all rows out of a PostgreSQL ledger, those too that its rules protect, and every connection but ours."""
    kept = ("_state", "_transition")
    tables = ", ".join(name for name in Base.metadata.tables if not name.endswith(kept))
    ledger = open_ledger(url)
    with ledger.engine.begin() as connection:
        others = "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity {others}"))
        rules_v1.remove(connection)
        connection.execute(text(f"TRUNCATE {tables}"))
        connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": SCHEMA_REVISION})
        rules_v1.install(connection)
    ledger.close()


def _accepts_queries(server: PostgresServer) -> bool:
    with psycopg.connect(f"host=127.0.0.1 port={server.port} user=postgres") as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def _wait_until(ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            if ready():
                return
        except Exception as err:
            # Any failure only means: not yet.
            if time.monotonic() > deadline:
                raise RuntimeError(log.read_text(errors="replace")[-2000:]) from err
        time.sleep(0.1)
