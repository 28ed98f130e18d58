"""What a serving process finds of the one before it: runs that died with it, and runs that came due meanwhile.

A dead run would hold its deployment's only place for ever, so that no later run could start. Of the runs that came due
while nobody served, one of a kind makes up for all: each does whatever there is to do.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterParentFlowRunId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Crashed

AT_WORK = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
DIED = "the process that served it ended"
WORKER_LABEL = "prefect.worker.name"
_PAGE = 200


def settle_earlier_runs(deployments: Iterable[UUID]) -> None:
    """End the runs that died with an earlier serving process, and leave one of those that came due of each kind."""
    with get_client(sync_client=True) as client:
        for deployment in deployments:
            of_this = FlowRunFilterDeploymentId(any_=[deployment])
            dead = list(_read(client, FlowRunFilter(deployment_id=of_this, state=_in(AT_WORK))))
            for run in dead:
                _end(client, run)
            _leave_one_that_came_due(client, of_this)


def settle_runs_of(worker: str, deployments: Iterable[UUID]) -> None:
    """End the runs that died with an earlier worker of this name, of deployments that any worker runs.

    Where nobody ran them for long, one of those that came due of each kind is left.
    """
    with get_client(sync_client=True) as client:
        for deployment in deployments:
            of_this = FlowRunFilterDeploymentId(any_=[deployment])
            at_work = list(_read(client, FlowRunFilter(deployment_id=of_this, state=_in(AT_WORK))))
            for run in at_work:
                if run.labels.get(WORKER_LABEL) == worker:
                    _end(client, run)
            _leave_one_that_came_due(client, of_this)


def forget_deployments(flow: str, kept: AbstractSet[str]) -> None:
    """Delete a flow's deployments of machines that are no more, so that their schedule makes no runs for nobody."""
    with get_client(sync_client=True) as client:
        for deployment in client.read_deployments(flow_filter=FlowFilter(name=FlowFilterName(any_=[flow]))):
            if deployment.name.startswith(f"{flow}-") and deployment.name not in kept:
                client.delete_deployment(deployment.id)


def _leave_one_that_came_due(client: SyncPrefectClient, of_this: FlowRunFilterDeploymentId) -> None:
    due = _read(client, FlowRunFilter(deployment_id=of_this, state=_in([StateType.SCHEDULED])))
    overdue = sorted((run for run in due if _due_at(run) <= datetime.now(UTC)), key=_due_at)
    for run in overdue[:-1]:
        with suppress(ObjectNotFound):
            client.delete_flow_run(run.id)


def _end(client: SyncPrefectClient, run: FlowRun) -> None:
    """Mark a run and its batches as ended with their process, whatever state they claim; its place is free then."""
    batches = FlowRunFilterParentFlowRunId(any_=[run.id])
    for batch in list(_read(client, FlowRunFilter(parent_flow_run_id=batches, state=_in(AT_WORK)))):
        client.set_flow_run_state(batch.id, Crashed(message=DIED), force=True)
    client.set_flow_run_state(run.id, Crashed(message=DIED), force=True)


def _read(client: SyncPrefectClient, wanted: FlowRunFilter) -> Iterator[FlowRun]:
    offset = 0
    while page := client.read_flow_runs(flow_run_filter=wanted, limit=_PAGE, offset=offset):
        yield from page
        offset += len(page)


def _in(types: list[StateType]) -> FlowRunFilterState:
    return FlowRunFilterState(type=FlowRunFilterStateType(any_=types))


def _due_at(run: FlowRun) -> datetime:
    return run.expected_start_time or datetime.max.replace(tzinfo=UTC)
