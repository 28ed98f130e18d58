"""Any history of units that the loader takes: both views count each record once, on any day; others are refused."""

import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import ReferenceDataError
from pipeline.progress.model import Tally
from pipeline.progress.tallies import IN_FORCE, AgencyTally
from pipeline.progress.unit_views import unit_views
from pipeline.targets import Level, load_targets
from pipeline.units.reading import load_units
from pipeline.units.tree import Extent, Succession, Unit, UnitKey, UnitTree

UNITS = ("code", "name", "level", "parent_code", "parent_valid_from", "valid_from", "valid_to", "source")
STEPS = (
    "old_code",
    "old_valid_from",
    "new_code",
    "new_valid_from",
    "effective",
    "extent",
    "takes_records",
    "legal_basis",
)
START, DAY = date(2020, 1, 1), timedelta(days=1)
PROVINCE: UnitKey = ("40", START)
KINDS = ("split", "merge", "rename", "part", "abolish districts")


class Chronicle:
    """Writes a history, change by change, as a maker of data files would."""

    def __init__(self, communes: int) -> None:
        self.units: dict[UnitKey, list[object]] = {}
        self.steps: list[tuple[object, ...]] = []
        self.days = [START]
        self._province = self._found("40", Level.PROVINCE, None, START)
        self._districts = [self._found(f"D{number}", Level.DISTRICT, self._province, START) for number in (1, 2)]
        for number in range(communes):
            self._found(f"C{number}", Level.COMMUNE, self._districts[number % 2], START)

    def standing(self, level: Level = Level.COMMUNE) -> list[UnitKey]:
        return sorted(key for key, row in self.units.items() if row[2] == level and not row[6])

    def change(self, kind: str, day: date, first: int, second: int, *, reuses_code: bool) -> None:
        """Let something happen to communes that stand; codes of those that end may be given away on the same day."""
        self.days.append(day)
        if kind == "abolish districts":
            self._abolish(day)
            return
        communes = [key for key in self.standing() if key[1] < day]
        one, other = communes[first % len(communes)], communes[second % len(communes)]
        parent = self._above(one)
        code = one[0] if reuses_code else f"{one[0]}x"
        if kind == "rename" or (one == other and kind in {"merge", "part"}):
            self._end(one, day)
            self._step(one, self._found(code, Level.COMMUNE, parent, day), day, Extent.WHOLE, heir=True)
        elif kind == "part":
            self._step(one, other, day, Extent.PART, heir=False)
        elif kind == "merge":
            self._end(one, day)
            self._end(other, day)
            new = self._found(code, Level.COMMUNE, parent, day)
            self._step(one, new, day, Extent.WHOLE, heir=True)
            self._step(other, new, day, Extent.WHOLE, heir=True)
        else:
            self._end(one, day)
            self._step(one, self._found(code, Level.COMMUNE, parent, day), day, Extent.PART, heir=True)
            self._step(one, self._found(f"{one[0]}y", Level.COMMUNE, parent, day), day, Extent.PART, heir=False)

    def load(self) -> UnitTree:
        """Give the history as the loader reads it from files."""
        with TemporaryDirectory() as folder:
            home = Path(folder) / "99"
            home.mkdir()
            for name, header, rows in (("units", UNITS, self.units.values()), ("successions", STEPS, self.steps)):
                with (home / f"{name}.csv").open("w", encoding="utf-8", newline="") as target:
                    csv.writer(target).writerows([header, *sorted(rows, key=str)])
            return load_units("99", Path(folder))

    def _above(self, commune: UnitKey) -> UnitKey:
        row = self.units[commune]
        parent = (str(row[3]), row[4])
        assert isinstance(parent[1], date)
        return (parent[0], parent[1]) if not self.units[parent[0], parent[1]][6] else self._province

    def _found(self, code: str, level: Level, parent: UnitKey | None, day: date) -> UnitKey:
        while any(key[0] == code and not row[6] for key, row in self.units.items()):
            code += "z"
        self.units[code, day] = [code, f"{level} {code} {day}", level, *(parent or ("", "")), day, "", "x"]
        return code, day

    def _end(self, key: UnitKey, day: date) -> None:
        self.units[key][6] = day

    def _step(self, old: UnitKey, new: UnitKey, day: date, extent: Extent, *, heir: bool) -> None:
        self.steps.append((*old, *new, day, extent, "yes" if heir else "no", "NQ"))

    def _abolish(self, day: date) -> None:
        for district in self.standing(Level.DISTRICT):
            self._end(district, day)
            self._step(district, self._province, day, Extent.WHOLE, heir=True)


@st.composite
def chronicles(draw: st.DrawFn) -> Chronicle:
    chronicle = Chronicle(draw(st.integers(2, 6)))
    day = START
    for kind in draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=8)):
        day += timedelta(days=draw(st.integers(1, 400)))
        chronicle.change(kind, day, draw(st.integers(0, 99)), draw(st.integers(0, 99)), reuses_code=draw(st.booleans()))
    return chronicle


@settings(deadline=None)
@given(chronicles(), st.data())
def test_both_views_count_each_record_once_and_come_to_the_same(chronicle: Chronicle, data: st.DataObject) -> None:
    tree = chronicle.load()
    edges = sorted({day + shift for day in chronicle.days for shift in (-DAY, 0 * DAY, DAY)} | {date(2000, 1, 1)})
    days = st.sampled_from(edges) | st.dates(date(2015, 1, 1), date(2035, 1, 1))
    codes = st.sampled_from(sorted({code for code, _since in tree.units}))
    as_of = data.draw(days)
    dated = [(code, min(day, as_of)) for code, day in data.draw(st.lists(st.tuples(codes, days), max_size=30))]
    ids = {UUID(int=number): key for number, key in enumerate(tree.units)}
    numbers = {key: id_ for id_, key in ids.items()}
    issuers = [tree.find(code, day) for code, day in dated]
    sums = Counter((numbers[unit.key] if unit else None) for unit in issuers)
    tallies = [
        AgencyTally("H41.1", unit, year, Tally(n)) for unit, n in sums.items() for year in (IN_FORCE, as_of.year)
    ]

    views = unit_views(tallies, tree, ids, as_of, load_targets())

    for view in (views.as_issued, views.current):
        assert len({(one.code, one.valid_from) for one in view}) == len(view)
        assert sum(one.stock.tally.records for one in view) + views.no_unit.records == len(dated)
        assert sum(one.flow.tally.records for one in view) + views.no_unit_solved.records == len(dated)
    assert {(one.code, one.valid_from): one.stock.tally.records for one in views.as_issued} == Counter(
        unit.key for unit in issuers if unit
    )
    # Whoever counts a record stands on the day, or is the first known where no source reaches back so far.
    assert all(tree.units[one.code, one.valid_from].stands_on(max(as_of, one.valid_from)) for one in views.current)
    assert views.no_unit.records == sum(1 for unit in issuers if unit is None)


@settings(deadline=None)
@given(chronicles())
def test_on_any_day_a_code_has_one_bearer_and_every_unit_that_ended_one_heir_that_stands(chronicle: Chronicle) -> None:
    tree = chronicle.load()
    for day in {day + shift for day in chronicle.days for shift in (-DAY, 0 * DAY, DAY)}:
        bearers = Counter(unit.code for unit in tree.units.values() if unit.stands_on(day))
        assert not bearers or max(bearers.values()) == 1
        ended = [unit for unit in tree.units.values() if unit.valid_to is not None and unit.valid_to <= day]
        assert all(tree.heir(unit, day).stands_on(day) for unit in ended)
        assert all(tree.heir(unit, day) == unit for unit in tree.units.values() if unit.stands_on(day))


def _unit(code: str, since: str, until: str = "") -> str:
    return f"{code},Xã {code} {since},commune,,,{since},{until},x\n"


def _step(old: str, new: str, day: str, extent: str = "whole", heir: str = "yes") -> str:
    return f"{old},{new},{day},{extent},{heir},NQ\n"


REFUSED = {
    "two heirs of parts": (
        _unit("1", "2020-01-01", "2024-01-01") + _unit("2", "2024-01-01") + _unit("3", "2024-01-01"),
        _step("1,2020-01-01", "2,2024-01-01", "2024-01-01", "part")
        + _step("1,2020-01-01", "3,2024-01-01", "2024-01-01", "part"),
        "successions.csv, line 2",
    ),
    "in a circle on one day": (
        _unit("1", "2020-01-01", "2024-01-01") + _unit("2", "2020-01-01", "2024-01-01"),
        _step("1,2020-01-01", "2,2020-01-01", "2024-01-01") + _step("2,2020-01-01", "1,2020-01-01", "2024-01-01"),
        "successions.csv, line 2",
    ),
    "in a circle over time": (
        _unit("1", "2020-01-01", "2024-01-01") + _unit("2", "2020-01-01", "2025-01-01"),
        _step("1,2020-01-01", "2,2020-01-01", "2024-01-01") + _step("2,2020-01-01", "1,2020-01-01", "2025-01-01"),
        "successions.csv, line 3",
    ),
    "to itself": (
        _unit("1", "2020-01-01", "2024-01-01"),
        _step("1,2020-01-01", "1,2020-01-01", "2024-01-01"),
        "successions.csv, line 2",
    ),
    "through a unit that stood on no day": (
        _unit("1", "2020-01-01", "2024-01-01") + _unit("2", "2024-01-01", "2024-01-01") + _unit("3", "2024-01-01"),
        _step("1,2020-01-01", "2,2024-01-01", "2024-01-01") + _step("2,2024-01-01", "3,2024-01-01", "2024-01-01"),
        "units.csv, line 3",
    ),
    "to nobody known": (
        _unit("1", "2020-01-01", "2024-01-01"),
        _step("1,2020-01-01", "9,2024-01-01", "2024-01-01"),
        "successions.csv, line 2",
    ),
    "from nobody known": (
        _unit("1", "2020-01-01"),
        _step("9,2020-01-01", "1,2020-01-01", "2024-01-01"),
        "successions.csv, line 2",
    ),
    "to one of which a part went elsewhere": (
        _unit("1", "2020-01-01", "2024-01-01") + _unit("2", "2024-01-01") + _unit("3", "2024-01-01"),
        _step("1,2020-01-01", "2,2024-01-01", "2024-01-01")
        + _step("1,2020-01-01", "3,2024-01-01", "2024-01-01", "part", "no"),
        "successions.csv, line 2",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_succession_that_leads_nowhere_twice_or_in_a_circle_is_refused_by_its_line(tmp_path: Path, case: str) -> None:
    units, steps, place = REFUSED[case]
    (tmp_path / "99").mkdir()
    (tmp_path / "99" / "units.csv").write_text(f"{','.join(UNITS)}\n{units}", "utf-8")
    (tmp_path / "99" / "successions.csv").write_text(f"{','.join(STEPS)}\n{steps}", "utf-8")
    with pytest.raises(ReferenceDataError) as refused:
        load_units("99", tmp_path)
    told = f"{refused.value.details['file']}, {refused.value.details['place']}"
    assert told.replace("dòng", "line") == f"99/{place}"


def test_steps_on_two_days_running_are_followed_day_by_day(tmp_path: Path) -> None:
    (tmp_path / "99").mkdir()
    units = _unit("1", "2020-01-01", "2024-01-01") + _unit("2", "2024-01-01", "2024-01-02") + _unit("3", "2024-01-02")
    steps = _step("1,2020-01-01", "2,2024-01-01", "2024-01-01") + _step("2,2024-01-01", "3,2024-01-02", "2024-01-02")
    (tmp_path / "99" / "units.csv").write_text(f"{','.join(UNITS)}\n{units}", "utf-8")
    (tmp_path / "99" / "successions.csv").write_text(f"{','.join(STEPS)}\n{steps}", "utf-8")
    tree = load_units("99", tmp_path)
    first = tree.units["1", date(2020, 1, 1)]
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 2)]
    assert [tree.heir(first, day).code for day in days] == ["1", "2", "3"]
    assert tree.find("2", date(2024, 1, 2)) is None
    assert tree.find("2", date(2010, 1, 1)) == tree.units["2", date(2024, 1, 1)]


def test_a_forged_circle_in_the_ledger_comes_to_an_end() -> None:
    one, other = ("1", START), ("2", START)
    units = {key: Unit(key[0], "Xã", Level.COMMUNE, None, START, None, "x") for key in (one, other)}
    steps = [Succession(a, b, START + DAY, Extent.WHOLE, True, "NQ") for a, b in ((one, other), (other, one))]
    assert UnitTree(units, steps).heir(units[one], date(2030, 1, 1)).code == "2"
