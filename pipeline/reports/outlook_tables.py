"""Tables of the terminal for what is beside the shares: pace, who holds back, roll-out, supplied figures."""

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from config.dates import day_text
from config.i18n import active_language, gettext
from config.i18n import mark as _
from pipeline.progress.model import Holder, Progress
from pipeline.reports.numbers import NONE, count_text, decimal_text, percent_text
from pipeline.reports.other_rows import asked_text, figure_text, other_rows
from pipeline.reports.rows import METRICS
from pipeline.reports.wording import LEVELS

NO_HOLIDAYS = _("Where a year's public holidays are not entered, Monday to Friday count as working days.")


def outlook_tables(progress: Progress) -> Iterator[Table]:
    """Give what the rest of the year takes, and what the law asks beyond scans."""
    if progress.paces:
        yield _paces(progress)
    if any(pace.agencies or pace.units for pace in progress.paces):
        yield _holders(progress)
    if progress.rollout or progress.supplied:
        yield _others(progress)


def _table(title: str, *names: tuple[str, bool]) -> Table:
    table = Table(
        title=Text(title, style="bold"), title_justify="left", box=None, header_style="bold", padding=(0, 1, 0, 0)
    )
    for name, is_number in names:
        table.add_column(gettext(name), justify="right" if is_number else "left")
    return table


def _paces(progress: Progress) -> Table:
    language = active_language()
    title = gettext(_("Pace needed until 31/12/{year}, and at the pace of the last 8 weeks"))
    title = title.format(year=progress.as_of.year)
    if not all(pace.has_holidays for pace in progress.paces):
        title += "\n" + gettext(NO_HOLIDAYS)
    table = _table(
        title,
        (_("Level"), False),
        (_("Measure"), False),
        (_("Missing"), True),
        (_("Working days left"), True),
        (_("Needed a day"), True),
        (_("Lately a day"), True),
        (_("Target reached"), True),
    )
    for pace in progress.paces:
        table.add_row(
            gettext(LEVELS[pace.level]),
            gettext(METRICS[pace.metric]),
            count_text(pace.missing, language),
            count_text(pace.days_left, language),
            NONE if pace.needed_per_day is None else decimal_text(pace.needed_per_day, language, up=True),
            NONE if pace.per_day is None else decimal_text(pace.per_day, language),
            _reached(pace.missing, None if pace.projected_on is None else day_text(pace.projected_on, language)),
        )
    return table


def _reached(missing: int, day: str | None) -> str:
    if not missing:
        return gettext(_("reached"))
    return day or gettext(_("not at this pace"))


def _holders(progress: Progress) -> Table:
    table = _table(
        gettext(_("Who holds a level back most: part of what its agencies, its units are missing")),
        (_("Level"), False),
        (_("Measure"), False),
        (_("Agency"), False),
        (_("Unit"), False),
    )
    units = {(unit.code, unit.valid_from): unit.name for unit in progress.units.current}
    for pace in progress.paces:
        if pace.agencies or pace.units:
            first = [_holder(one, one.code) for one in pace.agencies[:3]]
            second = [
                _holder(one, units.get((one.code, one.valid_from)) or one.code if one.valid_from else one.code)
                for one in pace.units[:3]
            ]
            table.add_row(
                gettext(LEVELS[pace.level]), gettext(METRICS[pace.metric]), "\n".join(first), "\n".join(second)
            )
    return table


def _holder(one: Holder, name: str) -> str:
    return f"{name}: {percent_text(one.share, active_language())} ({count_text(one.missing, active_language())})"


def _others(progress: Progress) -> Table:
    language = active_language()
    table = _table(
        gettext(_("What else the plan asks in {year}")).format(year=progress.as_of.year),
        (_("Level"), False),
        (_("Measure"), False),
        (_("Figure"), True),
        (_("Asked"), True),
        (_("Source"), False),
    )
    for row in other_rows(progress):
        note = gettext(row.note_id).format(count=row.count) if row.note_id else ""
        table.add_row(
            gettext(row.level_id),
            gettext(row.metric_id),
            figure_text(row, language),
            asked_text(row, language),
            row.source or note,
        )
    return table
