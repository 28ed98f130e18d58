"""What a process and the programs it runs hold, watched from outside through /proc."""

import os
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_EVERY_S = 0.02
_FORGET_PEAK = "5"


@dataclass(slots=True)
class Peak:
    """The most that was held while it was watched, in bytes: in memory by all processes, and in folders."""

    memory: int = 0
    disk: int = 0


@contextmanager
def watched(process: int, folders: list[Path]) -> Iterator[Peak]:
    """Give the peak of a process's tree, and of what lies in folders, within this block."""
    peak, ended = Peak(), threading.Event()
    # Its own peak is the kernel's, which misses nothing between two looks.
    Path(f"/proc/{process}/clear_refs").write_text(_FORGET_PEAK, "ascii")

    def look() -> None:
        while not ended.wait(_EVERY_S):
            peak.memory = max(peak.memory, held(process))
            peak.disk = max(peak.disk, lying(folders))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield peak
    finally:
        ended.set()
        looking.join()
        peak.memory = max(peak.memory, _own_peak(process))


def held(process: int) -> int:
    """Give the memory that a process and all below it hold."""
    try:
        own = int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1]) * resource.getpagesize()
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text("ascii").split()]
    except OSError:
        return 0
    # One that has not become its program yet has its parent's memory: it would count twice.
    return own + sum(held(child) for child in children if _program(child) != _program(process))


def _program(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def lying(folders: list[Path]) -> int:
    """Give the bytes of all files below folders, as the disk counts them."""
    total = 0
    for folder in folders:
        for place, _folders, names in os.walk(folder):
            for name in names:
                try:
                    total += (Path(place) / name).lstat().st_blocks * 512
                except OSError:
                    continue
    return total


def _own_peak(process: int) -> int:
    for line in Path(f"/proc/{process}/status").read_text("ascii", "replace").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def settled(process: int) -> int:
    """Give what a process holds once it is still."""
    time.sleep(0.3)
    return held(process)
