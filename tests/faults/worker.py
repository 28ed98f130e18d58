"""One run of the line in a process of its own, with what is to fail in this process armed; its exit code is the run's.

Run in processes forked from one that has everything imported. It does what `sohoa run` does, and between the reading
and the sealing what a person does: settles the questions and releases the batch.
"""

import os
import resource
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import cv2

import ocr.bounded
import pipeline.context
from config.errors import ExitCode, SohoaError
from config.i18n import activate
from config.settings import load_settings
from ocr.engines import open_engine
from pipeline.backfill import BackfillScope, PlannedWork, redo, run_backfill
from pipeline.backfill.redoing import StillDue
from pipeline.context import Context
from pipeline.line import run_line
from pipeline.outcome import Outcome, RunSummary
from pipeline.runner import process
from scripts.telling import guarded
from tests.demanding import held_to
from tests.faults.engine import FaultyEngine
from tests.faults.scenario import Harm
from tests.integration.pipeline.house import Notices, settle_questions_of

DRAWING_TIMEOUT_S = 4
"""How long a drawing program is waited for here; two minutes in earnest."""


@dataclass(frozen=True, slots=True)
class Order:
    """What one run is to do and to suffer."""

    home: Path
    settings: dict[str, Any]
    releases: bool = True
    is_administrator: bool = False
    """Tries again what is stuck, as `sohoa backfill` does."""
    programs: Path | None = None
    engine: Harm | None = None
    engine_share: float = 1.0
    seed: int = 0
    is_poisoned: bool = False
    largest_file: int | None = None
    is_blind: bool = False
    """Begins whatever room the disk has, so that it is full while the work goes on and not before."""
    environment: dict[str, str] = field(default_factory=dict)


def main(order: Order) -> None:
    """Run once and exit with the run's code."""
    log = order.home.parent / "log"
    with log.open("a", buffering=1) as told:
        os.dup2(told.fileno(), 1)
        os.dup2(told.fileno(), 2)
    _arm(order)
    # Where files may not grow the log may not either, so that it is kept short.
    sys.exit(guarded(lambda: _run(order), is_verbose=order.largest_file is None))


def _arm(order: Order) -> None:
    activate("en")
    cv2.setNumThreads(1)
    os.environ.update(order.environment)
    temporary = order.home.parent / "tmp"
    temporary.mkdir(exist_ok=True)
    tempfile.tempdir = str(temporary)
    if order.programs is not None:
        os.environ["PATH"] = f"{order.programs}:{os.environ['PATH']}"
        vars(ocr.bounded)["limits_of"] = held_to(wall_s=DRAWING_TIMEOUT_S)
    if order.engine is not None or order.is_poisoned:
        vars(pipeline.context)["open_engine"] = lambda settings: FaultyEngine(
            open_engine(settings), order.engine, order.engine_share, order.seed, is_poisoned=order.is_poisoned
        )
    if order.is_blind:
        vars(pipeline.context)["free_for_documents"] = lambda _home: sys.maxsize
    if order.largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order.largest_file, resource.RLIM_INFINITY))


def _run(order: Order) -> int:
    watcher = Told()
    ctx = Context(load_settings(order.home, **order.settings), actor="faults", watcher=watcher)

    def work(ids: list[UUID]) -> list[Outcome | None]:
        with ThreadPoolExecutor(ctx.settings.run.workers) as threads:
            return list(threads.map(lambda one: process(ctx, one), ids))

    def redo_many(at: Context, items: list[PlannedWork], due: StillDue) -> list[Outcome | None]:
        return [redo(at, item, due) for item in items]

    if order.is_administrator:
        return _code(run_backfill(ctx, BackfillScope(), redo_many))
    summary = run_line(ctx, work)
    settle_questions_of(ctx)
    summaries = [summary, run_line(ctx, work, release_as_test=order.releases)]
    return max(map(_code, summaries))


def _code(summary: RunSummary) -> int:
    if summary.has_failures:
        sys.stderr.write(f"failed: {summary.failure_codes}\n")
    return ExitCode.FINISHED_WITH_FAILURES if summary.has_failures else 0


class Told(Notices):
    """Writes what it is told into the log."""

    def noticed(self, path: str, cause: SohoaError) -> None:
        sys.stderr.write(f"noticed: {path}: {cause.code}: {cause}\n")
