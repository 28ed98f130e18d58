"""How fast a register is imported, and how much memory that takes: new, unchanged, a later file, and all of it wrong.

    python -m scripts.bench.register_import [--rows 100000] [--xlsx] [--url URL] [--runs new same later wrong]

The later file has 1 % of the rows changed and 0.5 % lacking; of the wrong one every row has a day that is none, and all
rows are given back as a workbook. Each import runs in a process of its own, so that the most
memory it ever held is its own; compare it between two lengths.
"""

import argparse
import multiprocessing
import os
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from config.clock import system_clock
from pipeline.register import import_register, write_returned
from scripts.bench.register_rows import register_rows, write_csv, write_xlsx
from storage.ledger import migrate, open_ledger

RUNS = ("new", "same", "later", "wrong")


def main() -> None:
    """Make the files, import them one after the other, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--xlsx", action="store_true", help="as a workbook; default: as CSV")
    parser.add_argument("--url", help="an empty database; default: SQLite in a temporary folder")
    parser.add_argument("--runs", nargs="+", choices=RUNS, default=list(RUNS), help="one after the other")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = asked.url or f"sqlite:///{Path(folder) / 'ledger.sqlite3'}"
        _in_a_process(_migrated, url)
        print(f"{asked.rows} rows, {'xlsx' if asked.xlsx else 'csv'}, {url.partition(':')[0]}")
        print("| | MB | seconds | CPU s | rows/s | memory, MB | added | changed | unchanged | missing | wrong |")
        print("|---|---|---|---|---|---|---|---|---|---|---|")
        for run in asked.runs:
            path = _written(Path(folder), asked.rows, "new" if run == "same" else run, is_xlsx=asked.xlsx)
            load = os.getloadavg()[0]
            told = _in_a_process(_imported, url, path)
            print(f"| {run} | {path.stat().st_size >> 20} | {told} | load {load:.1f}", flush=True)


def _written(folder: Path, rows: int, kind: str, *, is_xlsx: bool) -> Path:
    path = folder / f"register-{kind}.{'xlsx' if is_xlsx else 'csv'}"
    if not path.exists():
        some = register_rows(rows, is_later=kind == "later", is_wrong=kind == "wrong")
        (write_xlsx if is_xlsx else write_csv)(some, path)
    return path


def _in_a_process(work: Any, *details: Any) -> str:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return str(pool.submit(work, *details).result())


def _migrated(url: str) -> None:
    ledger = open_ledger(url)
    migrate(ledger)
    ledger.close()


def _imported(url: str, path: Path) -> str:
    ledger = open_ledger(url)
    start, worked = time.perf_counter(), time.process_time()
    with ledger.session() as session:
        result = import_register(session, path, f"bench:{os.getpid()}", system_clock)
        if result.errors:
            write_returned(path, result, path.with_name("returned.xlsx"))
    took, worked = time.perf_counter() - start, time.process_time() - worked
    ledger.close()
    most_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures = (f"{took:.1f}", f"{worked:.1f}", f"{result.rows / took:.0f}", f"{most_kib / 1024:.0f}")
    counts = (result.added, result.changed, result.unchanged, result.missing, result.refused)
    return " | ".join((*figures, *map(str, counts)))


if __name__ == "__main__":
    main()
