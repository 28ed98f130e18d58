"""What is written by hand about Nghệ An's step of 2024: each row fits both trees, and says what of it is inferred."""

import csv
from collections import Counter
from datetime import date, timedelta

from pipeline.targets import Level
from pipeline.units.reading import load_units
from scripts.units.__main__ import STEP_FILE

STEP_DAY = date(2024, 12, 1)
TREE = load_units("40")
with STEP_FILE.open(encoding="utf-8", newline="") as _source:
    ROWS = list(csv.DictReader(_source))


def test_each_row_names_the_units_that_bore_its_codes_on_either_side_of_the_day() -> None:
    for row in ROWS:
        old, new = TREE.find(row["old_code"], STEP_DAY - timedelta(days=1)), TREE.find(row["new_code"], STEP_DAY)
        assert old is not None
        assert new is not None
        assert (old.name, new.name) == (row["old_name"], row["new_name"])
        assert old.parent is not None
        assert new.parent is not None
        assert TREE.units[old.parent].name == TREE.units[new.parent].name


def test_every_code_that_vanished_is_accounted_for_and_none_is_new() -> None:
    before, after = (
        {unit.code for unit in TREE.standing_on(day) if unit.level is Level.COMMUNE}
        for day in (STEP_DAY - timedelta(days=1), STEP_DAY)
    )
    assert (len(before), len(after), len(before - after), len(after - before)) == (460, 412, 48, 0)
    assert before - after <= {row["old_code"] for row in ROWS}


def test_each_row_says_what_of_it_was_inferred() -> None:
    times = Counter(row["old_code"] for row in ROWS)
    for row in ROWS:
        is_divided = times[row["old_code"]] > 1 or row["extent"] == "part"
        assert row["inferred"] == ("codes_and_heir" if is_divided else "codes")
