"""Charts of work: records completed by week, and bars with a label over each for queues, backlog and errors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from config.i18n import mark as _
from pipeline.progress.model import UNKNOWN_LEVEL, BacklogWeek, Week
from pipeline.reports import bilingual, svg
from pipeline.reports.numbers import count_text
from pipeline.targets import Level

_WIDTH = 380
_ROW = 36
_LABEL_SIZE = 13
LEVEL_FILLS: Mapping[str, str] = {
    Level.PROVINCE: "#1f3a5f",
    Level.DISTRICT: "#5f7f9f",
    Level.COMMUNE: "#a9c0d6",
    UNKNOWN_LEVEL: "#f1f4f7",
}
"""From dark to light, told apart in grey too."""
_WEEKS = _("Bars: records completed in each week, levels on top of each other. The table below has all figures.")
_BACKLOG = _("Bars: questions open at the end of each week. The table below has all figures.")
_BARS = _("One bar for each line of the table below.")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with what it says."""

    label: Callable[[str], str]
    value: float
    shown: Callable[[str], str]


def bars_chart(bars: Sequence[Bar], label_id: str) -> Markup:
    """Give bars from the largest scale down, each under its label and with its figure at its end."""
    most = max((one.value for one in bars), default=0) or 1
    room = _WIDTH - 70
    parts = []
    for number, one in enumerate(bars):
        y = number * _ROW
        length = room * one.value / most
        parts += [
            svg.label(1, y + 14, one.label, _LABEL_SIZE, svg.INK, "start"),
            svg.bar(1, y + 19, max(length, 1.5), 12),
            svg.label(length + 8, y + 30, one.shown, _LABEL_SIZE, svg.INK, "start", bold=True),
        ]
    return svg.drawing(_WIDTH, max(len(bars), 1) * _ROW + 4, label_id, bilingual.plain(_BARS), parts)


def weeks_chart(weeks: Sequence[Week], label_id: str) -> Markup:
    """Give the records completed in each week as bars, the levels stacked."""
    stacks = [
        (week.last_day, [(fill, week.by_level.get(level, 0)) for level, fill in LEVEL_FILLS.items()]) for week in weeks
    ]
    return _columns(stacks, label_id, _WEEKS)


def backlog_chart(weeks: Sequence[BacklogWeek], label_id: str) -> Markup:
    """Give the questions that were open at the end of each week as bars."""
    return _columns([(week.last_day, [(svg.BAR, week.open)]) for week in weeks], label_id, _BACKLOG)


_Stack = tuple[date, Sequence[tuple[str, int]]]


def _columns(stacks: Sequence[_Stack], label_id: str, described: str) -> Markup:
    """Give a bar a week, its parts on top of each other and their sum above them."""
    width, height, base, top = 780, 210, 178, 24
    totals = [sum(count for _fill, count in parts) for _day, parts in stacks]
    most = max(totals, default=0) or 1
    step = width / max(len(stacks), 1)
    drawn = [svg.line(f"M0 {base}H{width}", svg.INK, 1.4)]
    for number, ((last_day, counts), total) in enumerate(zip(stacks, totals, strict=True)):
        x, y = step * (number + 0.5), float(base)
        for fill, count in counts:
            part = (base - top) * count / most
            if part:
                y -= part
                drawn.append(svg.bar(x - step * 0.3, y, step * 0.6, part, fill, svg.INK))
        drawn.append(svg.label(x, y - 6, _counted(total), 13, bold=True))
        drawn.append(svg.label(x, base + 18, f"{last_day:%d/%m}", 12.5, svg.SOFT))
    return svg.drawing(width, height, label_id, bilingual.plain(described), drawn)


def _counted(total: int) -> Callable[[str], str]:
    return lambda language: count_text(total, language)
