"""Which agencies a unit stands for: an agency with those under it, or those that serve an administrative unit.

An administrative unit is taken as it is made up on a day: with the units under it, and with those whose records it
took over by then.
"""

import difflib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from sqlalchemy import select

from config.dates import day_text
from config.errors import NotFoundError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.known_agencies import ensure_known_agency
from pipeline.units.keeping import kept_tree
from pipeline.units.tree import Unit, UnitTree
from storage.ledger.models import Agency


class UnknownUnitError(NotFoundError):
    """An administrative unit was asked for that did not stand on the day, or that no agency serves."""

    code = "unit_not_here"
    message = _("{cause}")
    remedy = _(
        "Give the code of a unit of that day (see `sohoa progress`), another day with --on, or the code of an agency."
    )


_NO_UNIT = _("no administrative unit bore the code {code} on {day}; the nearest code is {nearest}")
_NO_AGENCY = _("no agency is entered that serves {name} ({code}) or a unit under it")


def agencies_of(ctx: Context, code: str, day: date) -> frozenset[str]:
    """Give the codes of the agencies that a unit stands for on a day; a code of digits alone is a unit's.

    Raise UnknownAgencyError or UnknownUnitError when there is none.
    """
    if not code.isdigit():
        ensure_known_agency(ctx, code)
        with ctx.ledger.reading() as session:
            parents = session.execute(select(Agency.code, Agency.parent_code)).all()
        return frozenset(_with_those_under(code, [(row.code, row.parent_code) for row in parents]))
    with ctx.ledger.reading() as session:
        tree, _ids = kept_tree(session)
        agencies = list(session.scalars(select(Agency)))
    asked = tree.find(code, day)
    if asked is None:
        near = difflib.get_close_matches(code, sorted({unit.code for unit in tree.standing_on(day)}), n=1, cutoff=0.0)
        text = gettext(_NO_UNIT).format(code=code, day=day_text(day), nearest=near[0] if near else "–")
        raise UnknownUnitError(cause=text)
    asked = tree.heir(asked, day)
    serving = {agency.code for agency in agencies if asked in _at_and_above(tree, _served_by(tree, agency, day), day)}
    if not serving:
        raise UnknownUnitError(cause=gettext(_NO_AGENCY).format(name=asked.name, code=asked.code))
    # An agency that names no unit of its own is of the unit of the one above it.
    parts = [(agency.code, agency.parent_code) for agency in agencies if not agency.unit_code]
    return frozenset[str]().union(*(_with_those_under(code, parts) for code in serving))


def _with_those_under(code: str, parents: Iterable[tuple[str, str | None]]) -> set[str]:
    children: dict[str, list[str]] = {}
    for child, parent in parents:
        children.setdefault(parent or "", []).append(child)
    found, waiting = {code}, [code]
    while waiting:
        fresh = [child for child in children.get(waiting.pop(), ()) if child not in found]
        found.update(fresh)
        waiting += fresh
    return found


def _served_by(tree: UnitTree, agency: Agency, day: date) -> Unit | None:
    """Give the unit that bore an agency's unit code while the agency was one: codes were given anew in 2025."""
    if not agency.unit_code:
        return None
    when = day
    if agency.valid_to is not None:
        when = min(when, agency.valid_to - timedelta(days=1))
    if agency.valid_from is not None:
        when = max(when, agency.valid_from)
    return tree.find(agency.unit_code, when)


def _at_and_above(tree: UnitTree, unit: Unit | None, day: date) -> Iterator[Unit]:
    seen: set[tuple[str, date]] = set()
    while unit is not None and unit.key not in seen:
        seen.add(unit.key)
        unit = tree.heir(unit, day)
        yield unit
        unit = tree.units.get(unit.parent) if unit.parent else None
