"""Tampering by the thousand: is every forgery found, and does none crash or hold up the judge.

    python -m scripts.bench.tamper FILE --trust FOLDER [--cases N] [--seed S]

FILE is a signed PDF that is valid under the root certificates in FOLDER. Prints, for each kind of tampering and place,
how many were found, how many changed nothing that anybody reads, and how many were missed; the exit code is 1 if any
was missed. With a ledger all are found: it knows each archived file by its SHA-256.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from random import Random

from config.clock import system_clock
from scripts.bench.forgeries import KINDS, NAMED, PLACES, byte_forgery
from signing.report import SignatureReport, Verdict, overall
from signing.trust import TrustStore, load_trust
from signing.validate import validate


class Outcome(StrEnum):
    """What became of a forgery."""

    FOUND = "found"
    HARMLESS = "harmless"
    MISSED = "missed"


def judged(
    content: bytes, place: Path, trust: TrustStore, now: datetime
) -> tuple[Verdict, tuple[SignatureReport, ...]]:
    """Judge bytes as a file."""
    place.write_bytes(content)
    reports = validate(place, trust, now=now)
    return overall(reports), reports


def outcome(original: bytes, forged: bytes, place: Path, trust: TrustStore, now: datetime) -> Outcome:
    """Say what became of a forgery of a valid file.

    Found: it is not valid, or its report tells another story, such as a lower level. Harmless: nothing else in the file
    but the values of signatures was touched, and all that is reported stayed.
    """
    verdict, reports = judged(forged, place, trust, now)
    if verdict is not Verdict.VALID:
        return Outcome.FOUND
    if reports != judged(original, place, trust, now)[1]:
        return Outcome.FOUND
    return Outcome.HARMLESS if _outside_values(original) == _outside_values(forged) else Outcome.MISSED


def _outside_values(content: bytes) -> bytes:
    """Give a file without what stands between the angle brackets of its last signature, which nothing covers."""
    begin = content.rfind(b"/Contents <")
    end = content.find(b">", begin)
    return content if begin < 0 else content[:begin] + content[end:]


def main(arguments: list[str] | None = None) -> int:
    """Tamper, judge, count, print."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.tamper")
    parser.add_argument("file", type=Path)
    parser.add_argument("--trust", type=Path, required=True)
    parser.add_argument("--cases", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    trust, original = load_trust(chosen.trust / "keys", chosen.trust), chosen.file.read_bytes()
    counts: Counter[tuple[str, Outcome]] = Counter()
    slowest, begun = 0.0, time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "forged.pdf"
        if judged(original, place, trust, system_clock())[0] is not Verdict.VALID:
            print(f"{chosen.file} is not valid as it is", file=sys.stderr)
            return 1
        for name, forged in _forgeries(original, chosen.cases, chosen.seed):
            before = time.process_time()
            counts[name, outcome(original, forged, place, trust, system_clock())] += 1
            slowest = max(slowest, time.process_time() - before)
    for name in dict.fromkeys(name for name, _ in counts):
        print(name, *(f"{kind} {counts[name, kind]}" for kind in Outcome), sep=" | ")
    spent = time.process_time() - begun
    print(f"{sum(counts.values())} cases, {spent:.0f} s CPU, slowest {slowest:.2f} s")
    return int(any(kind is Outcome.MISSED for _, kind in counts))


def _forgeries(original: bytes, cases: int, seed: int) -> list[tuple[str, bytes]]:
    dice = Random(seed)  # noqa: S311 - the same seed gives the same forgeries
    named = [(name, forge(original)) for name, forge in NAMED.items()]
    made = []
    for _ in range(cases):
        kind, place = dice.choice(KINDS), dice.choice(PLACES)
        forged = byte_forgery(original, kind, place, dice)
        if forged != original:
            made.append((f"{kind}, {place}", forged))
    return [*named, *sorted(made, key=lambda case: case[0])]


if __name__ == "__main__":
    sys.exit(main())
