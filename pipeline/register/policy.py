"""How papers are matched to rows, and when a row's value stands for one that could not be read: data with reasons."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from config.errors import ReferenceDataError
from pipeline.review_policy import POLICY_FILE

_FILL_LISTS = ("certain", "witnesses", "witness_names")


@dataclass(frozen=True, slots=True)
class MatchPolicy:
    """Points for what agrees, how many a match needs, by how much it must lead, and how many rows are looked at.

    `subject_likeness`: 0..100 from which on two abstracts agree. `code_sureness`: 0..1 from which on a printed mã hồ
    sơ says anything.
    """

    points: Mapping[str, int]
    least_points: int
    subject_likeness: float
    least_lead: float
    most_rows: int
    code_sureness: float


@dataclass(frozen=True, slots=True)
class FieldFill:
    """One field the register may fill: for which doubts, and which parts of it the page must show the same."""

    field: str
    doubts: frozenset[str]
    parts: frozenset[str]


@dataclass(frozen=True, slots=True)
class FillPolicy:
    """Which matches are certain, which fields vouch for a paper, and which fields are filled.

    `witness_names`: fields with a name that the row's abstract may hold.
    """

    certain: frozenset[str]
    witnesses: frozenset[str]
    witness_names: frozenset[str]
    fields: Mapping[str, FieldFill]


@cache
def match_policy(path: Path = POLICY_FILE) -> MatchPolicy:
    """Give how papers are matched to rows. Raise ReferenceDataError when the file is wrong."""
    place = "register.match"
    table = _table(path, place)
    try:
        found = MatchPolicy(
            points={str(name): int(points) for name, points in table["points"].items()},
            least_points=int(table["least_points"]),
            subject_likeness=float(table["subject_likeness"]),
            least_lead=float(table["least_lead"]),
            most_rows=int(table["most_rows"]),
            code_sureness=float(table["code_sureness"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as err:
        raise ReferenceDataError(file=path.name, place=place, cause=err) from err
    _ensure_reasons(path, place, table, sorted(set(table) - {"points"}))
    return found


@cache
def fill_policy(path: Path = POLICY_FILE) -> FillPolicy:
    """Give when the register fills a field. Raise ReferenceDataError when the file is wrong."""
    place = "register.fill"
    table = _table(path, place)
    try:
        fields = [
            FieldFill(str(entry["field"]), frozenset(entry["doubts"]), frozenset(entry["parts"]))
            for entry in table["field"]
            if entry["reason"]
        ]
        certain, witnesses, names = (frozenset(table[name]) for name in _FILL_LISTS)
        found = FillPolicy(certain, witnesses, names, {field.field: field for field in fields})
    except (KeyError, TypeError) as err:
        raise ReferenceDataError(file=path.name, place=place, cause=err) from err
    _ensure_reasons(path, place, table, list(_FILL_LISTS))
    return found


def _table(path: Path, place: str) -> dict[str, Any]:
    try:
        table: Any = tomllib.loads(path.read_text("utf-8"))
        for key in place.split("."):
            table = table[key]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as err:
        raise ReferenceDataError(file=path.name, place=place, cause=err) from err
    return dict(table)


def _ensure_reasons(path: Path, place: str, table: Mapping[str, Any], names: list[str]) -> None:
    for name in names:
        if not name.endswith("_reason") and not table.get(f"{name}_reason"):
            raise ReferenceDataError(file=path.name, place=place, cause=f"{name} has no reason")
