"""Who spends the CPU of a process: its threads are looked at some hundred times a second, each with its own CPU clock.

What a thread has spent since the last look goes to the innermost frame that belongs to somebody; native code that lets
go of the interpreter is counted with the line that called it. While it is looked, threads are made to take turns often:
else a look would come only when a thread lets go by itself, which it does at its calls to the database, and these would
seem to have spent what was spent before them.
"""

import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

RECOGNITION, DATABASE, ORCHESTRATION, SIGNING, STORE, IMAGES, LINE, OTHER = (
    "recognition",
    "database",
    "orchestration",
    "signing",
    "store",
    "images and PDF",
    "pipeline",
    "other",
)
_OWNERS = (
    ("/ocr/engines/", RECOGNITION),
    ("/ocr/second/trueocr_lines.py", RECOGNITION),
    ("/trueocr/", RECOGNITION),
    ("/onnxruntime/", RECOGNITION),
    ("/sqlalchemy/", DATABASE),
    ("/psycopg", DATABASE),
    ("/storage/ledger/", DATABASE),
    ("/storage/objects/", STORE),
    ("/signing/", SIGNING),
    ("/pyhanko", SIGNING),
    ("/ocr/", IMAGES),
    ("/pipeline/", LINE),
    ("/prefect/", ORCHESTRATION),
    ("/flows/", ORCHESTRATION),
)
"""Parts of the paths of source files, the first that fits counts."""
_EVERY_S = 0.005
_TURN_S = 0.0002


class Shares:
    """CPU seconds by owner, as far as they were seen."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.own_s = 0.0
        """What the looking itself has cost."""
        self._clocks: dict[int, float] = {}

    def look(self) -> None:
        """Give what each thread has spent since the last look to whom it works for now."""
        own = threading.get_ident()
        frames = sys._current_frames()  # the one way to see the other threads
        for ident, frame in frames.items():
            spent = _spent(ident)
            if ident == own or spent is None:
                continue
            self.seconds[_owner(frame)] += max(0.0, spent - self._clocks.get(ident, spent))
            self._clocks[ident] = spent
        for ended in self._clocks.keys() - frames.keys():
            del self._clocks[ended]


@contextmanager
def watched() -> Iterator[Shares]:
    """Give the shares of the CPU that this process spends in the block."""
    shares, is_over = Shares(), threading.Event()

    def look_on() -> None:
        while not is_over.wait(_EVERY_S):
            shares.look()
        shares.own_s = time.thread_time()

    looking, turn_s = threading.Thread(target=look_on, daemon=True), sys.getswitchinterval()
    sys.setswitchinterval(_TURN_S)
    looking.start()
    try:
        yield shares
    finally:
        is_over.set()
        looking.join()
        sys.setswitchinterval(turn_s)


def _spent(ident: int) -> float | None:
    try:
        return time.clock_gettime(time.pthread_getcpuclockid(ident))
    except (OSError, OverflowError):
        # It ended since the frames were taken.
        return None


def _owner(frame: FrameType | None) -> str:
    while frame is not None:
        path = frame.f_code.co_filename
        for part, owner in _OWNERS:
            if part in path:
                return owner
        frame = frame.f_back
    return OTHER
