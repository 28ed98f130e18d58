"""What is said of a paper's row in the register: by what it was found, and what agrees."""

from collections.abc import Iterator

from config.dates import value_text
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.register.linking import ProposedRow

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


def row_sentences(row: ProposedRow | None) -> Iterator[tuple[str, bool]]:
    """Say which row a document is or may be, by what, and what one that is only proposed says.

    Each sentence with whether it calls for attention.
    """
    if row is None:
        return
    if row.verdict == "linked":
        text = gettext(_("Row of the register: {code}, {basis}"))
        yield text.format(code=row.record_code, basis=basis_name(row.basis)), False
    elif row.verdict == "other_row":
        text = gettext(_("The paper bears the mã hồ sơ {code}, which is another row of the register than its folder's"))
        yield text.format(code=row.evidence.get("paper_code", "–")), True
    elif row.verdict == "ambiguous":
        yield gettext(_("Several rows of the register fit this paper; none is proposed")), True
    else:
        text = gettext(_("Row of the register that fits: {code}, {basis}"))
        yield text.format(code=row.record_code, basis=basis_name(row.basis)), True
        yield from _said(row)


def _said(row: ProposedRow) -> Iterator[tuple[str, bool]]:
    said = " · ".join(value_text(value) for value in (row.symbol, row.issued_on, row.subject) if value)
    if said:
        yield gettext(_("it says: {values}")).format(values=said), False
    agreeing = row.evidence.get("agreeing")
    if isinstance(agreeing, list):
        names = ", ".join(agreeing_name(str(name)) for name in agreeing)
        yield gettext(_("alike on page and row: {names}")).format(names=names), False
    if "taken_by" in row.evidence:
        yield gettext(_("this row already has the record {code}")).format(code=row.evidence["taken_by"]), True
    if "agency" in row.evidence:
        text = gettext(_("this row counts for another agency, {agency}"))
        yield text.format(agency=row.evidence["agency"]), True
