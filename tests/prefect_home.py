"""Prefect's database, made once for all tests: its two hundred migrations cost more than most runs of a flow do."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAKE = """
import sys
from pathlib import Path
from config.settings import load_settings
from flows.server import prefect_server
from pipeline.context import Context
with prefect_server(Context(load_settings(Path(sys.argv[1])), actor="test")):
    pass
"""

GivePrefect = Callable[[Path], None]
"""Gives an installation that has never run a flow Prefect's database."""


@pytest.fixture(scope="session")
def give_prefect(tmp_path_factory: pytest.TempPathFactory) -> GivePrefect:
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    made = shared / "with-prefect"
    with (shared / "with-prefect.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            being_made = made.with_suffix(".part")
            shutil.rmtree(being_made, ignore_errors=True)
            (being_made / "prefect").mkdir(parents=True)
            clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "SOHOA_"))}
            subprocess.run([sys.executable, "-c", MAKE, str(being_made)], check=True, cwd=ROOT, env=clean, timeout=200)
            being_made.rename(made)

    def give(home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        shutil.copytree(made / "prefect", home / "prefect")

    return give
