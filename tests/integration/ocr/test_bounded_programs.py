"""Files that ask for more than there is: the program that reads them is stopped, and the error says which and why."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from config.errors import TooDemandingError, ToolFailedError
from config.settings import OcrSettings
from ocr.assemble.ghostscript import redraw
from ocr.bounded import run
from ocr.engines import Layout, open_engine
from ocr.pdftext import text_of
from ocr.source.render import draw_page, render_page, sketch_page
from ocr.verapdf import judge
from tests.demanding import endless_pdf, heavy_pdf, hold_to

READERS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "drawn": ("pdftoppm", lambda path: render_page(path, 1, 72, (595, 842), grey=True)),
    "sketched": ("pdftoppm", lambda path: sketch_page(path, 1, 100)),
    "shown": ("pdftoppm", lambda path: draw_page(path, 1, 100)),
    "its text": ("pdftotext", lambda path: text_of(path, page=1)),
    "drawn anew": ("gs", lambda path: redraw(path, path.with_name("out.pdf"), [1], outlines=True)),
}


@pytest.mark.needs("poppler", "ghostscript")
@pytest.mark.parametrize("reader", READERS)
def test_a_page_without_end_is_given_up_by_its_computing_time(
    reader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool, read = READERS[reader]
    hold_to(monkeypatch, cpu_s=1)
    with pytest.raises(TooDemandingError) as stopped:
        read(endless_pdf(tmp_path / "vo-tan.pdf"))
    told = {"file": "vo-tan.pdf", "page": "1", "tool": tool, "amount": 1, "unit": "s of computing time"}
    assert stopped.value.details == told | ({"page": "-"} if tool == "gs" else {})


@pytest.mark.needs("poppler")
def test_a_page_that_takes_all_memory_is_given_up_and_not_drawn_by_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Poppler itself goes on without the layers that found no room, and says that all went well."""
    page = heavy_pdf(tmp_path / "nang.pdf")
    hold_to(monkeypatch, memory_mb=200)
    with pytest.raises(TooDemandingError) as stopped:
        render_page(page, 1, 150, (2292, 2292), grey=False)
    assert stopped.value.details == {
        "file": "nang.pdf",
        "page": "1",
        "tool": "pdftoppm",
        "amount": 200,
        "unit": "MB of memory",
    }
    hold_to(monkeypatch)
    assert render_page(page, 1, 20, (306, 306), grey=False).shape == (306, 306, 3), "what it needs, it may have"


@pytest.mark.needs("poppler")
def test_a_program_that_complains_without_end_does_not_fill_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_place(tmp_path, "pdftotext", "yes 'Syntax Error' >&2", monkeypatch)
    hold_to(monkeypatch, file_mb=1)
    with pytest.raises(TooDemandingError) as stopped:
        text_of(tmp_path / "a.pdf")
    assert (stopped.value.details["amount"], stopped.value.details["unit"]) == (1, "MB on disk")


@pytest.mark.needs("tesseract")
def test_the_engine_as_a_program_is_bounded_and_no_file_is_blamed_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_engine(OcrSettings(engine="pytesseract"))
    hold_to(monkeypatch, memory_mb=90)
    with pytest.raises(ToolFailedError, match="90 MB"):
        engine.read([np.full((6000, 6000), 255, np.uint8)], 300, Layout.PAGE)


def test_java_is_told_how_much_memory_it_may_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place(tmp_path, "verapdf", 'echo "may take $JAVA_TOOL_OPTIONS" >&2; exit 7', monkeypatch)
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Dours=1")
    with pytest.raises(ToolFailedError, match="may take -Dours=1 -Xmx1000m"):
        judge(str(tmp_path / "verapdf"), tmp_path / "a.pdf")


def test_java_without_memory_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    complaint = 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space'
    put_in_place(tmp_path, "verapdf", f"echo '{complaint}' >&2; exit 1", monkeypatch)
    with pytest.raises(TooDemandingError) as stopped:
        judge(str(tmp_path / "verapdf"), tmp_path / "a.pdf")
    assert (stopped.value.details["amount"], stopped.value.details["unit"]) == (1000, "MB of memory")


def test_a_program_has_time_for_as_much_as_it_has_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = put_in_place(tmp_path, "gs", "sleep 1", monkeypatch)
    hold_to(monkeypatch, wall_s=0.1)
    with pytest.raises(ToolFailedError):
        run([str(program)], "a.pdf")
    assert run([str(program)], "a.pdf", times=300).code == 0


LOWER = """
import resource, sys
from ocr.bounded import run
resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 4_000_000))
print(run([sys.argv[1]], "a.pdf").out.decode())
"""


def test_a_limit_of_our_own_that_is_lower_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = put_in_place(tmp_path, "gs", "ulimit -S -f; ulimit -H -f; ulimit -c", monkeypatch)
    told = subprocess.check_output([sys.executable, "-c", LOWER, program], cwd=Path(__file__).parents[3], text=True)
    blocks = 512
    assert told.split() == [str(3_000_000 // blocks), str(4_000_000 // blocks), "0"]


def put_in_place(folder: Path, name: str, does: str, patch: pytest.MonkeyPatch) -> Path:
    """Write a program of that name into a folder, and let it be found before the real one."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{does}\n", "utf-8")
    path.chmod(0o755)
    patch.setenv("PATH", str(folder), prepend=":")
    return path
