"""Assembling one document: choose the lane, build, describe, mark, write, judge."""

import errno
import hashlib
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Name, Page, Pdf
from pikepdf.pdfa import prepare, resolve_save_kwargs

from config.errors import AssemblyError, DamagedFileError, DiskFullError, EncryptedFileError, PdfaViolationError
from config.i18n import gettext
from config.i18n import mark as _
from ocr.assemble.layer import settle_layer
from ocr.assemble.metadata import describe
from ocr.assemble.printedmark import print_mark
from ocr.assemble.request import Assembled, AssembleRequest
from ocr.assemble.straight import build_straight
from ocr.pdfa import PdfaReport, check_pdfa
from ocr.source.facts import Lane
from ocr.source.layout import PageLayout, read_layout

if TYPE_CHECKING:
    from ocr.assemble.careful import Layered

ASSEMBLE_VERSION = "3"
"""Part of the stage's key: raised whenever the same request may give other bytes."""

_FLAVOUR = "2b"
_HIDDEN = 0b100010  # annotation flags: Hidden, NoView
_WITHOUT_LOOK = frozenset({"/Link", "/Popup"})


def assemble(request: AssembleRequest) -> Assembled:
    """Write the archival PDF of a document; the same request gives the same bytes.

    The whole document goes the careful way when one page must.
    Raise AssemblyError when it cannot be built, PdfaViolationError when what was built is not PDF/A-2b;
    nothing is left at `request.out` then.
    """
    with _open(request.delivered) as source:
        _check_pages(request, source)
        layouts = [read_layout(page) for page in source.pages]
        plain = all(layout.image is not None for layout in layouts) and not any(map(_has_sights, source.pages))
        if request.lane == "straight" and not plain:
            cause = gettext(_("a page is more than one image, which the straight lane does not take"))
            raise AssemblyError(file=request.delivered.name, cause=cause)
        if request.lane != "careful" and plain:
            try:
                with build_straight(layouts, request.texts) as pdf:
                    return _finish(request, pdf, Lane.STRAIGHT)
            except PdfaViolationError:
                # An image with, say, a broken colour profile: the careful lane can draw it anew.
                if request.lane == "straight":
                    raise
        return _careful(request, source, layouts)


def _careful(request: AssembleRequest, source: Pdf, layouts: list[PageLayout]) -> Assembled:
    # Few documents go this way; those that do not need not wait for OCRmyPDF to load.
    from ocr.assemble.careful import build_careful  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="sohoa-") as name:
        folder = Path(name)
        try:
            return _layered(request, build_careful(source, layouts, request.texts, folder, redrawn=False))
        except PdfaViolationError:
            with _open(request.delivered) as again:
                return _layered(request, build_careful(again, layouts, request.texts, folder, redrawn=True))


def _layered(request: AssembleRequest, layered: "Layered") -> Assembled:
    with _open(layered.path) as pdf:
        settle_layer(pdf, layered.words)
        return replace(_finish(request, pdf, Lane.CAREFUL), own_text_pages=layered.own_text)


def _open(path: Path) -> Pdf:
    try:
        return pikepdf.open(path)
    except pikepdf.PasswordError as err:
        raise EncryptedFileError(file=path.name) from err
    except pikepdf.PdfError as err:
        raise DamagedFileError(file=path.name, cause=err) from err


def _check_pages(request: AssembleRequest, source: Pdf) -> None:
    numbers = [text.number for text in request.texts]
    if numbers != list(range(1, len(source.pages) + 1)):
        cause = gettext(_("the document has {pages} pages, the readings are of pages {numbers}"))
        cause = cause.format(pages=len(source.pages), numbers=numbers)
        raise AssemblyError(file=request.delivered.name, cause=cause)


def _has_sights(page: Page) -> bool:
    """Say whether a page has annotations that a viewer shows."""
    return any(
        str(annotation.get(Name.Subtype)) not in _WITHOUT_LOOK
        and Name.AP in annotation
        and not int(annotation.get(Name.F, 0)) & _HIDDEN
        for annotation in page.obj.get(Name.Annots, pikepdf.Array())
        if isinstance(annotation, pikepdf.Dictionary)
    )


def _finish(request: AssembleRequest, pdf: Pdf, lane: Lane) -> Assembled:
    """Print the mark, prepare for PDF/A, describe, write beside the target, judge, and only then put in place."""
    print_mark(pdf, request.mark, request.delivered)
    prepare(pdf, _FLAVOUR)
    describe(pdf, request.title, request.document_id, request.mark)
    if Name.ID in pdf.trailer:
        # Made by chance in the careful lane; without it the file's own content gives it.
        del pdf.trailer[Name.ID]
    draft = _draft_beside(request.out)
    try:
        pdf.save(draft, **resolve_save_kwargs(_FLAVOUR, deterministic_id=True))
        report = check_pdfa(draft)
        if not report.passed:
            raise PdfaViolationError(file=request.delivered.name, cause=_told(report))
        content = draft.read_bytes()
        draft.chmod(0o644)
        draft.replace(request.out)
    except OSError as err:
        if err.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFullError(file=request.out.name) from err
        raise AssemblyError(file=request.delivered.name, cause=err) from err
    finally:
        draft.unlink(missing_ok=True)
    return Assembled(lane, hashlib.sha256(content).hexdigest(), len(content), len(pdf.pages), report)


def _draft_beside(out: Path) -> Path:
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=".assemble-", suffix=".pdf")
    os.close(handle)
    return Path(name)


def _told(report: PdfaReport) -> str:
    return "; ".join((*report.violations, *report.not_checked))
