"""What `doctor --production` says of the scheduler: does it answer, is it of our version, are workers alive."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from config.errors import SohoaError
from config.i18n import gettext
from config.i18n import mark as _
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
        return _asked(ctx)
    except SohoaError as err:
        return [failed(TITLE, err)]


def _asked(ctx: Context) -> list[CheckResult]:
    # Prefect reads its settings when it is imported.
    import httpx  # noqa: PLC0415
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.exceptions import PrefectHTTPStatusError  # noqa: PLC0415

    try:
        with get_client(sync_client=True, httpx_settings={"timeout": 10.0}) as client:
            return [_version(client), _workers(client, ctx.settings.scheduler.pool)]
    except PrefectHTTPStatusError as err:
        refused = err.response.status_code in {401, 403}
        todo = _("Give scheduler.auth the same NAME:PASSWORD here as at the scheduler.") if refused else _START
        found = gettext(_("{url} answers {status}")).format(
            url=os.environ["PREFECT_API_URL"], status=err.response.status_code
        )
        raise NotWellError(found=found, todo=gettext(todo)) from err
    except (httpx.HTTPError, RuntimeError) as err:
        found = gettext(_("{url} does not answer ({kind})")).format(
            url=os.environ["PREFECT_API_URL"], kind=type(err).__name__
        )
        raise NotWellError(found=found, todo=gettext(_START)) from err


_START = _("Start `sohoa serve scheduler` there, or correct scheduler.url; see its log.")


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
