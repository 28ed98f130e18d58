"""The measured process: the whole chain over a home folder.

    python -m scripts.bench.throughput.chain HOME [--later FOLDER] [--waves 1] [--workers 2] [--prefect] [--watch]

With --later what lies in the inbox only warms the process up; the records of that folder are measured, let in in so
many waves. It imports nothing that the chain does not need, so that its CPU is the chain's. With --watch it is looked
who spends the CPU, which costs some itself.
"""

import argparse
import json
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path

from scripts.loading import loaded_for_good

with loaded_for_good():
    from sqlalchemy import func, select

    from config.settings import load_settings
    from pipeline import review
    from pipeline.context import Context
    from pipeline.founding import found, is_set_up
    from pipeline.line import run_line
    from pipeline.reporting import count
    from pipeline.runner import process
    from scripts.bench.agency import AGENCY_NAME
    from scripts.bench.throughput.engines import timed_engines
    from scripts.bench.throughput.shares import Shares, watched
    from storage.ledger.models import Document
    from storage.ledger.states import DocumentState, Environment

AGENCY = f'[[agency]]\ncode = "H41.99"\nname = "{AGENCY_NAME}"\nlevel = "commune"\nparent = "H41"\n'
_MOST_ROUNDS = 3
"""An answer may open further questions: which fields a document has follows from its type."""
SHEET = 'operator = "Nguyễn Văn Mẫu"\nscanned_at = "2026-05-04T08:00:00+07:00"\ndevice = "TEST"\n'


@dataclass(frozen=True, slots=True)
class Wave:
    """What one wave of documents took: CPU of this process and its programs, clock, and memory held at its end."""

    documents: int
    pages: int
    cpu_s: float
    wall_s: float
    held_mb: float
    recognition_s: float
    """CPU seconds within the engines."""
    shares: dict[str, float] = field(default_factory=dict)
    """CPU seconds by who spent them, where it was looked."""


def main(arguments: list[str]) -> int:
    """Run the chain over a home folder, answer every question, and print what each wave took as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--later", type=Path)
    parser.add_argument("--waves", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--prefect", action="store_true")
    parser.add_argument("--watch", action="store_true")
    chosen = parser.parse_args(arguments)
    settings = load_settings(chosen.home, inbox={"stable_after_s": 0}, run={"workers": chosen.workers})
    ctx = Context(settings, actor="bench")
    if not is_set_up(ctx):
        found_for_measuring(ctx)
    waves = []
    if chosen.later is None:
        waves.append(_measured(ctx, chosen))
    else:
        _measured(ctx, chosen)
        records = sorted(chosen.later.iterdir())
        each = -(-len(records) // chosen.waves)
        for start in range(0, len(records), each):
            for record in records[start : start + each]:
                record.rename(chosen.home / "inbox" / "H41.99" / record.name)
            waves.append(_measured(ctx, chosen))
    print(json.dumps({"waves": [asdict(wave) for wave in waves], "peak_mb": _peak_mb()}))
    return 0


def read_and_ask(ctx: Context, *, with_prefect: bool = False) -> None:
    """Run the chain over what lies in the inbox, up to its questions."""
    _run(ctx, with_prefect=with_prefect, release=False)


def answer_and_archive(ctx: Context, *, with_prefect: bool = False) -> None:
    """Answer every question with what was read, and run the chain to its end."""
    for _round in range(_MOST_ROUNDS):
        _answer_all(ctx)
        _run(ctx, with_prefect=with_prefect, release=True)
        if not review.open_questions(ctx):
            break
    count(ctx)
    _ensure_all_archived(ctx)


def _answer_all(ctx: Context) -> None:
    for document_id in {question.document_id for question in review.open_questions(ctx)}:
        review.accept(ctx, document_id)
    for question in review.open_questions(ctx):
        value = "01/04/2026" if str(question.field_name).endswith("_on") else "-"
        review.set_value(ctx, question.document_id, str(question.field_name), value, may_differ=True)


def found_for_measuring(ctx: Context) -> None:
    """Found the home with the one agency whose papers are measured: without a name nothing of it would be sealed."""
    agencies = ctx.settings.home.with_name(f"{ctx.settings.home.name}-agencies.toml")
    agencies.write_text(AGENCY, "utf-8")
    found(ctx, Environment.TEST, agencies)


def spent_s() -> float:
    """Give the CPU seconds of this process and of the programs that it ran."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _measured(ctx: Context, chosen: argparse.Namespace) -> Wave:
    documents, pages = _archived(ctx)
    with timed_engines() as engines, watched() if chosen.watch else nullcontext(Shares()) as shares:
        cpu_s, started = spent_s(), time.monotonic()
        read_and_ask(ctx, with_prefect=chosen.prefect)
        answer_and_archive(ctx, with_prefect=chosen.prefect)
        cpu_s, wall_s = spent_s() - cpu_s, time.monotonic() - started
    now_documents, now_pages = _archived(ctx)
    told = {owner: round(seconds, 3) for owner, seconds in sorted(shares.seconds.items(), key=lambda one: -one[1])}
    cpu_s -= shares.own_s
    return Wave(now_documents - documents, now_pages - pages, cpu_s, wall_s, _held_mb(), engines.seconds, told)


def _archived(ctx: Context) -> tuple[int, int]:
    with ctx.ledger.reading() as session:
        found_rows = session.execute(select(func.count(), func.sum(Document.page_count))).one()
    return found_rows[0], found_rows[1] or 0


def _ensure_all_archived(ctx: Context) -> None:
    """A chain that stopped half-way would look cheap. Raise SystemExit when a document is not archived."""
    with ctx.ledger.session() as session:
        kinds = Document.state, Document.reason_code
        found_rows = session.execute(select(*kinds, func.count()).group_by(*kinds)).all()
    if {state for state, _reason, _count in found_rows} != {DocumentState.ARCHIVED}:
        raise SystemExit(f"not all documents were archived: {found_rows}")


def _run(ctx: Context, *, with_prefect: bool, release: bool) -> None:
    if with_prefect:
        from flows.running import digitize_once  # noqa: PLC0415 - Prefect's import belongs to what is measured

        digitize_once(ctx, release_as_test=release)
        return
    with ThreadPoolExecutor(ctx.settings.run.workers) as pool:
        run_line(ctx, lambda ids: list(pool.map(lambda id_: process(ctx, id_), ids)), release_as_test=release)


def _held_mb() -> float:
    """Give the memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / (1 << 20)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
