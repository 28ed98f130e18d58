"""One scenario: runs under the fault, runs after it until all is at rest, and what must hold then."""

import multiprocessing
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from threading import Timer
from typing import Any

from config.errors import ExitCode
from storage.ledger.states import DocumentState
from tests.faults.ground import Ground, Servers, Workshop
from tests.faults.invariants import broken
from tests.faults.programs import DRAWING, TESSERACT, write_programs
from tests.faults.proxy import WirePlan
from tests.faults.scenario import Harm, Kind, Scenario
from tests.faults.worker import Order, main

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.worker"])
LONGEST_RUN_S = 150.0
PATIENCE_S = 25.0
"""How long an administrator looks at a run that hangs before ending it."""
DELAY_S = 0.3
MEAN_DELAY_S = 0.03
"""Of a message to PostgreSQL: a document takes a thousand of them, and with a delay of 0.3 s each it takes minutes."""
MOST_RUNS = 8
SEEN_FROM = 0.7
"""A disk with less room than that is not looked at before work begins, and is full in the midst of it."""
MOST_MEMORY_MB = 1_500
"""What a run may hold: the program with its models and two pages in work, and room for what a fault makes of them."""
_LOOK_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a scenario: what does not hold, its exit codes, and whether a person had to try again."""

    scenario: Scenario
    broken: tuple[str, ...]
    codes: tuple[int, ...]
    was_hit: bool
    """Whether the fault was felt: a scenario may end before it strikes."""
    needed_a_person: bool
    seconds: float
    memory_mb: int
    """The most that one of its runs held."""


@contextmanager
def workshop() -> Iterator[Workshop]:
    """Give where scenarios are tried; servers stop with the block."""
    with ExitStack() as stack:
        folder = Path(mkdtemp(prefix="sohoa-faults-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield Workshop(folder, Servers(folder, stack), run)


@dataclass(frozen=True, slots=True)
class End:
    """How a run ended: its exit code, minus the signal that ended it, and the most memory that it held, in MB."""

    code: int
    memory_mb: int


def run(order: Order, until: Callable[[Any], object] = lambda _process: None, longest_s: float = LONGEST_RUN_S) -> End:
    """Run the line in a process of its own; one that does not end is ended."""
    process = FORKS.Process(target=main, args=(order,))
    process.start()
    until(process)
    deadline, memory_mb = time.monotonic() + longest_s, 0
    while process.exitcode is None and time.monotonic() < deadline:
        memory_mb = max(memory_mb, _peak_memory_mb(process.pid))
        process.join(_LOOK_EVERY_S)
    if process.exitcode is None:
        process.kill()
        process.join()
        return End(-signal.SIGALRM, memory_mb)
    return End(process.exitcode, memory_mb)


def _peak_memory_mb(pid: int | None) -> int:
    """Give the most memory that a process has held so far; 0 for one that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def tried(shop: Workshop, scenario: Scenario) -> Verdict:
    """Try one scenario."""
    begun = time.monotonic()
    with shop.ground(scenario) as ground:
        ends, wrong = _under_fault(ground)
        was_hit = any(end.code < 0 for end in ends) or _is_told(ground)
        later, needed_a_person = _at_rest(ground, wrong)
        expected = ground.good - (scenario.kind is Kind.POISON)
        memory_mb = max(end.memory_mb for end in (*ends, *later))
        if memory_mb > MOST_MEMORY_MB:
            wrong.append(f"a run held {memory_mb} MB")
        found = [*wrong, *_faults_of_ours(ground), *broken(ground, archived=expected)]
        if found:
            found.append((ground.folder / "log").read_text("utf-8", "replace")[-6000:])
    codes = tuple(end.code for end in (*ends, *later))
    return Verdict(scenario, tuple(found), codes, was_hit, needed_a_person, time.monotonic() - begun, memory_mb)


def _faults_of_ours(ground: Ground) -> list[str]:
    """Give the lines of the log that tell of an error for which there are no words: whatever fails has a name."""
    lines = (ground.folder / "log").read_text("utf-8", "replace").splitlines()
    return [line for line in lines if line.startswith(("noticed:", "failed:")) and "unexpected" in line]


def _is_told(ground: Ground) -> bool:
    """Whether the log tells of any trouble but the file that is refused in any case."""
    lines = (ground.folder / "log").read_text("utf-8", "replace").splitlines()
    return any(line.startswith(("noticed:", "failed:", "Error:")) and "file_empty" not in line for line in lines)


def _under_fault(ground: Ground) -> tuple[list[End], list[str]]:
    ends: list[End] = []
    wrong: list[str] = []
    for number in range(ground.scenario.runs):
        with _fault(ground, number) as (order, until):
            end = run(order, until, _patience(ground.scenario))
        ends.append(end)
        wrong += _dishonest(ground, end.code)
    if ground.wire:
        ground.wire.set(None)
    return ends, wrong


def _patience(scenario: Scenario) -> float:
    return PATIENCE_S if scenario.kind is Kind.ENGINE and scenario.harm is Harm.HANG else LONGEST_RUN_S


def _at_rest(ground: Ground, wrong: list[str]) -> tuple[list[End], bool]:
    """Run with all faults gone until a run ends well; what got stuck an administrator tries once more."""
    ends: list[End] = []
    order = ground.order(is_poisoned=ground.scenario.kind is Kind.POISON)
    while len(ends) < MOST_RUNS:
        ends.append(run(order))
        wrong += _dishonest(ground, ends[-1].code)
        if ends[-1].code == 0:
            break
    else:
        wrong.append(f"not at rest after {MOST_RUNS} runs: {[end.code for end in ends]}")
    house = ground.house()
    stuck = DocumentState.STUCK in house.states()
    house.ctx.ledger.close()
    if stuck and ground.scenario.kind is not Kind.POISON:
        ends += [run(replace(order, is_administrator=True)), run(order)]
    return ends, stuck


def _dishonest(ground: Ground, code: int) -> list[str]:
    """Hold an exit code against what the run left: none says that all is well while something is still to do."""
    if code in {-signal.SIGALRM, -signal.SIGKILL, -signal.SIGSEGV}:
        is_meant = ground.scenario.kind in {Kind.KILL, Kind.ENGINE, Kind.POISON}
        return [] if is_meant else [f"a run ended by signal {-code}"]
    if code not in set(ExitCode) - {ExitCode.INTERNAL}:
        return [f"a run ended with {code}"]
    if code:
        return []
    if ground.wire:
        ground.wire.set(None)
    house = ground.house()
    left = [state for state in house.states() if state in {DocumentState.IN_WORK, DocumentState.SEALED}]
    house.ctx.ledger.close()
    return [f"exit code 0 with {left} left"] if left else []


@contextmanager
def _fault(ground: Ground, number: int) -> Iterator[tuple[Order, Callable[[Any], object]]]:
    """Arm the fault of a scenario for one run."""
    one, order = ground.scenario, ground.order(seed=ground.scenario.seed + number)
    until: Callable[[Any], object] = lambda _process: None  # noqa: E731 - most faults need no hand during the run
    with ExitStack() as after:
        if one.kind in {Kind.LEDGER_WIRE, Kind.STORE_WIRE, Kind.TIMESTAMP_WIRE} and ground.wire:
            clear = int(random.Random(one.seed + number).random() * 40)
            delay_s = MEAN_DELAY_S / one.share if one.kind is Kind.LEDGER_WIRE else DELAY_S
            ground.wire.set(WirePlan(one.wire, one.share, one.seed + number, clear, delay_s))
        if one.kind is Kind.ENGINE:
            order = replace(order, engine=one.harm, engine_share=one.share)
        if one.kind in {Kind.TESSERACT, Kind.DRAWING}:
            names = TESSERACT if one.kind is Kind.TESSERACT else DRAWING
            programs = write_programs(ground.folder / f"programs-{number}", names, one.harm, one.share)
            slow = {"ocr": {**ground.settings["ocr"], "page_timeout_s": 6}}
            order = replace(order, programs=programs, settings={**ground.settings, **slow})
        if one.kind is Kind.POISON:
            order = replace(order, is_poisoned=True)
        if one.kind is Kind.FILE_SIZE:
            order = replace(order, largest_file=int(8_000 * 500**one.moment))
        if one.kind is Kind.DISK:
            order = replace(order, is_blind=one.moment < SEEN_FROM)
            after.enter_context(small_disk(ground, int(10_000 * 200**one.moment)))
        if one.kind is Kind.LEDGER_RESTART:
            until = _at_moment(ground, number, after, lambda _process: ground.restart())
        if one.kind is Kind.KILL:
            until = _at_moment(ground, number, after, lambda process: process.kill())
        yield order, until


def _at_moment(ground: Ground, number: int, after: ExitStack, act: Callable[[Any], object]) -> Callable[[Any], object]:
    wait_s = random.Random(ground.scenario.seed + number).random() * ground.usual_s

    def until(process: Any) -> None:
        timer = Timer(wait_s, act, (process,))
        after.callback(timer.cancel)
        timer.start()

    return until


@contextmanager
def small_disk(ground: Ground, room: int) -> Iterator[None]:
    """Let an installation lie on a disk with this much room, while the block lasts."""
    away = ground.folder / "away"
    ground.home.rename(away)
    ground.home.mkdir()
    used = sum(path.stat().st_blocks * 512 for path in away.rglob("*"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={used + 65_536 + room}", "tmpfs", ground.home], check=True)
    try:
        subprocess.run(["cp", "-a", f"{away}/.", ground.home], check=True)
        yield
    finally:
        subprocess.run(["rm", "-rf", away], check=True)
        subprocess.run(["cp", "-a", ground.home, away], check=True)
        subprocess.run(["umount", ground.home], check=True)
        ground.home.rmdir()
        away.rename(ground.home)
