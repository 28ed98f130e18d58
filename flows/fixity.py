"""Flow `fixity`: the day's share of all copies read again, healed where bad; what waits copied to the replica."""

from prefect import State, flow
from prefect.states import Completed, Failed

from flows.ending import WITH_FAILURES
from flows.opening import context_for, opened
from pipeline.context import SCHEDULE
from pipeline.copies.fixity import FixityReport, run_fixity


@flow(name="fixity")
def fixity(home: str, actor: str = SCHEDULE) -> State[FixityReport]:
    """Read the day's share again, the longest unread first; a doubt that is left fails the run."""
    ctx = context_for(home, actor)
    with opened(ctx):
        report = run_fixity(ctx)
    if report.doubts:
        codes = sorted({doubt.code for doubt in report.doubts})
        return Failed(name=WITH_FAILURES, message=", ".join(codes), data=report)
    return Completed(data=report)
