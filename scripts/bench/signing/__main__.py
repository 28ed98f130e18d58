"""What seals cost: rates and CPU by key and level, share of a document's cost, slow authorities, memory.

    python -m scripts.bench.signing [--quick] [--seals 100] [--memory 1000] [--documents 8] [--longest-wait 3] [--write]

Authorities answer from a process of their own, whose CPU is not counted. Where an authority takes longer than
--longest-wait, the run waits that long instead, and the documents an hour are worked out from what a seal took beside
its waiting. With --quick only a few of everything, to see that it works. With --write the tables go into
docs/benchmarks.md, with the machine's load beside them.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from config.clock import VIETNAM, system_clock
from scripts.bench.accuracy.report import table, write_between
from scripts.bench.signing.authorities import Authorities, running_authorities
from scripts.bench.signing.keys import Key, prepare_keys
from scripts.bench.signing.sealing import in_a_process, memory, rates, throughput

LEVELS = ("B-B", "B-T", "B-LTA")
WAITS_S = (2.0, 30.0, 131.0)
_EACH = 4
"""Documents that each thread seals under a slow authority."""
_QUICK = {"seals": 5, "memory": 20, "documents": 1, "longest_wait": 0.5}


def main(arguments: list[str]) -> int:
    """Measure everything, print the tables as they come, and write them down if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seals", type=int, default=100, help="of each kind")
    parser.add_argument("--memory", type=int, default=1000, help="seals over which memory is watched")
    parser.add_argument("--documents", type=int, default=8, help="for the share of the whole cost; 0 leaves it out")
    parser.add_argument("--longest-wait", type=float, default=3.0, help="seconds the authority really takes at most")
    parser.add_argument("--quick", action="store_true", help="a few of everything")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    chosen = parser.parse_args(arguments)
    if chosen.quick:
        chosen = argparse.Namespace(**{**vars(chosen), **_QUICK})
    parts = []
    with TemporaryDirectory() as folder, running_authorities(Path(folder)) as authorities:
        keys = prepare_keys(Path(folder))
        for part in _measured(keys, authorities, chosen):
            print(part, end="\n\n", flush=True)
            parts.append(part)
    if chosen.write:
        write_between("signing", "\n\n".join(parts))
    return 0


def _measured(keys: dict[str, Key], authorities: Authorities, chosen: argparse.Namespace) -> Iterator[str]:
    load = os.getloadavg()[0]
    first = next(iter(keys.items()))
    day = system_clock().astimezone(VIETNAM).date()
    short = "\nA short run: single figures move by half." if chosen.quick else ""
    yield f"{day}, {chosen.seals} seals of each kind, load of the machine {load:.0f} at the beginning.{short}"
    yield _rates(keys, authorities, chosen.seals)
    yield _hours(first[1], authorities, chosen.longest_wait)
    yield _memories(keys, authorities, chosen.memory)
    if chosen.documents:
        yield _share(*first, authorities, chosen.documents)
    yield f"Load at the end {os.getloadavg()[0]:.0f}."


def _rates(keys: dict[str, Key], authorities: Authorities, count: int) -> str:
    rows = []
    for name, key in keys.items():
        for level, found in in_a_process(rates, key, authorities, LEVELS, count).items():
            anew = [f"{one.cpu_ms:.1f}" if one else "–" for one in (found.font_anew, found.asked_anew)]
            rows.append([name, level, f"{found.kept.a_second:.1f}", f"{found.kept.cpu_ms:.1f}", *anew])
    return table("key|level|seals a second|CPU ms|font cut anew|revocation asked anew", rows)


def _hours(key: Key, authorities: Authorities, longest_s: float) -> str:
    rows = []
    for wait_s in WAITS_S:
        waited_s = min(wait_s, longest_s)
        found = in_a_process(throughput, key, authorities, waited_s, _EACH)
        told = (f"{wait_s:g}", f"{waited_s:g}", f"{found.an_hour:.0f}", f"{found.beside_s:.2f}")
        rows.append([*told, f"{found.at(wait_s):.0f}"])
    return table(
        "a timestamp takes, s|in the run, s|seals an hour in the run|beside waiting, s|**seals an hour**", rows
    )


def _memories(keys: dict[str, Key], authorities: Authorities, count: int) -> str:
    rows = []
    for name, key in keys.items():
        held = in_a_process(memory, key, authorities, count)
        rows.append([name, f"{held.early_mb:.1f}", f"{held.late_mb:.1f}"])
    return table(f"key|MB after {max(1, count // 10)} seals|after {count}", rows)


def _share(name: str, key: Key, authorities: Authorities, count: int) -> str:
    # The chain's modules are nothing that the processes which only seal should load.
    from scripts.bench.signing.whole import PAGES, share  # noqa: PLC0415 - as said

    with TemporaryDirectory() as folder:
        found = share(Path(folder), key, authorities, count)
    each_s, seal_s = found.whole_s / found.documents, found.seal_s / found.documents
    return (
        f"A document of {PAGES} pages costs {each_s:.2f} s of CPU from inbox to archive, its seal at B-LTA "
        f"{seal_s * 1000:.0f} ms of it: **{seal_s / each_s:.1%}** ({name}; documents measured: {found.documents})."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
