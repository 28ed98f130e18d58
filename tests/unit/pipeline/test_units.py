"""Units over time as data: any day gives its tree, no record has two heirs, faults are named by place."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ReferenceDataError
from pipeline.targets import Level
from pipeline.units.reading import UNITS_FOLDER, load_units
from pipeline.units.tree import Extent, Unit, UnitTree

NGHE_AN = load_units("40")
FIRST, MERGERS, TWO_LEVELS = date(2021, 9, 24), date(2024, 12, 1), date(2025, 7, 1)
DAY = timedelta(days=1)
UNITS = "code,name,level,parent_code,parent_valid_from,valid_from,valid_to,source\n"
STEPS = "old_code,old_valid_from,new_code,new_valid_from,effective,extent,takes_records,legal_basis\n"
OLD, NEW = "1,Xã Cũ,commune,,,2020-01-01,2025-07-01,x\n", "1,Xã Mới,commune,,,2025-07-01,,x\n"
STEP = "1,2020-01-01,1,2025-07-01,2025-07-01,whole,yes,NQ\n"


def _written(tmp_path: Path, units: str, steps: str = "", hardship: str = "") -> UnitTree:
    home = tmp_path / "99"
    home.mkdir()
    (home / "units.csv").write_text(UNITS + units, "utf-8")
    (home / "successions.csv").write_text(STEPS + steps, "utf-8")
    own = tmp_path / "hardship.csv"
    own.write_text("code,since,until,legal_basis\n" + hardship, "utf-8")
    return load_units("99", tmp_path, own)


def _levels(tree: UnitTree, day: date) -> tuple[int, int, int]:
    found = Counter(unit.level for unit in tree.standing_on(day))
    return found[Level.PROVINCE], found[Level.DISTRICT], found[Level.COMMUNE]


@pytest.mark.parametrize(
    ("day", "levels"),
    [
        (date(2015, 1, 1), (1, 21, 460)),
        (FIRST, (1, 21, 460)),
        (MERGERS - DAY, (1, 21, 460)),
        (MERGERS, (1, 20, 412)),
        (TWO_LEVELS - DAY, (1, 20, 412)),
        (TWO_LEVELS, (1, 0, 130)),
        (date(2030, 1, 1), (1, 0, 130)),
    ],
)
def test_any_day_gives_the_tree_of_that_day(day: date, levels: tuple[int, int, int]) -> None:
    assert _levels(NGHE_AN, day) == levels


def test_the_communes_of_today_are_119_xa_and_11_phuong() -> None:
    kinds = Counter(unit.name.split()[0] for unit in NGHE_AN.standing_on(TWO_LEVELS) if unit.level is Level.COMMUNE)
    assert kinds == {"Xã": 119, "Phường": 11}


def test_nine_communes_stayed_what_they_were_when_districts_ended() -> None:
    stayed = {
        step.old[0]
        for step in NGHE_AN.successions
        if step.effective == TWO_LEVELS
        and NGHE_AN.units[step.old].name == NGHE_AN.units[step.new].name
        and sum(other.new == step.new for other in NGHE_AN.successions) == 1
    }
    names = {unit.name for unit in NGHE_AN.standing_on(TWO_LEVELS) if unit.code in stayed}
    assert names == {
        f"Xã {name}"
        for name in (
            "Keng Đu", "Mỹ Lý", "Bắc Lý", "Huồi Tụ", "Mường Lống",
            "Bình Chuẩn", "Hữu Khuông", "Lượng Minh", "Châu Bình",
        )
    }  # fmt: skip


@pytest.mark.parametrize("province", sorted(folder.name for folder in UNITS_FOLDER.iterdir() if folder.is_dir()))
def test_each_province_has_a_whole_history(province: str) -> None:
    tree = load_units(province)
    assert all(unit.source for unit in tree.units.values())
    assert _levels(tree, TWO_LEVELS)[:2] == (1, 0)
    for unit in tree.units.values():
        if unit.parent is not None:
            parent = tree.units[unit.parent]
            assert parent.stands_on(unit.valid_from)
            assert unit.valid_to is not None or parent.valid_to is None
        assert tree.heir(unit, date(2026, 1, 1)).stands_on(date(2026, 1, 1))


def test_the_country_has_as_many_units_as_the_laws_say() -> None:
    totals = {
        day: tuple(
            map(
                sum,
                zip(
                    *(_levels(load_units(folder.name), day) for folder in UNITS_FOLDER.iterdir() if folder.is_dir()),
                    strict=True,
                ),
            )
        )
        for day in (TWO_LEVELS - DAY, TWO_LEVELS)
    }
    assert totals == {TWO_LEVELS - DAY: (63, 696, 10035), TWO_LEVELS: (34, 0, 3321)}


@pytest.mark.parametrize(
    ("code", "issued", "then", "now"),
    [
        ("16732", date(2022, 5, 1), "Phường Nghi Hương", "Phường Cửa Lò"),
        ("16684", date(2010, 1, 1), "Phường Đội Cung", "Phường Thành Vinh"),
        ("17194", date(2023, 1, 1), "Xã Quỳnh Hưng", "Xã Quỳnh Lưu"),
        ("413", date(2023, 1, 1), "Thị xã Cửa Lò", "Tỉnh Nghệ An"),
        ("16963", date(2023, 1, 1), "Xã Nghĩa Thọ", "Xã Nghĩa Thọ"),
        ("16681", date(2026, 1, 1), "Phường Thành Vinh", "Phường Thành Vinh"),
        ("40", date(2000, 1, 1), "Tỉnh Nghệ An", "Tỉnh Nghệ An"),
    ],
)
def test_an_old_record_counts_for_who_issued_it_and_for_who_followed(
    code: str, issued: date, then: str, now: str
) -> None:
    unit = NGHE_AN.find(code, issued)
    assert unit is not None
    assert (unit.name, NGHE_AN.heir(unit, date(2026, 1, 1)).name) == (then, now)


@given(
    codes=st.lists(st.sampled_from(sorted({unit.code for unit in NGHE_AN.units.values()})), max_size=40),
    issued=st.dates(date(2000, 1, 1), date(2027, 1, 1)),
    later=st.integers(0, 4000),
)
def test_both_views_count_the_same_records(codes: list[str], issued: date, later: int) -> None:
    seen_on = issued + timedelta(days=later)
    units = [unit for code in codes if (unit := NGHE_AN.find(code, issued))]
    as_issued = Counter(unit.key for unit in units)
    as_followed = Counter(NGHE_AN.heir(unit, seen_on).key for unit in units)
    assert as_issued.total() == as_followed.total() == len(units)
    known = max(seen_on, FIRST)
    assert all(NGHE_AN.units[key].stands_on(known) for key in as_followed)


def test_parts_of_a_territory_take_no_records() -> None:
    parts = [step for step in NGHE_AN.successions if step.extent is Extent.PART]
    assert {NGHE_AN.units[step.new].name for step in parts if not step.takes_records} == {
        "Thị trấn Cầu Giát",
        "Thị trấn Trà Lân",
    }


def test_a_reused_code_means_another_unit_on_another_day(tmp_path: Path) -> None:
    tree = _written(tmp_path, OLD + NEW, STEP)
    days = (date(2010, 1, 1), date(2025, 6, 30), date(2025, 7, 1))
    assert [getattr(tree.find("1", day), "name", None) for day in days] == ["Xã Cũ", "Xã Cũ", "Xã Mới"]
    assert tree.find("2", date(2025, 7, 1)) is None


def test_hardship_has_dates_and_is_unknown_where_nobody_listed_any(tmp_path: Path) -> None:
    unit = next(unit for unit in NGHE_AN.standing_on(TWO_LEVELS) if unit.level is Level.COMMUNE)
    assert NGHE_AN.is_hardship(unit, TWO_LEVELS) is None
    tree = _written(tmp_path, OLD + NEW, STEP, "1,2021-01-01,2026-01-01,QĐ\n")
    commune: Unit | None = tree.find("1", TWO_LEVELS)
    assert commune is not None
    days = (date(2020, 12, 31), date(2021, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    assert [tree.is_hardship(commune, day) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("units", "steps", "hardship", "named"),
    [
        ("1,A,commune,,,2020-01-01,,x\n1,B,commune,,,2021-01-01,,x\n", "", "", "line 3"),
        ("1,A,commune,9,2020-01-01,2020-01-01,,x\n", "", "", "line 2"),
        ("1,A,commune,1,2020-01-01,2020-01-01,,x\n", "", "", "line 2"),
        ("1,A,district,2,2020-01-01,2020-01-01,,x\n2,B,commune,,,2020-01-01,,x\n", "", "", "line 2"),
        ("1,A,village,,,2020-01-01,,x\n", "", "", "line 2"),
        ("1,A,commune,,,01/01/2020,,x\n", "", "", "line 2"),
        ("1,A,commune,,,2020-01-01,2019-01-01,x\n", "", "", "line 2"),
        ("1,A,commune,,,2020-01-01,,\n", "", "", "line 2"),
        ("1,A,commune\n", "", "", "line 2"),
        (OLD + NEW, "", "", "line 2"),
        (OLD + NEW, STEP + STEP, "", "line 2"),
        (OLD + NEW, STEP.replace("yes", "no"), "", "line 2"),
        (OLD + NEW, STEP.replace("whole", "half"), "", "line 2"),
        (OLD + NEW, STEP.replace("2025-07-01,whole", "2025-06-01,whole"), "", "line 2"),
        (NEW, "1,2025-07-01,1,2025-07-01,2025-08-01,whole,yes,NQ\n", "", "line 2"),
        ("", "1,2020-01-01,2,2020-01-01,2020-01-01,whole,yes,NQ\n", "", "line 2"),
        (OLD + NEW, STEP, "2,2021-01-01,,QĐ\n", "line 2"),
        (OLD + NEW, STEP, "1,2021-01-01,2020-01-01,QĐ\n", "line 2"),
        (OLD + NEW, STEP, "1,2021-01-01,,\n", "line 2"),
    ],
)
def test_faulty_units_are_refused_by_file_and_place(
    tmp_path: Path, units: str, steps: str, hardship: str, named: str
) -> None:
    with pytest.raises(ReferenceDataError) as refused:
        _written(tmp_path, units, steps, hardship)
    assert named in str(refused.value).replace("dòng", "line")
