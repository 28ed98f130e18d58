"""The demo fails for what got stuck or was refused unplanned, and for nothing else."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.intake import IntakeCount
from pipeline.outcome import FailureCount, RunSummary
from pipeline.overview import Status
from scripts.demo_outcome import outcome_table, planned_refusals, went_wrong

PLANNED = {"refused": 1, "quarantined": 1}
AS_PLANNED = (FailureCount("unreadable", "refused", 1), FailureCount("secrecy_mark", "quarantined", 1))


def summary(*failures: FailureCount, trouble: str | None = None, **intake: Any) -> RunSummary:
    return RunSummary(IntakeCount(**intake), {"archived": 9, "waiting_review": 4}, 9, trouble, failures)


def test_waiting_for_a_person_and_planned_refusals_are_no_failures() -> None:
    assert not went_wrong([summary()], {})
    assert not went_wrong([summary(*AS_PLANNED, taken=15, held=2)], PLANNED)
    assert not went_wrong([summary(*AS_PLANNED), summary(refused=2)], PLANNED), "refused before, and found there again"


@pytest.mark.parametrize(
    "failed",
    [
        summary(*AS_PLANNED, FailureCount("assembly_failed", "stuck", 1)),
        summary(*AS_PLANNED, FailureCount("input_refused", "refused", 1)),
        summary(FailureCount("timestamp_unavailable", "pending_signature", 3)),
        summary(*AS_PLANNED, trouble="store_unreachable"),
        summary(*AS_PLANNED, refused=1),
        summary(*AS_PLANNED, hindered=1),
    ],
)
def test_anything_stuck_hindered_or_refused_beyond_the_plan_is_a_failure(failed: RunSummary) -> None:
    assert went_wrong([failed], PLANNED)
    assert failed.intake.refused or went_wrong([summary(), failed], PLANNED)


def test_a_refusal_of_ones_own_scan_is_never_planned() -> None:
    assert went_wrong([summary(AS_PLANNED[0])], {})


def test_what_is_planned_is_read_from_the_truth_beside_the_specimens(tmp_path: Path) -> None:
    for number, state in enumerate(("archived", "refused", "duplicate", "quarantined", "signed")):
        (tmp_path / "H41.90").mkdir(exist_ok=True)
        (tmp_path / "H41.90" / f"{number}.json").write_text(f'{{"expected": "{state}"}}', "utf-8")
    assert planned_refusals(tmp_path) == PLANNED


@pytest.mark.parametrize(("refused", "waiting", "lines"), [(0, 0, 1), (2, 0, 2), (0, 1, 2), (2, 1, 3)])
def test_the_summary_has_a_line_for_each_place_where_something_is_and_for_no_other(
    refused: int, waiting: int, lines: int
) -> None:
    status = Status("test", {"archived": 9}, {"archived": 9}, 0, waiting, refused, ())
    assert outcome_table(status).row_count == lines
