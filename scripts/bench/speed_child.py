"""The measured half of scripts.bench.speed: one process that runs the whole chain over a home folder.

    python -m scripts.bench.speed_child HOME [--prefect]

It imports nothing that the chain does not need, so that its CPU is the chain's.
"""

import json
import resource
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from scripts.loading import loaded_for_good

with loaded_for_good():
    from sqlalchemy import func, select

    from config.settings import load_settings
    from pipeline import review
    from pipeline.context import Context
    from pipeline.founding import found
    from pipeline.line import run_line
    from pipeline.reporting import count
    from pipeline.runner import process
    from scripts.bench.agency import AGENCY_NAME
    from storage.ledger.models import Document
    from storage.ledger.states import DocumentState, Environment

AGENCY = f'[[agency]]\ncode = "H41.99"\nname = "{AGENCY_NAME}"\nlevel = "commune"\nparent = "H41"\n'
SHEET = 'operator = "Nguyễn Văn Mẫu"\nscanned_at = "2026-05-04T08:00:00+07:00"\ndevice = "TEST"\n'


def main(home: Path, *, with_prefect: bool) -> int:
    """Run the whole chain over a home folder, answer every question, and say what recognition took."""
    ctx = Context(load_settings(home, inbox={"stable_after_s": 0}), actor="bench")
    found_for_measuring(ctx)
    reading = _time_recognition(ctx)
    read_and_ask(ctx, with_prefect=with_prefect)
    pages = reading.pages
    answer_and_archive(ctx, with_prefect=with_prefect)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"pages": pages, "recognition_s": reading.cpu_s, "peak_mb": peak_mb}))
    return 0


def read_and_ask(ctx: Context, *, with_prefect: bool = False) -> None:
    """Run the chain over what lies in the inbox, up to its questions."""
    _run(ctx, with_prefect=with_prefect, release=False)


def answer_and_archive(ctx: Context, *, with_prefect: bool = False) -> None:
    """Answer every question with what was read, and run the chain to its end."""
    for document_id in {question.document_id for question in review.open_questions(ctx)}:
        review.accept(ctx, document_id)
    for question in review.open_questions(ctx):
        value = "01/04/2026" if str(question.field_name).endswith("_on") else "-"
        review.set_value(ctx, question.document_id, str(question.field_name), value, may_differ=True)
    _run(ctx, with_prefect=with_prefect, release=True)
    count(ctx)
    _ensure_all_archived(ctx)


def found_for_measuring(ctx: Context) -> None:
    """Found the home with the one agency whose papers are measured: without a name nothing of it would be sealed."""
    agencies = ctx.settings.home.with_name(f"{ctx.settings.home.name}-agencies.toml")
    agencies.write_text(AGENCY, "utf-8")
    found(ctx, Environment.TEST, agencies)


def _ensure_all_archived(ctx: Context) -> None:
    """A chain that stopped half-way would look cheap. Raise SystemExit when a document is not archived."""
    with ctx.ledger.session() as session:
        states = session.execute(select(Document.state, func.count()).group_by(Document.state)).all()
    if [state for state, _ in states] != [DocumentState.ARCHIVED]:
        raise SystemExit(f"not all documents were archived: {states}")


def _run(ctx: Context, *, with_prefect: bool, release: bool) -> None:
    if with_prefect:
        from flows.running import digitize_once  # noqa: PLC0415 - Prefect's import belongs to what is measured

        digitize_once(ctx, release_as_test=release)
        return
    with ThreadPoolExecutor(ctx.settings.run.workers) as pool:
        run_line(ctx, lambda ids: list(pool.map(lambda id_: process(ctx, id_), ids)), release_as_test=release)


class _Reading:
    """CPU seconds of the engine alone, and pages read."""

    def __init__(self) -> None:
        self.cpu_s = 0.0
        self.pages = 0
        self.lock = threading.Lock()


def _time_recognition(ctx: Context) -> _Reading:
    reading = _Reading()
    engine: Any = ctx.engine
    real = engine.read

    def timed(*args: Any, **kwargs: Any) -> Any:
        before = time.thread_time()
        words = real(*args, **kwargs)
        with reading.lock:
            reading.cpu_s += time.thread_time() - before
        return words

    class Watching:
        def page_read(self, _document_id: object) -> None:
            with reading.lock:
                reading.pages += 1

        def __getattr__(self, _name: str) -> Any:
            return lambda *_: None

    engine.read = timed
    ctx.watcher = Watching()
    return reading


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), with_prefect="--prefect" in sys.argv))
