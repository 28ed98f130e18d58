"""What `doctor` says of the memory for documents in work: how much there is, and what waits for more."""

from config.i18n import gettext
from config.i18n import mark as _
from pipeline.budget import LargerMachineNeededError, megabytes
from pipeline.check_result import NotWellError
from pipeline.context import Context
from pipeline.lanes import count_too_big


def check_room(ctx: Context) -> str:
    """Say how much documents in work may need together. Raise NotWellError when some need more than any machine has."""
    budget = megabytes(ctx.budget.memory)
    documents, largest = count_too_big(ctx)
    if documents:
        found = gettext(_("{documents} documents wait, the largest needs {need} MB; there are {budget} MB"))
        raise NotWellError(
            found=found.format(documents=documents, need=megabytes(largest), budget=budget),
            todo=gettext(LargerMachineNeededError.remedy),
        )
    told = gettext(_("{budget} MB for up to {workers} documents at a time"))
    return told.format(budget=budget, workers=ctx.settings.run.workers)
