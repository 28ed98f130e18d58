"""What the page's template calls: figures and words in the languages of the page, charts, and what is in them."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from config.clock import legal_date
from config.dates import day_text, instant_text
from config.i18n import translate
from pipeline.progress.model import UNKNOWN_LEVEL, Measure, Progress, percent_of
from pipeline.progress.pace import missing_of
from pipeline.reason_wording import reason_id
from pipeline.reports import bilingual, svg
from pipeline.reports.charts import OTHER_DASH, TARGET_DASH, share_bar, year_chart
from pipeline.reports.numbers import NONE, count_text, decimal_text, percent_text, points_text
from pipeline.reports.other_rows import asked_text, figure_text, other_rows
from pipeline.reports.rows import METRICS
from pipeline.reports.wording import LEVELS, attention_reasons, remedy_id
from pipeline.reports.work_charts import LEVEL_FILLS, Bar, backlog_chart, bars_chart, weeks_chart
from pipeline.targets import Level
from pipeline.wording import SEVERITIES, state_id

InLanguage = Callable[[str], str]
HEAT = (0, 40, 60, 80, 100)
"""Least share of each shade but the lightest."""
MOST_BARS = 8
_NO_PLACE = "…………"


def page_values(progress: Progress) -> dict[str, Any]:
    """Give what a page shows beside the progress itself."""
    units = sorted(progress.units.current, key=lambda one: (-missing_of(one.flow), -missing_of(one.stock), one.code))
    backlog = progress.work.backlog[:MOST_BARS]
    return {
        "others": list(other_rows(progress)),
        "units": units,
        "unit_names": {one.code: one.name for one in progress.units.current},
        "agency_names": {one.code: one.name for one in progress.agencies},
        "queue_bars": [_counted(state_id(one.state), one.documents) for one in progress.queue],
        "backlog_bars": [_counted(reason_id(one.reason_code), one.questions) for one in backlog],
        "failed_bars": list(_failed(progress))[:MOST_BARS],
        "level_fills": [(_level_name(level), fill) for level, fill in LEVEL_FILLS.items()],
        "of_received": lambda documents: percent_of(documents, progress.work.received),
        "place": _place(progress),
    }


def _level_name(level: str) -> str:
    return LEVELS[None] if level == UNKNOWN_LEVEL else LEVELS[Level(level)]


def _place(progress: Progress) -> str:
    """Give the province's name where the figures know it; dots to fill in where not."""
    province = next((one.name for one in progress.units.current if one.level is Level.PROVINCE and one.name), None)
    return province.removeprefix("Tỉnh ").removeprefix("Thành phố ") if province else _NO_PLACE


def _counted(message: str, value: int) -> Bar:
    return Bar(lambda language: translate(message, language), value, _count_of(value))


def _failed(progress: Progress) -> Iterator[Bar]:
    for one in progress.work.failed:
        share = percent_of(one.documents, progress.work.received)
        message = reason_id(one.reason_code) if one.reason_code else state_id(one.state)
        yield Bar(_said(message), float(share or 0), _percent_of(share))


def _said(message: str) -> InLanguage:
    return lambda language: translate(message, language)


def _gap_class(measure: Measure) -> str:
    return "" if measure.gap is None else "is-met" if measure.gap >= 0 else "is-short"


def _heat(share: Decimal | None) -> int:
    return 0 if share is None else sum(1 for least in HEAT[1:] if share >= least)


def _heat_name(step: int) -> str:
    if step == len(HEAT) - 1:
        return "100 %"
    return f"≥ {HEAT[step]} %" if step else f"< {HEAT[1]} %"


def _count_of(value: int) -> InLanguage:
    return lambda language: count_text(value, language)


def _percent_of(value: Decimal | float | None) -> InLanguage:
    return lambda language: percent_text(value, language)


def _shortfall(gap: Decimal) -> InLanguage:
    return lambda language: points_text(gap, language).lstrip("\u2212")


def _day_of(value: date) -> InLanguage:
    return lambda language: day_text(value, language)


def _instant_of(value: datetime) -> InLanguage:
    return lambda language: instant_text(value, language)


def _long_day(value: datetime) -> Markup:
    """Give a day as it stands at the head of a letter: days below 10 and the first two months with a zero."""
    day = legal_date(value)
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    return bilingual.both(
        lambda language: (
            f"ngày {day.day:02} tháng {month} năm {day.year}" if language == "vi" else day_text(day, language)
        )
    )


def _legend(*parts: Markup) -> Markup:
    opening = Markup('<svg viewBox="0 0 36 18" width="36" height="18" aria-hidden="true">')
    return Markup("").join([opening, *parts, Markup("</svg>")])


WORDING: dict[str, Any] = {
    "words": bilingual.words,
    "count": bilingual.count,
    "percent": bilingual.percent,
    "points": bilingual.points,
    "day": bilingual.day,
    "instant": bilingual.instant,
    "amount": lambda value, up: bilingual.both(
        lambda language: NONE if value is None else decimal_text(value, language, up=up)
    ),
    "figure": lambda row: bilingual.both(lambda language: figure_text(row, language)),
    "asked": lambda row: bilingual.both(lambda language: asked_text(row, language)),
    "count_of": _count_of,
    "percent_of": _percent_of,
    "shortfall": _shortfall,
    "day_of": _day_of,
    "instant_of": _instant_of,
    "long_day": _long_day,
    "gap_class": _gap_class,
    "heat": _heat,
    "heat_name": _heat_name,
    "missing": missing_of,
    "done_of": lambda tally: (
        lambda language: f"{count_text(tally.digitized, language)}/{count_text(tally.records, language)}"
    ),
    "other_goal": lambda level: Measure(level.flow.tally, level.all_solved),
    "level_id": LEVELS.__getitem__,
    "metric_id": METRICS.__getitem__,
    "severity_id": lambda severity: SEVERITIES.get(severity, severity),
    "state_id": state_id,
    "reason_id": reason_id,
    "remedy_id": remedy_id,
    "attention_reasons": attention_reasons,
    "legal_date": legal_date,
    "share_bar": share_bar,
    "year_chart": year_chart,
    "weeks_chart": weeks_chart,
    "backlog_chart": backlog_chart,
    "bars_chart": bars_chart,
    "legend_bar": lambda: _legend(svg.bar(8, 2, 20, 14)),
    "legend_target": lambda: _legend(svg.line("M0 9H36", svg.ASKED, 2.2, TARGET_DASH), svg.diamond(18, 9)),
    "legend_other": lambda: _legend(svg.line("M0 9H36", svg.OTHER, 1.6, OTHER_DASH), svg.ring(18, 9, 7)),
}
