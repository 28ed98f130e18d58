"""Which version of an outside program is installed: asked of the program itself."""

import re
import shutil
import subprocess

from config.errors import ToolFailedError, ToolMissingError
from config.i18n import gettext
from config.i18n import mark as _

PROBES = {
    "tesseract": (("--version",), "apt-get install tesseract-ocr tesseract-ocr-vie tesseract-ocr-osd"),
    "pdftotext": (("-v",), "apt-get install poppler-utils"),
    "pdftoppm": (("-v",), "apt-get install poppler-utils"),
    "gs": (("--version",), "apt-get install ghostscript"),
}
_PROBE_TIMEOUT_S = 30.0
_VERSION = re.compile(r"\d+(?:\.\d+)+")


def program_version(name: str) -> str:
    """Give a program's version. Raise ToolMissingError with the remedy when it is not there or does not answer."""
    arguments, install = PROBES[name]
    path = shutil.which(name)
    if path is None:
        raise ToolMissingError(tool=name, cause=_("not found in PATH"), install=install)
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program
            [path, *arguments], capture_output=True, timeout=_PROBE_TIMEOUT_S, check=False, text=True
        )
    except OSError as err:
        raise ToolFailedError(tool=name, file="--version", cause=err) from err
    except subprocess.TimeoutExpired as err:
        cause = gettext(_("no answer within {seconds} s")).format(seconds=f"{_PROBE_TIMEOUT_S:g}")
        raise ToolFailedError(tool=name, file="--version", cause=cause) from err
    found = _VERSION.search(done.stdout + done.stderr)
    if found is None:
        raise ToolMissingError(tool=name, cause=_("it does not say its version"), install=install)
    return found.group()
