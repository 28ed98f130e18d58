"""The measured process: one document through the chain in a process that is warm, a step each time it is told to.

    python -m scripts.bench.needs.worked HOME LATER

What lies in the inbox warms it up; then LATER, a folder of an agency's records, is let in and read, then archived.
"""

import sys
from pathlib import Path

from scripts.loading import loaded_for_good

with loaded_for_good():
    from config.settings import load_settings
    from pipeline.context import Context
    from scripts.bench.throughput.chain import answer_and_archive, found_for_measuring, read_and_ask
    from scripts.bench.throughput.documents import AGENCY


def main(home: Path, later: Path) -> int:
    """Do a step for each line of standard input, and answer each with a line."""
    ctx = Context(load_settings(home, inbox={"stable_after_s": 0}, run={"workers": 1}), actor="bench")
    found_for_measuring(ctx)
    read_and_ask(ctx)
    answer_and_archive(ctx)
    _wait("warm")
    for record in sorted(later.iterdir()):
        record.rename(home / "inbox" / AGENCY / record.name)
    read_and_ask(ctx)
    _wait("read")
    answer_and_archive(ctx)
    _wait("archived")
    return 0


def _wait(step: str) -> None:
    print(step, flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
