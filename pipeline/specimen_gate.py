"""Fictional papers and production: what a page says of itself is believed before anything of it is kept.

The door knows a specimen by the mark in its file and by its batch sheet; here its pages are asked, for a specimen
that was printed and scanned again has lost both.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz
from sqlalchemy import select

from config.errors import ReferenceDataError
from config.i18n import mark as _
from config.text import accentless
from ocr.model import PageText
from pipeline.holds import SpecimenError, SuspectedError
from pipeline.job import Job
from pipeline.naming import document_name
from pipeline.stages.recognize import read_pages
from storage.ledger.models import Finding

MARKS_FILE = Path(__file__).parents[1] / "config" / "reference" / "specimen_marks.toml"
SCHEMA = 1


class SpecimenSuspectedError(SuspectedError):
    """A page says what only specimens print; a person decides before anything is kept."""

    code = "specimen_suspected"
    cleared = "specimen_cleared"
    message = _("{file}: page {page} says that it is a specimen, and this is a production ledger")
    remedy = _("Look at the paper: `sohoa review accept {file}` if it is real, `sohoa review reject {file}` if not.")


class SpecimenConfirmedError(SpecimenError):
    """A person found that a document is a specimen."""

    code = "specimen_confirmed"
    message = _("{file}: a person found that it is a specimen, and this is a production ledger")


@dataclass(frozen=True, slots=True)
class _Marks:
    phrases: tuple[str, ...]
    least_likeness: float


def pass_specimen_gate(job: Job) -> None:
    """Let a document through, or raise SpecimenSuspectedError: in production, unless a person cleared it."""
    if not job.ctx.is_production:
        return
    page = find_specimen_page(read_pages(job))
    if page is not None and not _was_cleared(job):
        raise SpecimenSuspectedError(file=document_name(job.facts.record_code, job.facts.stt), page=page)


def find_specimen_page(pages: Sequence[PageText]) -> int | None:
    """Give the first page that says what specimens print; None when none does."""
    marks = _marks(MARKS_FILE)
    for page in pages:
        lines = [accentless(line) for line in page.text().splitlines()]
        for phrase in marks.phrases:
            # A shorter line would be held against a part of the phrase only.
            longer = (line for line in lines if len(line) >= len(phrase))
            if any(fuzz.partial_ratio(phrase, line) >= marks.least_likeness for line in longer):
                return page.number
    return None


def _was_cleared(job: Job) -> bool:
    cleared = select(Finding.id).where(
        Finding.document_id == job.facts.document_id, Finding.code == SpecimenSuspectedError.cleared
    )
    with job.ctx.ledger.reading() as session:
        return session.scalar(cleared) is not None


@cache
def _marks(path: Path) -> _Marks:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        marks = _Marks(tuple(accentless(phrase) for phrase in data["phrases"]), float(data["least_likeness"]))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err
    if data.get("schema") != SCHEMA:
        raise ReferenceDataError(file=path.name, place="schema", cause=f"{data.get('schema')!r} is not {SCHEMA}")
    return marks
