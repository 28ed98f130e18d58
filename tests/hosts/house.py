"""The batch that hosts work off, what it comes to undisturbed, and the settings of a host."""

import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pipeline.context import Context
from pipeline.founding import found
from storage.ledger.states import Environment
from tests.hosts.facts import facts_of
from tests.hosts.network import Host
from tests.integration.pipeline.house import AGENCY, SHEET, House, page
from tests.services import PostgresServer, S3Server

CLAIM_S = 10
SECRETS = "HOSTS_ACCESS", "HOSTS_SECRET"
"""Not by a name of ours: a process that others are forked from keeps what its environment was."""


def record_of(inbox: Path, number: int) -> Path:
    """Give the folder of a record in an inbox, under a batch sheet."""
    (inbox / "lo.toml").write_text(SHEET, "utf-8")
    return inbox / AGENCY / f"H41.99-260311-{number:04d}"


def lay_in(inbox: Path, numbers: range) -> None:
    """Put one page into each of these records; the same number is the same page."""
    inbox.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        page(record_of(inbox, number) / "scan.png", seed=number)


def undisturbed(template: Path, home: Path, numbers: range) -> dict[str, Any]:
    """Give what these records come to on one machine with nothing in the way."""
    shutil.copytree(template, home)
    house = House(home)
    lay_in(house.inbox, numbers)
    house.archive_all()
    facts = facts_of(house.ctx)
    house.ctx.ledger.close()
    return facts


def settings_of(host: Host, database: str, bucket: str) -> dict[str, Any]:
    """Give the settings of a host: the services as it reaches them."""
    return {
        "inbox": {"stable_after_s": 0},
        "run": {"claim_s": CLAIM_S, "workers": 1},
        "ledger": {"url": f"postgresql://postgres@{host.address_of('postgres')}/{database}"},
        "store": {
            "kind": "s3",
            "endpoint": f"http://{host.address_of('s3')}",
            "bucket": bucket,
            "access_key": f"env:{SECRETS[0]}",
            "secret_key": f"env:{SECRETS[1]}",
        },
    }


def services(postgres: PostgresServer, s3: S3Server) -> dict[str, int]:
    """Give the ports of the services on this machine."""
    return {"postgres": postgres.port, "s3": urlsplit(s3.endpoint).port or 0}


def found_shared(template: Path, home: Path, settings: dict[str, Any]) -> Context:
    """Set an installation up on the services; keys of the template are its own."""
    shutil.copytree(template, home)
    house = House(home, **settings)
    found(house.ctx, Environment.TEST, template.with_name("agencies.toml"))
    return house.ctx


def dsn(url: str) -> str:
    """Give an address as the driver takes it."""
    return urlunsplit(urlsplit(url)._replace(scheme="postgresql"))
