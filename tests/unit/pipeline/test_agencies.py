"""Agencies as data: faults named by file and place."""

from pathlib import Path

import pytest

from config.errors import ReferenceDataError
from pipeline.agencies import load_agencies
from pipeline.targets import Level


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
