"""The chart of a trend: a bar for each snapshot, a diamond for what the law asked of that year."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from config.i18n import mark as _
from pipeline.reports import bilingual, svg
from pipeline.reports.charts import TARGET_DASH
from pipeline.reports.numbers import percent_text

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 380, 220, 42, 4, 22, 30
_GRID = (0, 25, 50, 75, 100)
_DESCRIBED = _("Bars: share digitized as each snapshot froze it. Diamonds: target. Figures: table below.")


@dataclass(frozen=True, slots=True)
class TrendBar:
    """One bar: what stands under it, the share and the target in percent."""

    label: str
    share: float | None
    target: float | None


def trend_chart(bars: Sequence[TrendBar], label_id: str) -> Markup:
    """Give the chart of a share over time, oldest first."""
    step = (_WIDTH - _LEFT - _RIGHT) / max(len(bars), 1)
    places = [_LEFT + step * (number + 0.5) for number in range(len(bars))]
    parts = [part for percent in _GRID for part in _grid_line(percent)]
    width = min(step * 0.62, 44)
    for x, one in zip(places, bars, strict=True):
        if one.share is not None:
            parts.append(svg.bar(x - width / 2, _y(one.share), width, _y(0) - _y(one.share)))
    asked = [(x, _y(one.target)) for x, one in zip(places, bars, strict=True) if one.target is not None]
    if asked:
        parts.append(svg.line("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in asked), svg.ASKED, 2, TARGET_DASH))
        parts += [svg.diamond(x, y) for x, y in asked]
    # Every second label, counted from the newest, where all would run into each other.
    every = 1 if len(bars) <= 6 else 2
    for number, (x, one) in enumerate(zip(places, bars, strict=True)):
        if (len(bars) - 1 - number) % every == 0:
            parts.append(svg.label(x, _HEIGHT - 10, one.label, 12.5))
    if bars and bars[-1].share is not None:
        parts.append(_last(places[-1], bars[-1].share))
    return svg.drawing(_WIDTH, _HEIGHT, label_id, bilingual.plain(_DESCRIBED), parts)


def _y(percent: float) -> float:
    return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - min(percent, 100) / 100)


def _grid_line(percent: int) -> list[Markup]:
    y = _y(percent)
    colour, width = (svg.INK, 1.4) if percent == 0 else (svg.GRID, 1.0)
    return [
        svg.line(f"M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}", colour, width),
        svg.label(_LEFT - 6, y + 4, f"{percent}%", 12.5, svg.SOFT, "end"),
    ]


def _last(x: float, share: float) -> Markup:
    """Name the newest share; all of them stand in the table."""
    return svg.outlined(
        min(x, _WIDTH - 26), _y(share) - 7, lambda language: percent_text(share, language), 12.5, svg.INK
    )
