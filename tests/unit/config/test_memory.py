from pathlib import Path

import pytest

from config.memory import usable_memory

MACHINE_KB = 8_000_000


def system(root: Path, groups: str, limits: dict[str, str]) -> Path:
    """Lay out what the kernel shows of its memory and of control groups."""
    files = {"proc/meminfo": f"MemTotal:  {MACHINE_KB} kB\nMemFree: 1 kB\n", "proc/self/cgroup": groups}
    files |= {f"sys/fs/cgroup/{name}": text for name, text in limits.items()}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "ascii")
    return root


@pytest.mark.parametrize(
    ("groups", "limits", "usable"),
    [
        ("0::/a/b\n", {}, MACHINE_KB * 1024),
        ("0::/a/b\n", {"a/b/memory.max": "max\n", "a/memory.max": "5000\n"}, 5000),
        ("0::/a/b\n", {"a/b/memory.max": "4000\n", "a/memory.max": "5000\n"}, 4000),
        ("0::/\n", {"memory.max": "3000\n"}, 3000),
        ("7:memory:/docker/1\n1:name=systemd:/\n", {"memory/docker/1/memory.limit_in_bytes": "2000\n"}, 2000),
        ("7:memory:/docker/1\n", {"memory/memory.limit_in_bytes": "1500\n"}, 1500),
        ("7:memory:/\n", {"memory/memory.limit_in_bytes": "9223372036854771712\n"}, MACHINE_KB * 1024),
        ("3:cpu:/x\n", {"cpu/x/memory.limit_in_bytes": "1\n"}, MACHINE_KB * 1024),
    ],
    ids=[
        "none",
        "of the group above",
        "its own",
        "of a container",
        "older",
        "older container",
        "no limit",
        "of others",
    ],
)
def test_the_tightest_limit_counts(tmp_path: Path, groups: str, limits: dict[str, str], usable: int) -> None:
    assert usable_memory(system(tmp_path, groups, limits)) == usable


def test_this_machine_has_memory() -> None:
    assert usable_memory() > 100_000_000
