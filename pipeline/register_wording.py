"""What is said of a paper's row in the register: by what it was found, and what agrees."""

from config.i18n import gettext
from config.i18n import mark as _

BASES: dict[str, str] = {
    "folder_code": _("by the mã hồ sơ of its folder"),
    "folder_name": _("by the name of its folder"),
    "machine_code": _("by the QR code or barcode on the paper"),
    "printed_code": _("by the mã hồ sơ printed on the paper"),
    "fields": _("by number, date and abstract"),
    "person": _("confirmed by a person"),
}
AGREEING: dict[str, str] = {
    "number": _("number and symbol"),
    "symbol": _("symbol"),
    "issued_on": _("date of issue"),
    "year": _("year"),
    "subject": _("abstract"),
}


def basis_name(basis: str) -> str:
    """Give by what a document's row in the register was found."""
    return gettext(BASES.get(basis, basis))


def agreeing_name(what: str) -> str:
    """Give what of a paper and of a row of the register agree."""
    return gettext(AGREEING.get(what, what))
