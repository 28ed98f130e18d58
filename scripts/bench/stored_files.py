"""What judging and re-reading all stored files takes: time and the most memory, for few and for many of them.

Works in a copy of an installation that has archived something (`sohoa demo` makes one). Its first archived file is put
into the store under as many keys as are asked for; the store is the one the environment names, such as
`SOHOA_STORE__KIND=s3` with bucket, endpoint and keys, or else a folder.

    python -m scripts.bench.stored_files sohoa-home --files 200 2000
"""

import argparse
import multiprocessing
import resource
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from sqlalchemy import delete, select

from config.settings import load_settings
from pipeline.context import Context
from pipeline.copies.fixity import run_fixity
from pipeline.copies.pace import Pace
from pipeline.objects import ARCHIVAL
from pipeline.verifying_all import verify_all
from storage.ledger.models import StoredObject
from storage.ledger.types import new_id
from storage.objects.folder import FolderStore

AT_FULL_SPEED = 1e6


@dataclass(frozen=True, slots=True)
class Measured:
    """What one command took in a process of its own."""

    files: int
    seconds: float
    cpu_s: float
    peak_mb: float


def fill(source: Path, home: Path, files: int) -> None:
    """Make a copy of an installation whose ledger and store have so many archived files, all of the same bytes."""
    shutil.copytree(source, home)
    ctx = Context(load_settings(home), actor="bench")
    with ctx.ledger.session() as session:
        one = session.scalars(select(StoredObject).where(StoredObject.kind == ARCHIVAL).limit(1)).one()
        session.expunge(one)
        session.execute(delete(StoredObject))
        scan = home / "one.pdf"
        FolderStore(source / "store").fetch(one.key, scan)
        for number in range(files):
            key = f"{one.key.removesuffix('.pdf')}-{number}.pdf"
            receipt = ctx.store.put(key, scan, one.sha256)
            session.add(
                StoredObject(
                    id=new_id(),
                    version_id=one.version_id,
                    kind=ARCHIVAL,
                    key=key,
                    sha256=one.sha256,
                    size=one.size,
                    store=ctx.store.name,
                    store_version_id=receipt.version_id,
                    stored_at=one.stored_at,
                    checked_at=one.checked_at,
                    check_ok=True,
                )
            )
    ctx.ledger.close()


def verify_everything(home: Path) -> int:
    """Judge every file as `sohoa verify --all` does."""
    return verify_all(Context(load_settings(home), actor="bench"), anew=True).valid


def read_everything(home: Path) -> int:
    """Read every file again as `sohoa fixity --unread 0` does, as fast as it can."""
    return run_fixity(Context(load_settings(home), actor="bench"), unread_days=0, pace=Pace(AT_FULL_SPEED)).good


def measured(work: Callable[[Path], int], home: Path, files: int) -> Measured:
    """Do something in a fresh process; raise RuntimeError when it did not go well for every file."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_child, args=(theirs, work, home))
    process.start()
    good, seconds, cpu_s, peak_mb = ours.recv()
    process.join()
    if good != files:
        raise RuntimeError(f"{work.__name__}: {good} of {files} files were good")
    return Measured(files, seconds, cpu_s, peak_mb)


def _child(pipe: "multiprocessing.connection.Connection", work: Callable[[Path], int], home: Path) -> None:
    begun = monotonic()
    good = work(home)
    used = resource.getrusage(resource.RUSAGE_SELF)
    pipe.send((good, monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024))


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("home", type=Path, help="an installation with a folder store that has archived something")
    parser.add_argument("--files", type=int, nargs="+", default=[200, 2000])
    asked = parser.parse_args()
    print("| Command | Files | Seconds | CPU ms a file | Peak MB |\n|---|---|---|---|---|")
    for files in asked.files:
        with tempfile.TemporaryDirectory(prefix="sohoa-bench-") as folder:
            home = Path(folder) / "home"
            fill(asked.home, home, files)
            for name, work in (("verify --all", verify_everything), ("fixity", read_everything)):
                took = measured(work, home, files)
                cpu_ms = 1000 * took.cpu_s / files
                print(f"| {name} | {files} | {took.seconds:.0f} | {cpu_ms:.0f} | {took.peak_mb:.0f} |", flush=True)


if __name__ == "__main__":
    main()
