"""Files broken in seeded ways pass the intake or are refused: no crash, no hang, bounded memory, nothing left behind.

Thousands more: `python -m tests.fuzz`.
"""

import pytest

from tests.fuzz.trial import run_cases

pytestmark = pytest.mark.needs("poppler")
FEW = range(100, 140)


def test_broken_and_hostile_files_pass_the_intake_or_are_refused() -> None:
    assert [ending for ending in run_cases(FEW) if not ending.is_well] == []
