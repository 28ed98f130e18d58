"""What recognition alone spends: the CPU of each thread while it is within an engine."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from ocr.engines import detector
from ocr.engines.in_process import InProcessEngine
from ocr.second.trueocr_lines import TrueocrLines


class EngineTime:
    """CPU seconds spent within engines so far, by all threads."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._lock = threading.Lock()

    def of(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Give a call that does the same and counts its time."""

        def counted(*arguments: Any, **named: Any) -> Any:
            began = time.thread_time()
            try:
                return call(*arguments, **named)
            finally:
                with self._lock:
                    self.seconds += time.thread_time() - began

        return counted


@contextmanager
def timed_engines() -> Iterator[EngineTime]:
    """Count what Tesseract, the second recognizer and the line detector spend in this block."""
    spent = EngineTime()
    with ExitStack() as stack:
        for owner, name in ((InProcessEngine, "read"), (TrueocrLines, "read_lines"), (detector, "_detect")):
            stack.enter_context(patch.object(owner, name, spent.of(getattr(owner, name))))
        yield spent
