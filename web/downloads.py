"""Workbooks and evidence packs to be kept as files: written beside the page, sent, and gone."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

ZIP_KIND = "application/zip"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_workbook(name: str, write: Callable[[Path], object]) -> FileResponse:
    """Give a workbook under a name."""
    return as_file(name, KIND, write)


def as_file(name: str, kind: str, write: Callable[[Path], object]) -> FileResponse:
    """Give a file of a kind under a name; whatever goes wrong while it is written leaves no file behind."""
    folder = Path(mkdtemp(prefix="sohoa-"))
    with ExitStack() as left_behind:
        left_behind.callback(rmtree, folder, ignore_errors=True)
        write(folder / name)
        left_behind.pop_all()
    gone = BackgroundTask(rmtree, folder, ignore_errors=True)
    return FileResponse(folder / name, media_type=kind, filename=name, background=gone)
