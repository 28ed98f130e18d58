"""Set a paper with WeasyPrint and take from the set pages what stands where: the truth comes from the layout itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape
from numpy.typing import NDArray
from pdf2image import convert_from_bytes
from weasyprint import HTML

from config.text import nfc
from scripts.specimen.cast import day_text, month_text
from scripts.specimen.model import Anchor, Paper
from scripts.specimen.wording import FORMS, places_of

CSS_DPI = 96
Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Composed:
    """What stands on a page, and where ink goes later."""

    blocks: tuple[Mapping[str, Any], ...]
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class SetPage:
    """One set page: its ink in grey, what stands on it, and where ink goes later."""

    ink: Image
    blocks: tuple[Mapping[str, Any], ...]
    anchors: tuple[Anchor, ...]


@dataclass(slots=True)
class _Harvest:
    """Blocks of one page in the order they are met, and its anchors."""

    blocks: dict[str, dict[str, Any]] = field(default_factory=dict)
    anchors: list[Anchor] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where in the paper the walk is: block, and the cell within it."""

    block: str = ""
    kind: str = "text"
    row: int = 0
    column: int = 0


def typeset(paper: Paper, layout: Mapping[str, Any], dpi: int, *, watermark: bool, dice: Random) -> list[SetPage]:
    """Give the pages of a paper, set in a layout and rasterized at a resolution."""
    pdf, pages = compose(paper, layout, dpi, watermark=watermark, dice=dice)
    return [SetPage(ink, page.blocks, page.anchors) for ink, page in zip(rasterize(pdf, dpi), pages, strict=True)]


def compose(
    paper: Paper, layout: Mapping[str, Any], dpi: int, *, watermark: bool, dice: Random
) -> tuple[bytes, list[Composed]]:
    """Give the born-digital PDF of a paper, and what stands on its pages, in pixels of a resolution."""
    document = html_document(_html(paper, layout, watermark=watermark, dice=dice))
    pages = []
    for page in document.pages:
        harvest = _Harvest()
        _walk(page._page_box, _Spot(), harvest, dpi / CSS_DPI)
        pages.append(Composed(tuple(_finished(harvest)), tuple(harvest.anchors)))
    pdf: bytes = document.write_pdf(pdf_identifier=b"specimen")
    return pdf, pages


def html_document(html: str) -> Any:
    """Give WeasyPrint's layout of a page. It is untyped: what is taken from it is typed where it is taken."""
    document: Any = HTML
    return document(string=html).render()


def rasterize(pdf: bytes, dpi: int) -> list[Image]:
    """Give the pages of a PDF as grey images."""
    pages = convert_from_bytes(pdf, dpi=dpi, grayscale=True, thread_count=1)
    return [np.asarray(page, dtype=np.uint8) for page in pages]


def _html(paper: Paper, layout: Mapping[str, Any], *, watermark: bool, dice: Random) -> str:
    number_at, date_at = places_of(paper.kind)
    values = {
        "p": paper,
        "l": layout,
        "is_form": paper.kind in FORMS,
        "number_at": number_at,
        "date_at": date_at,
        "day": day_text(paper.issued_on),
        "month": month_text(paper.issued_on),
        "motto_mm": round(layout["head_pt"] * 4.1, 1),
        "water": "#f4f4f4" if watermark else "#ffffff00",
        "water_at": (dice.randrange(-5, 20), dice.randrange(80, 120)),
        "sign_mm": dice.randrange(33, 38),
    }
    css = page_template("paper.css.j2").render(values)
    return page_template("paper.html.j2").render(values | {"css": css})


def page_template(name: str) -> Template:
    """Give one of this package's page templates."""
    return _templates().get_template(name)


@cache
def _templates() -> Environment:
    folder = Path(__file__).parent / "templates"
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
    environment.filters["bold"] = _bold
    return environment


def _bold(text: str) -> Markup:
    """Turn **bold** into markup, the rest escaped."""
    pieces = str(escape(text)).split("**")
    # Escaped above: the only markup is ours.
    return Markup("".join(f"<b>{piece}</b>" if place % 2 else piece for place, piece in enumerate(pieces)))  # noqa: S704


def _walk(box: Any, spot: _Spot, harvest: _Harvest, scale: float) -> None:
    attributes = box.element.attrib if box.element is not None else {}
    if "data-skip" in attributes:
        return
    name = type(box).__name__
    spot = _Spot(block=f"margin {box.at_keyword}") if name == "MarginBox" else _spot(spot, attributes)
    if name not in {"LineBox", "TextBox"}:
        _anchor(box, attributes, harvest, scale)
    if name == "LineBox":
        text = nfc(" ".join("".join(_texts(box)).split()))
        if text and spot.block:
            _add(harvest, spot, text)
        for child in box.children:
            _walk_anchors(child, harvest, scale)
        return
    for child in getattr(box, "children", ()):
        _walk(child, spot, harvest, scale)


def _walk_anchors(box: Any, harvest: _Harvest, scale: float) -> None:
    if type(box).__name__ == "TextBox":
        return
    _anchor(box, box.element.attrib if box.element is not None else {}, harvest, scale)
    for child in getattr(box, "children", ()):
        _walk_anchors(child, harvest, scale)


def _anchor(box: Any, attributes: Mapping[str, str], harvest: _Harvest, scale: float) -> None:
    name = attributes.get("data-anchor")
    if name is None or any(anchor.name == name for anchor in harvest.anchors):
        return
    left, top, width, height = (
        round(value * scale, 2) for value in (box.position_x, box.position_y, box.width, box.height)
    )
    harvest.anchors.append(Anchor(name, left, top, width, height, attributes.get("data-hand", "")))


def _spot(spot: _Spot, attributes: Mapping[str, str]) -> _Spot:
    if "data-b" in attributes:
        spot = _Spot(attributes["data-b"], attributes.get("data-kind", "text"))
    row = attributes.get("data-row", attributes.get("data-tr"))
    column = attributes.get("data-col", attributes.get("data-td"))
    return _Spot(
        spot.block,
        spot.kind,
        spot.row if row is None else int(row),
        spot.column if column is None else int(column),
    )


def _texts(box: Any) -> Iterator[str]:
    if type(box).__name__ == "TextBox":
        yield box.text
    elif box.element is not None and "data-hand" in box.element.attrib:
        yield box.element.attrib["data-hand"]
    else:
        for child in getattr(box, "children", ()):
            yield from _texts(child)


def _add(harvest: _Harvest, spot: _Spot, text: str) -> None:
    block = harvest.blocks.setdefault(spot.block, {"t": spot.kind, "cells": {}})
    block["cells"].setdefault((spot.row, spot.column), []).append(text)


def _finished(harvest: _Harvest) -> Iterator[dict[str, Any]]:
    for block in harvest.blocks.values():
        cells = block["cells"]
        if block["t"] == "text":
            yield {"t": "text", "s": " ".join(cells[0, 0])}
            continue
        columns = 1 + max(column for _, column in cells)
        lines = [
            [cells.get((row, column), []) for column in range(columns)] for row in sorted({row for row, _ in cells})
        ]
        if block["t"] == "table":
            yield {"t": "table", "rows": [[" ".join(cell) for cell in row] for row in lines]}
        else:
            yield {"t": "cols", "rows": lines}
