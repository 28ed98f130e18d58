"""How runs end on Prefect's page: completed, or failed under a name of our own, with what they came to in a table.

To Prefect a run with failures is a failed one, so that its pages, filters and alerts show it; whoever called it in this
process is still given what it came to.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from prefect import State
from prefect.artifacts import create_table_artifact
from prefect.states import Completed, Failed

from config.errors import SohoaError
from pipeline.outcome import Outcome, RunSummary, count_failures, outcomes_of
from pipeline.reporting import WrittenReport
from pipeline.run_result import report_failures, report_rows, result_rows

WITH_FAILURES, NOT_RUN = "FinishedWithFailures", "NotRun"
_Data = TypeVar("_Data")


def ended_run(run: Callable[[], RunSummary], key: str) -> State[RunSummary]:
    """Run, show what it came to under a key, and end it.

    What kept it from running ends it too, under its code: raised, Prefect would print where it came from, over the
    sentence and the remedy that the command tells.
    """
    try:
        summary = run()
    except SohoaError as cause:
        return Failed(name=NOT_RUN, message=cause.code, data=cause)
    create_table_artifact(key=key, table=[row.cells() for row in result_rows(summary)])
    return _ended(summary, summary.failure_codes)


def ended_report(written: WrittenReport) -> State[str]:
    """Show what a report says, and end it; it gives the folder of its files."""
    create_table_artifact(key="report-figures", table=[row.cells() for row in report_rows(written)])
    return _ended(str(written.folder), report_failures(written))


def ended_batch(found: object, documents: int) -> State[list[Outcome | None]]:
    """End the run of one batch."""
    outcomes = outcomes_of(found, documents)
    failures = count_failures(outcome for outcome in outcomes if outcome is not None)
    return _ended(outcomes, ", ".join(f"{failed.code}: {failed.documents}" for failed in failures))


def ended_document(outcome: Outcome | None) -> State[Outcome | None]:
    """End the work on one document; a failed one is only named so: Prefect would break into the display."""
    if outcome is not None and outcome.failure:
        return Completed(name=WITH_FAILURES, message=outcome.failure, data=outcome)
    return Completed(data=outcome)


def batch_of(state: State[Any], documents: Sequence[object]) -> list[Outcome | None]:
    """Give what a batch came to, even one that Prefect lost: it does not stop the next."""
    return outcomes_of(state.result(raise_on_failure=False), len(documents))


def summary_of(state: State[Any]) -> RunSummary:
    """Give what a run came to; raise what kept it from coming to anything."""
    found: RunSummary | BaseException = state.result(raise_on_failure=False)
    if isinstance(found, BaseException):
        raise found
    return found


def _ended(data: _Data, failures: str | None) -> State[_Data]:
    if failures:
        return Failed(name=WITH_FAILURES, message=failures, data=data)
    return Completed(data=data)
