"""The row of the register that a document is or may be, on the screen."""

from collections.abc import Iterator

from rich.text import Text

from config.dates import value_text
from config.i18n import gettext as _
from pipeline.register.linking import ProposedRow
from pipeline.register_wording import agreeing_name, basis_name


def row_lines(row: ProposedRow | None) -> Iterator[Text]:
    """Give which row a document is or may be, by what, and for one that is only proposed what the row says."""
    if row is None:
        return
    if row.verdict == "linked":
        yield Text(_("Row of the register: {code}, {basis}").format(code=row.record_code, basis=basis_name(row.basis)))
        return
    evidence = row.evidence
    if row.verdict == "other_row":
        yield _warning(
            _("The paper bears the mã hồ sơ {code}, which is another row of the register than its folder's").format(
                code=evidence.get("paper_code", "–")
            )
        )
        return
    if row.verdict == "ambiguous":
        yield _warning(_("Several rows of the register fit this paper; none is proposed"))
        return
    yield _warning(
        _("Row of the register that fits: {code}, {basis}").format(code=row.record_code, basis=basis_name(row.basis))
    )
    said = " · ".join(value_text(value) for value in (row.symbol, row.issued_on, row.subject) if value)
    if said:
        yield Text("  " + _("it says: {values}").format(values=said))
    yield from _evidence(evidence)


def _evidence(evidence: dict[str, object]) -> Iterator[Text]:
    agreeing = evidence.get("agreeing")
    if isinstance(agreeing, list):
        names = ", ".join(agreeing_name(str(name)) for name in agreeing)
        yield Text("  " + _("alike on page and row: {names}").format(names=names))
    if "taken_by" in evidence:
        yield _warning("  " + _("this row already has the record {code}").format(code=evidence["taken_by"]))
    if "agency" in evidence:
        yield _warning("  " + _("this row counts for another agency, {agency}").format(agency=evidence["agency"]))


def _warning(text: str) -> Text:
    return Text(text, style="yellow")
