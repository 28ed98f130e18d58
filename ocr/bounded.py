"""Outside programs under limits: the one door through which those start that read files of others.

A hostile file can make a program take all memory, all time, or fill the disk. Each program starts with limits of its
own (`config/reference/program_limits.toml`), which the kernel holds; one that reaches them is told of by name.
Libraries that start programs themselves are led through the same door.
"""

import errno
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, BinaryIO

from config.errors import TooDemandingError, ToolFailedError
from config.i18n import gettext
from config.i18n import mark as _
from ocr.program_limits import ProgramLimits, limits_of

_PRLIMIT = "/usr/bin/prlimit"
"""Of util-linux, which every Debian has; it sets limits on itself and becomes the program."""
_MB = 1_000_000
_GRACE_S = 5
"""Between the signal that says why a program ends and the one that it cannot escape."""
_MOST_TOLD = 64_000
_MOST_SHOWN = 400
_JAVA_OPTIONS = "JAVA_TOOL_OPTIONS"
_OUT_OF_MEMORY = re.compile(
    rb"^(Out of memory|Bogus memory allocation|terminate called after throwing an instance of 'std::bad_alloc'"
    rb"|.*VMerror|.*OutOfMemoryError|.*[Cc]annot allocate memory|.*malloc fail)",
    re.MULTILINE,
)
"""What programs say that get no more memory; Poppler goes on then and leaves out what did not fit."""


class Bounded(subprocess.Popen[bytes]):
    """A program that runs under the limits of its name. `communicate` raises TooDemandingError when it reached them.

    Its complaints go to a file that it may not let grow without end, and come back from `communicate` as from a pipe.
    """

    def __init__(self, args: Sequence[str], *, limits: ProgramLimits | None = None, **more: Any) -> None:
        self._limits = limits or limits_of(Path(args[0]).name)
        self._held: dict[int, int] = {}
        self._complaints: BinaryIO | None = None
        if more.get("stderr") == subprocess.PIPE:
            self._complaints = more["stderr"] = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the program runs
        if self._limits.heap_mb:
            more["env"] = _with_heap(more.get("env") or os.environ, self._limits.heap_mb)
        program = shutil.which(args[0])
        if program is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), args[0])
        super().__init__([_PRLIMIT, *self._options(), "--", program, *args[1:]], **more)

    def communicate(self, input: bytes | None = None, timeout: float | None = None) -> tuple[bytes, bytes]:  # noqa: A002
        """Give what the program wrote and what it complained of; its own time-out stands where none is given."""
        self.stderr = None
        try:
            out, _none = super().communicate(input, self._limits.wall_s if timeout is None else timeout)
        finally:
            self.stderr = self._complaints  # whoever started it closes it, as a pipe
        err = _tail(self._complaints) if self._complaints is not None else b""
        self._ensure_within(err)
        return out, err

    def _options(self) -> list[str]:
        """Give the limits as util-linux's prlimit takes them."""
        wanted = {
            resource.RLIMIT_AS: ("as", self._limits.memory_mb * _MB, 0),
            resource.RLIMIT_FSIZE: ("fsize", self._limits.file_mb * _MB, 0),
            resource.RLIMIT_CPU: ("cpu", ceil(self._limits.cpu_s), _GRACE_S),
        }
        options = ["--core=0"]
        for kind, (name, most, grace) in wanted.items():
            if most:
                soft, hard = _within_ours(kind, most, most + grace)
                options.append(f"--{name}={soft}:{hard}")
                self._held[kind] = soft
        return options

    def _ensure_within(self, told: bytes) -> None:
        if resource.RLIMIT_CPU in self._held and self._ended_by(signal.SIGXCPU):
            raise self._too_demanding(self._held[resource.RLIMIT_CPU], _("s of computing time"))
        if self._ended_by(signal.SIGXFSZ):
            raise self._too_demanding(self._held[resource.RLIMIT_FSIZE] // _MB, _("MB on disk"))
        if _OUT_OF_MEMORY.search(told):
            memory_mb = self._held.get(resource.RLIMIT_AS, 0) // _MB or self._limits.heap_mb
            raise self._too_demanding(memory_mb, _("MB of memory"))

    def _too_demanding(self, amount: int, unit: str) -> TooDemandingError:
        return TooDemandingError(tool=self._limits.name, file="-", page="-", amount=amount, unit=unit)

    def _ended_by(self, fatal: signal.Signals) -> bool:
        # A shell in between tells of the signal by its own code.
        return self.returncode in {-fatal, 128 + fatal}


@dataclass(frozen=True, slots=True)
class Done:
    """What a program ended with, wrote, and complained of."""

    code: int
    out: bytes
    err: bytes

    @property
    def complaint(self) -> str:
        """The end of what it complained of, or its code."""
        return self.err.decode("utf-8", "replace").strip()[-_MOST_SHOWN:] or str(self.code)


def run(command: Sequence[str], file: str, *, tool: str = "", page: str = "-", times: float = 1.0) -> Done:
    """Run a program on a file and give what it said; it has its limits as many `times` as there is more to do.

    `tool` is its name for a person. Raise TooDemandingError when it reached its limits, ToolFailedError when it does
    not start or does not end in time.
    """
    tool = tool or Path(command[0]).name
    limits = limits_of(Path(command[0]).name).times(times)
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    try:
        with naming(file, page), Bounded(command, limits=limits, **pipes) as process:
            try:
                out, err = process.communicate()
            finally:
                if process.poll() is None:
                    process.kill()
        return Done(process.returncode, out, err)
    except subprocess.TimeoutExpired as late:
        cause = gettext(_("no answer within {seconds} s")).format(seconds=f"{late.timeout:g}")
        raise ToolFailedError(tool=tool, file=file, cause=cause) from late
    except OSError as err:
        raise ToolFailedError(tool=tool, file=file, cause=err) from err


@contextmanager
def naming(file: str, page: str = "-") -> Iterator[None]:
    """Name file and page wherever a program reached its limits in this block."""
    try:
        yield
    except TooDemandingError as err:
        raise TooDemandingError(**{**err.details, "file": file, "page": page}) from err


def reached(err: TooDemandingError) -> str:
    """Say which limit a program reached, where the file is not to be blamed."""
    amount, unit = err.details["amount"], gettext(str(err.details["unit"]))
    return gettext(_("it was stopped because it needed more than {amount} {unit}")).format(amount=amount, unit=unit)


def lead_through(library: ModuleType) -> None:
    """Let a library that starts programs itself start them under their limits, by the names that it uses for it."""
    bounded = SimpleNamespace(**{**vars(subprocess), "Popen": Bounded})
    ours = {"subprocess": bounded, "Popen": Bounded}
    vars(library).update({name: ours[name] for name in ours.keys() & vars(library).keys()})


def _within_ours(kind: int, most: int, hardest: int) -> tuple[int, int]:
    """Give a limit that is none above our own, which nobody may raise."""
    soft, hard = (one if one != resource.RLIM_INFINITY else hardest for one in resource.getrlimit(kind))
    return min(most, soft, hard), min(hardest, hard)


def _with_heap(environment: Mapping[str, str], heap_mb: int) -> dict[str, str]:
    said = environment.get(_JAVA_OPTIONS, "")
    return {**environment, _JAVA_OPTIONS: f"{said} -Xmx{heap_mb}m".strip()}


def _tail(file: BinaryIO) -> bytes:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _MOST_TOLD))
    return file.read()
