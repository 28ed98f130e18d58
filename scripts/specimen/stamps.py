"""What is stamped on paper: round seals, the box of incoming post, marks of urgency.

They are set as pages of their own and used as ink.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np

from scripts.specimen.strokes import Mask
from scripts.specimen.typeset import html_document, page_template, rasterize

SEAL_MM = 40
_RINGS = ((18.0, 0.7), (17.0, 0.3), (11.3, 0.35))
_TEXT_RADIUS_MM = 14.1
RECEIVED_MM = (52, 27)


@dataclass(frozen=True, slots=True)
class Art:
    """One stamp to be cut: its kind, size and text."""

    kind: str
    lines: tuple[str, ...]

    @property
    def width_mm(self) -> float:
        """Width of its page."""
        return {"seal": SEAL_MM, "received": RECEIVED_MM[0]}.get(self.kind, 24 + 5.2 * len(self.lines[0]))

    @property
    def height_mm(self) -> float:
        """Height of its page."""
        return {"seal": SEAL_MM, "received": RECEIVED_MM[1]}.get(self.kind, 17)

    @property
    def rings(self) -> tuple[tuple[float, float], ...]:
        """Rings of a seal: radius and thickness in mm."""
        return _RINGS

    @property
    def letter_pt(self) -> float:
        """Size of the letters of a seal: long names in smaller ones."""
        return max(6.0, min(10.0, 295 / max(len(self.lines[0]), 1)))

    @property
    def letters(self) -> list[tuple[float, float, float, str]]:
        """Letters of a seal with place and turn, from lower left over the top to lower right."""
        text = self.lines[0]
        span = min(300.0, len(text) * self.letter_pt * 1.02)
        first, step = -span / 2, span / max(len(text) - 1, 1)
        placed = []
        for place, letter in enumerate(text):
            turn = first + place * step
            angle = turn / 180 * pi
            x, y = SEAL_MM / 2 + _TEXT_RADIUS_MM * sin(angle), SEAL_MM / 2 - _TEXT_RADIUS_MM * cos(angle)
            placed.append((round(x, 3), round(y, 3), round(turn, 2), letter))
        return placed


def cut(arts: Sequence[Art], dpi: int) -> dict[Art, Mask]:
    """Give the ink of each stamp at a resolution: 0 none .. 1 full."""
    if not arts:
        return {}
    html = page_template("art.html.j2").render(arts=arts)
    pdf = html_document(html).write_pdf(pdf_identifier=b"specimen")
    return {art: ((255 - ink) / 255).astype(np.float32) for art, ink in zip(arts, rasterize(pdf, dpi), strict=True)}
