"""What a page costs through the whole chain, against OCRmyPDF on the same files in the same run.

    python -m scripts.bench.speed [--corpus CORPUS] [--documents 20] [--sets colour grey bitonal corpus] [--prefect]

Each set goes through intake, reading, assembly, extraction, review, seal, archive and count in one process with two
documents in work, then, document by document, through `ocrmypdf -l vie --output-type pdfa -j 2`, OMP_THREAD_LIMIT=1.
CPU is user plus system time of the process and its children. Prints CPU and wall seconds a page, the ratio, the share
of our CPU that is pure recognition, the peak memory of our process, and with --prefect what orchestration adds.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pikepdf

from ocr.source import Limits, deliver
from scripts.bench.speed_child import SHEET
from scripts.specimen.model import Colour
from scripts.specimen.studio import render_specimens

SETS = ("colour", "grey", "bitonal", "corpus")
SEED = 7
LIMITS = Limits(max_pages=100, max_page_pixels=200_000_000, max_file_bytes=500_000_000)
CORPUS_SCAN = "qd_707_ttg.pdf"


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU and wall seconds, and the peak memory in MB of the largest process."""

    cpu_s: float
    wall_s: float
    peak_mb: float


def main(arguments: list[str]) -> int:
    """Measure every set asked for and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus/vn-government-scans"))
    parser.add_argument("--documents", type=int, default=20)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--prefect", action="store_true")
    chosen = parser.parse_args(arguments)
    print("set       pages  ours CPU/page  wall/page  OCRmyPDF CPU/page  wall/page  CPU ratio  recognition  peak MB")
    for name in chosen.sets:
        with tempfile.TemporaryDirectory() as folder:
            _measure(name, Path(folder), chosen)
    return 0


def _measure(name: str, folder: Path, chosen: argparse.Namespace) -> None:
    documents = _corpus_scan(chosen.corpus, folder) if name == "corpus" else _specimens(name, folder, chosen.documents)
    homes = [_home(folder / f"home-{kind}", documents) for kind in ("plain", "prefect")]
    ours, told = _run_ours(homes[0], with_prefect=False)
    pages = int(told["pages"])
    theirs = _run_ocrmypdf(documents, folder)
    print(
        f"{name:9s} {pages:5d}  {ours.cpu_s / pages:13.2f}  {ours.wall_s / pages:9.2f}  {theirs.cpu_s / pages:17.2f}"
        f"  {theirs.wall_s / pages:9.2f}  {ours.cpu_s / theirs.cpu_s:9.2f}  {told['recognition_s'] / ours.cpu_s:10.0%}"
        f"  {ours.peak_mb:7.0f}",
        flush=True,
    )
    if chosen.prefect:
        flow, _ = _run_ours(homes[1], with_prefect=True)
        print(f"          with the Prefect flow: {flow.cpu_s - ours.cpu_s:+.1f} s CPU, {flow.cpu_s / ours.cpu_s:.2f} x")


def _specimens(colour: str, folder: Path, documents: int) -> list[list[Path]]:
    """Render specimens of one kind in layouts that rules and tests do not know; give each document's files."""
    render_specimens(folder / "specimens", seed=SEED, layouts="bench", count=documents, colours=[Colour(colour)])
    found_files = [path for path in sorted((folder / "specimens" / "inbox").rglob("*")) if path.is_file()]
    return [[path] for path in found_files if path.suffix in {".pdf", ".jpg", ".png", ".tif", ".tiff"}]


def _corpus_scan(corpus: Path, folder: Path) -> list[list[Path]]:
    """Take the page images out of the corpus's longest scan; its signatures and stamps on top stay behind."""
    images = folder / "images"
    images.mkdir()
    with pikepdf.open(corpus / "originals" / CORPUS_SCAN) as pdf:
        for number, page in enumerate(pdf.pages, 1):
            images_of_page = [pikepdf.PdfImage(cast("pikepdf.Stream", image)) for image in page.get_images().values()]
            largest = max(images_of_page, key=lambda image: image.width * image.height)
            largest.extract_to(fileprefix=str(images / f"{number:03d}"))
    return [sorted(images.iterdir())]


def _home(home: Path, documents: list[list[Path]]) -> Path:
    for number, files in enumerate(documents, 1):
        record = home / "inbox" / "H41.99" / f"H41.99-260504-{number:04d}"
        place = record if len(files) == 1 else record / "scan"
        place.mkdir(parents=True)
        for path in files:
            shutil.copyfile(path, place / path.name)
    (home / "inbox" / "lo.toml").write_text(SHEET, "utf-8")
    return home


def _run_ours(home: Path, *, with_prefect: bool) -> tuple[Cost, dict[str, Any]]:
    command = [sys.executable, "-m", "scripts.bench.speed_child", str(home)]
    cost, output = _cost_of([*command, "--prefect"] if with_prefect else command)
    return cost, json.loads(output.splitlines()[-1])


def _run_ocrmypdf(documents: list[list[Path]], folder: Path) -> Cost:
    """Give what OCRmyPDF costs; it takes PDFs, so images are wrapped without loss before the clock starts."""
    total = Cost(0.0, 0.0, 0.0)
    program = str(Path(sys.executable).with_name("ocrmypdf"))
    for number, files in enumerate(documents, 1):
        delivered, out = folder / f"in-{number}.pdf", folder / f"out-{number}.pdf"
        deliver(files, delivered, LIMITS)
        options = ["-l", "vie", "--output-type", "pdfa", "-j", "2", "--quiet"]
        cost, _ = _cost_of([program, *options, str(delivered), str(out)])
        total = Cost(total.cpu_s + cost.cpu_s, total.wall_s + cost.wall_s, max(total.peak_mb, cost.peak_mb))
    return total


def _cost_of(command: list[str]) -> tuple[Cost, str]:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    peak = json.loads(done.stdout.splitlines()[-1])["peak_mb"] if done.stdout.strip().startswith("{") else 0.0
    return Cost(cpu_s, time.monotonic() - started, peak), done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
