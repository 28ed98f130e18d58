"""A small batch worked off by several hosts while something is done to them."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from tests.hosts.network import Host
from tests.hosts.worker import Orders, work

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.hosts.worker", "tests.end_to_end.crash_worker"])
WAIT_S = 100.0
AT_REST = ("archived", "waiting_review", "waiting_release")


@dataclass
class Worker:
    """A host at work."""

    host: Host
    orders: Orders
    process: Any = None

    def start(self) -> None:
        self.process = FORKS.Process(target=work, args=(self.orders,), daemon=True)
        self.process.start()

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.join()

    def pause(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def said(self) -> str:
        return self.orders.report.read_text() if self.orders.report.exists() else ""


@dataclass
class Campaign:
    """The hosts of one batch, and what is known of the ledger from outside."""

    dsn: str
    folder: Path
    workers: dict[str, Worker] = field(default_factory=dict)

    def add(self, host: Host, home: Path, settings: dict[str, Any], secrets: dict[str, str], **more: Any) -> Worker:
        """Make a worker for a host; it is not started."""
        report, stop = self.folder / f"{host.name}.jsonl", self.folder / "stop"
        orders = Orders(host.name, host.namespace, home, settings, secrets, report, stop, **more)
        self.workers[host.name] = Worker(host, orders)
        return self.workers[host.name]

    def start(self, *, releases: bool) -> None:
        """Start every host that is not at work."""
        (self.folder / "stop").unlink(missing_ok=True)
        for worker in self.workers.values():
            worker.orders = replace(worker.orders, releases=releases)
            if worker.process is None or not worker.process.is_alive():
                worker.start()

    def strike(self, name: str, blow: str) -> Callable[[], None]:
        """Kill, pause or cut a host off; give what mends it."""
        worker = self.workers[name]
        blows: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
            "kill": (worker.kill, worker.start),
            "pause": (worker.pause, worker.go_on),
            "cut": (worker.host.cut, worker.host.heal),
        }
        blows[blow][0]()
        return blows[blow][1]

    def wait_for_work(self, name: str, is_over: Callable[[], bool]) -> bool:
        """Wait until a host has a document in work; tell whether it ever had before all was done."""
        has = False

        def came() -> bool:
            nonlocal has
            has = self.owns(name)
            return has or is_over()

        self.wait_for(f"work on {name}", came)
        return has

    def end(self) -> None:
        """Let no process outlive the campaign."""
        for worker in self.workers.values():
            if worker.process is not None and worker.process.is_alive():
                worker.kill()

    def stop(self) -> None:
        """Let every host end after its present run; one that does not is killed."""
        (self.folder / "stop").write_text("")
        for worker in self.workers.values():
            worker.process.join(WAIT_S)
            if worker.process.is_alive():
                worker.kill()

    def owns(self, name: str) -> bool:
        """Tell whether a host has a document in work at this moment."""
        held = "SELECT count(*) FROM document WHERE claim_owner LIKE %s AND claim_until > clock_timestamp()"
        return self._ask(held, f"{name}:%") > 0

    def wait_for(self, what: str, holds: Callable[[], bool]) -> None:
        """Wait until something holds; say what never came."""
        deadline = time.monotonic() + WAIT_S
        while not holds():
            if time.monotonic() > deadline:
                told = {name: worker.said()[-400:] for name, worker in self.workers.items()}
                raise AssertionError(f"never came: {what}; {told}")
            time.sleep(0.02)

    def done(self, states: Iterable[str], documents: int) -> bool:
        """Tell whether all documents stand in these states and nobody works on one."""
        there = "SELECT count(*) FROM document WHERE state = ANY(%s) AND claim_owner IS NULL"
        return self._ask(there, list(states)) == documents

    def outlast(self, claim_s: float) -> None:
        """Let the leases taken until now run out."""
        until = datetime.now(UTC).timestamp() + claim_s + 1
        self.wait_for("the end of the leases", lambda: datetime.now(UTC).timestamp() > until)

    def _ask(self, query: str, argument: Any) -> int:
        with psycopg.connect(self.dsn) as connection:
            row = connection.execute(query.encode(), (argument,)).fetchone()
            return int(row[0]) if row else 0
