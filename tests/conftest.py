"""Outside parts: a test marked `needs("postgres")` is skipped loudly on a laptop without it, and fails in CI."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.programs import postgres_programs, softhsm_library, weed_program
from tests.system_temp import leave_scratch

pytest_plugins = ("tests.services", "tests.pki", "tests.softhsm", "tests.prefect_home")

SHARED = Path(__file__).resolve().parents[2] / "shared"

PARTS: dict[str, Callable[[], bool]] = {
    "tesseract": lambda: shutil.which("tesseract") is not None,
    "poppler": lambda: shutil.which("pdftotext") is not None and shutil.which("pdfsig") is not None,
    "ghostscript": lambda: shutil.which("gs") is not None,
    "postgres": lambda: postgres_programs() is not None,
    "s3": lambda: weed_program() is not None,
    "softhsm": lambda: softhsm_library() is not None,
    "chromium": lambda: shutil.which("chromium") is not None,
    "corpus": (SHARED / "corpus" / "vn-government-scans").is_dir,
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        for part in marker.args:
            if PARTS[part]():
                continue
            message = f"needs {part}, which this machine lacks: run `make setup-test`"
            if os.environ.get("CI") and part != "corpus":
                pytest.fail(message)
            pytest.skip(message)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The real scans with truth, beside the project; only for tests marked needs("corpus")."""
    return SHARED / "corpus" / "vn-government-scans"


@pytest.fixture(autouse=True)
def _temp_of_the_system() -> Iterator[None]:
    """Let no test leave its installation's folder of temporary files to a later one: it goes with the installation."""
    leave_scratch()
    yield
    leave_scratch()


@pytest.fixture(autouse=True)
def _prefect_at_home_nowhere() -> Iterator[None]:
    """Let no test leave the home of its Prefect in the environment, where a later test's processes would find it."""
    before = {name: value for name, value in os.environ.items() if name.startswith("PREFECT_")}
    yield
    for name in [name for name in os.environ if name.startswith("PREFECT_") and name not in before]:
        del os.environ[name]
    os.environ.update(before)
