"""What can be wrong with one row of supplied figures, with its cause."""

from dataclasses import dataclass, field
from enum import StrEnum

from config.i18n import gettext
from config.i18n import mark as _


class FigureFault(StrEnum):
    """Why a row was refused."""

    CELLS = "cells"
    MISSING = "missing"
    PERIOD = "period"
    FUTURE = "future"
    METRIC = "metric"
    SUBJECT = "subject"
    NUMBER = "number"
    ABOVE = "above"
    NOTHING = "nothing"
    NOT_HERE = "not_here"
    OVERLAP = "overlap"


_CAUSES = {
    FigureFault.CELLS: _("the row has more or fewer cells than the header"),
    FigureFault.MISSING: _("{column} is empty"),
    FigureFault.PERIOD: _("“{value}” is no period: write 2026, 2026-Q3 or 2026-10"),
    FigureFault.FUTURE: _("the period “{value}” has not begun"),
    FigureFault.METRIC: _("“{value}” is none of the figures that are supplied"),
    FigureFault.SUBJECT: _("“{value}” is neither an agency entered here nor a unit that stood in the period"),
    FigureFault.NUMBER: _("“{value}” in column {column} is not a number that can stand there"),
    FigureFault.ABOVE: _("the numerator {value} is greater than the denominator"),
    FigureFault.NOTHING: _("the denominator is 0: nothing was measured"),
    FigureFault.NOT_HERE: _("{column} does not belong to this figure"),
    FigureFault.OVERLAP: _("the period overlaps that of row {value}, so that something would count twice"),
}


@dataclass(frozen=True, slots=True)
class FigureError:
    """One row that was not taken, and why."""

    row: int
    fault: FigureFault
    details: dict[str, str] = field(default_factory=dict)

    def cause(self) -> str:
        """Give what is wrong, in the active language."""
        return gettext(_CAUSES[self.fault]).format_map(self.details)


class RowRefusedError(Exception):
    """A row cannot be taken; carries the fault and its details."""

    def __init__(self, fault: FigureFault, **details: str) -> None:
        self.fault = fault
        self.details = details
        super().__init__(fault, details)
