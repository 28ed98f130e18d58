"""The guard around the work on one document or file: whatever goes wrong becomes an error of ours, and is settled.

One bad document never stops a batch. This is one of the two places that catch everything; the other is the command's
entry, scripts/application.py. A test holds it so.
"""

import errno
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from config.errors import DiskFullError, LostClaimError, SohoaError
from pipeline.holds import FolderUnusableError, MemoryShortError, UnexpectedError

T = TypeVar("T")
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NOT_LET = {errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}
"""The machine does not let us write or read; what lies there is ours, since the inbox speaks for itself."""


def guarded(work: Callable[[], T], settle: Callable[[SohoaError], T], subject: object) -> T:
    """Do the work on one document or file, named by `subject`; settle what goes wrong, and give what either gives.

    Raise LostClaimError as it comes: another worker has the document, so there is nothing to settle here.
    """
    try:
        return work()
    except LostClaimError:
        raise
    except SohoaError as cause:
        failure = cause
    except Exception as err:  # noqa: BLE001 - one bad document never stops a batch
        failure = _explained(err, subject)
    return settle(failure)


def _explained(err: Exception, subject: object) -> SohoaError:
    """Name a fault of ours by kind and place; its own message may hold what is read on a page, so it is left out."""
    if isinstance(err, OSError) and err.errno in NO_SPACE:
        return DiskFullError(file=subject)
    if isinstance(err, MemoryError) or (isinstance(err, OSError) and err.errno == errno.ENOMEM):
        return MemoryShortError(subject=subject)
    if isinstance(err, OSError) and err.errno in NOT_LET:
        return FolderUnusableError(subject=subject, place=err.filename or "-", cause=err)
    frames = traceback.extract_tb(err.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "-"
    return UnexpectedError(kind=type(err).__name__, place=place)
