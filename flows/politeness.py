"""Threads that let others go first: of new work and a backfill on one machine, the processor is the new work's.

On Linux each thread has a niceness of its own, and what it starts inherits it; the thread ends with its batch, since
without rights nobody becomes less nice again.
"""

import os
import threading
from contextlib import suppress

NICENESS = 10


def be_polite() -> None:
    """Let this thread and the programs it starts come after others; the main thread is left as it is."""
    if threading.current_thread() is threading.main_thread():
        return
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
