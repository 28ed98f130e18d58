"""Where the programs of outside services are."""

import shutil
import sys
from pathlib import Path


def weed_program() -> str | None:
    """Give the path of SeaweedFS, from this Python's package or the system."""
    beside = Path(sys.executable).parent / "weed"
    return str(beside) if beside.exists() else shutil.which("weed")


def postgres_programs() -> Path | None:
    """Give the folder of the newest installed PostgreSQL's programs."""
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None, key=lambda path: int(path.parent.name))


def softhsm_library() -> Path | None:
    """Give the PKCS#11 library of SoftHSM2, where it and its tool are installed."""
    library = Path("/usr/lib/softhsm/libsofthsm2.so")
    return library if library.exists() and shutil.which("softhsm2-util") else None
