"""How much memory this process may use at most: that of the machine, or of the control group it runs in."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

ROOT = Path("/")
_MEMINFO, _OWN_GROUPS, _GROUPS = "proc/meminfo", "proc/self/cgroup", "sys/fs/cgroup"
_TOTAL = "MemTotal:"


def usable_memory(root: Path = ROOT) -> int:
    """Give the bytes of memory that this process may use; `root` is where the system's files are looked for."""
    return min([_machine_memory(root), *_limits(root)])


def _machine_memory(root: Path) -> int:
    for line in (root / _MEMINFO).read_text("ascii").splitlines():
        if line.startswith(_TOTAL):
            return int(line.split()[1]) * 1024
    raise ValueError(f"{_MEMINFO} tells no {_TOTAL}")


def _limits(root: Path) -> Iterator[int]:
    """Give the limits of the groups that this process is in, and of those above them."""
    try:
        groups = (root / _OWN_GROUPS).read_text("utf-8").splitlines()
    except OSError:
        return
    for line in groups:
        _, controllers, group = line.split(":", 2)
        if controllers == "":
            yield from _limits_above(root / _GROUPS, group, "memory.max")
        elif "memory" in controllers.split(","):
            yield from _limits_above(root / _GROUPS / "memory", group, "memory.limit_in_bytes")


def _limits_above(mounted: Path, group: str, name: str) -> Iterator[int]:
    place = PurePosixPath(group)
    for above in (place, *place.parents):
        try:
            told = (mounted / str(above).lstrip("/") / name).read_text("ascii").strip()
        except OSError:
            # In a container the group is mounted as the root, under another name than it goes by.
            continue
        if told.isdecimal():
            yield int(told)
