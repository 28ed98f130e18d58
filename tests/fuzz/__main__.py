"""Break files in thousands of seeded ways and take them through the intake: nothing may crash, hang or grow.

    python -m tests.fuzz [--cases 5000] [--first 0] [--longest 30] [--most-seconds 0]

Prints how the cases ended, the greatest memory and the longest time, and each failure by its number: a run with
`--first NUMBER --cases 1` repeats it. Exits 1 where anything failed.
"""

import argparse
import sys
import time
from collections import Counter

from tests.fuzz.trial import LONGEST_S, Ending, run_cases


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--longest", type=float, default=LONGEST_S, help="seconds a case may take")
    parser.add_argument("--most-seconds", type=float, default=0, help="begin no case after so many seconds")
    chosen = parser.parse_args(arguments)
    begun = time.monotonic()
    endings: list[Ending] = []
    for ending in run_cases(range(chosen.first, chosen.first + chosen.cases), chosen.longest):
        endings.append(ending)
        if not ending.is_well:
            say(f"{ending.case} {ending.name} {ending.memory_mb} MB {ending.seconds:.1f} s {ending.ending}")
        if chosen.most_seconds and time.monotonic() - begun > chosen.most_seconds:
            break
    for name, count in Counter(one.ending.partition(":")[0] for one in endings).most_common():
        say(f"{count:>7}  {name}")
    failed = sum(not one.is_well for one in endings)
    say(
        f"cases {endings[0].case} to {endings[-1].case}: {len(endings) - failed} of {len(endings)} ended well; "
        f"at most {max(one.memory_mb for one in endings)} MB and {max(one.seconds for one in endings):.1f} s; "
        f"{(time.monotonic() - begun) / len(endings) * 1000:.0f} ms a case"
    )
    return int(failed > 0)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
