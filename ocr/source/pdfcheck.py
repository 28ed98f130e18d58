"""What a PDF that came in carries besides its pages, judged from its objects; nothing is decoded.

Scripts, launch actions, attached programs, dynamic forms and locks are refused. A PDF that is already signed is kept
as it is, so what it carries is only noted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pikepdf

from config.errors import ActiveContentError, DamagedFileError, DynamicFormError, EncryptedFileError
from config.i18n import mark as _
from ocr.source import jpeg
from ocr.source.door import check_pages, check_pixels, shown_name
from ocr.source.facts import Limits, Note
from ocr.source.layout import page_box, page_unit, read_layout
from ocr.source.picture import BrokenPictureError, check_jpeg
from ocr.source.render import RENDER_DPI, RENDER_MOST_PIXELS
from ocr.source.streams import bound_decoders, first_bytes

_ACTIONS = {
    "/JavaScript": _("a script (JavaScript)"),
    "/Launch": _("an action that starts a program"),
    "/ImportData": _("an action that loads data"),
    "/SubmitForm": _("an action that sends data"),
}
_PROGRAM = _("an attached program")
_PROGRAM_ENDINGS = (
    *(".exe", ".com", ".bat", ".cmd", ".scr", ".pif", ".msi", ".dll", ".jar", ".js", ".jse", ".vbs", ".vbe", ".wsf"),
    *(".ps1", ".hta", ".lnk", ".sh", ".apk", ".docm", ".xlsm", ".pptm"),
)
_PROGRAM_MAGIC = (b"MZ", b"\x7fELF", b"#!", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_LOST_PAGES = "ages tree"
_END_MARK, _END_WITHIN = b"%%EOF", 2048


@dataclass(frozen=True, slots=True)
class Examined:
    """What a PDF's objects say: its pages, whether it is signed, what is to be noted, and how large its pages are.

    `largest_page_px`, `all_pages_px`: of its pictures, or of the pages as they would be drawn where that is more.
    """

    pages: int
    is_signed: bool
    notes: set[Note]
    largest_page_px: int
    all_pages_px: int


@dataclass(slots=True)
class _Found:
    """What the walk over a document's objects met."""

    active: str | None = None
    is_signed: bool = False
    has_attachments: bool = False
    annotations: int = 0
    broken_pictures: int = 0
    pictures_px: list[int] = field(default_factory=list)
    seen: set[tuple[int, int]] = field(default_factory=set)


def examine(path: Path, file: BinaryIO, limits: Limits) -> Examined:
    """Give what a PDF's objects say of it.

    Raise EncryptedFileError, DynamicFormError, ActiveContentError, TooLargeError, DamagedFileError.
    """
    bound_decoders()
    try:
        pdf, is_repaired = _opened(path, file)
        with pdf:
            return _examine(path, pdf, limits, is_repaired=is_repaired)
    except pikepdf.PasswordError as err:
        raise EncryptedFileError(file=shown_name(path)) from err
    except (pikepdf.PikepdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as err:
        raise _damaged(path, _("it cannot be opened")) from err


def _opened(path: Path, file: BinaryIO) -> tuple[pikepdf.Pdf, bool]:
    stream = pikepdf.AccessMode.stream
    try:
        # Attributes are left where they are: moving them would let qpdf correct the page count before it is read.
        pdf = pikepdf.Pdf.open(file, access_mode=stream, inherit_page_attributes=False, attempt_recovery=False)
        return pdf, False
    except pikepdf.PdfError:
        file.seek(0)
    if not _has_end(file):
        raise _damaged(path, _("the end is missing"))
    pdf = pikepdf.Pdf.open(file, access_mode=stream, inherit_page_attributes=False)
    # While repairing, qpdf drops pages that are not there and corrects the count; only its warnings tell.
    if any(_LOST_PAGES in str(warning) for warning in pdf.get_warnings()):
        pdf.close()
        raise _damaged(path, _("pages are missing"))
    return pdf, True


def _has_end(file: BinaryIO) -> bool:
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_WITHIN))
    tail = file.read()
    file.seek(0)
    return _END_MARK in tail


def _examine(path: Path, pdf: pikepdf.Pdf, limits: Limits, *, is_repaired: bool) -> Examined:
    # Locked by an owner's password alone it opens, but an archival PDF may not be encrypted at all, and taking a
    # lock off is for whoever put it on.
    if pdf.is_encrypted:
        raise EncryptedFileError(file=shown_name(path))
    count = pdf.Root.Pages.get("/Count", 0)
    declared = count if isinstance(count, int) else 0
    check_pages(path, declared, limits)
    pages = len(pdf.pages)
    check_pages(path, pages, limits)
    if pages < declared:
        raise _damaged(path, _("pages are missing"))
    if not pages:
        raise _damaged(path, _("it has no page"))
    found = _Found()
    _walk(path, pdf, found, limits)
    sheets_px = _checked_sheets(path, pdf, limits)
    notes = _form_notes(path, pdf, found)
    if is_repaired:
        if any(read_layout(page).is_incomplete for page in pdf.pages):
            raise _damaged(path, _("pages are missing"))
        notes.add(Note.PDF_REPAIRED)
    # A signed file stays as its signer left it, even with a flaw in a picture.
    if found.broken_pictures and not found.is_signed:
        raise _damaged(path, _("a picture in it is cut off"))
    return Examined(
        pages,
        found.is_signed,
        notes,
        largest_page_px=max([*sheets_px, *found.pictures_px]),
        all_pages_px=max(sum(sheets_px), sum(found.pictures_px)),
    )


def _form_notes(path: Path, pdf: pikepdf.Pdf, found: _Found) -> set[Note]:
    """Note, or refuse, what a document carries besides its pages."""
    notes: set[Note] = set()
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary):
        if "/XFA" in form:
            if not found.is_signed:
                raise DynamicFormError(file=shown_name(path))
            notes.add(Note.DYNAMIC_FORM)
        if len(form.get("/Fields", [])) and not found.is_signed:
            notes.add(Note.FORM_FIELDS)
    if found.active is not None:
        if not found.is_signed:
            raise ActiveContentError(file=shown_name(path), kind=found.active)
        notes.add(Note.ACTIVE_CONTENT)
    if found.has_attachments:
        notes.add(Note.ATTACHMENTS)
    if found.annotations:
        notes.add(Note.ANNOTATIONS)
    return notes


def _walk(path: Path, pdf: pikepdf.Pdf, found: _Found, limits: Limits) -> None:
    """Look at every object that can be reached from the catalogue."""
    waiting: list[pikepdf.Object] = [pdf.Root]
    while waiting:
        item = waiting.pop()
        if item.is_indirect:
            if item.objgen in found.seen:
                continue
            found.seen.add(item.objgen)
        if isinstance(item, pikepdf.Array):
            waiting += _objects(item)
            continue
        if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            continue
        _look_at(path, item, found, limits)
        waiting += _objects(item.values())


def _objects(items: Iterable[object]) -> list[pikepdf.Object]:
    """Leave out the numbers and truth values, which arrive as Python's own."""
    return [item for item in items if isinstance(item, pikepdf.Object)]


def _look_at(path: Path, item: pikepdf.Dictionary | pikepdf.Stream, found: _Found, limits: Limits) -> None:
    if isinstance(item, pikepdf.Stream):
        if item.get("/Subtype") == "/Image":
            _check_picture(path, item, found, limits)
        return
    action = item.get("/S")
    if isinstance(action, pikepdf.Name) and str(action) in _ACTIONS:
        found.active = found.active or _ACTIONS[str(action)]
    elif "/JS" in item:
        found.active = found.active or _ACTIONS["/JavaScript"]
    if isinstance(item.get("/EF"), pikepdf.Dictionary):
        found.has_attachments = True
        if _is_program(item):
            found.active = found.active or _PROGRAM
    value = item.get("/V")
    if item.get("/FT") == "/Sig" and isinstance(value, pikepdf.Dictionary) and "/ByteRange" in value:
        found.is_signed = True
    if item.get("/Type") == "/Annot" and item.get("/Subtype") not in {"/Link", "/Widget", "/Popup"}:
        found.annotations += 1


def _is_program(file_spec: pikepdf.Dictionary) -> bool:
    names = [str(file_spec.get(key, "")) for key in ("/F", "/UF")]
    if any(name.lower().strip().endswith(_PROGRAM_ENDINGS) for name in names):
        return True
    for stream in file_spec.EF.values():
        if isinstance(stream, pikepdf.Stream) and first_bytes(stream, 16).startswith(_PROGRAM_MAGIC):
            return True
    return False


def _check_picture(path: Path, stream: pikepdf.Stream, found: _Found, limits: Limits) -> None:
    width, height = stream.get("/Width", 0), stream.get("/Height", 0)
    if not isinstance(width, int) or not isinstance(height, int):
        return
    check_pixels(path, width, height, limits)
    found.pictures_px.append(max(0, width * height))
    if stream.get("/Filter") == "/DCTDecode":
        data = bytes(stream.read_raw_bytes())
        shape = jpeg.read_shape(data)
        if shape is not None:
            check_pixels(path, shape.width, shape.height, limits)
            found.pictures_px[-1] = max(found.pictures_px[-1], shape.width * shape.height)
        try:
            check_jpeg(stream, data)
        except BrokenPictureError:
            found.broken_pictures += 1


def _checked_sheets(path: Path, pdf: pikepdf.Pdf, limits: Limits) -> list[int]:
    """Give the pixels of each page as it would be drawn.

    Refuse pages so large that they cannot be drawn; one whose image is the page need not be drawn.
    """
    drawn: list[int] = []
    for page in pdf.pages:
        left, bottom, right, top = page_box(page)
        scale = page_unit(page) * RENDER_DPI / 72
        width, height = int((right - left) * scale), int((top - bottom) * scale)
        if width * height > limits.max_page_pixels and read_layout(page).image is None:
            check_pixels(path, width, height, limits)
        drawn.append(min(width * height, RENDER_MOST_PIXELS))
    return drawn


def _damaged(path: Path, cause: str) -> DamagedFileError:
    return DamagedFileError(file=shown_name(path), cause=cause)
