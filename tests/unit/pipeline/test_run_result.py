"""What a run came to, told by cause and count."""

from pipeline.intake import IntakeCount, PutOffCount
from pipeline.outcome import FailureCount, Outcome, RunSummary, outcomes_of
from pipeline.run_result import result_rows
from storage.ledger.states import DocumentState

SUMMARY = RunSummary(
    intake=IntakeCount(
        taken=3,
        held=3,
        refused=1,
        known=2,
        hindered=1,
        put_off=(
            PutOffCount("held", "batch_sheet_missing", 2),
            PutOffCount("hindered", "disk_full", 1),
            PutOffCount("refused", "file_empty", 1),
        ),
    ),
    states={"waiting_release": 5, "archived": 1},
    removed_from_inbox=3,
    trouble="key_unavailable",
    failures=(FailureCount("key_unavailable", "waiting_release", 4),),
)


def test_rows_tell_all_that_a_run_met_with_its_causes() -> None:
    rows = [(row.subject, row.result, row.code, row.count) for row in result_rows(SUMMARY)]
    assert rows == [
        ("inbox", "taken in", "", 3),
        ("inbox", "known already", "", 2),
        ("inbox", "waiting", "batch_sheet_missing", 2),
        ("inbox", "hindered", "disk_full", 1),
        ("inbox", "refused", "file_empty", 1),
        ("documents", "waiting_release", "", 1),
        ("documents", "waiting_release", "key_unavailable", 4),
        ("documents", "archived", "", 1),
        ("inbox", "removed, its original being stored", "", 3),
        ("event log", "head not sealed", "key_unavailable", 1),
    ]


def test_failures_are_told_by_code_and_what_only_waits_is_none() -> None:
    assert SUMMARY.failure_codes == "key_unavailable: 5, disk_full: 1, file_empty: 1"
    waiting = RunSummary(IntakeCount(held=1, put_off=(PutOffCount("held", "still_arriving", 1),)), {}, 0)
    assert waiting.failure_codes == ""
    assert not waiting.has_failures


def test_documents_of_a_lost_batch_or_task_have_failed_in_work() -> None:
    done, lost = Outcome(DocumentState.ARCHIVED), Outcome(DocumentState.IN_WORK, "unexpected")
    assert outcomes_of([done, None, RuntimeError()], 3) == [done, None, lost]
    assert outcomes_of(RuntimeError(), 2) == [lost, lost]
