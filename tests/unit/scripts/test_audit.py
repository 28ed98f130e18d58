"""The audit of pinned packages tells known faults, and never takes silence for a good answer."""

from collections.abc import Iterator

import pytest

from config.i18n import activate, active_language
from scripts.audit import read_audit, tell

CLEAN = {"name": "aiohttp", "version": "3.14.5", "vulns": []}
FAULTY = {"name": "pillow", "version": "9.0.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["9.0.1"], "aliases": []}]}
UNKNOWN = {"name": "trueocr", "skip_reason": "Dependency not found"}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = active_language()
    activate("en")
    yield
    activate(before)


def test_a_known_fault_ends_the_check() -> None:
    told = tell(read_audit({"dependencies": [CLEAN, FAULTY]}))
    assert told.exit_code == 1
    assert "pillow 9.0.0: PYSEC-1, mended in 9.0.1" in told.text


def test_packages_without_a_known_fault_pass() -> None:
    told = tell(read_audit({"dependencies": [CLEAN, UNKNOWN]}))
    assert told.exit_code == 0
    assert "Packages audited: 1; known faults: 0" in told.text
    assert "Not in the database: trueocr" in told.text


@pytest.mark.parametrize("found", [None, {"dependencies": [UNKNOWN]}, {"dependencies": []}])
def test_a_database_that_does_not_answer_is_no_clean_audit(found: dict[str, object] | None) -> None:
    told = tell(read_audit(found))
    assert told.exit_code == 0
    assert "NOTHING WAS AUDITED" in told.text
