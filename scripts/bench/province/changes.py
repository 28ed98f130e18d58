"""What is timed once on a big ledger because it changes it: counts, an import, a report."""

import csv
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select

from config.clock import legal_date
from pipeline.context import Context
from pipeline.progress.comparing import compare
from pipeline.progress.kept import STANDINGS, bring_up_to_date, forget, kept_tallies
from pipeline.progress.kept_snapshots import list_snapshots, read_snapshot
from pipeline.progress.snapshots import take_snapshot
from pipeline.progress.standing import standing_on
from pipeline.progress.tallies import tallies
from pipeline.register.importing import import_register
from pipeline.register.scope import Scope
from pipeline.reporting import count, write_report
from scripts.bench.province.looks import Timed, timed
from storage.ledger.models import StoredObject

CHANGED = 1_000
IMPORTED = 100_000
AGENCY = "H41.22"


def counting(ctx: Context, *, anew: bool) -> Iterator[Timed]:
    """Time counting all of it (`anew`), what 1,000 changed documents cost, and a night."""
    if anew:
        with ctx.ledger.session() as session:
            forget(session)
    yield _up_to_date(ctx, "first count of all" if anew else "kept sums brought up to date")
    for which in range(3):
        _change(ctx, which)
        yield _up_to_date(ctx, f"kept sums after {CHANGED} changed documents")
    yield _up_to_date(ctx, "kept sums on the next day", 1)
    yield _up_to_date(ctx, "kept sums back on the day", 0)


def proving(ctx: Context) -> Iterator[Timed]:
    """Count every row anew and compare all standings and sums with the kept ones. Raise SystemExit if they differ."""
    today = legal_date(ctx.clock())
    start = time.perf_counter()
    with ctx.ledger.reading() as session:
        anew = standing_on(today, ctx.environment).cte("standing")
        summed = sorted(map(repr, tallies(session, anew, today)))
        took = time.perf_counter() - start
        if summed != sorted(map(repr, kept_tallies(session))):
            raise SystemExit("the kept sums are not those of a recount")
        names = [column.name for column in STANDINGS.columns]
        both = (select(*(anew.c[name] for name in names)), select(*STANDINGS.columns))
        for one, other in (both, both[::-1]):
            if session.execute(one.except_(other).limit(1)).first() is not None:
                raise SystemExit("the kept standings are not those of a recount")
    yield Timed("recount of every row (equal to the kept sums)", took, took)


def reporting(ctx: Context) -> Iterator[Timed]:
    """Time a report with its snapshot and every form, and the comparison of two."""
    yield _once("snapshot: count and freeze", lambda: _freeze(ctx))
    yield _once("report: count, snapshot, seal, HTML, PDF, XLSX, CSV, JSON", lambda: write_report(ctx))
    yield timed("comparison of two snapshots", lambda: _compare(ctx), 3)
    for days in (1, 30):
        yield timed(f"comparison over {days} days", partial(_compare, ctx, days), 3)


def importing(ctx: Context, folder: Path) -> Iterator[Timed]:
    """Time an import into a register that is full already, the same again, and counting after it."""
    file = folder / "register.csv"
    _write_register(ctx, file)
    for name in (f"import of {IMPORTED} rows", "the same file again"):
        yield _once(name, lambda: _import(ctx, file))
    yield _up_to_date(ctx, f"kept sums after an import of {IMPORTED} rows")


def _once(name: str, work: Callable[[], object]) -> Timed:
    start = time.perf_counter()
    work()
    took = time.perf_counter() - start
    return Timed(name, took, took)


def _up_to_date(ctx: Context, name: str, days: int = 0) -> Timed:
    def work() -> None:
        with ctx.ledger.session() as session:
            today = legal_date(ctx.clock()) + timedelta(days=days)
            bring_up_to_date(session, today, ctx.clock(), ctx.environment)

    return _once(name, work)


def _change(ctx: Context, which: int) -> None:
    """Let re-reading find the archived files of some documents, from all over the ledger, other than before."""
    archived = select(StoredObject).where(StoredObject.kind == "archival", StoredObject.size % 100 == which)
    with ctx.ledger.session() as session:
        for stored in session.scalars(archived.limit(CHANGED)):
            stored.check_ok = not stored.check_ok


def _freeze(ctx: Context) -> None:
    counted = count(ctx)
    with ctx.ledger.session() as session:
        take_snapshot(session, counted, ctx.actor, ctx.clock)


def _compare(ctx: Context, days: int = 0) -> None:
    """Compare the last two snapshots, or the last one with what it would have been taken for days before."""
    with ctx.ledger.reading() as session:
        now, before = (read_snapshot(session, one) for one in list_snapshots(session, 2))
        if days:
            back = timedelta(days=days)
            before = replace(now, as_of=now.as_of - back, counted_at=now.counted_at - back)
        compare(session, before, now)


def _write_register(ctx: Context, file: Path) -> None:
    day = legal_date(ctx.clock()) - timedelta(days=30)
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["Mã hồ sơ", "Số, ký hiệu", "Ngày ban hành", "Trích yếu", "Ngày giải quyết", "Số giấy tờ"])
        for number in range(IMPORTED):
            code = f"{AGENCY}-{day:%y%m%d}-9{number:07}"
            text = f"Cấp giấy phép xây dựng {number}"
            rows.writerow([code, f"{number}/GPXD", f"{day:%d/%m/%Y}", text, f"{day:%d/%m/%Y}", number % 2])


def _import(ctx: Context, file: Path) -> None:
    day = legal_date(ctx.clock()) - timedelta(days=30)
    with ctx.ledger.session() as session:
        import_register(session, file, ctx.actor, ctx.clock, Scope((AGENCY,), day, day))
