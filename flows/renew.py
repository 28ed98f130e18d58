"""Flow `renew`: further archive timestamps over what is due, before the newest ones can prove nothing any more."""

from prefect import State, flow
from prefect.states import Completed, Failed

from flows.ending import WITH_FAILURES
from flows.opening import context_for, opened
from pipeline.context import SCHEDULE
from pipeline.renewal import RenewalSummary, renew_due


@flow(name="renew")
def renew(home: str, actor: str = SCHEDULE) -> State[RenewalSummary]:
    """Renew the timestamps that are due, what ends first first."""
    ctx = context_for(home, actor)
    with opened(ctx):
        summary = renew_due(ctx)
    if summary.failures:
        codes = sorted({failed.failure.code for failed in summary.failures if failed.failure})
        return Failed(name=WITH_FAILURES, message=", ".join(codes), data=summary)
    return Completed(data=summary)
