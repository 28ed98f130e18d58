"""Assembling one document: choose the lane, build, describe, mark, write, judge."""

import errno
import hashlib
import os
import tempfile
from pathlib import Path

import pikepdf
from pikepdf import Pdf
from pikepdf.pdfa import prepare, resolve_save_kwargs

from config.errors import AssemblyError, DamagedFileError, DiskFullError, PdfaViolationError
from config.i18n import gettext
from config.i18n import mark as _
from ocr.assemble.metadata import describe
from ocr.assemble.pageimage import PlacedImage, single_image
from ocr.assemble.printedmark import print_mark
from ocr.assemble.request import Assembled, AssembleRequest
from ocr.assemble.straight import build_straight
from ocr.pdfa import PdfaReport, check_pdfa
from ocr.source.facts import Lane

ASSEMBLE_VERSION = "1"
"""Part of the stage's key: raised whenever the same request may give other bytes."""

_FLAVOUR = "2b"


def assemble(request: AssembleRequest) -> Assembled:
    """Write the archival PDF of a document; the same request gives the same bytes.

    Raise AssemblyError when it cannot be built, PdfaViolationError when what was built is not PDF/A-2b.
    Nothing is left at `request.out` then.
    """
    try:
        source = pikepdf.open(request.delivered)
    except pikepdf.PdfError as err:
        raise DamagedFileError(file=request.delivered.name, cause=err) from err
    with source:
        _check_pages(request, source)
        images = [single_image(page) for page in source.pages] if request.lane != "careful" else []
        found = [image for image in images if image is not None]
        if len(found) == len(source.pages):
            return _straight(request, source, found)
    raise AssemblyError(file=request.delivered.name, cause=gettext(_("a page is not one image")))


def _straight(request: AssembleRequest, source: Pdf, images: list[PlacedImage]) -> Assembled:
    with build_straight(source, images, request.texts) as pdf:
        return _finish(request, pdf, Lane.STRAIGHT)


def _check_pages(request: AssembleRequest, source: Pdf) -> None:
    numbers = [text.number for text in request.texts]
    if numbers != list(range(1, len(source.pages) + 1)):
        cause = gettext(_("{pages} pages, but readings of pages {numbers}")).format(
            pages=len(source.pages), numbers=numbers
        )
        raise AssemblyError(file=request.delivered.name, cause=cause)


def _finish(request: AssembleRequest, pdf: Pdf, lane: Lane) -> Assembled:
    """Print the mark, prepare for PDF/A, describe, write beside the target, judge, and only then put in place."""
    print_mark(pdf, request.mark, request.delivered)
    prepare(pdf, _FLAVOUR)
    describe(pdf, request.title, request.document_id, request.mark)
    handle, name = tempfile.mkstemp(dir=request.out.parent, prefix=".assemble-", suffix=".pdf")
    os.close(handle)
    draft = Path(name)
    try:
        pdf.save(draft, **resolve_save_kwargs(_FLAVOUR, deterministic_id=True))
        report = check_pdfa(draft)
        if not report.passed:
            raise PdfaViolationError(file=request.delivered.name, cause=_told(report))
        pages = len(pdf.pages)
        content = draft.read_bytes()
        draft.chmod(0o644)
        draft.replace(request.out)
    except OSError as err:
        raise (
            DiskFullError(file=request.out.name)
            if _is_full(err)
            else AssemblyError(file=request.delivered.name, cause=err)
        ) from err
    finally:
        draft.unlink(missing_ok=True)
    return Assembled(lane, hashlib.sha256(content).hexdigest(), len(content), pages, report)


def _told(report: PdfaReport) -> str:
    return "; ".join((*report.violations, *report.not_checked))


def _is_full(err: OSError) -> bool:
    return err.errno in (errno.ENOSPC, errno.EDQUOT)
