"""The system's folder of temporary files, for what must not lie in an installation that a test has worked in."""

import os
import tempfile

SYSTEM_TEMP = tempfile.gettempdir()


def leave_scratch() -> None:
    """Let this process write its temporary files where it did before a run of the line, as a new one would."""
    tempfile.tempdir = os.environ["TMPDIR"] = SYSTEM_TEMP
