"""Scenarios: a batch on five hosts, and what is done to them while papers are read and while they are sealed."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import run
from typing import Any
from warnings import warn

from pipeline import review
from pipeline.context import Context
from tests.hosts.campaign import Campaign
from tests.hosts.facts import facts_of
from tests.hosts.house import CLAIM_S, SECRETS, dsn, found_shared, lay_in, services, settings_of
from tests.hosts.network import Network
from tests.integration.pipeline.house import House
from tests.services import PostgresServer, S3Server

SHARING = ("may-1", "may-2", "may-3")
OWN_DISK, LATE = "may-4", "may-5"
READ, ARCHIVED = ("waiting_review",), ("archived",)
BLOWS = ("kill", "pause", "cut")
DISK_MB = 24
FULL = ("disk_full", "disk_short")
"""What a machine says of it: while it writes, or before it begins."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is done to which host, in this order, each while it has a document in work."""

    shared: range
    """Numbers of the records in the shared inbox."""
    own: range
    """Numbers of those in the inbox of the host with a disk of its own."""
    reading: tuple[tuple[str, str], ...]
    sealing: tuple[tuple[str, str], ...]
    has_full_disk: bool = True
    skew_s: float = 3600


@dataclass
class Ended:
    """What a scenario came to: the facts of the ledger, the store's keys with their versions, what each host said."""

    facts: dict[str, Any]
    keys: list[str]
    said: dict[str, str]
    places: int
    took_s: dict[str, float] = field(default_factory=dict)


def carry_out(
    scenario: Scenario, template: Path, folder: Path, postgres: PostgresServer, s3: S3Server, environ: Any
) -> Ended:
    """Work a batch off while its hosts are struck; give what it came to."""
    database, bucket = postgres.create(), s3.create_bucket()
    secrets = dict(zip(SECRETS, (s3.access_key, s3.secret_key), strict=True))
    environ.update(secrets)
    with ExitStack() as stack:
        network = stack.enter_context(Network(services(postgres, s3)))
        disk = stack.enter_context(small_disk(folder / "disk"))
        shared, own = folder / "shared", disk / "home"
        ctx = found_shared(template, shared, settings_of(network.host("here"), database, bucket))
        stack.callback(ctx.ledger.close)
        shutil.copytree(template, own)
        lay_in(shared / "inbox", scenario.shared)
        lay_in(own / "inbox", scenario.own)
        campaign = Campaign(dsn(postgres.url(database).replace("+psycopg", "")), folder)
        stack.callback(campaign.end)
        for name in (*SHARING, OWN_DISK, LATE):
            host, home = network.host(name), own if name == OWN_DISK else shared
            more = {"skew_s": scenario.skew_s} if name == LATE else {}
            campaign.add(host, home, settings_of(host, database, bucket), secrets, **more)
        _strike(campaign, scenario, disk, scenario.reading, READ)
        settle(ctx)
        _strike(campaign, scenario, None, scenario.sealing, ARCHIVED)
        facts = facts_of(ctx)
        listed = s3.client.list_object_versions(Bucket=bucket, Prefix="test/H41.99/").get("Versions", [])
        said = {name: worker.said() for name, worker in campaign.workers.items()}
        places = len({one.place for one in _documents(ctx)})
        return Ended(facts, [one["Key"] for one in listed], said, places)


def _strike(
    campaign: Campaign, scenario: Scenario, disk: Path | None, blows: tuple[tuple[str, str], ...], states: Any
) -> None:
    """Start all hosts, strike them one after the other, let the leases run out, mend all, and wait for the end."""
    documents = len(scenario.shared) + len(scenario.own)
    filled = fill(disk) if disk is not None and scenario.has_full_disk else None
    campaign.start(releases=disk is None)
    mend: list[Callable[[], None]] = []
    for name, blow in blows:
        if campaign.wait_for_work(name, lambda: campaign.done(states, documents)):
            mend.append(campaign.strike(name, blow))
    if filled is not None:
        told = campaign.workers[OWN_DISK].said
        campaign.wait_for("the full disk to be told", lambda: any(code in told() for code in FULL))
    if mend:
        campaign.outlast(CLAIM_S)
    if filled is not None:
        filled.unlink()
    for mended in mend:
        mended()
    campaign.wait_for(f"all to be {states[0]}", lambda: campaign.done(states, documents))
    campaign.stop()


def settle(ctx: Context) -> None:
    """Answer what the machine asked, as a person would."""
    house = object.__new__(House)
    house.ctx = ctx
    house.settle_questions()
    if review.open_questions(ctx):
        raise AssertionError("a question is left")


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Give a small file system; a plain folder, said loudly, where none may be mounted."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
    is_mounted = run(words, check=False, capture_output=True).returncode == 0
    if not is_mounted:
        warn("NO DISK IS FILLED: this user may mount nothing", stacklevel=2)
    try:
        yield folder
    finally:
        if is_mounted:
            run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path | None:
    """Fill a small file system to the last block; nothing where it is none."""
    if not disk.is_mount():
        return None
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 10, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return filler


def _documents(ctx: Context) -> Any:
    house = object.__new__(House)
    house.ctx = ctx
    return house.documents()
