"""Workbooks to be kept as files: written beside the page, sent, and gone."""

from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_workbook(name: str, write: Callable[[Path], object]) -> FileResponse:
    """Give a workbook under a name; whatever goes wrong while it is written leaves no file behind."""
    folder = Path(mkdtemp(prefix="sohoa-"))
    path = folder / name
    try:
        write(path)
    except BaseException:
        rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(path, media_type=KIND, filename=name, background=BackgroundTask(rmtree, folder))
