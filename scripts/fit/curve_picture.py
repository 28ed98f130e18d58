"""The curve as a picture: share of fields accepted against share of wrong ones among them, with its upper bound."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_WIDTH, _HEIGHT = 640, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 50, 60
_STYLES = {"real": ("#1f4e79", ""), "specimens": ("#7a7a7a", ' stroke-dasharray="6 4"')}
_NAMES = {"real": "real pages · trang thật", "specimens": "specimens · bản mẫu"}
_FLOOR = 0.0005
"""The scale is by powers of ten; what is less than this is drawn on its floor."""
_TICKS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0)
_DECADES = 3.31
"""From the floor to one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One population: at each step the share accepted, the share of wrong ones, and its upper bound."""

    name: str
    points: tuple[tuple[float, float, float], ...]


def curve_svg(lines: Sequence[Line]) -> str:
    """Give the picture as SVG with words in both languages."""
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif"'
            ' font-size="12">'
        ),
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        *_axes(),
    ]
    for place, line in enumerate(lines):
        colour, dash = _STYLES[line.name]
        for value, width in ((2, 2), (1, 1)):
            points = " ".join(f"{_x(point[0]):.1f},{_y(point[value]):.1f}" for point in line.points)
            kind = f'fill="none" stroke="{colour}" stroke-width="{width}"{dash}'
            parts.append(f'<polyline points="{points}" {kind}/>')
        top = 18 + 16 * place
        parts.append(f'<line x1="{_LEFT}" x2="{_LEFT + 30}" y1="{top}" y2="{top}" stroke="{colour}"{dash}/>')
        parts.append(f'<text x="{_LEFT + 38}" y="{top + 4}">{_NAMES[line.name]}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _axes() -> list[str]:
    parts = []
    for share in _TICKS:
        y = _y(share)
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{100 * share:g} %</text>')
    for tenth in range(0, 11, 2):
        x = _x(tenth / 10)
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{10 * tenth} %</text>')
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(
        f'<text x="{middle:.0f}" y="{_HEIGHT - 22}" text-anchor="middle">'
        "fields accepted without a person · trường được nhận không cần người</text>"
    )
    parts.append(
        f'<text x="{middle:.0f}" y="{_HEIGHT - 6}" text-anchor="middle">'
        "thick: upper 95 % bound of the share of wrong ones · nét đậm: cận trên 95 % của tỷ lệ sai</text>"
    )
    return parts


def _x(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    above = math.log10(max(share, _FLOOR) / _FLOOR) / _DECADES
    return _HEIGHT - _BOTTOM - min(above, 1) * (_HEIGHT - _TOP - _BOTTOM)
