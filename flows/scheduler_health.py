"""What `doctor --production` says of the scheduler: does it answer, is it of our version, are workers alive."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from config.errors import SohoaError
from config.i18n import gettext
from config.i18n import mark as _
from flows.asking import asked_scheduler
from flows.server import name_shared_server
from pipeline.check_result import CheckResult, NotWellError, failed
from pipeline.context import Context

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

TITLE, POOL = _("Scheduler"), _("Workers")


def check_scheduler(ctx: Context) -> list[CheckResult]:
    """Ask the shared server for its version, and for the workers of our pool."""
    os.environ.setdefault("PREFECT_HOME", str(ctx.settings.home / "prefect"))
    try:
        name_shared_server(ctx.settings)
        if not os.environ.get("PREFECT_API_URL"):
            raise NotWellError(
                found=gettext(_("scheduler.url is not set: this machine serves itself alone (`sohoa serve`)")),
                todo=gettext(
                    _("For several machines start `sohoa serve scheduler` on one and name it (docs/machines.md).")
                ),
            )
        with asked_scheduler() as client:
            return [_version(client), _workers(client, ctx.settings.scheduler.pool)]
    except SohoaError as err:
        return [failed(TITLE, err)]


def _version(client: "SyncPrefectClient") -> CheckResult:
    import prefect  # noqa: PLC0415 - as above

    theirs = str(client.api_version())
    found = f"{client.api_url} ({theirs})"
    if theirs != prefect.__version__:
        todo = _("Install the same version of this program on all machines: here Prefect is {ours}.")
        raise NotWellError(found=found, todo=gettext(todo).format(ours=prefect.__version__))
    return CheckResult(gettext(TITLE), is_well=True, found=found)


def _workers(client: "SyncPrefectClient", pool: str) -> CheckResult:
    from prefect.exceptions import ObjectNotFound  # noqa: PLC0415 - as above

    todo = gettext(_("Start `sohoa serve worker` on each machine that is to work."))
    try:
        workers = client.read_workers_for_work_pool(pool)
    except ObjectNotFound:
        found = gettext(_("there is no work pool {pool} yet")).format(pool=pool)
        return CheckResult(gettext(POOL), is_well=False, found=found, remedy=todo)
    alive = [worker.name for worker in workers if str(worker.status).endswith("ONLINE")]
    found = gettext(_("pool {pool}, alive: {alive}")).format(pool=pool, alive=_names(alive))
    return CheckResult(gettext(POOL), is_well=bool(alive), found=found, remedy="" if alive else todo)


def _names(names: Sequence[str]) -> str:
    return ", ".join(sorted(names)) or "–"
