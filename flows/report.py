"""Flow `report`: progress counted, frozen as a snapshot, and written as files; the head of the event log sealed."""

from prefect import State, flow
from prefect.artifacts import create_link_artifact

from flows.ending import ended_report
from flows.opening import context_for
from pipeline.reporting import write_report


@flow(name="report")
def report(home: str, actor: str = "schedule") -> State[str]:
    """Count, freeze and write the progress report of today; give the folder of its files."""
    written = write_report(context_for(home, actor))
    create_link_artifact(key="report", link=(written.folder / "progress.html").as_uri())
    return ended_report(written)
