"""Progress as tables for the terminal, in the active language."""

from rich.table import Table
from rich.text import Text

from config.dates import day_text, instant_text
from config.i18n import active_language, gettext
from config.i18n import mark as _
from pipeline.progress.model import Progress
from pipeline.reports.basis_section import COUNTED_AGAIN, is_counted_again
from pipeline.reports.numbers import count_text, percent_text, points_text
from pipeline.reports.outlook_tables import outlook_tables
from pipeline.reports.rows import FigureRow, agency_rows, level_rows
from pipeline.reports.wording import LEVELS
from pipeline.targets import Metric
from pipeline.wording import state_id


def progress_tables(progress: Progress, *, with_agencies: bool = False) -> list[Table]:
    """Give the shares by level, on wish by agency, the pace, what else the plan asks, and the queue."""
    tables = [_shares(progress, [*level_rows(progress)], with_agencies=False)]
    if with_agencies and progress.agencies:
        tables.append(_shares(progress, [*agency_rows(progress)], with_agencies=True))
    tables += outlook_tables(progress)
    if progress.queue:
        tables.append(_queue(progress))
    return tables


def _shares(progress: Progress, rows: list[FigureRow], *, with_agencies: bool) -> Table:
    language = active_language()
    day = day_text(progress.as_of, language)
    title = gettext(_("Share digitized on {day}, against the target of {year}")).format(
        day=day, year=progress.as_of.year
    )
    heading = Text(title, style="bold")
    if is_counted_again(progress):
        again = gettext(COUNTED_AGAIN)
        heading.append("\n" + again.format(instant=instant_text(progress.counted_at, language)), style="not bold")
    if progress.is_test:
        heading.append("\n").append(gettext(_("TEST data: no legal value")), style="reverse")
    table = Table(title=heading, title_justify="left", box=None, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column(gettext(_("Agency") if with_agencies else _("Level")), no_wrap=True)
    table.add_column(gettext(_("Measure")), overflow="fold")
    for name in (_("Records"), _("Digitized"), _("Share"), _("Target"), _("Gap")):
        table.add_column(gettext(name), justify="right", no_wrap=True)
    for row in rows:
        is_first = row.metric is Metric.STOCK
        name = row.agency_code if with_agencies else gettext(row.level_id)
        table.add_row(name if is_first else "", *_cells(row, language))
    return table


def _cells(row: FigureRow, language: str) -> list[str | Text]:
    measure = row.measure
    gap = measure.gap
    style = "" if gap is None else "green" if gap >= 0 else "red"
    return [
        gettext(row.metric_id),
        count_text(measure.tally.records, language),
        count_text(measure.tally.digitized, language),
        percent_text(measure.tally.share, language),
        percent_text(measure.target.percent if measure.target else None, language),
        Text(points_text(gap, language), style=style),
    ]


def _queue(progress: Progress) -> Table:
    language = active_language()
    levels = [level.level for level in progress.levels]
    # States keep no past: also beside the shares of an earlier day these are of the moment.
    title = gettext(_("Documents by state, as it stood at {instant}")).format(
        instant=instant_text(progress.counted_at, language)
    )
    table = Table(
        title=Text(title, style="bold"), title_justify="left", box=None, header_style="bold", padding=(0, 1, 0, 0)
    )
    table.add_column(gettext(_("State")))
    for level in levels:
        table.add_column(gettext(LEVELS[level]), justify="right")
    table.add_column(gettext(_("All")), justify="right")
    for one in progress.queue:
        counts = [one.by_level.get(level or "unknown", 0) for level in levels]
        table.add_row(gettext(state_id(one.state)), *(count_text(n, language) for n in [*counts, one.documents]))
    return table
