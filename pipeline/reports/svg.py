"""Parts of charts as SVG, all drawn by attributes: print programs apply no style sheet inside a drawing.

Lightness, dashes, shapes and figures carry the meaning, so that a grey print says the same as the screen.
"""

from collections.abc import Callable, Iterable

from markupsafe import Markup

from pipeline.reports import bilingual

INK, SOFT, GRID, BAR, ASKED, OTHER = "#16202c", "#4a5765", "#d3dae2", "#2f5d8f", "#9b1c1c", "#57616d"
TRACK, WHITE = "#eef2f6", "#ffffff"
FONT = "Liberation Sans, Segoe UI, Roboto, Arial, sans-serif"
DIAMOND = 6.0
HALO = 3.5

InLanguage = Callable[[str], str]


def drawing(width: int, height: int, label_id: str, described: str, parts: Iterable[Markup]) -> Markup:
    """Give a drawing with its parts, named by the element of an id and described in words."""
    opening = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="100%" role="img" '
        'aria-labelledby="{id}" font-family="{font}">'
    ).format(w=width, h=height, id=label_id, font=FONT)
    return Markup("").join([opening, element("desc", described), *parts, Markup("</svg>")])


def element(name: str, content: str | Markup = "", **attributes: object) -> Markup:
    """Give an element; `_` in the names of attributes stands for `-`, numbers are given to one place."""
    written = Markup("").join(
        Markup(' {key}="{value}"').format(key=key.rstrip("_").replace("_", "-"), value=_value(value))
        for key, value in attributes.items()
    )
    opening = Markup("<") + name + written
    return opening + (Markup(">") + content + Markup("</{name}>").format(name=name) if content else Markup("/>"))


def label(
    x: float,
    y: float,
    text: InLanguage | str,
    size: float = 13,
    fill: str = INK,
    anchor: str = "middle",
    *,
    bold: bool = False,
) -> Markup:
    """Give a text, in the languages of the page where it is a function of the language."""
    shown = text if isinstance(text, str) else bilingual.both(text, "tspan")
    weight = {"font_weight": "700"} if bold else {}
    return element("text", shown, x=x, y=y, font_size=size, fill=fill, text_anchor=anchor, **weight)


def outlined(x: float, y: float, text: InLanguage, size: float, fill: str) -> Markup:
    """Give a text with a white edge that keeps it clear of what it stands on."""
    shown = bilingual.both(text, "tspan")
    place = {"x": x, "y": y, "font_size": size, "text_anchor": "middle", "font_weight": "700"}
    edge = element("text", shown, **place, fill=WHITE, stroke=WHITE, stroke_width=HALO, stroke_linejoin="round")
    return edge + element("text", shown, **place, fill=fill)


def bar(x: float, y: float, width: float, height: float, fill: str = BAR, stroke: str = "none") -> Markup:
    """Give a bar."""
    return element("rect", x=x, y=y, width=max(width, 0), height=max(height, 0), fill=fill, stroke=stroke)


def line(path: str, stroke: str = INK, width: float = 1, dash: str = "") -> Markup:
    """Give a line along a path, dashed where a dash is given."""
    dashed = {"stroke_dasharray": dash} if dash else {}
    return element("path", d=path, fill="none", stroke=stroke, stroke_width=width, **dashed)


def diamond(x: float, y: float) -> Markup:
    """Give the mark of a target."""
    path = f"M{x:.1f} {y - DIAMOND:.1f}l{DIAMOND} {DIAMOND}l-{DIAMOND} {DIAMOND}l-{DIAMOND} -{DIAMOND}z"
    return element("path", d=path, fill=ASKED, stroke=WHITE, stroke_width=1.2)


def ring(x: float, y: float, radius: float = 8.5) -> Markup:
    """Give the mark of the plan's other goal."""
    return element("circle", cx=x, cy=y, r=radius, fill="none", stroke=OTHER, stroke_width=1.6)


def _value(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
