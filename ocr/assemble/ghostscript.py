"""Ghostscript, for pages that cannot be archived as they are drawn.

It draws them anew: letters may become outlines, so that no old reading remains under our own; missing fonts are
embedded, colours become RGB; what PDF/A forbids goes. JPEG images that are grey or RGB pass through as they are,
others are packed without loss.
"""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from config.errors import ToolFailedError, ToolMissingError
from config.i18n import gettext
from config.i18n import mark as _

_PROGRAM = "gs"
_SECONDS_A_PAGE = 30.0
_LEAST_SECONDS = 120.0
_OPTIONS = (
    "-dBATCH",
    "-dNOPAUSE",
    "-dSAFER",
    "-dQUIET",
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

    Raise ToolMissingError without Ghostscript, ToolFailedError when it fails or takes too long.
    """
    program = shutil.which(_PROGRAM)
    if program is None:
        raise ToolMissingError(tool="Ghostscript", cause=gettext(_("not found")), install="apt-get install ghostscript")
    limit_s = max(_LEAST_SECONDS, len(pages) * _SECONDS_A_PAGE)
    choice = f"-sPageList={','.join(str(page) for page in pages)}"
    letters = ["-dNoOutputFonts"] if outlines else []
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program on paths of ours
            [program, *_OPTIONS, *letters, choice, f"-sOutputFile={target}", str(source)],
            capture_output=True,
            timeout=limit_s,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as err:
        raise ToolFailedError(tool="Ghostscript", file=source.name, cause=err) from err
    if done.returncode or not target.exists():
        cause = (done.stderr or done.stdout).decode("utf-8", "replace").strip()[-400:]
        raise ToolFailedError(tool="Ghostscript", file=source.name, cause=cause)
