"""How long a replica that did not answer is left alone, so that a dead one does not slow the line."""

from dataclasses import dataclass
from datetime import datetime, timedelta

PAUSE = timedelta(minutes=5)


@dataclass(slots=True)
class ReplicaPause:
    """Whether the replica was looked at in this process, and until when it is left alone. Threads may share it."""

    has_looked: bool = False
    until: datetime | None = None

    def begin(self, now: datetime) -> None:
        """Leave it alone from now on; look at it as a whole before it is used again."""
        self.has_looked, self.until = False, now + PAUSE

    def is_on(self, now: datetime) -> bool:
        """Tell whether it is to be left alone."""
        return self.until is not None and now < self.until
