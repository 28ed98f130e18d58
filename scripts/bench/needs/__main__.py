"""What one document needs above an idle process: memory with the programs it runs, and space on disk.

    python -m scripts.bench.needs [--only TEXT] [--kept FILE] [--write]

Each document goes through the chain in a process of its own that is warm, watched from outside: while it is read
(intake to extraction), and while it is sealed and archived. Beside it stands what config/reference/document_needs.toml
makes of its pages and pixels; exit 1 where a measured need is above that. With --kept what was measured is kept in a
file and not measured again; with --write the table goes into docs/benchmarks.md.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ocr.source import inspect
from pipeline.needs import Need, Size, need_of
from pipeline.scratch import scratch_place
from scripts.bench.accuracy.report import table, write_between
from scripts.bench.needs.papers import Paper, papers
from scripts.bench.needs.watching import Peak, lying, settled, watched
from scripts.bench.throughput.documents import AGENCY, LIMITS, fill_inbox, small_papers

_MEGA = 1_000_000
_HEADS = "document|pages|largest page, MP|files, MB|memory to read, MB|more to seal|**estimate**|disk, MB|**estimate**"


@dataclass(frozen=True, slots=True)
class Measured:
    """What one document took, in bytes above an idle process, and how large it is."""

    name: str
    pages: int
    largest_page_px: int
    all_pages_px: int
    original: int
    reading: int
    sealing: int | None
    """Above what the process still held after reading; None where only reading was looked at."""
    disk: int

    @property
    def estimate(self) -> Need:
        """What it is thought to need."""
        return need_of(Size(self.pages, self.largest_page_px, self.all_pages_px, self.original))

    @property
    def is_bounded(self) -> bool:
        """Whether it took no more than that."""
        return self.reading <= self.estimate.memory and self.disk <= self.estimate.disk


def main(arguments: Sequence[str]) -> int:
    """Measure what is asked for, and print it beside the estimates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only documents whose name holds this")
    parser.add_argument("--kept", type=Path, help="a file in which measured figures are kept")
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    chosen = parser.parse_args(arguments)
    kept = _kept(chosen.kept)
    for paper in papers():
        if chosen.only in paper.name and paper.name not in kept:
            kept[paper.name] = measure(paper)
            print(kept[paper.name], file=sys.stderr, flush=True)
            if chosen.kept:
                chosen.kept.write_text(json.dumps([asdict(one) for one in kept.values()]), "utf-8")
    found = [kept[paper.name] for paper in papers() if paper.name in kept]
    text = table(_HEADS, [_row(one) for one in found])
    print(text)
    if chosen.write:
        write_between("needs", text)
    return int(not all(one.is_bounded for one in found))


def _kept(path: Path | None) -> dict[str, Measured]:
    if path is None or not path.exists():
        return {}
    return {one["name"]: Measured(**one) for one in json.loads(path.read_text("utf-8"))}


def _row(one: Measured) -> list[str]:
    return [
        one.name,
        str(one.pages),
        f"{one.largest_page_px / _MEGA:.1f}",
        f"{one.original / _MEGA:.1f}",
        f"{one.reading / _MEGA:.0f}",
        "" if one.sealing is None else f"{one.sealing / _MEGA:.0f}",
        f"**{one.estimate.memory / _MEGA:.0f}**",
        f"{one.disk / _MEGA:.1f}",
        f"**{one.estimate.disk / _MEGA:.1f}**",
    ]


def measure(paper: Paper) -> Measured:
    """Take one document through the chain in a process of its own."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        home, later = folder / "home", folder / "later.home"
        scans, places = folder / "scans", [home / "work", home / "staging", scratch_place(home)]
        scans.mkdir()
        files = paper.write(scans)
        fill_inbox(home, small_papers(folder / "small", 1))
        fill_inbox(later, [files], first=2)
        command = [sys.executable, "-m", "scripts.bench.needs.worked", str(home), str(later / "inbox" / AGENCY)]
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        with subprocess.Popen(  # noqa: S603 - this program itself
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        ) as process:
            _until(process, "warm")
            idle, before = settled(process.pid), lying(places)
            reading = _step(process, "read", places)
            still = settled(process.pid)
            archiving = _step(process, "archived", places)
            process.communicate("\n")
        if process.returncode:
            raise SystemExit(f"{paper.name}: the chain ended with {process.returncode}")
        size = sum(path.stat().st_size for path in files)
        facts = inspect(files, LIMITS)
        return Measured(
            name=paper.name,
            pages=facts.page_count,
            largest_page_px=facts.largest_page_px,
            all_pages_px=facts.all_pages_px,
            original=size,
            reading=reading.memory - idle,
            sealing=archiving.memory - still,
            disk=max(reading.disk, archiving.disk) - before,
        )


def _step(process: "subprocess.Popen[str]", step: str, folders: list[Path]) -> Peak:
    with watched(process.pid, folders) as peak:
        _tell(process)
        _until(process, step)
    return peak


def _tell(process: "subprocess.Popen[str]") -> None:
    if process.stdin is None:
        raise RuntimeError("no way to tell it")
    process.stdin.write("\n")
    process.stdin.flush()


def _until(process: "subprocess.Popen[str]", step: str) -> None:
    said = process.stdout.readline().strip() if process.stdout else ""
    if said != step:
        raise SystemExit(f"the chain said {said!r} where {step} was due")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
