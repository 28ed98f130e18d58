"""Ghostscript, for pages that cannot be archived as they are drawn.

It draws them anew: letters may become outlines, so that no old reading remains under our own; missing fonts are
embedded, colours become RGB; what PDF/A forbids goes. JPEG images that are grey or RGB pass through as they are,
others are packed without loss.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from config.errors import ToolFailedError, ToolMissingError
from config.i18n import gettext
from config.i18n import mark as _
from ocr.bounded import run

_PROGRAM = "gs"
_PAGES_AT_ONCE = 4
"""What its limits are for; more pages have more time."""
_OPTIONS = (
    "-dBATCH",
    "-dNOPAUSE",
    "-dSAFER",
    "-dQUIET",
    "-sstdout=%stderr",
    "-sDEVICE=pdfwrite",
    "-dPDFA=2",
    "-dPDFACompatibilityPolicy=1",
    "-sColorConversionStrategy=RGB",
    "-dAutoRotatePages=/None",
    "-dAutoFilterColorImages=false",
    "-dAutoFilterGrayImages=false",
    "-dColorImageFilter=/FlateEncode",
    "-dGrayImageFilter=/FlateEncode",
    "-dPassThroughJPXImages=false",  # no judge at hand looks into JPEG 2000
    "-dDownsampleColorImages=false",
    "-dDownsampleGrayImages=false",
    "-dDownsampleMonoImages=false",
)


def redraw(source: Path, target: Path, pages: Sequence[int], *, outlines: bool) -> None:
    """Draw pages (from 1) of a PDF anew into another; `outlines` makes letters outlines.

    Raise ToolMissingError without Ghostscript, TooDemandingError when the pages take more than it may, ToolFailedError
    when it fails or takes too long.
    """
    program = shutil.which(_PROGRAM)
    if program is None:
        raise ToolMissingError(tool="Ghostscript", cause=gettext(_("not found")), install="apt-get install ghostscript")
    choice = f"-sPageList={','.join(str(page) for page in pages)}"
    letters = ["-dNoOutputFonts"] if outlines else []
    command = [program, *_OPTIONS, *letters, choice, f"-sOutputFile={target}", str(source)]
    done = run(command, source.name, tool="Ghostscript", times=len(pages) / _PAGES_AT_ONCE)
    if done.code or not target.exists():
        raise ToolFailedError(tool="Ghostscript", file=source.name, cause=done.complaint)
