"""The ground of scenarios: real servers behind wires of our own, template installations, and copies of these."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image

from pipeline.founding import found
from storage.ledger.states import Environment
from tests.faults.engine import POISONED_DPI
from tests.faults.proxy import Proxy
from tests.faults.scenario import TIMED, Kind, Scenario, Stage
from tests.faults.worker import Order
from tests.integration.pipeline.house import House, build_template, page
from tests.pki import Pki, running_pki
from tests.services import PostgresServer, S3Server, running_postgres, running_s3

GOOD = ("mot.png", "hai.pdf")
REFUSED = "hong.pdf"
ACCESS, SECRET = "FAULTS_ACCESS", "FAULTS_SECRET"


@dataclass
class Servers:
    """What a scenario's line may lean on, each started when it is first needed, and the wire before it."""

    folder: Path
    stack: ExitStack
    _found: dict[str, Any] = field(default_factory=dict)

    def postgres(self) -> tuple[PostgresServer, Proxy]:
        if "postgres" not in self._found:
            server = self.stack.enter_context(running_postgres())
            self._found["postgres"] = server, self.stack.enter_context(Proxy(server.port))
        found: tuple[PostgresServer, Proxy] = self._found["postgres"]
        return found

    def s3(self) -> tuple[S3Server, Proxy]:
        if "s3" not in self._found:
            server = self.stack.enter_context(running_s3())
            wire = self.stack.enter_context(Proxy(int(server.endpoint.rpartition(":")[2])))
            self._found["s3"] = server, wire
        found: tuple[S3Server, Proxy] = self._found["s3"]
        return found

    def pki(self) -> tuple[Pki, Proxy]:
        if "pki" not in self._found:
            (self.folder / "pki").mkdir()
            pki = self.stack.enter_context(running_pki(self.folder / "pki"))
            wire = self.stack.enter_context(Proxy(int(pki.url.rpartition(":")[2])))
            # So that answers on revocation come over the wire too: its address stands in the certificates.
            pki.move_to(f"http://127.0.0.1:{wire.port}")
            self._found["pki"] = pki, wire
        found: tuple[Pki, Proxy] = self._found["pki"]
        return found


@dataclass
class Ground:
    """One installation to do harm to."""

    scenario: Scenario
    folder: Path
    settings: dict[str, Any]
    wire: Proxy | None
    environment: dict[str, str]
    good: int
    restart: Any = None
    usual_s: float = 0.0
    """How long a run takes from such a beginning without a fault; for those that strike at a moment."""

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def order(self, **more: Any) -> Order:
        return Order(self.home, self.settings, environment=self.environment, **more)

    def house(self) -> House:
        """Open the installation to look at it, past the wires."""
        os.environ.update(self.environment)
        return House(self.home, **self.settings)


class Workshop:
    """Makes template installations once, and a copy for each scenario."""

    def __init__(self, folder: Path, servers: Servers, run: Any) -> None:
        self._folder, self._servers, self._run = folder, servers, run
        self._templates: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._founded: Path | None = None
        self._usual_s: dict[tuple[Any, ...], float] = {}

    @contextmanager
    def ground(self, scenario: Scenario) -> Iterator[Ground]:
        """Give a copy of the template that a scenario begins with; it is taken away afterwards."""
        with self._copied(scenario, f"scenario-{scenario.seed}") as ground:
            if scenario.kind in TIMED:
                ground.usual_s = self._usual(scenario)
            yield ground

    def _usual(self, scenario: Scenario) -> float:
        """Time a run without a fault on this machine, once for each beginning."""
        key = (scenario.stage, scenario.is_postgres, scenario.is_s3)
        if key not in self._usual_s:
            with self._copied(scenario, "plain") as ground:
                begun = time.monotonic()
                self._run(ground.order())
                self._usual_s[key] = time.monotonic() - begun
        return self._usual_s[key]

    @contextmanager
    def _copied(self, scenario: Scenario, name: str) -> Iterator[Ground]:
        template = self._template(scenario)
        folder = self._folder / name
        folder.mkdir()
        with ExitStack() as after:
            after.callback(shutil.rmtree, folder, ignore_errors=True)
            shutil.copytree(template["home"], folder / "home")
            yield self._laid(scenario, folder, template, after)

    def _laid(self, scenario: Scenario, folder: Path, template: dict[str, Any], after: ExitStack) -> Ground:
        settings: dict[str, Any] = {"signing": {"level": scenario.level}, "run": {"claim_s": 10}}
        wire, restart = None, None
        if scenario.is_postgres:
            server, wire = self._servers.postgres()
            name = server.create(template=template["database"])
            after.callback(server.drop, name)
            settings["ledger"] = {"url": PostgresServer(wire.port).url(name)}
            restart = server.fall_and_recover
        if scenario.is_s3:
            s3, wire_of_store = self._servers.s3()
            bucket = s3.copy_bucket(template["bucket"])
            settings["store"] = _store(wire_of_store.port, bucket)
            wire = wire_of_store if scenario.kind is Kind.STORE_WIRE else wire
        if scenario.kind is Kind.TIMESTAMP_WIRE:
            pki, wire = self._servers.pki()
            settings["signing"] |= {"timestamp": pki.tsa_url, "timestamp_tries": 1, "timestamp_timeout_s": 5}
            settings["signing"] |= {"revocation_timeout_s": 5}
            _trust(folder / "home", pki)
        if scenario.kind in {Kind.TESSERACT, Kind.DRAWING}:
            settings["ocr"] = {"engine": "pytesseract"}
        return Ground(scenario, folder, settings, wire, self._environment(scenario), template["good"], restart)

    def _environment(self, scenario: Scenario) -> dict[str, str]:
        if not scenario.is_s3:
            return {}
        server, _ = self._servers.s3()
        return {ACCESS: server.access_key, SECRET: server.secret_key}

    def _template(self, scenario: Scenario) -> dict[str, Any]:
        more = scenario.kind if scenario.kind in {Kind.DRAWING, Kind.POISON} else None
        key = (scenario.stage, scenario.is_postgres, scenario.is_s3, more)
        if key not in self._templates:
            self._templates[key] = self._made(scenario, self._folder / f"template-{len(self._templates)}", more)
        return self._templates[key]

    def _made(self, scenario: Scenario, folder: Path, more: Kind | None) -> dict[str, Any]:
        if self._founded is None:
            self._founded = build_template(self._folder / "founded")
        folder.mkdir()
        home = folder / "home"
        shutil.copytree(self._founded, home)
        settings: dict[str, Any] = {}
        template: dict[str, Any] = {"home": home, "good": len(GOOD) + (more is not None)}
        if scenario.is_postgres:
            server, _ = self._servers.postgres()
            template["database"] = server.create()
            settings["ledger"] = {"url": server.url(template["database"])}
        if scenario.is_s3:
            s3, wire = self._servers.s3()
            template["bucket"] = s3.create_bucket()
            settings["store"] = _store(wire.port, template["bucket"])
        environment = self._environment(scenario)
        os.environ.update(environment)
        house = House(home, **settings)
        if scenario.is_postgres:
            agencies = self._founded.with_name("agencies.toml")
            found(house.ctx, Environment.TEST, agencies)
        _lay_in(house, more)
        house.ctx.ledger.close()
        (home / "sohoa.toml").write_text("[inbox]\nstable_after_s = 0\n", "utf-8")
        if scenario.stage is Stage.READ:
            self._run(Order(home, settings, releases=False, environment=environment))
        return template


def _lay_in(house: House, more: Kind | None) -> None:
    for number, name in enumerate(GOOD):
        page(house.record / name, seed=number)
    (house.record / REFUSED).touch()
    if more is Kind.POISON:
        drawn = page(house.record / "doc.png", seed=8)
        with Image.open(drawn) as image:
            image.save(drawn, dpi=(POISONED_DPI, POISONED_DPI))
    if more is Kind.DRAWING:
        _write_upon(page(house.record / "ve.pdf", seed=9))


def _write_upon(path: Path) -> None:
    """Put letters of a font that is not there over a scan: such a page must be drawn, and drawn anew."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        sheet = pdf.pages[0]
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        sheet.Resources.Font = pikepdf.Dictionary(F1=font)
        sheet.contents_add(b"BT /F1 14 Tf 60 20 Td (Trang 1) Tj ET")
        pdf.save(path)


def _store(port: int, bucket: str) -> dict[str, Any]:
    keys = {"access_key": f"env:{ACCESS}", "secret_key": f"env:{SECRET}"}
    return {"kind": "s3", "bucket": bucket, "endpoint": f"http://127.0.0.1:{port}", **keys}


def _trust(home: Path, pki: Pki) -> None:
    (home / "trust").mkdir(exist_ok=True)
    for label in ("root", "ca"):
        (home / "trust" / f"{label}.crt").write_bytes(pki.certificate(label).dump())
