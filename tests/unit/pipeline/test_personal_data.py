"""What is personal is gone through field by field, and nothing is shown by oversight."""

from pathlib import Path

import pytest

from config.errors import ReferenceDataError
from pipeline.accounts import AccountRole
from pipeline.personal_data import PERSONAL_FILE, personal_data
from pipeline.wording import FIELDS, METADATA

RULES = personal_data()


def test_every_field_was_gone_through_and_stands_in_one_list() -> None:
    assert RULES.public_fields | RULES.personal_fields == set(FIELDS)
    assert RULES.public_fields & RULES.personal_fields == set()


def test_every_datum_of_the_archive_is_public_but_the_title_that_names_people() -> None:
    assert {name for name in METADATA if RULES.is_metadata_personal(name)} == {"title"}


@pytest.mark.parametrize("name", ["person_name", "born_on", "person_identifier", "holder_address", "subject"])
def test_what_says_who_a_citizen_is_is_covered(name: str) -> None:
    assert RULES.is_field_personal(name)


def test_a_field_that_nobody_has_gone_through_is_covered() -> None:
    assert RULES.is_field_personal("blood_group")
    assert RULES.is_metadata_personal("nickname")


def test_auditors_and_administrators_give_a_reason() -> None:
    assert RULES.open_to == (AccountRole.ARCHIVIST,)
    assert RULES.shown_for.total_seconds() == 900


@pytest.mark.parametrize(
    ("was", "now"), [("archivist", "nobody"), ("complaint", "gossip"), ("schema = 1", "schema = 2")]
)
def test_a_file_that_is_wrong_is_refused(tmp_path: Path, was: str, now: str) -> None:
    path = tmp_path / "personal.toml"
    path.write_text(PERSONAL_FILE.read_text("utf-8").replace(was, now), "utf-8")
    with pytest.raises(ReferenceDataError):
        personal_data(path)
