"""The text of a PDF as poppler's pdftotext reads it: what search engines and clerks get when they copy."""

import shutil
import subprocess
from pathlib import Path
from typing import Literal

from config.errors import EncryptedFileError, ToolFailedError, ToolMissingError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import nfc

_PROGRAM = "pdftotext"
_TIMEOUT_S = 120.0
_PAGE_END = "\f"

Order = Literal["layout", "content"]
"""layout: columns and lines as they stand on the page; content: words in the order they stand in the file."""


def text_of(
    path: Path, *, order: Order = "layout", page: int | None = None, timeout_s: float = _TIMEOUT_S
) -> list[str]:
    """Give the text of each page, NFC, in order; `page` (from 1) asks for that one alone.

    Raise ToolMissingError without poppler, EncryptedFileError for a file that needs a password,
    ToolFailedError when the program fails or takes longer than `timeout_s`.
    """
    mode = ["-raw"] if order == "content" else []
    choice = [] if page is None else ["-f", str(page), "-l", str(page)]
    output = _run(["-enc", "UTF-8", *mode, *choice, str(path), "-"], path, timeout_s)
    pages = output.decode("utf-8", "replace").split(_PAGE_END)
    return [nfc(page) for page in pages[:-1]]


def _run(arguments: list[str], path: Path, timeout_s: float) -> bytes:
    program = shutil.which(_PROGRAM)
    if program is None:
        raise ToolMissingError(tool=_PROGRAM, cause=gettext(_("not found")), install="apt-get install poppler-utils")
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program on a path of ours
            [program, *arguments], capture_output=True, timeout=timeout_s, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as err:
        raise ToolFailedError(
            tool=_PROGRAM, file=path.name, cause=gettext(_("no answer within {seconds} s")).format(seconds=timeout_s)
        ) from err
    except OSError as err:
        raise ToolFailedError(tool=_PROGRAM, file=path.name, cause=err) from err
    complaint = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode:
        if "Incorrect password" in complaint:
            raise EncryptedFileError(file=path.name)
        raise ToolFailedError(
            tool=_PROGRAM, file=path.name, cause="".join(complaint.splitlines()[-1:]) or done.returncode
        )
    return done.stdout
