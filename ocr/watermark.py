"""A copy of a PDF that says on every page that it is no document: for looking at, never for the archive."""

from pathlib import Path

from pikepdf import Array, Dictionary, Name, Object, Page, PasswordError, Pdf, PdfError

from config.errors import DamagedFileError
from config.i18n import gettext
from config.i18n import mark as _

WORD = "TEST"
_WIDTH_SHARE = 0.8
_EM_WIDTH = 2.6
"""Width of the word in Helvetica-Bold, in units of its size."""
_GREY, _OPACITY = 0.45, 0.22
_SLANT = (0.866, 0.5)
_NAME = Name("/SohoaTest")


def watermarked(source: Path, target: Path) -> None:
    """Write a copy with the word across every page and without signature fields: it claims nothing.

    Raise DamagedFileError when the source cannot be opened.
    """
    try:
        with Pdf.open(source) as pdf:
            font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Helvetica-Bold")))
            state = pdf.make_indirect(Dictionary(Type=Name.ExtGState, ca=_OPACITY))
            for page in pdf.pages:
                _mark(pdf, page, font, state)
                if Name.Annots in page:
                    kept = [note for note in page.Annots if note.get(Name.FT) != Name.Sig]
                    page.Annots = Array(kept)
            for name in (Name.AcroForm, Name.DSS, Name.Perms):
                if name in pdf.Root:
                    del pdf.Root[name]
            pdf.save(target)
    except (PdfError, PasswordError) as err:
        raise DamagedFileError(file=source.name, cause=gettext(_("it cannot be opened"))) from err


def _mark(pdf: Pdf, page: Page, font: Object, state: Object) -> None:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    width, height = right - left, top - bottom
    size = min(width, height) * _WIDTH_SHARE / _EM_WIDTH
    cos, sin = _SLANT
    half = size * _EM_WIDTH / 2
    x, y = left + width / 2 - half * cos, bottom + height / 2 - half * sin
    text = (
        f"q /SohoaTest gs {_GREY} g BT /SohoaTest {size:.1f} Tf "
        f"{cos} {sin} {-sin} {cos} {x:.1f} {y:.1f} Tm ({WORD}) Tj ET Q"
    )
    # Under a name of our own the font and state are added to what the page has; shared resources gain a name only.
    page.add_resource(font, Name.Font, _NAME)
    page.add_resource(state, Name.ExtGState, _NAME)
    page.contents_add(pdf.make_stream(b"q"), prepend=True)
    page.contents_add(pdf.make_stream(b"Q " + text.encode("ascii")))
