"""No more bytes a second than were agreed on: what was read too fast is waited for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, sleep

MEGABYTE = 1_000_000


@dataclass(slots=True)
class Pace:
    """Holds a reader back after each object, so that over a run it keeps to a rate of megabytes a second."""

    rate_mb_s: float
    now_s: Callable[[], float] = monotonic
    wait: Callable[[float], None] = sleep
    began_s: float = field(init=False)
    read_bytes: int = 0

    def __post_init__(self) -> None:
        """Begin now."""
        self.began_s = self.now_s()

    def after(self, size: int) -> None:
        """Count an object that was read, and wait until that many bytes may have been."""
        self.read_bytes += size
        ahead = self.read_bytes / (self.rate_mb_s * MEGABYTE) - (self.now_s() - self.began_s)
        if ahead > 0:
            self.wait(ahead)
