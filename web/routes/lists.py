"""The lists behind figures: register rows, documents, records in no register; each as pages and as a workbook."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import HTTPException
from sqlalchemy.orm import Session

from pipeline.list_exports import MOST_ROWS, Export, export_documents, export_entries, export_outside
from pipeline.progress.document_lists import (
    FOR_A_PERSON,
    DocumentSelection,
    count_documents,
    every_document,
    inbox_for_persons,
    list_documents,
    list_outside,
)
from pipeline.progress.latest import KeptMoment
from pipeline.progress.lists import (
    Done,
    Place,
    Selection,
    count_entries,
    every_entry,
    list_entries,
    records_of,
)
from pipeline.progress.model import UNKNOWN_LEVEL
from pipeline.progress.unregistered import count_unregistered, every_unregistered
from pipeline.reports.list_subjects import Subject, subject_of
from pipeline.reports.list_wording import DONE, OUTSIDE, documents_title, entries_title
from pipeline.targets import Level
from storage.ledger.states import DocumentState
from web.downloads import as_workbook
from web.list_paths import BOOK, EVERY, ISSUED, documents_path, path_of
from web.list_paths import DOCUMENTS as DOCUMENTS_PATH
from web.list_paths import ENTRIES as ENTRIES_PATH
from web.list_paths import OUTSIDE as OUTSIDE_PATH
from web.rendering import page, words
from web.visiting import Someone, TheSite

router = APIRouter()
_LEVELS = frozenset({*Level, UNKNOWN_LEVEL})
_STATES = frozenset({*DocumentState, FOR_A_PERSON})


@dataclass(frozen=True, slots=True)
class Asked:
    """Register rows asked for, before it is known of which day."""

    year: int | None = None
    level: str | None = None
    agency: str | None = None
    unit: str | None = None
    view: str = ""
    done: Done = Done.ALL
    rows: str = ""

    def of(self, moment: KeptMoment) -> Selection:
        """Give the rows of the day that sums are kept for. Raise HTTPException for what names no list."""
        is_every = self.rows == EVERY
        if (self.level is not None and self.level not in _LEVELS) or (is_every and self.done is not Done.SHORT):
            raise HTTPException(404)
        return Selection(
            moment.day,
            self.year,
            self.level,
            self.agency,
            self.unit,
            is_as_issued=self.view == ISSUED,
            done=self.done,
            is_every=is_every,
        )


EntriesAsked = Annotated[Asked, Depends(Asked)]


@router.get(ENTRIES_PATH)
def entries(request: Request, _visitor: Someone, site: TheSite, asked: EntriesAsked, after: str = "") -> Response:
    """List the register rows that a figure counts."""
    moment = site.figures.moment()
    chosen = asked.of(moment)
    with site.ctx.ledger.reading() as session:
        subject = subject_of(session, chosen)
        parts = {done: count_entries(session, replace(chosen, done=done)) for done in _parts(chosen)}
        found = list_entries(session, chosen, _place(after))
        records = records_of(session, found.entries)
    values = {
        "title": entries_title(chosen),
        "subject": subject,
        "moment": moment,
        "chosen": chosen,
        "total": parts[chosen.done],
        "parts": [(path_of(chosen, done=done), DONE[done], rows, done is chosen.done) for done, rows in parts.items()],
        "entries": found.entries,
        "records": records,
        "is_first": not after,
        "first": path_of(chosen),
        "next": path_of(chosen, after=found.next) if found.next else None,
        "book": path_of(chosen, base=ENTRIES_PATH + BOOK),
        "most_rows": MOST_ROWS,
    }
    return page(request, "entries.html.j2", values)


@router.get(ENTRIES_PATH + BOOK)
def entries_book(visitor: Someone, site: TheSite, asked: EntriesAsked) -> Response:
    """Give the register rows that a figure counts as a workbook."""
    moment = site.figures.moment()
    chosen = asked.of(moment)
    with site.ctx.ledger.reading() as session:
        subject = subject_of(session, chosen)
        export = Export(
            account=visitor.account,
            title=entries_title(chosen),
            subject=" · ".join(_names(subject, chosen)),
            moment=moment,
            total=count_entries(session, chosen),
            facts=_facts(chosen, subject),
        )

        def write(path: Path) -> int:
            return export_entries(site.ctx, export, every_entry(session, chosen), path)

        return as_workbook(_name("records", moment.day.isoformat(), is_test=not site.ctx.is_production), write)


def _parts(chosen: Selection) -> tuple[Done, ...]:
    """Give what a list can be narrowed to; of every row, in force or not, only one part is told."""
    return (chosen.done,) if chosen.is_every else tuple(Done)


def _names(subject: Subject, chosen: Selection) -> list[str]:
    names = list(subject.names())
    if subject.unit is not None and chosen.is_as_issued:
        names.append(words("as issued"))
    return names


def _facts(chosen: Selection, subject: Subject) -> dict[str, object]:
    """Give what the event says was taken: codes and numbers only."""
    return {
        "measure": EVERY if chosen.is_every else "stock" if chosen.year is None else "flow",
        "year": chosen.year,
        "level": chosen.level and str(chosen.level),
        "agency": chosen.agency,
        "unit": subject.unit.code if subject.unit else None,
        "unit_since": subject.unit.valid_from.isoformat() if subject.unit else None,
        "is_as_issued": chosen.is_as_issued,
        "done": str(chosen.done),
        "as_of": chosen.day.isoformat(),
    }


def _place(text: str) -> Place | None:
    try:
        return Place.parse(text) if text else None
    except ValueError:
        raise HTTPException(404) from None


@dataclass(frozen=True, slots=True)
class AskedDocuments:
    """Documents asked for: in a state, or with a finding."""

    state: str | None = None
    finding: str | None = None
    level: str | None = None
    unit: str | None = None

    def of(self, session: Session, site: TheSite) -> tuple[DocumentSelection, Subject]:
        """Give what is meant. Raise HTTPException for what names no list."""
        is_one = (self.state is None) != (self.finding is None)
        is_known = self.state is None or self.state in _STATES
        if not is_one or not is_known or (self.level is not None and self.level not in _LEVELS):
            raise HTTPException(404)
        subject = subject_of(session, Selection(site.figures.moment().day, level=self.level, unit=self.unit))
        agencies = subject.agencies if self.unit is not None else None
        return DocumentSelection(self.state, self.finding, self.level, agencies), subject

    def path(self, *, after: object = None, base: str = DOCUMENTS_PATH) -> str:
        """Give the address of the list."""
        return documents_path(
            state=self.state, finding=self.finding, level=self.level, unit=self.unit, after=after, base=base
        )


DocumentsAsked = Annotated[AskedDocuments, Depends(AskedDocuments)]


@router.get(DOCUMENTS_PATH)
def documents(
    request: Request, _visitor: Someone, site: TheSite, asked: DocumentsAsked, after: UUID | None = None
) -> Response:
    """List documents in a state or with a finding."""
    with site.ctx.ledger.reading() as session:
        chosen, subject = asked.of(session, site)
        found = list_documents(session, chosen, after)
        outside = inbox_for_persons(session) if chosen.state == FOR_A_PERSON else 0
    values = {
        "title": documents_title(chosen),
        "subject": subject,
        "now": site.ctx.clock(),
        "documents": found.documents,
        "inbox": outside,
        "is_first": after is None,
        "first": asked.path(),
        "next": asked.path(after=found.next) if found.next else None,
        "book": asked.path(base=DOCUMENTS_PATH + BOOK),
        "most_rows": MOST_ROWS,
    }
    return page(request, "documents.html.j2", values)


@router.get(DOCUMENTS_PATH + BOOK)
def documents_book(visitor: Someone, site: TheSite, asked: DocumentsAsked) -> Response:
    """Give documents in a state or with a finding as a workbook."""
    with site.ctx.ledger.reading() as session:
        chosen, subject = asked.of(session, site)
        export = Export(
            account=visitor.account,
            title=documents_title(chosen),
            subject=" · ".join(subject.names()),
            moment=site.ctx.clock(),
            total=count_documents(session, chosen),
            facts={"state": chosen.state, "finding": chosen.finding, "level": chosen.level},
        )
        name = _name("documents", site.figures.moment().day.isoformat(), is_test=not site.ctx.is_production)
        return as_workbook(name, lambda path: export_documents(site.ctx, export, every_document(session, chosen), path))


@router.get(OUTSIDE_PATH)
def outside(request: Request, _visitor: Someone, site: TheSite, after: UUID | None = None) -> Response:
    """List records that were scanned and stand in no register."""
    now = site.figures.moment().at
    with site.ctx.ledger.reading() as session:
        found = list_outside(session, after)
    values = {
        "title": words(OUTSIDE),
        "now": now,
        "found": found.records,
        "is_first": after is None,
        "first": OUTSIDE_PATH,
        "next": f"{OUTSIDE_PATH}?after={found.next}" if found.next else None,
        "book": OUTSIDE_PATH + BOOK,
        "most_rows": MOST_ROWS,
    }
    return page(request, "outside.html.j2", values)


@router.get(OUTSIDE_PATH + BOOK)
def outside_book(visitor: Someone, site: TheSite) -> Response:
    """Give records that stand in no register as a workbook."""
    name = _name("outside", site.figures.moment().day.isoformat(), is_test=not site.ctx.is_production)
    with site.ctx.ledger.reading() as session:
        total = count_unregistered(session)
        export = Export(visitor.account, words(OUTSIDE), "", site.ctx.clock(), total, {"register": "none"})
        return as_workbook(name, lambda path: export_outside(site.ctx, export, every_unregistered(session), path))


def _name(what: str, day: str, *, is_test: bool) -> str:
    return f"{'TEST_' if is_test else ''}{what}-{day}{BOOK}"
