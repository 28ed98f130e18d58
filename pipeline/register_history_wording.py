"""How versions of the register and the steps of a row are told: columns, scopes, what happened, by whom."""

from datetime import date

from config.dates import day_text
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.register.history import StepKind
from pipeline.register.scope import SUPPLEMENT
from pipeline.wording import field_name

COLUMNS: dict[str, str] = {
    "procedure_name": _("name of the procedure"),
    "symbol": _("number and symbol"),
    "resolved_on": _("day it was solved"),
    "in_force_until": _("in force until"),
    "expected_results": _("number of results"),
    "expected_papers": _("number of papers"),
    "expected_pages": _("number of pages"),
}
"""Columns that are no fields of a paper, and the symbol, which in a register has the number before it."""
STEPS: dict[StepKind, str] = {
    StepKind.ADDED: _("came into the register"),
    StepKind.CHANGED: _("changed by a file"),
    StepKind.MISSING: _("missing from a file; still counted"),
    StepKind.WITHDRAWN: _("withdrawn"),
    StepKind.REINSTATED: _("reinstated"),
}


def column_name(column: str) -> str:
    """Give what a column of the register is called in the active language."""
    return gettext(COLUMNS[column]) if column in COLUMNS else field_name(column)


def step_name(kind: StepKind) -> str:
    """Give what happened to a row."""
    return gettext(STEPS[kind])


def scope_text(scope: str) -> str:
    """Give what a file claims to list in full as people read it: agencies, period, or that it only adds."""
    claim = scope.removesuffix(SUPPLEMENT)
    agencies, _blank, period = claim.partition(" ")
    parts = [agencies.replace(",", ", ")]
    if period:
        first, _dots, last = period.partition("..")
        if first:
            parts.append(gettext(_("from {day}")).format(day=day_text(date.fromisoformat(first))))
        if last:
            parts.append(gettext(_("up to {day}")).format(day=day_text(date.fromisoformat(last))))
    if claim != scope:
        parts.append(gettext(_("only adds and corrects")))
    return " · ".join(part for part in parts if part)
