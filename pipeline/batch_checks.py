"""What is found out once for a batch of documents and holds for all of it, good or bad."""

from collections.abc import Callable
from threading import Lock

from config.errors import SohoaError


class BatchChecks:
    """The checks of the present batch; the threads that work on it share them."""

    def __init__(self) -> None:
        self._found: dict[str, SohoaError | None] = {}
        self._lock = Lock()

    def begin_anew(self) -> None:
        """Forget what was found: another batch begins."""
        with self._lock:
            self._found.clear()

    def once(self, subject: str, check: Callable[[], object]) -> None:
        """Check a subject unless this batch has, and raise what the check raised, to each document alike."""
        with self._lock:
            if subject not in self._found:
                self._found[subject] = _result(check)
            found = self._found[subject]
        if found is not None:
            # Each thread its own: an error that is raised carries where it was raised.
            raise type(found)(**found.details) from found


def _result(check: Callable[[], object]) -> SohoaError | None:
    try:
        check()
    except SohoaError as err:
        return err
    return None
