"""Many scenarios with hosts, seeded: `python -m tests.hosts --scenarios 20`; prints survived / tried, and each failure.

It starts its own PostgreSQL and SeaweedFS, as the tests do. Each scenario strikes hosts at random moments.
"""

import argparse
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.hosts.house import undisturbed
from tests.hosts.scenario import BLOWS, LATE, SHARING, Scenario, carry_out
from tests.integration.pipeline.house import build_template
from tests.services import running_postgres, running_s3


def drawn(seed: int, documents: int) -> Scenario:
    """Give the scenario of a seed: up to four blows while papers are read, up to three while they are sealed."""
    chance = random.Random(seed)
    last = 1 + documents - 2
    return Scenario(
        shared=range(1, last + 1),
        own=range(last + 1, documents + 1),
        reading=_blows(chance, 4),
        sealing=_blows(chance, 3),
        has_full_disk=chance.random() < 0.5,
        skew_s=chance.choice((-86_400, -3600, 3600, 86_400)),
    )


def _blows(chance: random.Random, most: int) -> tuple[tuple[str, str], ...]:
    """Give blows, each at a host that stands: one that was struck is mended only at the end of the phase."""
    hosts = chance.sample(SHARING, min(len(SHARING), chance.randint(1, most)))
    return tuple((host, chance.choice(BLOWS)) for host in hosts)


def main() -> None:
    """Carry scenarios out and tell what became of them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenarios", type=int, default=10)
    parser.add_argument("--documents", type=int, default=6)
    parser.add_argument("--first", type=int, default=1)
    asked = parser.parse_args()
    survived, struck, began = 0, Counter[str](), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sohoa-hosts-") as name, running_postgres() as postgres, running_s3() as s3:
        folder = Path(name)
        template = build_template(folder / "template")
        expected = undisturbed(template, folder / "alone", range(1, asked.documents + 1))
        for seed in range(asked.first, asked.first + asked.scenarios):
            scenario = drawn(seed, asked.documents)
            struck.update(blow for _host, blow in (*scenario.reading, *scenario.sealing))
            struck["full disk"] += scenario.has_full_disk
            struck["wrong clock"] += 1
            (folder / str(seed)).mkdir()
            try:
                ended = carry_out(scenario, template, folder / str(seed), postgres, s3, os.environ)
                faults = [key for key, value in expected.items() if ended.facts[key] != value]
                if len(set(ended.keys)) != expected["stored"] or len(ended.keys) != expected["stored"]:
                    faults.append("store")
                if "clock_skew" not in ended.said[LATE]:
                    faults.append("clock")
            except Exception:  # noqa: BLE001 - a scenario that breaks is counted, and the others go on
                faults = [traceback.format_exc()]
            survived += not faults
            _say(f"{seed:>4} {scenario.reading} {scenario.sealing} {faults or 'survived'}")
    _say(f"survived {survived} / {asked.scenarios}; struck: {dict(struck)}; {time.monotonic() - began:.0f} s")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
