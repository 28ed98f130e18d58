"""The size of a signature's visible block and of its corner, from data (config/reference/signature_block.toml)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from config.errors import ReferenceDataError
from config.i18n import mark as _
from config.reference_file import read_reference

RULES_FILE = Path(__file__).resolve().parents[1] / "config" / "reference" / "signature_block.toml"
_PARTS = {
    "block": ("width_pt", "height_pt", "margin_pt", "font_size_pt", "least_font_size_pt"),
    "corner": ("width_mm", "height_mm", "clearance_pt"),
}
_OPERATOR = "operator"
_FILLED_IN = {"name": "", "scanned": "", "signed": ""}
_PT_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class BlockRules:
    """Lengths in points on A4. The corner is the part of the page within which the block may give way to ink."""

    width_pt: float
    height_pt: float
    margin_pt: float
    font_size_pt: float
    least_font_size_pt: float
    corner_width_pt: float
    corner_height_pt: float
    clearance_pt: float
    operator_lines: tuple[str, ...]
    """What the block of the person who scanned says; {name}, {scanned} and {signed} are filled in."""


@cache
def block_rules(path: Path = RULES_FILE) -> BlockRules:
    """Give the rules in a file. Raise ReferenceDataError when the file does not hold them."""
    data = read_reference(path, (*_PARTS, _OPERATOR), 1)
    block, corner = (_lengths(path, data, part) for part in _PARTS)
    return BlockRules(
        **block,
        corner_width_pt=corner["width_mm"] * _PT_PER_MM,
        corner_height_pt=corner["height_mm"] * _PT_PER_MM,
        clearance_pt=corner["clearance_pt"],
        operator_lines=_operator_lines(path, data.get(_OPERATOR)),
    )


def _lengths(path: Path, data: dict[str, Any], part: str) -> dict[str, float]:
    table = data.get(part)
    if not isinstance(table, dict) or set(table) != set(_PARTS[part]):
        cause = _("not the entries it should have")
        raise ReferenceDataError(file=path.name, place=part, cause=cause)
    for key, value in table.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise ReferenceDataError(file=path.name, place=f"{part}.{key}", cause=_("not a length"))
    return {key: float(value) for key, value in table.items()}


def _operator_lines(path: Path, table: object) -> tuple[str, ...]:
    lines = table.get("lines") if isinstance(table, dict) else None
    place = f"{_OPERATOR}.lines"
    if not isinstance(lines, list) or not lines or not all(isinstance(line, str) for line in lines):
        raise ReferenceDataError(file=path.name, place=place, cause=_("not a list of texts"))
    try:
        for line in lines:
            line.format(**_FILLED_IN)
    except (LookupError, ValueError) as err:
        raise ReferenceDataError(file=path.name, place=place, cause=err) from err
    if any(f"{{{name}}}" not in "".join(lines) for name in ("name", "signed")):
        raise ReferenceDataError(file=path.name, place=place, cause=_("it must have {name} and {signed}"))
    return tuple(lines)
