"""The check-up of a site's own data: targets, holidays, signers, units, hardship communes, agencies.

Each file is read as a report or a run reads it, and what the ledger keeps is held against it.
"""

from collections.abc import Callable

from sqlalchemy import select

from config.clock import legal_date
from config.errors import SohoaError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.agencies import load_agencies
from pipeline.check_result import Absent, CheckResult, NotWellError, failed
from pipeline.context import Context
from pipeline.extract.signers import load_signers
from pipeline.progress.working_days import OWN_FILE as OWN_HOLIDAYS
from pipeline.progress.working_days import working_days_of
from pipeline.targets import OWN_FILE as OWN_TARGETS
from pipeline.targets import targets_of
from pipeline.units.keeping import kept_tree
from pipeline.units.reading import load_units
from storage.ledger.models import Agency

LISTED = 5
_OWN, _SHIPPED = _("{found} ({file} in the home folder)"), _("{found} (as shipped)")
_INIT = _("Run `sohoa init`: it brings the ledger to what the files say and notes the change.")


class _WorthALookError(NotWellError):
    """Nothing stands still for it."""

    code = "worth_a_look"


def check_data(ctx: Context) -> list[CheckResult]:
    """Say of each file of data what it holds, or where it is wrong and what to do; one fault hides no other."""
    return [_checked(title, check, ctx) for title, check in CHECKS]


def _checked(title: str, check: Callable[[Context], str], ctx: Context) -> CheckResult:
    try:
        found = check(ctx)
    except _WorthALookError as err:
        return CheckResult(gettext(title), is_well=True, found=str(err), remedy=err.remedy_text())
    except SohoaError as err:
        return failed(title, err)
    return CheckResult(gettext(title), is_well=True, found=found, is_absent=isinstance(found, Absent))


def _targets(ctx: Context) -> str:
    count = len(targets_of(ctx.settings).stated())
    return _whose(ctx, OWN_TARGETS, gettext(_("figures: {count}")).format(count=count))


def _holidays(ctx: Context) -> str:
    years, this_year = working_days_of(ctx.settings).years, legal_date(ctx.clock()).year
    if this_year not in years:
        raise _WorthALookError(
            found=gettext(_("the holidays of {year} are not listed: the pace counts weekends alone as off")).format(
                year=this_year
            ),
            todo=gettext(_("List them in {file} in the home folder, in the form of config/reference/{file}.")).format(
                file=OWN_HOLIDAYS
            ),
        )
    return _whose(ctx, OWN_HOLIDAYS, gettext(_("years: {years}")).format(years=", ".join(map(str, sorted(years)))))


def _signers(ctx: Context) -> str:
    path = ctx.settings.signers_file
    signers = load_signers(path)
    if not path.exists():
        return Absent(gettext(_("no list; a name is held against none")))
    known = _known_agencies(ctx)
    if strange := sorted({each.agency for each in signers if each.agency} - known):
        raise _WorthALookError(
            found=gettext(_("{file} names agencies that are not known: {codes}")).format(
                file=path.name, codes=_some(strange)
            ),
            todo=gettext(_("Correct the codes, or enter these agencies (`sohoa init --agencies FILE`).")),
        )
    return gettext(_("names: {count}")).format(count=len(signers))


def _units(ctx: Context) -> str:
    """Hold the ledger's units and hardship communes against the files."""
    settings = ctx.settings
    stated = load_units(settings.province, hardship_file=settings.hardship_file)
    with ctx.ledger.reading() as session:
        kept, _ids = kept_tree(session)
    # Units that the data no longer name stay in the ledger, for records may refer to them.
    has_units = all(kept.units.get(key) == unit for key, unit in stated.units.items())
    if not has_units or set(kept.successions) != set(stated.successions):
        raise NotWellError(
            found=gettext(_("the ledger's units are not those of the data of province {province}")).format(
                province=settings.province
            ),
            todo=gettext(_INIT),
        )
    if set(kept.hardships) != set(stated.hardships):
        raise NotWellError(
            found=gettext(_("the ledger's hardship communes are not those of {file}")).format(
                file=settings.hardship_file.name
            ),
            todo=gettext(_INIT),
        )
    count = sum(1 for _unit in stated.standing_on(legal_date(ctx.clock())))
    return gettext(_("province {province}, units that stand today: {count}")).format(
        province=settings.province, count=count
    )


def _agencies(ctx: Context) -> str:
    """See that each agency's unit and parent are known; without its unit an agency's records count for none."""
    load_agencies()
    with ctx.ledger.reading() as session:
        agencies = session.scalars(select(Agency)).all()
        tree, _ids = kept_tree(session)
    codes, units = {row.code for row in agencies}, {code for code, _since in tree.units}
    lost = sorted(row.code for row in agencies if row.unit_code and row.unit_code not in units)
    if lost:
        raise _WorthALookError(
            found=gettext(_("agencies with a unit that no data know: {codes}; their records count for no unit")).format(
                codes=_some(lost)
            ),
            todo=gettext(_("Correct `unit_code` in the agencies' file and run `sohoa init --agencies FILE`.")),
        )
    orphans = sorted(row.code for row in agencies if row.parent_code and row.parent_code not in codes)
    if orphans:
        raise _WorthALookError(
            found=gettext(_("agencies with a parent that is not known: {codes}")).format(codes=_some(orphans)),
            todo=gettext(_("Correct `parent` in the agencies' file and run `sohoa init --agencies FILE`.")),
        )
    without = sorted(row.code for row in agencies if not row.unit_code)
    if without:
        raise _WorthALookError(
            found=gettext(_("agencies without a unit: {codes}; their records count for no unit")).format(
                codes=_some(without)
            ),
            todo=gettext(_("Enter `unit_code` in the agencies' file and run `sohoa init --agencies FILE`.")),
        )
    return gettext(_("{total} known, each tied to a unit")).format(total=len(agencies))


def _known_agencies(ctx: Context) -> set[str]:
    with ctx.ledger.reading() as session:
        return set(session.scalars(select(Agency.code)))


def _whose(ctx: Context, file: str, found: str) -> str:
    text = _OWN if (ctx.settings.home / file).exists() else _SHIPPED
    return gettext(text).format(found=found, file=file)


def _some(codes: list[str]) -> str:
    return ", ".join([*codes[:LISTED], *(["…"] if len(codes) > LISTED else [])])


CHECKS: tuple[tuple[str, Callable[[Context], str]], ...] = (
    (_("Targets"), _targets),
    (_("Holidays"), _holidays),
    (_("Signers"), _signers),
    (_("Administrative units"), _units),
    (_("Agencies and units"), _agencies),
)
