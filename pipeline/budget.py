"""What the documents in work on one machine may need together, in memory and on disk: none begins beyond that.

A document that comes puts a ticket into a folder of the machine: a numbered file that is locked as long as its process
lives, so that one of a process that was killed is nobody's. They are let in in the order in which they came, whichever
process they belong to. Between two looks at the folder nothing is held, and no transaction is open.
"""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Condition
from typing import Self

from config.errors import DiskFullError, ExitCode, SohoaError
from config.i18n import mark as _
from pipeline.needs import Need

LOCK = "lock"
LOOK_EVERY_S = 0.2
SILENT_S = 10.0
"""One that waits and has not looked for so long is asleep with its process: others need not wait for it."""
_MB = 1_000_000
_BLOCK = 512
"""What the system counts the space of a file in."""


class LargerMachineNeededError(SohoaError):
    """A document needs more memory than all documents together may have on this machine."""

    code = "larger_machine_needed"
    exit_code = ExitCode.TOOL
    retry_helps = True
    message = _("{subject}: it needs about {need} MB of memory; documents in work may have {budget} MB here")
    remedy = _(
        "Raise run.memory_mb where the machine has more memory to give, or start a worker on a larger machine; the "
        "document waits until then."
    )

    @classmethod
    def of(cls, subject: object, need: int, budget: int) -> Self:
        """Say it of a document, of what it needs and of what there is, in bytes."""
        return cls(subject=subject, need=megabytes(need), budget=megabytes(budget))


class DiskShortError(DiskFullError):
    """There is not enough space on disk to begin with a document."""

    code = "disk_short"
    message = _("{file}: it needs about {need} MB of space in {folder}; {free} MB may be used")
    remedy = _("Free some space there; the document waits until then, and the run goes on with the others.")


@dataclass(frozen=True, slots=True)
class Ticket:
    """What one document needs, where it writes, and whether it is in."""

    number: int
    need: Need
    folders: tuple[str, ...]
    is_inside: bool
    seen_at: float
    """By the machine's own clock since it was started, which all its processes share."""

    @property
    def still_to_write(self) -> int:
        """How much of its disk space it has not taken yet."""
        return max(0, self.need.disk - _written(self.folders))


class Budget:
    """The budget of one machine, as one process sees it: tickets lie in `folder`, documents are worked on in `work`.

    `free_disk` gives how many bytes may be written into `work` now.
    """

    def __init__(self, folder: Path, memory: int, work: Path, free_disk: Callable[[], int]) -> None:
        self.memory = memory
        self._folder, self._work = folder, work
        self._free_disk = free_disk
        self._left = Condition()

    @contextmanager
    def inside(
        self, need: Need, subject: str, folders: Sequence[Path], while_waiting: Callable[[], None]
    ) -> Iterator[None]:
        """Be let in in turn, with what is needed, for as long as this block; `while_waiting` is called at each look.

        Raise LargerMachineNeededError for what never fits, DiskShortError when the disk has no room for it alone.
        """
        if need.memory > self.memory:
            raise LargerMachineNeededError.of(subject, need.memory, self.memory)
        with self._ticket() as (number, file):
            wanted = Ticket(number, need, tuple(map(str, folders)), is_inside=False, seen_at=time.monotonic())
            while not self._let_in(wanted, file, subject):
                while_waiting()
                with self._left:
                    self._left.wait(LOOK_EVERY_S)
                wanted = replace(wanted, seen_at=time.monotonic())
            try:
                yield
            finally:
                with self._left:
                    self._left.notify_all()

    def tickets(self) -> list[Ticket]:
        """Give those that are in or wait now, in their order."""
        with self._alone():
            return self._living()

    @contextmanager
    def _ticket(self) -> Iterator[tuple[int, int]]:
        """Draw the next number; give it with its open file."""
        with self._alone():
            number = 1 + max((int(path.name) for path in self._files()), default=0)
            path = self._folder / f"{number:012d}"
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC)
            fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield number, file
        finally:
            path.unlink(missing_ok=True)
            os.close(file)

    def _let_in(self, ticket: Ticket, file: int, subject: str) -> bool:
        """Let one in if it is its turn and there is room; else note that it still waits."""
        with self._alone():
            others = [other for other in self._living() if other.number != ticket.number]
            inside = [other for other in others if other.is_inside]
            is_next = not any(
                other.number < ticket.number and ticket.seen_at - other.seen_at < SILENT_S
                for other in others
                if not other.is_inside
            )
            is_in = is_next and self._has_room(ticket, inside, subject)
            _write(file, ticket, is_inside=is_in)
            return is_in

    def _has_room(self, ticket: Ticket, inside: Sequence[Ticket], subject: str) -> bool:
        # One that has written all it needs may end on a full disk: only so is there room again.
        free = max(0, self._free_disk() - sum(other.still_to_write for other in inside))
        wanted = ticket.still_to_write
        if not inside and wanted > free:
            raise DiskShortError(file=subject, need=megabytes(wanted), free=megabytes(free), folder=self._work)
        taken = sum(other.need.memory for other in inside)
        return taken + ticket.need.memory <= self.memory and wanted <= free

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Be the only one on this machine that looks at the tickets."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _files(self) -> list[Path]:
        return sorted(path for path in self._folder.iterdir() if path.name != LOCK)

    def _living(self) -> list[Ticket]:
        """Give the tickets whose processes live; the others are thrown away."""
        found = [_read(path) for path in self._files()]
        return [ticket for ticket in found if ticket is not None]


def _read(path: Path) -> Ticket | None:
    """Give a ticket; None where its owner has ended, or has not written on it yet."""
    try:
        with path.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                text = file.read()
            else:
                path.unlink(missing_ok=True)
                return None
    except FileNotFoundError:
        # Whoever leaves needs nobody's leave.
        return None
    if not text:
        return None
    told = json.loads(text)
    need = Need(told["memory"], told["disk"])
    return Ticket(int(path.name), need, tuple(told["folders"]), told["inside"], told["seen"])


def _write(file: int, ticket: Ticket, *, is_inside: bool) -> None:
    told = {
        "memory": ticket.need.memory,
        "disk": ticket.need.disk,
        "folders": ticket.folders,
        "inside": is_inside,
        "seen": ticket.seen_at,
    }
    text = json.dumps(told).encode()
    os.ftruncate(file, 0)
    os.pwrite(file, text, 0)


def _written(folders: Sequence[str]) -> int:
    total = 0
    for folder in folders:
        for place, _folders, names in os.walk(folder):
            for name in names:
                try:
                    total += (Path(place) / name).lstat().st_blocks * _BLOCK
                except FileNotFoundError:
                    continue
    return total


def megabytes(size: int) -> str:
    """Give bytes in whole megabytes, rounded up."""
    return f"{-(-size // _MB):,}"
