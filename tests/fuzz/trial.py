"""One case in a process of its own: how it ended, and what memory and time it took at most."""

import json
import os
import random
import resource
import select
import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

import cv2

import ocr.bounded
from config.errors import SohoaError
from ocr.prepare import plan_page
from ocr.prepare_lines import letter_ink
from ocr.quality import measure
from ocr.source import Limits, deliver, inspect, open_delivered
from tests.demanding import held_to
from tests.fuzz.crafted import MADE
from tests.fuzz.mutations import mutated
from tests.fuzz.seeds import seeds

LIMITS = Limits(max_pages=50, max_page_pixels=12_000_000, max_file_bytes=40_000_000)
ADDRESS_SPACE = 2_000_000_000
"""Bytes that a case may map beside what the process that tries it has mapped."""
MOST_MEMORY_MB = 1_200
"""What a case may hold beside what the process that tries it holds."""
LONGEST_S = 60.0
DRAWING_TIMEOUT_S = 8
"""How long a page may be drawn here; two minutes in earnest."""
DRAWING_CPU_S = 4
"""How long it may compute; a minute in earnest."""
_MADE_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Ending:
    """How one case ended: `taken`, the code it was refused with, or what went wrong."""

    case: int
    name: str
    ending: str
    memory_mb: int
    seconds: float

    @property
    def is_well(self) -> bool:
        return not self.ending.startswith("!") and self.memory_mb <= MOST_MEMORY_MB


def case_file(case: int, folder: Path) -> Path:
    """Write the file of a case: mutated, or made to hurt."""
    chance = random.Random(case)
    if chance.random() < _MADE_SHARE:
        name, data = chance.choice(MADE)(chance)
    else:
        name = chance.choice(sorted(seeds()))
        data = mutated(seeds()[name], name, chance)
    path = folder / name
    path.write_bytes(data)
    return path


def run_cases(cases: range, longest_s: float = LONGEST_S) -> Iterator[Ending]:
    """Take the file of each case through intake, delivery and preparation, each in a fork of this process."""
    seeds()
    cv2.setNumThreads(1)
    for case in cases:
        folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        try:
            yield _run(case, case_file(case, folder), longest_s)
        finally:
            rmtree(folder)


def _run(case: int, path: Path, longest_s: float) -> Ending:
    told, tell = os.pipe()
    begun = time.monotonic()
    child = os.fork()
    if not child:
        os.close(told)
        _in_child(path, tell)
    os.close(tell)
    said = _read(told, begun + longest_s)
    if said is None:
        os.killpg(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    memory_mb = 0
    if said is None:
        ending = f"! no end within {longest_s:g} s"
    elif os.WIFSIGNALED(status):
        ending = f"! {signal.Signals(os.WTERMSIG(status)).name}"
    elif not said:
        ending = "! nothing was said"
    else:
        ending, memory_mb = json.loads(said)
    return Ending(case, path.name, ending, memory_mb, time.monotonic() - begun)


def _memory_mb(count: str) -> int:
    """What this process holds (VmRSS) or held at most (VmHWM); a fork's begins with what its parent holds."""
    (line,) = (line for line in Path("/proc/self/status").read_text("ascii").splitlines() if line.startswith(count))
    return int(line.split()[1]) // 1024


def _read(told: int, deadline: float) -> bytes | None:
    said = b""
    with os.fdopen(told, "rb", 0) as pipe:
        while True:
            if not select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
                return None
            part = pipe.read(65536)
            if not part:
                return said
            said += part


def _in_child(path: Path, tell: int) -> None:
    os.setpgid(0, 0)
    of_the_parent = _memory_mb("VmRSS")
    most = _memory_mb("VmSize") * 1024 * 1024 + ADDRESS_SPACE
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    tempfile.tempdir = str(path.parent)
    vars(ocr.bounded)["limits_of"] = held_to(wall_s=DRAWING_TIMEOUT_S, cpu_s=DRAWING_CPU_S)
    with Path(os.devnull).open("w") as silence:
        os.dup2(silence.fileno(), 2)
    try:
        ending = _through_the_door(path)
    except SohoaError as refused:
        ending = refused.code if str(refused) and refused.remedy_text() else "! a refusal without words"
    except BaseException as err:  # noqa: BLE001 - whatever else comes is what is looked for
        place = err.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "-"
        ending = f"! {type(err).__name__} {where}: {err}"
    left = [other.name for other in path.parent.iterdir() if other.name not in {path.name, "delivered.pdf"}]
    said = f"! left behind: {left}" if left and ending[0] != "!" else ending[:2000]
    os.write(tell, json.dumps([said, _memory_mb("VmHWM") - of_the_parent]).encode())
    os._exit(0)


def _through_the_door(path: Path) -> str:
    """Do what intake and the first two stages do with a file."""
    inspect([path], LIMITS)
    delivered = path.with_name("delivered.pdf")
    deliver([path], delivered, LIMITS)
    with open_delivered(delivered) as pages:
        for geometry in pages.pages:
            letters = letter_ink(pages.grey(geometry.number), geometry.dpi)
            plan_page(pages, geometry.number, measure(pages, geometry.number, letters), letters)
    return "taken"
