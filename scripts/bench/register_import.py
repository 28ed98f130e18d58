"""How fast a register is imported, and how much memory that takes: new, unchanged, and a later file.

    python -m scripts.bench.register_import [--rows 100000] [--xlsx] [--url URL]

The later file has 1 % of the rows changed and 0.5 % lacking. Each import runs in a process of its own, so that the most
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
from pipeline.register import import_register
from scripts.bench.register_rows import register_rows, write_csv, write_xlsx
from storage.ledger import migrate, open_ledger


def main() -> None:
    """Make the files, import them one after the other, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--xlsx", action="store_true", help="as a workbook; default: as CSV")
    parser.add_argument("--url", help="an empty database; default: SQLite in a temporary folder")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        first = _written(Path(folder), asked.rows, is_later=False, is_xlsx=asked.xlsx)
        later = _written(Path(folder), asked.rows, is_later=True, is_xlsx=asked.xlsx)
        url = asked.url or f"sqlite:///{Path(folder) / 'ledger.sqlite3'}"
        _in_a_process(_migrated, url)
        print(f"{asked.rows} rows, {first.suffix[1:]}, {first.stat().st_size >> 20} MB, {url.partition(':')[0]}")
        print("| | seconds | of the processor | rows/s | memory, MB | added | changed | unchanged | missing |")
        print("|---|---|---|---|---|---|---|---|---|")
        for name, path in (("new", first), ("the same again", first), ("a later file", later)):
            print(f"| {name} | {_in_a_process(_imported, url, path)} |", flush=True)


def _written(folder: Path, rows: int, *, is_later: bool, is_xlsx: bool) -> Path:
    path = folder / f"register-{is_later:d}.{'xlsx' if is_xlsx else 'csv'}"
    (write_xlsx if is_xlsx else write_csv)(register_rows(rows, is_later=is_later), path)
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
    took, worked = time.perf_counter() - start, time.process_time() - worked
    ledger.close()
    most_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures = (f"{took:.1f}", f"{worked:.1f}", f"{result.rows / took:.0f}", f"{most_kib / 1024:.0f}")
    return " | ".join((*figures, *map(str, (result.added, result.changed, result.unchanged, result.missing))))


if __name__ == "__main__":
    main()
