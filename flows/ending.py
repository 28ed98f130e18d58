"""How runs end on Prefect's page: completed, or failed under a name of our own, with what they came to in a table.

To Prefect a run with failures is a failed one, so that its pages, filters and alerts show it; whoever called it in this
process is still given what it came to.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from prefect import State
from prefect.artifacts import create_table_artifact
from prefect.states import Completed, Failed

from config.errors import SohoaError
from pipeline.outcome import LOST, Outcome, RunSummary, count_failures, outcomes_of
from pipeline.reporting import WrittenReport
from pipeline.run_result import report_failures, report_rows, result_rows

WITH_FAILURES, NOT_RUN = "FinishedWithFailures", "NotRun"
_Data = TypeVar("_Data")
_Item = TypeVar("_Item")


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


def ended_batch(told: Iterable[object], items: Sequence[Hashable]) -> State[list[Outcome | None]]:
    """End the run of one batch with what its tasks told, each of the items it took; a lost task told nothing."""
    came_to: dict[Hashable, object] = {}
    for one in told:
        if isinstance(one, Mapping):
            came_to |= one
    outcomes = outcomes_of([came_to.get(item, LOST) for item in items], len(items))
    return _ended(outcomes, _failures(outcomes))


def ended_task(came_to: dict[_Item, Outcome | None]) -> State[dict[_Item, Outcome | None]]:
    """End a task; one with failed documents is only named so: Prefect would break into the display."""
    if failures := _failures(came_to.values()):
        return Completed(name=WITH_FAILURES, message=failures, data=came_to)
    return Completed(data=came_to)


def batch_of(state: State[Any], documents: Sequence[object]) -> list[Outcome | None]:
    """Give what a batch came to, even one that Prefect lost: it does not stop the next."""
    return outcomes_of(state.result(raise_on_failure=False), len(documents))


def summary_of(state: State[Any]) -> RunSummary:
    """Give what a run came to; raise what kept it from coming to anything."""
    found: RunSummary | BaseException = state.result(raise_on_failure=False)
    if isinstance(found, BaseException):
        raise found
    return found


def _failures(outcomes: Iterable[Outcome | None]) -> str:
    failures = count_failures(outcome for outcome in outcomes if outcome is not None)
    return ", ".join(f"{failed.code}: {failed.documents}" for failed in failures)


def _ended(data: _Data, failures: str | None) -> State[_Data]:
    if failures:
        return Failed(name=WITH_FAILURES, message=failures, data=data)
    return Completed(data=data)
