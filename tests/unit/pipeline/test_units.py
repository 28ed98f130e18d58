"""Units and agencies as data: sources named, reused codes told apart, faults named by place."""

from datetime import date
from pathlib import Path

import pytest

from config.errors import ReferenceDataError
from pipeline.agencies import load_agencies
from pipeline.targets import Level
from pipeline.units import load_units

HEADER = "code,name,level,parent_code,parent_valid_from,valid_from,valid_to,is_hardship,source\n"
SUCCESSIONS = "old_code,old_valid_from,new_code,new_valid_from,effective,legal_basis\n"


def _folder(tmp_path: Path, units: str, successions: str = "") -> Path:
    (tmp_path / "units.csv").write_text(HEADER + units, "utf-8")
    (tmp_path / "successions.csv").write_text(SUCCESSIONS + successions, "utf-8")
    return tmp_path


def test_the_shipped_units_all_name_their_source() -> None:
    tree = load_units()
    assert all(unit.source for unit in tree.units.values())
    ward = tree.find("16732", date(2026, 1, 1))
    assert ward is not None
    assert ward.name == "Phường Cửa Lò"
    assert tree.find("16732", date(2025, 6, 30)) is None


def test_a_reused_code_means_another_unit_on_another_day(tmp_path: Path) -> None:
    folder = _folder(
        tmp_path,
        "1,Xã Cũ,commune,,,2020-01-01,2025-07-01,yes,x\n1,Xã Mới,commune,,,2025-07-01,,,x\n",
        "1,2020-01-01,1,2025-07-01,2025-07-01,NQ\n",
    )
    tree = load_units(folder)
    names = [getattr(tree.find("1", day), "name", None) for day in (date(2025, 6, 30), date(2025, 7, 1))]
    assert names == ["Xã Cũ", "Xã Mới"]
    assert tree.successions[0].new == ("1", date(2025, 7, 1))


@pytest.mark.parametrize(
    ("units", "successions"),
    [
        ("1,A,commune,,,2020-01-01,,,x\n1,B,commune,,,2021-01-01,,,x\n", ""),
        ("1,A,commune,9,2020-01-01,2020-01-01,,,x\n", ""),
        ("1,A,village,,,2020-01-01,,,x\n", ""),
        ("1,A,commune,,,01/01/2020,,,x\n", ""),
        ("1,A,commune,,,2020-01-01,2019-01-01,,x\n", ""),
        ("1,A,commune,,,2020-01-01,,maybe,x\n", ""),
        ("1,A,commune,,,2020-01-01,,,\n", ""),
        ("1,A,commune\n", ""),
        ("", "1,2020-01-01,2,2020-01-01,2020-01-01,NQ\n"),
    ],
)
def test_faulty_units_are_refused(tmp_path: Path, units: str, successions: str) -> None:
    with pytest.raises(ReferenceDataError):
        load_units(_folder(tmp_path, units, successions))


def test_the_province_is_the_only_agency_shipped() -> None:
    assert [(one.code, one.level) for one in load_agencies()] == [("H41", Level.PROVINCE)]


@pytest.mark.parametrize(
    "text",
    [
        "schema = 2",
        'schema = 1\n[[agency]]\ncode = "H41"\nname = "A"\nlevel = "village"',
        (
            'schema = 1\n[[agency]]\ncode = "H41.1"\nname = "A"\nlevel = "commune"\nparent = "H41.2"\n'
            '[[agency]]\ncode = "H41.2"\nname = "B"\nlevel = "commune"\nparent = "H41.1"\n'
        ),
        'schema = 1\n[[agency]]\ncode = "41"\nname = "A"\nlevel = "commune"',
        'schema = 1\n[[agency]]\ncode = "H41"\nlevel = "commune"',
        'schema = 1\n[[agency]]\ncode = "H41"\nname = "A"\nlevel = "commune"\ncolour = "red"',
        'schema = 1\n[[agency]]\ncode = "H41"\nname = "A"\nlevel = "commune"\nvalid_from = "x"',
        (
            'schema = 1\n[[agency]]\ncode = "H41"\nname = "A"\nlevel = "commune"\n'
            '[[agency]]\ncode = "000.00.00.H41"\nname = "B"\nlevel = "commune"'
        ),
    ],
)
def test_faulty_agencies_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "agencies.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ReferenceDataError) as caught:
        load_agencies(path)
    assert caught.value.details["file"] == "agencies.toml"
