"""Flow `report`: progress counted, frozen as a snapshot, and written as files."""

from prefect import flow
from prefect.artifacts import create_link_artifact

from flows.opening import context_for
from pipeline.reporting import write_report


@flow(name="report")
def report(home: str, actor: str = "schedule") -> str:
    """Count, freeze and write the progress report of today; give the folder of its files."""
    ctx = context_for(home, actor)
    folder = write_report(ctx)
    create_link_artifact(key="report", link=(folder / "progress.html").as_uri())
    return str(folder)
