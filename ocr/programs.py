"""Which version of an outside program is installed: asked of the program itself."""

import re
import shutil

from config.errors import ToolMissingError
from config.i18n import mark as _
from ocr.bounded import run

PROBES = {
    "tesseract": (("--version",), "apt-get install tesseract-ocr tesseract-ocr-vie tesseract-ocr-osd"),
    "pdftotext": (("-v",), "apt-get install poppler-utils"),
    "pdftoppm": (("-v",), "apt-get install poppler-utils"),
    "gs": (("--version",), "apt-get install ghostscript"),
}
_VERSION = re.compile(r"\d+(?:\.\d+)+")


def program_version(name: str) -> str:
    """Give a program's version. Raise ToolMissingError with the remedy when it is not there or does not answer."""
    arguments, install = PROBES[name]
    path = shutil.which(name)
    if path is None:
        raise ToolMissingError(tool=name, cause=_("not found in PATH"), install=install)
    done = run([path, *arguments], "--version")
    found = _VERSION.search((done.out + done.err).decode("utf-8", "replace"))
    if found is None:
        raise ToolMissingError(tool=name, cause=_("it does not say its version"), install=install)
    return found.group()
