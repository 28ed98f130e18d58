"""Charts as inline SVG: bars for what is, a dashed line with diamonds for what the law asks.

Shapes, dashes and figures carry the meaning, so that a grey print says the same as the screen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from config.i18n import mark as _
from config.i18n import translate
from pipeline.progress.model import LevelProgress, Measure, YearMeasure
from pipeline.reports import bilingual
from pipeline.reports.numbers import percent_text
from pipeline.targets import Target

_WIDTH, _HEIGHT = 380, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 42, 4, 30, 30
_BAR_WIDTH = 48
_GRID = (0, 25, 50, 75, 100)
_DIAMOND = 6.0
_LEAST_INSIDE = 12
"""Least share whose bar holds its own label."""
_CROWDED = 20

Point = Callable[[float, float], Markup]


def year_chart(level: LevelProgress, label_id: str) -> Markup:
    """Give the chart of one level: share of the records solved in each year against that year's target."""
    plot = _Plot(len(level.years))
    parts = [
        Markup('<svg viewBox="0 0 {w} {h}" role="img" aria-labelledby="{id}" class="chart">').format(
            w=_WIDTH, h=_HEIGHT, id=label_id
        ),
        *_grid(plot),
        *(bar for index, one in enumerate(level.years) for bar in _bar(plot, index, one, level)),
        _line(plot, [one.all_solved for one in level.years], "all-solved", _circle),
        _line(plot, [one.measure.target for one in level.years], "target", _diamond),
        *(_target_label(plot, index, one) for index, one in enumerate(level.years) if one.measure.target is not None),
        Markup("</svg>"),
    ]
    return Markup("").join(parts)


def share_bar(measure: Measure, label_id: str) -> Markup:
    """Give one measure as a bar with the target as a mark across it."""
    width, height = 380, 34
    share = float(measure.tally.share or 0)
    parts = [
        Markup('<svg viewBox="0 0 {w} {h}" role="img" aria-labelledby="{id}" class="bullet">').format(
            w=width, h=height, id=label_id
        ),
        Markup('<rect class="track" x="0.5" y="9.5" width="{w}" height="15"/>').format(w=width - 1),
        Markup('<rect class="bar" x="0.5" y="9.5" width="{w:.1f}" height="15"/>').format(w=(width - 1) * share / 100),
    ]
    if measure.target is not None:
        x = 3 + (width - 6) * measure.target.percent / 100
        parts.append(Markup('<path class="tick" d="M{x:.1f} 4V30"/>').format(x=x))
        parts.append(_diamond(x, 6))
    return Markup("").join([*parts, Markup("</svg>")])


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
        parts.append(
            Markup('<path class="{kind}" d="M{x0} {y:.1f}H{x1}"/>').format(
                kind="axis" if percent == 0 else "grid", x0=_LEFT, x1=_WIDTH - _RIGHT, y=y
            )
        )
        parts.append(
            Markup('<text class="scale" x="{x}" y="{y:.1f}">{text}</text>').format(
                x=_LEFT - 6, y=y + 4, text=f"{percent}%"
            )
        )
    return parts


def _bar(plot: _Plot, index: int, one: YearMeasure, level: LevelProgress) -> list[Markup]:
    x, share = plot.x(index), one.measure.tally.share
    parts = [Markup('<text class="year" x="{x:.1f}" y="{y}">{year}</text>').format(x=x, y=_HEIGHT - 12, year=one.year)]
    if share is None:
        ended = level.ended_on is not None and one.year > level.ended_on.year
        parts.append(_nothing(x, plot.y(0), _("ended") if ended else _("no record")))
        return parts
    top = plot.y(float(share))
    parts.append(
        Markup('<rect class="bar" x="{x:.1f}" y="{y:.1f}" width="{w}" height="{h:.1f}"/>').format(
            x=x - _BAR_WIDTH / 2, y=top, w=_BAR_WIDTH, h=plot.y(0) - top
        )
    )
    parts.append(_share_label(x, top, plot.y(0), share))
    return parts


def _share_label(x: float, top: float, base: float, share: Decimal) -> Markup:
    """Stand at the foot of the bar, clear of the target's mark; above a bar too low to hold it."""
    is_inside = share >= _LEAST_INSIDE
    text = bilingual.both(lambda language: percent_text(share, language), "tspan")
    return Markup('<text class="share{kind}" x="{x:.1f}" y="{y:.1f}">{text}</text>').format(
        kind=" inside" if is_inside else "", x=x, y=base - 8 if is_inside else top - 5, text=text
    )


def _nothing(x: float, base: float, message: str) -> Markup:
    """Draw a dash where a bar would stand; the words under it are for who points at it or has it read aloud."""
    return Markup(
        '<text class="nothing" x="{x:.1f}" y="{y:.1f}" text-anchor="middle"><title>{text}</title>–</text>'
    ).format(x=x, y=base - 6, text=f"{translate(message, 'vi')} / {message}")


def _line(plot: _Plot, targets: list[Target | None], kind: str, point: Point) -> Markup:
    points = [(plot.x(i), plot.y(target.percent)) for i, target in enumerate(targets) if target is not None]
    if not points:
        return Markup("")
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    line = Markup('<path class="{kind}" d="{path}"/>').format(kind=kind, path=path)
    return line + Markup("").join(point(x, y) for x, y in points)


def _target_label(plot: _Plot, index: int, one: YearMeasure) -> Markup:
    target, all_solved = one.measure.target, one.all_solved
    if target is None:
        return Markup("")
    # Below the diamond where the ring of the other goal is close above.
    is_crowded = all_solved is not None and 0 < all_solved.percent - target.percent < _CROWDED
    text = bilingual.both(lambda language: percent_text(target.percent, language), "tspan")
    return Markup('<text class="asked" x="{x:.1f}" y="{y:.1f}">{text}</text>').format(
        x=plot.x(index), y=plot.y(target.percent) + (19 if is_crowded else -11), text=text
    )


def _diamond(x: float, y: float) -> Markup:
    d = _DIAMOND
    return Markup('<path class="diamond" d="M{x:.1f} {y0:.1f}l{d} {d}l-{d} {d}l-{d} -{d}z"/>').format(
        x=x, y0=y - d, d=d
    )


def _circle(x: float, y: float) -> Markup:
    return Markup('<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="8.5"/>').format(x=x, y=y)
