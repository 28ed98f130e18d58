"""Run seeded hard days over a small batch and count how many left everything as it must be.

    python -m tests.faults [--scenarios 200] [--seed 1] [--kind KIND] [--most-seconds 0] [--list]

Prints scenarios survived / tried by kind of fault, and for each failure the seed that repeats it alone with
`--scenarios 1 --seed SEED`. Exits 1 where anything did not hold. Needs root for the kind `disk full` (a small tmpfs).
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

from tests.faults.scenario import Kind, scenario
from tests.faults.trial import Verdict, tried, workshop


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenarios", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1, help="of the first; each further one has the next")
    parser.add_argument("--kind", type=Kind, choices=list(Kind), help="let all be of one kind of fault")
    parser.add_argument("--most-seconds", type=float, default=0, help="begin no scenario after so many seconds")
    parser.add_argument("--into", type=Path, help="add each verdict to this file, a line of JSON each")
    chosen = parser.parse_args(arguments)
    begun = time.monotonic()
    verdicts: list[Verdict] = []
    with workshop() as shop:
        for seed in range(chosen.seed, chosen.seed + chosen.scenarios):
            verdict = tried(shop, scenario(seed, chosen.kind))
            verdicts.append(verdict)
            _tell(verdict)
            if chosen.into:
                with chosen.into.open("a", encoding="utf-8") as told:
                    told.write(json.dumps(asdict(verdict)) + "\n")
            if chosen.most_seconds and time.monotonic() - begun > chosen.most_seconds:
                break
    _tell_counts(verdicts)
    return int(any(one.broken for one in verdicts))


def _tell(verdict: Verdict) -> None:
    is_well = "FAILED" if verdict.broken else "survived" if verdict.was_hit else "unhurt"
    codes = " ".join(map(str, verdict.codes))
    say(
        f"{verdict.scenario.seed:>5} {is_well}: {verdict.scenario.name}; codes {codes}; "
        f"{verdict.seconds:.0f} s, {verdict.memory_mb} MB"
    )
    for line in verdict.broken:
        say(f"      {line}")


def _tell_counts(verdicts: list[Verdict]) -> None:
    by_kind: dict[str, list[Verdict]] = defaultdict(list)
    for one in verdicts:
        by_kind[one.scenario.kind].append(one)
    for kind, ones in sorted(by_kind.items()):
        say(_counts(kind, ones))
    say(_counts("all", verdicts))


def _counts(kind: str, ones: list[Verdict]) -> str:
    survived = sum(not one.broken for one in ones)
    again = sum(one.needed_a_person for one in ones)
    runs = sum(len(one.codes) for one in ones)
    felt = sum(one.was_hit for one in ones)
    most = max(one.memory_mb for one in ones)
    return (
        f"{kind:<32} {survived:>4} / {len(ones):<4} {felt:>4} felt it, {runs:>5} runs, "
        f"{again} tried again by a person, at most {most} MB"
    )


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
