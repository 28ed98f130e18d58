"""Loading the program's modules, which takes a second or more of every command."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loaded_for_good() -> Iterator[None]:
    """Collect no garbage while modules load, nor ever look at what they left again: it stays as long as the process.

    Loading makes some hundred thousand objects and hardly any garbage, yet the collector walks through all of them
    time and again; a quarter of the loading and a twentieth of a small run went there.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
