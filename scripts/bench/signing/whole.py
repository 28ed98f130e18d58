"""What part of a document's whole cost its seal is: the chain over documents of three pages, sealed at B-LTA.

    python -m scripts.bench.signing.whole HOME LATER

The home holds settings, trust and a first document in its inbox, on which models are loaded; the documents of the
folder LATER are what is measured. Prints CPU seconds of all their work and of sealing them, as JSON.
"""

import json
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import pikepdf

from config.settings import load_settings
from ocr.source import Limits, deliver
from pipeline.context import Context
from scripts.bench.signing.authorities import Authorities
from scripts.bench.signing.keys import Key
from scripts.bench.throughput.chain import SHEET, answer_and_archive, found_for_measuring, read_and_ask
from scripts.specimen.model import Colour
from scripts.specimen.studio import render_specimens

PAGES = 3
_SEED = 11
_LIMITS = Limits(max_pages=100, max_page_pixels=200_000_000, max_file_bytes=500_000_000)


@dataclass(frozen=True, slots=True)
class Share:
    """CPU seconds that documents took from the inbox to the archive, and how much of it their seals."""

    documents: int
    whole_s: float
    seal_s: float


def share(folder: Path, key: Key, authorities: Authorities, count: int) -> Share:
    """Run the chain over so many documents of three pages in a process of its own."""
    home, later = folder / "home", folder / "later"
    for number, document in enumerate(_documents(folder, count + 1)):
        record = (later if number else home / "inbox" / "H41.99") / f"H41.99-260504-{number + 1:04d}"
        record.mkdir(parents=True)
        document.rename(record / "scan.pdf")
    (home / "inbox" / "lo.toml").write_text(SHEET, "utf-8")
    shutil.copytree(authorities.trust, home / "trust")
    told = {**key, "timestamp": authorities.timestamps(), "level": "B-LTA"}
    lines = [f"{name} = {json.dumps(value)}" for name, value in told.items()]
    (home / "sohoa.toml").write_text("\n".join(["[signing]", *lines, ""]), "utf-8")
    command = [sys.executable, "-m", "scripts.bench.signing.whole", str(home), str(later)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return Share(**json.loads(done.stdout.splitlines()[-1]))


def main(home: Path, later: Path) -> int:
    """Run the chain over the first document, then measure it over the later ones."""
    ctx = Context(load_settings(home, inbox={"stable_after_s": 0}), actor="bench")
    found_for_measuring(ctx)
    read_and_ask(ctx)
    answer_and_archive(ctx)
    seals = _time_seals(ctx)
    records = list(later.iterdir())
    for record in records:
        record.rename(home / "inbox" / "H41.99" / record.name)
    before = _worked_s()
    read_and_ask(ctx)
    answer_and_archive(ctx)
    whole_s = _worked_s() - before
    if seals.count != len(records):
        raise SystemExit(f"{len(records)} documents, {seals.count} seals")
    print(json.dumps({"documents": seals.count, "whole_s": whole_s, "seal_s": seals.cpu_s}))
    return 0


class _Seals:
    """CPU seconds of the threads that seal, while they do."""

    def __init__(self) -> None:
        self.cpu_s = 0.0
        self.count = 0
        self.lock = Lock()


def _time_seals(ctx: Context) -> _Seals:
    seals = _Seals()
    sealer: Any = ctx.sealer
    real = sealer.seal

    def timed(*details: Any) -> Any:
        before = time.thread_time()
        receipt = real(*details)
        with seals.lock:
            seals.cpu_s += time.thread_time() - before
            seals.count += 1
        return receipt

    sealer.seal = timed
    return seals


def _worked_s() -> float:
    """Give the CPU seconds of this process and of the programs it ran."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _documents(folder: Path, count: int) -> list[Path]:
    """Give PDFs of three scanned pages, bound from specimens in layouts that no rule was made on."""
    rendered = render_specimens(
        folder / "specimens", seed=_SEED, layouts="bench", count=PAGES * count, colours=[Colour.GREY]
    )
    made = []
    for number in range(count):
        path = folder / f"document-{number}.pdf"
        with pikepdf.new() as bound:
            for specimen in rendered[PAGES * number : PAGES * (number + 1)]:
                delivered = folder / "delivered.pdf"
                deliver(specimen.files, delivered, _LIMITS)
                with pikepdf.open(delivered) as pdf:
                    bound.pages.append(pdf.pages[0])
            bound.save(path)
        made.append(path)
    return made


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
