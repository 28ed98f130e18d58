"""What is timed on a big ledger: what pages and commands ask of it, each through the function they call."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from sqlalchemy import select

from config.clock import legal_date
from pipeline.archival_copies import find_copies
from pipeline.context import Context
from pipeline.overview import show_record_of
from pipeline.progress.latest import latest_progress, refresh_kept
from pipeline.progress.lists import Done, Place, Selection, count_entries, list_entries
from pipeline.record_access import happenings, records_called
from pipeline.reporting import count
from pipeline.search.finding import Asked, find_documents, find_unscanned
from pipeline.targets import Level
from storage.ledger.models import Agency, EntryStanding, Record, RegisterEntry

NAME = "Nguyễn Thị Hương"


@dataclass(frozen=True, slots=True)
class Timed:
    """How long something took, in seconds: the middle and the worst of several times."""

    name: str
    median_s: float
    worst_s: float


def timed(name: str, work: Callable[[], object], times: int = 5) -> Timed:
    """Do something several times."""
    took = []
    for _time in range(times):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return Timed(name, statistics.median(took), max(took))


def overview(ctx: Context) -> Iterator[Timed]:
    """Time the overview as the page and as `sohoa progress` make it, when nothing was touched since the last look."""
    yield timed("overview, page", lambda: _page(ctx))
    yield timed("overview, `sohoa progress`", lambda: count(ctx))


def _page(ctx: Context) -> None:
    refresh_kept(ctx)
    latest_progress(ctx)


def lists(ctx: Context) -> Iterator[Timed]:
    """Time the first page, a page deep inside, and the length of each kind of list."""
    for name, of in _selections(ctx):
        deep = _place_inside(ctx, of)

        def look(of: Selection = of, after: Place | None = None) -> None:
            with ctx.ledger.reading() as session:
                list_entries(session, of, after)
                count_entries(session, of)

        yield timed(f"list, {name}", look, 3)
        yield timed(f"list, {name}, deep inside", partial(look, after=deep), 3)


def single_things(ctx: Context) -> Iterator[Timed]:
    """Time one record's page, and searches by code, symbol and name."""
    with ctx.ledger.reading() as session:
        records = session.execute(select(Record.id, Record.code).order_by(Record.id).offset(1000).limit(5)).all()
        symbol = session.scalar(select(RegisterEntry.symbol).order_by(RegisterEntry.id).limit(1)) or ""
    ids, codes = iter([row.id for row in records]), iter([row.code for row in records])
    yield timed("record page", lambda: _record_page(ctx, next(ids)))
    yield timed("record by its code", lambda: records_called(ctx, next(codes)))
    sought = {"code": records[0].code, "symbol": symbol, "full name": NAME, "one word": "Nguyễn"}
    sought |= {"words": "giấy phép xây dựng Nguyễn", "quoted": f'"{NAME}"', "nothing found": "khongcotunay"}
    for name, typed in sought.items():
        yield timed(f"search, {name}", partial(_search, ctx, typed), 3)


def _record_page(ctx: Context, record_id: UUID) -> None:
    view = show_record_of(ctx, record_id)
    find_copies(ctx, record_id)
    happenings(ctx, view)


def _search(ctx: Context, typed: str) -> None:
    with ctx.ledger.reading() as session:
        find_documents(session, Asked.of(typed))
        find_unscanned(session, typed)


def _selections(ctx: Context) -> Iterator[tuple[str, Selection]]:
    day = legal_date(ctx.clock())
    with ctx.ledger.reading() as session:
        commune = _agency(ctx, Level.COMMUNE)
        unit = session.scalars(select(Agency.unit_code).where(Agency.code == commune)).one()
    year, stock = Selection(day, day.year), Selection(day)
    yield "whole province, year", year
    yield "whole province, in force", stock
    for done in (Done.UNDONE, Done.UNSCANNED):
        yield f"communes, year, {done}", replace(year, level=Level.COMMUNE, done=done)
        yield f"communes, in force, {done}", replace(stock, level=Level.COMMUNE, done=done)
    yield "districts, in force", replace(stock, level=Level.DISTRICT)
    yield "department, year, undone", replace(year, agency=_agency(ctx, Level.PROVINCE), done=Done.UNDONE)
    yield "department, in force", replace(stock, agency=_agency(ctx, Level.PROVINCE))
    yield "commune, year", replace(year, unit=unit)
    yield "commune, in force, undone", replace(stock, unit=unit, done=Done.UNDONE)
    yield "commune, as issued", replace(stock, unit=unit, is_as_issued=True)


def _agency(ctx: Context, level: Level) -> str:
    """Give the last agency of a level: of communes one that stands today."""
    with ctx.ledger.reading() as session:
        return (
            session.scalars(select(Agency.code).where(Agency.level == level).order_by(Agency.code.desc())).first() or ""
        )


def _place_inside(ctx: Context, of: Selection) -> Place | None:
    """Give a place well inside a list: after the agency in its middle, or after many pages of the one there is."""
    with ctx.ledger.reading() as session:
        standing = select(EntryStanding.agency_code, EntryStanding.entry_id)
        if of.level is not None:
            codes = session.scalars(select(Agency.code).where(Agency.level == of.level).order_by(Agency.code)).all()
            standing = standing.where(EntryStanding.agency_code == codes[len(codes) // 2])
        elif of.agency is not None:
            standing = standing.where(EntryStanding.agency_code == of.agency)
        elif of.unit is not None:
            page = list_entries(session, of, None, 50)
            return page.next
        found = session.execute(standing.order_by(EntryStanding.entry_id).offset(200).limit(1)).one_or_none()
    return Place(found.agency_code, found.entry_id) if found else None
