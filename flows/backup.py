"""Flow `backup`: the ledger, and what else a new machine would need, copied to where backups are kept."""

from prefect import State, flow
from prefect.states import Completed, Failed

from config.errors import SohoaError
from flows.ending import NOT_RUN, WITH_FAILURES
from flows.opening import context_for
from pipeline.backups.making import back_up
from pipeline.context import SCHEDULE


@flow(name="backup")
def backup(home: str, actor: str = SCHEDULE) -> State[str]:
    """Make a backup; give its name."""
    try:
        made = back_up(context_for(home, actor))
    except SohoaError as cause:
        return Failed(name=NOT_RUN, message=cause.code, data=cause)
    if made.unsigned is not None:
        return Failed(name=WITH_FAILURES, message=made.unsigned, data=made.manifest.name)
    return Completed(data=made.manifest.name)
