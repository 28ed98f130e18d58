"""Runs the line over a home folder with all that writes temporary files in use, and kills itself inside one of them.

Run in processes forked from one that has everything imported.
"""

import os
import signal
import tempfile
from pathlib import Path
from typing import Any, Never

from pytesseract import pytesseract

import ocr.assemble.document
from config.settings import load_settings
from ocr.assemble.ocrmypdf_words import PluggedWords
from pipeline.context import Context
from pipeline.line import run_line
from pipeline.runner import process

READING, LAYERING, JUDGING = "tesseract at work", "OCRmyPDF at work", "a draft being judged"
PLACES: dict[str, tuple[Any, str]] = {
    READING: (pytesseract, "image_to_data"),
    LAYERING: (PluggedWords, "generate_ocr"),
    JUDGING: (ocr.assemble.document, "check_pdfa"),
}


def main(home: Path, system_temp: Path, place: str | None) -> None:
    """Run the line once; end by SIGKILL at a place, where one is named."""
    tempfile.tempdir = os.environ["TMPDIR"] = str(system_temp)
    settings = load_settings(home, inbox={"stable_after_s": 0}, ocr={"engine": "pytesseract", "lane": "careful"})
    if place is not None:
        owner, name = PLACES[place]
        setattr(owner, name, _die)
    ctx = Context(settings, actor="crash-test")
    run_line(ctx, lambda ids: [process(ctx, id_) for id_ in ids])


def _die(*_args: object, **_options: object) -> Never:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody comes back from that")
