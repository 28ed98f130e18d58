"""The shared Prefect server as a client sees it: what its silence and its refusals mean, in this program's errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from config.errors import ExitCode, SohoaError
from config.i18n import mark as _

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

_ANSWER_S = 10.0
_NOT_LET_IN = {401, 403}


class SchedulerUnreachableError(SohoaError):
    """The shared Prefect server does not answer as it should."""

    code = "scheduler_unreachable"
    exit_code = ExitCode.TOOL
    retry_helps = True
    message = _("the scheduler {url} does not answer ({kind})")
    remedy = _("Start `sohoa serve scheduler` there, or correct scheduler.url; see its log.")


class SchedulerRefusedError(SohoaError):
    """The shared Prefect server asks for another name and password."""

    code = "scheduler_refused"
    exit_code = ExitCode.SETTINGS
    message = _("the scheduler {url} does not let this machine in ({status})")
    remedy = _("Give scheduler.auth the same NAME:PASSWORD here as at the scheduler.")


@contextmanager
def asked_scheduler() -> Iterator["SyncPrefectClient"]:
    """Give a client of the server that Prefect's settings name.

    Raise SchedulerUnreachableError or SchedulerRefusedError for what goes wrong in this block.
    """
    # Prefect reads its settings when it is imported.
    import httpx  # noqa: PLC0415
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.exceptions import PrefectHTTPStatusError  # noqa: PLC0415
    from prefect.settings import PREFECT_API_URL  # noqa: PLC0415

    url = PREFECT_API_URL.value()
    try:
        with get_client(sync_client=True, httpx_settings={"timeout": _ANSWER_S}) as client:
            yield client
    except PrefectHTTPStatusError as err:
        status = err.response.status_code
        if status in _NOT_LET_IN:
            raise SchedulerRefusedError(url=url, status=status) from err
        raise SchedulerUnreachableError(url=url, kind=status) from err
    except (httpx.HTTPError, RuntimeError) as err:
        raise SchedulerUnreachableError(url=url, kind=type(err).__name__) from err
