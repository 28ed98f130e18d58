"""Charts of shares: bars for what is, a dashed line with diamonds for what the law asks."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from config.i18n import mark as _
from config.i18n import translate
from pipeline.progress.model import LevelProgress, Measure, YearMeasure
from pipeline.reports import bilingual, svg
from pipeline.reports.numbers import percent_text
from pipeline.targets import Target

_WIDTH, _HEIGHT = 380, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 42, 4, 30, 30
_BAR_WIDTH = 48
_GRID = (0, 25, 50, 75, 100)
_LEAST_INSIDE = 12
"""Least share whose bar holds its own label."""
_CROWDED = 20
TARGET_DASH, OTHER_DASH = "7 4", "1.5 4"

Point = Callable[[float, float], Markup]


def year_chart(level: LevelProgress, label_id: str) -> Markup:
    """Give the chart of one level: share of the records solved in each year against that year's target."""
    plot = _Plot(len(level.years))
    parts = [
        *_grid(plot),
        *(bar for index, one in enumerate(level.years) for bar in _bar(plot, index, one, level)),
        _line(plot, [one.all_solved for one in level.years], svg.OTHER, 1.6, OTHER_DASH, svg.ring),
        _line(plot, [one.measure.target for one in level.years], svg.ASKED, 2.2, TARGET_DASH, svg.diamond),
        *(_target_label(plot, index, one) for index, one in enumerate(level.years) if one.measure.target is not None),
    ]
    return svg.drawing(_WIDTH, _HEIGHT, label_id, bilingual.plain(_DESCRIBED), parts)


_DESCRIBED = _("Bars: share digitized of the records solved in each year. Diamonds: target. Figures: table below.")
_SHARE = _("Bar: share digitized. Diamond: target.")


def share_bar(measure: Measure, label_id: str) -> Markup:
    """Give one measure as a bar with the target as a mark across it."""
    width, height = 380, 34
    share = float(measure.tally.share or 0)
    parts = [
        svg.bar(0.5, 9.5, width - 1, 15, svg.TRACK, "#9aa7b5"),
        svg.bar(0.5, 9.5, (width - 1) * share / 100, 15),
    ]
    if measure.target is not None:
        x = 3 + (width - 6) * measure.target.percent / 100
        parts += [svg.line(f"M{x:.1f} 4V30", svg.ASKED, 2.4), svg.diamond(x, 7)]
    return svg.drawing(width, height, label_id, bilingual.plain(_SHARE), parts)


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where years and percents stand on the drawing."""

    years: int

    def x(self, index: int) -> float:
        step = (_WIDTH - _LEFT - _RIGHT) / max(self.years, 1)
        return _LEFT + step * (index + 0.5)

    def y(self, percent: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - percent / 100)


def _grid(plot: _Plot) -> list[Markup]:
    parts = []
    for percent in _GRID:
        y = plot.y(percent)
        colour, width = (svg.INK, 1.4) if percent == 0 else (svg.GRID, 1)
        parts.append(svg.line(f"M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}", colour, width))
        parts.append(svg.label(_LEFT - 6, y + 4, f"{percent}%", 12.5, svg.SOFT, "end"))
    return parts


def _bar(plot: _Plot, index: int, one: YearMeasure, level: LevelProgress) -> list[Markup]:
    x, share = plot.x(index), one.measure.tally.share
    parts = [svg.label(x, _HEIGHT - 12, str(one.year), 14, bold=True)]
    if share is None:
        ended = level.ended_on is not None and one.year > level.ended_on.year
        parts.append(_nothing(x, plot.y(0), _("ended") if ended else _("no record")))
        return parts
    top = plot.y(float(share))
    parts.append(svg.bar(x - _BAR_WIDTH / 2, top, _BAR_WIDTH, plot.y(0) - top))
    parts.append(_share_label(x, top, plot.y(0), share))
    return parts


def _share_label(x: float, top: float, base: float, share: Decimal) -> Markup:
    """Stand at the foot of the bar, clear of the target's mark; above a bar too low to hold it."""
    is_inside = share >= _LEAST_INSIDE
    y, fill = (base - 8, svg.WHITE) if is_inside else (top - 5, svg.INK)
    return svg.label(x, y, lambda language: percent_text(share, language), 13, fill, bold=True)


def _nothing(x: float, base: float, message: str) -> Markup:
    """Draw a dash where a bar would stand; the words under it are for who points at it or has it read aloud."""
    title = svg.element("title", f"{translate(message, 'vi')} / {message}")
    return svg.element("text", title + "–", x=x, y=base - 6, font_size=13, fill=svg.SOFT, text_anchor="middle")


def _line(plot: _Plot, targets: list[Target | None], stroke: str, width: float, dash: str, point: Point) -> Markup:
    points = [(plot.x(i), plot.y(target.percent)) for i, target in enumerate(targets) if target is not None]
    if not points:
        return Markup("")
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return svg.line(path, stroke, width, dash) + Markup("").join(point(x, y) for x, y in points)


def _target_label(plot: _Plot, index: int, one: YearMeasure) -> Markup:
    target, all_solved = one.measure.target, one.all_solved
    if target is None:
        return Markup("")
    # Below the diamond where the ring of the other goal is close above.
    is_crowded = all_solved is not None and 0 < all_solved.percent - target.percent < _CROWDED
    y = plot.y(target.percent) + (19 if is_crowded else -11)
    return svg.outlined(plot.x(index), y, lambda language: percent_text(target.percent, language), 12.5, svg.ASKED)
