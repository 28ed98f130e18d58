"""The check-up of reference data: what nobody has entered yet, told apart by whether something stands still for it."""

from collections import Counter

from sqlalchemy import func, or_, select

from config.clock import legal_date
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.check_result import CheckResult
from pipeline.context import Context
from pipeline.extract import type_book
from pipeline.extract.type_files import faults_of
from pipeline.known_agencies import inbox_agencies
from storage.ledger.models import AdministrativeUnit, Agency, Document, UnitHardship
from storage.ledger.states import DocumentState

AGENCIES, HARDSHIP, TYPES = _("Agencies"), _("Hardship communes"), _("Document types")
ENTER = _("Run `sohoa init --agencies FILE`; docs/agencies.md shows such a file.")
MISTYPED = _("Where the code is mistyped, take its folder out of the inbox.")
LISTED = 5
NEVER_SEALED = (
    DocumentState.REFUSED,
    DocumentState.QUARANTINED,
    DocumentState.DUPLICATE,
    DocumentState.SUPERSEDED,
)
"""No seal will ever be asked for these, so none of them waits for a name."""


def check_reference(ctx: Context) -> list[CheckResult]:
    """Say which agencies, units and document types are known, and what about them is not."""
    return [_agencies(ctx), *_nameless(ctx), *_hardship(ctx), *check_types(ctx)]


def check_types(ctx: Context) -> list[CheckResult]:
    """Say how many document types are in force, or what is wrong with each faulty file of a site's own."""
    folder = ctx.settings.document_types_folder
    faults = faults_of(folder)
    if faults:
        return [CheckResult(gettext(TYPES), False, str(fault), fault.remedy_text()) for fault in faults]
    total, own = len(type_book(folder).types), len(type_book(folder).types) - len(type_book().types)
    found = gettext(_("{total} known, {own} of them your own"))
    return [CheckResult(gettext(TYPES), True, found.format(total=total, own=own))]


def nameless_agencies(ctx: Context) -> dict[str, int]:
    """Give the agencies that have documents to seal or a folder in the inbox and no name, with those documents."""
    with ctx.ledger.reading() as session:
        known = set(session.scalars(select(Agency.code)))
        counted = select(Document.agency_code, func.count()).where(Document.state.not_in(NEVER_SEALED))
        counted = counted.group_by(Document.agency_code)
        found = Counter({code: count for code, count in session.execute(counted)})  # noqa: C416 - rows are not pairs to a type checker
    for code in inbox_agencies(ctx):
        found[code] += 0
    return {code: found[code] for code in sorted(found) if code not in known}


def _agencies(ctx: Context) -> CheckResult:
    with ctx.ledger.reading() as session:
        total = session.scalar(select(func.count()).select_from(Agency)) or 0
        below = session.scalar(select(func.count()).select_from(Agency).where(Agency.parent_code.is_not(None))) or 0
    if not total:
        return CheckResult(gettext(AGENCIES), False, gettext(_("no agencies are known")), gettext(ENTER))
    if not below:
        found = gettext(_("{total} known, none below a province: codes of departments and communes are not entered"))
        remedy = gettext(_("Ask the province for its list of identifiers. {enter}")).format(enter=gettext(ENTER))
        return CheckResult(gettext(AGENCIES), True, found.format(total=total), remedy)
    found = gettext(_("{total} known, {below} of them below another")).format(total=total, below=below)
    return CheckResult(gettext(AGENCIES), True, found)


def _nameless(ctx: Context) -> list[CheckResult]:
    nameless = nameless_agencies(ctx)
    if not nameless:
        return []
    codes = ", ".join([*list(nameless)[:LISTED], *(["…"] if len(nameless) > LISTED else [])])
    found = gettext(_("no name is known for {codes}; {documents} documents of theirs came in and cannot be sealed"))
    told = found.format(codes=codes, documents=sum(nameless.values()))
    return [CheckResult(gettext(AGENCIES), False, told, f"{gettext(ENTER)} {gettext(MISTYPED)}")]


def _hardship(ctx: Context) -> list[CheckResult]:
    today = legal_date(ctx.clock())
    standing = or_(AdministrativeUnit.valid_to.is_(None), AdministrativeUnit.valid_to > today)
    with ctx.ledger.reading() as session:
        communes = select(func.count()).where(AdministrativeUnit.level == "commune", standing)
        total = session.scalar(communes) or 0
        exempt = session.scalar(select(func.count(UnitHardship.code.distinct()))) or 0
    if exempt:
        found = gettext(_("{exempt} hardship communes are entered; {total} communes stand today"))
        return [CheckResult(gettext(HARDSHIP), True, found.format(exempt=exempt, total=total))]
    found = gettext(_("{total} communes stand today; which of them are hardship communes nobody has entered"))
    remedy = gettext(
        _("List them in {file} (code, since, until, legal_basis) from the decision that names them, then `sohoa init`.")
    )
    return [
        CheckResult(gettext(HARDSHIP), True, found.format(total=total), remedy.format(file=ctx.settings.hardship_file))
    ]
