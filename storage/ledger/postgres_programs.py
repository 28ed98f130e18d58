"""pg_dump and pg_restore: the programs of PostgreSQL itself that copy a database out and in."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from psycopg.pq import Conninfo
from sqlalchemy import URL

from config.errors import ToolFailedError, ToolMissingError
from config.i18n import mark as _

INSTALL = "apt-get install postgresql-client"
LONGEST_S = 24 * 3600.0
"""A copy of a large ledger takes hours; what takes longer hangs."""
_MOST_TOLD = 300
_NOT_FOUND = _("not found in PATH")


def dump(url: URL, target: Path, snapshot: str) -> None:
    """Copy a database as an exported snapshot shows it into a file, in the custom form, not compressed.

    Raise ToolMissingError, or ToolFailedError when the program is older than the server, say.
    """
    form = ["--format=custom", "--compress=0", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    _run("pg_dump", url, [*form, f"--file={target}"], target)


def restore(url: URL, source: Path) -> None:
    """Bring a dump into an empty database, whole or not at all. Raise ToolMissingError or ToolFailedError."""
    form = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    _run("pg_restore", url, [*form, str(source)], source)


def _asked(url: URL) -> dict[str, str | tuple[str, ...]]:
    """Give what an address asks of the connection, such as its encryption, but for what only the driver knows."""
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    return {name: value for name, value in url.query.items() if name in known}


def _run(program: str, url: URL, arguments: Sequence[str], file: Path) -> None:
    path = shutil.which(program)
    if path is None:
        raise ToolMissingError(tool=program, cause=_NOT_FOUND, install=INSTALL)
    # The password goes by the environment: arguments can be read by everybody on the machine.
    address = url.set(drivername="postgresql", password=None, query=_asked(url)).render_as_string(hide_password=False)
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program
            [path, f"--dbname={address}", "--no-password", *arguments],
            capture_output=True,
            timeout=LONGEST_S,
            check=False,
            text=True,
            errors="replace",
            env=environment | {"LC_ALL": "C.UTF-8"},
        )
    except OSError as err:
        raise ToolFailedError(tool=program, file=file.name, cause=err) from err
    except subprocess.TimeoutExpired as err:
        raise ToolFailedError(tool=program, file=file.name, cause=_("it did not end within a day")) from err
    if done.returncode:
        raise ToolFailedError(tool=program, file=file.name, cause=done.stderr.strip()[-_MOST_TOLD:])
