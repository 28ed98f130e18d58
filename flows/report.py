"""Flow `report`: what was bad read back; progress counted, frozen, written; the event log's head sealed."""

from prefect import State, flow
from prefect.artifacts import create_link_artifact

from flows.ending import ended_report
from flows.opening import context_for
from pipeline.context import SCHEDULE
from pipeline.reporting import write_daily_report


@flow(name="report")
def report(home: str, actor: str = SCHEDULE) -> State[str]:
    """Read back what was bad; count, freeze and write today's progress report; give the folder of its files."""
    written = write_daily_report(context_for(home, actor))
    create_link_artifact(key="report", link=(written.folder / "progress.html").as_uri())
    return ended_report(written)
