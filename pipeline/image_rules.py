"""Judges measured pages by the scanning rules, which are data with their legal basis."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from config.errors import ReferenceDataError
from ocr.model import PageQuality
from pipeline.findings import Severity
from storage.ledger.types import JsonObject

RULES_FILE = Path(__file__).parents[1] / "config" / "reference" / "image_rules.toml"
SCHEMA = 1
CLAIMS = frozenset({"has_seal", "has_colour", "is_blank"})
MEASURES = frozenset({"dpi", "colour_depth", "blur", "skew_deg", "border_ratio", "is_blank"})
_KEYS = frozenset({"code", "measure", "at_least", "at_most", "when", "severity", "legal_basis"})


@dataclass(frozen=True, slots=True)
class ImageRule:
    """One rule: what a measure of a page must keep to, and what it is when it does not."""

    code: str
    measure: str
    at_least: float | None
    at_most: float | None
    when: str | None
    severity: Severity
    legal_basis: str


@dataclass(frozen=True, slots=True)
class ImageFinding:
    """A shortfall of one page, with the figures."""

    code: str
    severity: Severity
    details: JsonObject


def judge(quality: PageQuality) -> list[ImageFinding]:
    """Give every shortfall of a measured page."""
    return [finding for rule in load_image_rules() if (finding := _apply(rule, quality)) is not None]


@cache
def load_image_rules(path: Path = RULES_FILE) -> tuple[ImageRule, ...]:
    """Read the rules. Raise ReferenceDataError naming file and rule when one is wrong."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err
    if data.get("schema") != SCHEMA:
        raise ReferenceDataError(file=path.name, place="schema", cause=f"{data.get('schema')!r} is not {SCHEMA}")
    return tuple(_rule(path, number, entry) for number, entry in enumerate(data.get("rule", []), 1))


def _rule(path: Path, number: int, entry: Mapping[str, Any]) -> ImageRule:
    place = f"rule {number}"
    unknown = set(entry) - _KEYS
    if unknown:
        raise ReferenceDataError(file=path.name, place=place, cause=f"unknown: {', '.join(sorted(unknown))}")
    try:
        rule = ImageRule(
            code=entry["code"],
            measure=entry["measure"],
            at_least=entry.get("at_least"),
            at_most=entry.get("at_most"),
            when=entry.get("when"),
            severity=Severity(entry["severity"]),
            legal_basis=entry["legal_basis"],
        )
    except (KeyError, ValueError) as err:
        raise ReferenceDataError(file=path.name, place=place, cause=err) from err
    if rule.measure not in MEASURES or (rule.when is not None and rule.when not in CLAIMS):
        raise ReferenceDataError(file=path.name, place=place, cause=f"unknown measure or claim: {rule.measure}")
    if rule.at_least is None and rule.at_most is None:
        raise ReferenceDataError(file=path.name, place=place, cause="neither at_least nor at_most")
    return rule


def _apply(rule: ImageRule, quality: PageQuality) -> ImageFinding | None:
    if rule.when is not None and not getattr(quality, rule.when):
        return None
    measured = _measured(rule.measure, quality)
    if rule.at_least is not None and measured < rule.at_least:
        return ImageFinding(rule.code, rule.severity, {"measured": round(measured, 3), "at_least": rule.at_least})
    if rule.at_most is not None and measured > rule.at_most:
        return ImageFinding(rule.code, rule.severity, {"measured": round(measured, 3), "at_most": rule.at_most})
    return None


def _measured(measure: str, quality: PageQuality) -> float:
    if measure == "colour_depth":
        return float(quality.depth_bits * quality.channels)
    value = float(getattr(quality, measure))
    return abs(value) if measure == "skew_deg" else value
