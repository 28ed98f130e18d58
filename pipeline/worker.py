"""Who works here: an identity of this process that tells a dead owner of a claim from a living one.

`<host>:<boot>:<pid>:<start>`: the same process number on the same boot with another start time is another process.
"""

import os
import socket
from pathlib import Path

PROC = Path("/proc")


def this_worker() -> str:
    """Give the identity of this process."""
    return f"{_machine()}:{os.getpid()}:{_start_time(os.getpid()) or 0}"


def is_known_dead(worker: str) -> bool:
    """Tell whether a worker was a process of this machine that has ended; of another machine nothing is known."""
    machine, _, process = worker.rpartition(":")[0].rpartition(":")
    started = worker.rpartition(":")[2]
    if machine.rpartition(":")[0] != socket.gethostname() or not process.isdigit():
        return False
    return machine != _machine() or _start_time(int(process)) != started


def machine_of(worker: str) -> str:
    """Give the name of the machine a worker is of; machines that share a ledger need host names of their own."""
    return worker.partition(":")[0]


def _machine() -> str:
    return f"{socket.gethostname()}:{_boot()}"


def _boot() -> str:
    path = PROC / "sys/kernel/random/boot_id"
    return path.read_text("ascii").strip()[:8] if path.exists() else "-"


def _start_time(process: int) -> str | None:
    """Give when a process started, in the kernel's ticks; None when there is no such process."""
    try:
        fields = (PROC / str(process) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return None
    # A zombie has ended; only its parent has not looked yet.
    return None if fields[0] in {"Z", "X"} else fields[19]
