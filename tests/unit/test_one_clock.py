"""Nobody looks at the system's clock but the clock: what is stamped, counted and signed can be tried at any time."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.message_ids import PACKAGES, ROOT

NOW = {"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime"}
CLOCKS = {"datetime", "date", "time"}
ALLOWED = {
    "config/clock.py": "it is the clock",
    "flows/restart.py": "due times are Prefect's, whose server reckons by the system's clock",
}


def looks_at_the_clock(path: Path) -> Iterator[int]:
    """Give the lines that ask the system for the time of day; spans (`time.monotonic`) are no such question."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (node.lineno for name in node.names if name.name in NOW)
        if not isinstance(node, ast.Attribute) or node.attr not in NOW:
            continue
        owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        if owner in CLOCKS and not (owner == "datetime" and node.attr == "time"):
            yield node.lineno


def test_only_the_clock_asks_the_system_for_the_time() -> None:
    found = {
        f"{name}:{line}"
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if (name := path.relative_to(ROOT).as_posix()) not in ALLOWED
        for line in looks_at_the_clock(path)
    }
    assert found == set()


def test_a_look_at_the_clock_is_seen(tmp_path: Path) -> None:
    source = tmp_path / "late.py"
    source.write_text(
        "import time, datetime\nfrom time import time as now\nx = time.time()\ny = datetime.datetime.now()\n"
        "z = datetime.date.today()\nspan = time.monotonic()\nw = datetime.now(UTC)\n",
        "utf-8",
    )
    assert sorted(set(looks_at_the_clock(source))) == [2, 3, 4, 5, 7]
