"""One line of figures, as every tabular report gives it: for a level, an agency or a year."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.i18n import mark as _
from pipeline.progress.model import Measure, Progress
from pipeline.reports.wording import LEVELS
from pipeline.targets import Level, Metric

METRICS = {
    Metric.STOCK: _("Results in force"),
    Metric.FLOW: _("Records solved in the year"),
    Metric.SOLVED_REUSABLE: _("Solved records, the plan's other goal"),
    Metric.ROLLOUT: _("One-stop units that run the process"),
    Metric.NOT_RESUPPLIED: _("Papers not asked for again"),
    Metric.ONLINE: _("Records handed in online"),
    Metric.INTERNAL: _("Electronic circulation between offices"),
    Metric.WAITING: _("Waiting on a visit (minutes)"),
    Metric.HANDLING: _("Handling of a record (minutes)"),
}


@dataclass(frozen=True, slots=True)
class FigureRow:
    """Figures of one measure, and what they are of."""

    level: Level | None
    agency_code: str
    agency_name: str
    metric: Metric
    year: int
    measure: Measure

    @property
    def level_id(self) -> str:
        """Message id of the level."""
        return LEVELS[self.level]

    @property
    def metric_id(self) -> str:
        """Message id of the metric."""
        return METRICS[self.metric]


def level_rows(progress: Progress) -> Iterator[FigureRow]:
    """Give the measures of each level; records solved in the year once more against the plan's other goal."""
    year = progress.as_of.year
    for level in progress.levels:
        yield FigureRow(level.level, "", "", Metric.STOCK, year, level.stock)
        yield FigureRow(level.level, "", "", Metric.FLOW, year, level.flow)
        if level.all_solved is not None:
            both = Measure(level.flow.tally, level.all_solved)
            yield FigureRow(level.level, "", "", Metric.SOLVED_REUSABLE, year, both)


def year_rows(progress: Progress) -> Iterator[FigureRow]:
    """Give the records solved of each level year by year."""
    for level in progress.levels:
        for one in level.years:
            yield FigureRow(level.level, "", "", Metric.FLOW, one.year, one.measure)


def agency_rows(progress: Progress) -> Iterator[FigureRow]:
    """Give both measures of each agency."""
    year = progress.as_of.year
    for agency in progress.agencies:
        for metric, measure in ((Metric.STOCK, agency.stock), (Metric.FLOW, agency.flow)):
            yield FigureRow(agency.level, agency.code, agency.name or "", metric, year, measure)
