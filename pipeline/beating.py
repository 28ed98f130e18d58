"""Something done again and again beside the work in a block, until the block ends or it says that it is over."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def beating(name: str, every_s: float, beat: Callable[[], bool]) -> Iterator[None]:
    """Call `beat` every so many seconds in the background of this block; no more once it gives False."""
    done = threading.Event()

    def beat_on() -> None:
        while not done.wait(every_s):
            if not beat():
                return

    thread = threading.Thread(target=beat_on, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
