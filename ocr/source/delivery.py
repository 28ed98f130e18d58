"""The delivered PDF: what came in as one file that every later stage reads. The same input gives the same bytes."""

import errno
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from config.errors import DiskFullError
from ocr.source.door import shown_name, steady
from ocr.source.facts import Limits, SourceFormat
from ocr.source.inspection import document_files, document_frames
from ocr.source.kinds import find_format
from ocr.source.pdffile import PdfFile
from ocr.source.wrap import wrap

# No space, no quota, or no larger file on this file system.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


DELIVER_VERSION = "1"
"""Part of the stage's key: raise it when delivered bytes may come out differently."""


def deliver(paths: Sequence[Path], out: Path, limits: Limits) -> None:
    """Write the delivered PDF of a document: a PDF as it is, images each as a page of its size.

    `out` appears whole or not at all. Raise an InputRefusedError as `inspect` does, also where decoding shows damage;
    raise DiskFullError when there is no space for it.
    """
    ordered = document_files(paths)
    with _appearing(out) as target:
        if len(ordered) == 1 and _copied_pdf(ordered[0], target, limits):
            return
        pdf = PdfFile(target)
        for frame in document_frames(ordered, limits):
            pdf.add_page(*wrap(frame))
        pdf.close()


def _copied_pdf(path: Path, target: BinaryIO, limits: Limits) -> bool:
    with steady(path, limits) as file:
        if find_format(path, file) is not SourceFormat.PDF:
            return False
        shutil.copyfileobj(file, target, 1 << 20)
    return True


@contextmanager
def _appearing(out: Path) -> Iterator[BinaryIO]:
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{os.getpid()}-{threading.get_ident()}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(out)
    except OSError as err:
        if err.errno in _FULL:
            raise DiskFullError(file=shown_name(out)) from err
        raise
    finally:
        part.unlink(missing_ok=True)
