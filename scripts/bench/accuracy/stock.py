"""What stock programs make of the same page in the same run: `tesseract -l vie`, and OCRmyPDF's text."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

_ENVIRONMENT = {**os.environ, "OMP_THREAD_LIMIT": "1"}
SCAN_DPI = 200


def tesseract_text(image: Path, dpi: int = SCAN_DPI) -> str:
    """Give the text that the program reads in a page image. Raise CalledProcessError when it fails."""
    return _output(["tesseract", str(image), "-", "-l", "vie", "--dpi", str(dpi)])


def ocrmypdf_text(image: Path, dpi: int = SCAN_DPI) -> str:
    """Give the text that OCRmyPDF puts under a page image. Raise CalledProcessError when it fails."""
    program = str(Path(sys.executable).with_name("ocrmypdf"))
    with TemporaryDirectory() as folder:
        text, pdf = Path(folder) / "text.txt", Path(folder) / "out.pdf"
        options = ["-l", "vie", "--force-ocr", "--output-type", "pdf", "--image-dpi", str(dpi), "--jobs", "1", "-q"]
        _output([program, *options, "--sidecar", str(text), str(image), str(pdf)])
        return text.read_text("utf-8")


def _output(command: list[str]) -> str:
    # The programs are whatever is installed, on files of ours.
    run = subprocess.run(command, capture_output=True, check=True, text=True, env=_ENVIRONMENT)  # noqa: S603
    return run.stdout
