"""Lists and figures as workbooks for whoever looks at the page; that they were taken away is an event."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from config.dates import day_text, instant_text
from config.i18n import active_language, gettext
from config.i18n import mark as _
from pipeline.accounts.model import Account
from pipeline.context import Context
from pipeline.progress import Progress
from pipeline.progress.document_lists import ListedDocument
from pipeline.progress.latest import KeptMoment
from pipeline.progress.lists import ListedEntry
from pipeline.progress.unregistered import ScannedOutside
from pipeline.reason_wording import reason_name
from pipeline.register.faults import plain_cell
from pipeline.reports import write_xlsx
from pipeline.reports.list_book import COUNT, INSTANT, Cell, Column, write_book
from pipeline.reports.list_files import write_list_book, write_outside_book
from pipeline.reports.numbers import count_text
from pipeline.reports.wording import ENVIRONMENTS
from pipeline.wording import state_name
from storage.ledger import events
from storage.ledger.types import new_id

MOST_ROWS = 100_000
"""Rows of one workbook: some ten seconds of work; the command line writes longer lists whole."""
_DOCUMENTS = (
    Column(_("Agency code"), 16),
    Column(_("Mã hồ sơ"), 30),
    Column(_("Number in the record"), 9, COUNT),
    Column(_("State"), 34),
    Column(_("Reason"), 54),
    Column(_("Since"), 18, INSTANT),
    Column(_("Document id"), 38),
)
_PART = _("The first {shown} of {total} rows; `sohoa progress list --out` writes all of them.")
_WHOLE = _("{total} rows")
_AS_OF, _TAKEN = _("As of {day}, counted at {instant}"), _("Taken from the page by {login} at {instant}")
_NOW = _("As it stood at {instant}")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Export:
    """What is written for whom: its title, of which moment, how many rows there are, what the event says of it."""

    account: Account
    title: str
    subject: str
    """Whose rows they are; empty for all."""
    moment: KeptMoment | datetime
    total: int
    facts: Mapping[str, object]


def export_entries(ctx: Context, export: Export, entries: Iterable[ListedEntry], path: Path) -> int:
    """Write register rows as a workbook; give how many."""
    rows = write_list_book(_some(entries), path, _head(ctx, export))
    _note(ctx, export, rows)
    return rows


def export_documents(ctx: Context, export: Export, documents: Iterable[ListedDocument], path: Path) -> int:
    """Write documents as a workbook; give how many."""
    cells = (_document_cells(one) for one in _some(documents))
    rows = write_book(path, gettext(_("Documents")), _DOCUMENTS, cells, _head(ctx, export))
    _note(ctx, export, rows)
    return rows


def export_outside(ctx: Context, export: Export, records: Iterable[ScannedOutside], path: Path) -> int:
    """Write records that stand in no register as a workbook; give how many."""
    rows = write_outside_book(_some(records), path, _head(ctx, export))
    _note(ctx, export, rows)
    return rows


def export_figures(
    ctx: Context, account: Account, progress: Progress, path: Path, snapshot_id: UUID | None = None
) -> None:
    """Write the figures of a day, or of a snapshot, as the workbook of the report."""
    write_xlsx(progress, path)
    with ctx.ledger.session() as session:
        events.append(
            session,
            kind="figures.exported",
            actor=account.actor,
            subject_type="progress_snapshot" if snapshot_id else "progress",
            subject_id=snapshot_id or progress.as_of.isoformat(),
            at=ctx.clock(),
            payload={"as_of": progress.as_of.isoformat(), "agencies": len(progress.agencies)},
        )


def _some(rows: Iterable[Row]) -> Iterator[Row]:
    return islice(rows, MOST_ROWS)


def _head(ctx: Context, export: Export) -> Sequence[str]:
    language = active_language()
    if isinstance(export.moment, KeptMoment):
        day, instant = day_text(export.moment.day, language), instant_text(export.moment.at, language)
        moment = gettext(_AS_OF).format(day=day, instant=instant)
    else:
        moment = gettext(_NOW).format(instant=instant_text(export.moment, language))
    total = count_text(export.total, language)
    is_part = export.total > MOST_ROWS
    lines = [
        export.title,
        export.subject,
        moment,
        gettext(_PART if is_part else _WHOLE).format(shown=count_text(MOST_ROWS, language), total=total),
        gettext(_TAKEN).format(login=export.account.login, instant=instant_text(ctx.clock(), language)),
        "" if ctx.is_production else gettext(ENVIRONMENTS[ctx.environment]),
    ]
    return [plain_cell(line) for line in lines if line]


def _document_cells(one: ListedDocument) -> list[Cell]:
    return [
        one.agency_code,
        plain_cell(one.record_code or ""),
        one.stt,
        state_name(one.state),
        reason_name(one.reason_code) if one.reason_code else "",
        one.since,
        str(one.document_id),
    ]


def _note(ctx: Context, export: Export, rows: int) -> None:
    with ctx.ledger.session() as session:
        events.append(
            session,
            kind="list.exported",
            actor=export.account.actor,
            subject_type="list",
            subject_id=new_id(),
            at=ctx.clock(),
            payload={"rows": rows, "total": export.total, **export.facts},
        )
