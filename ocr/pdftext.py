"""The text of a PDF as poppler's pdftotext reads it: what search engines and clerks get when they copy."""

import shutil
from pathlib import Path
from typing import Literal

from config.errors import EncryptedFileError, ToolFailedError, ToolMissingError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import nfc
from ocr.bounded import run

_PROGRAM = "pdftotext"
_PAGE_END = "\f"

Order = Literal["layout", "content"]
"""layout: columns and lines as they stand on the page; content: words in the order they stand in the file."""


def text_of(path: Path, *, order: Order = "layout", page: int | None = None) -> list[str]:
    """Give the text of each page, NFC, in order; `page` (from 1) asks for that one alone.

    Raise ToolMissingError without poppler, EncryptedFileError for a file that needs a password, TooDemandingError for
    one that takes more than the program may, ToolFailedError when the program fails or takes too long.
    """
    program = shutil.which(_PROGRAM)
    if program is None:
        raise ToolMissingError(tool=_PROGRAM, cause=gettext(_("not found")), install="apt-get install poppler-utils")
    mode = ["-raw"] if order == "content" else []
    choice = [] if page is None else ["-f", str(page), "-l", str(page)]
    command = [program, "-enc", "UTF-8", *mode, *choice, str(path), "-"]
    done = run(command, path.name, page="-" if page is None else str(page))
    if done.code:
        if b"Incorrect password" in done.err:
            raise EncryptedFileError(file=path.name)
        raise ToolFailedError(tool=_PROGRAM, file=path.name, cause=done.complaint.splitlines()[-1])
    pages = done.out.decode("utf-8", "replace").split(_PAGE_END)
    return [nfc(page) for page in pages[:-1]]
