"""Runs what is measured in processes of its own: the chain over a home folder, and OCRmyPDF file by file."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.settings import load_settings
from pipeline.context import Context
from pipeline.founding import is_set_up
from scripts.bench.throughput.chain import Wave, found_for_measuring
from scripts.bench.throughput.documents import Document, delivered_pdf


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU and clock seconds of a process and its programs."""

    cpu_s: float
    wall_s: float


@dataclass(frozen=True, slots=True)
class ChainRun:
    """A run of the chain: the whole process, its waves, and the most memory it held."""

    whole: Cost
    waves: tuple[Wave, ...]
    peak_mb: float

    @property
    def recognition_s(self) -> float:
        """The CPU seconds within engines in all waves."""
        return sum(wave.recognition_s for wave in self.waves)

    def share(self, owner: str) -> float:
        """Give the CPU seconds that somebody spent in all waves."""
        return sum(wave.shares.get(owner, 0.0) for wave in self.waves)


@dataclass(frozen=True, slots=True)
class OtherRun:
    """What OCRmyPDF took for the same files, the size of what it was given and of what it made, in bytes."""

    cost: Cost
    given: int
    made: int


def run_chain(
    home: Path,
    *,
    later: Path | None = None,
    waves: int = 1,
    workers: int = 2,
    prefect: bool = False,
    watch: bool = False,
    ledger_url: str | None = None,
) -> ChainRun:
    """Set the home up, which is not counted, and run the chain; see `scripts.bench.throughput.chain`."""
    set_up(home, ledger_url)
    command = [sys.executable, "-m", "scripts.bench.throughput.chain", str(home), "--workers", str(workers)]
    command += ["--later", str(later), "--waves", str(waves)] if later else []
    command += [option for option, is_wanted in (("--prefect", prefect), ("--watch", watch)) if is_wanted]
    whole, output = _cost_of(command, {"SOHOA_LEDGER__URL": ledger_url} if ledger_url else {})
    told = json.loads(output.splitlines()[-1])
    return ChainRun(whole, tuple(Wave(**wave) for wave in told["waves"]), told["peak_mb"])


def set_up(home: Path, ledger_url: str | None = None) -> None:
    """Found the installation, as is done once in its life."""
    ledger = {"url": ledger_url} if ledger_url else {}
    ctx = Context(load_settings(home, ledger=ledger), actor="bench")
    if not is_set_up(ctx):
        found_for_measuring(ctx)
    ctx.ledger.close()


def run_ocrmypdf(documents: Sequence[Document], folder: Path) -> OtherRun:
    """Run OCRmyPDF over each document; it takes PDFs, so images are wrapped without loss before the clock starts."""
    program = str(Path(sys.executable).with_name("ocrmypdf"))
    costs, given, made = [], 0, 0
    for number, files in enumerate(documents, 1):
        delivered, out = delivered_pdf(files, folder / f"in-{number}.pdf"), folder / f"out-{number}.pdf"
        options = ["-l", "vie", "--output-type", "pdfa", "-j", "2", "--quiet"]
        costs.append(_cost_of([program, *options, str(delivered), str(out)], {})[0])
        given, made = given + delivered.stat().st_size, made + out.stat().st_size
    return OtherRun(Cost(sum(cost.cpu_s for cost in costs), sum(cost.wall_s for cost in costs)), given, made)


def archival_bytes(home: Path) -> int:
    """Give the size of all archival PDFs of a home; originals lie beside them under names of their own."""
    return sum(path.stat().st_size for path in (home / "store").rglob("*.pdf") if ".goc." not in path.name)


def _cost_of(command: list[str], more_environment: dict[str, str]) -> tuple[Cost, str]:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1", **more_environment}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu_s, time.monotonic() - started), done.stdout
