"""Writes down what was measured of each page and how it was read; a page that collapsed goes to a person."""

from dataclasses import asdict

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ocr.model import PageText
from pipeline.findings import Severity, add_finding
from pipeline.job import Job
from pipeline.stages.prepare import measured_pages
from pipeline.stages.recognize import read_pages
from storage.ledger.models import Finding, Page

LAYOUT_COLLAPSED = "layout_collapsed"


def record_pages(job: Job, session: Session) -> None:
    """Replace the rows of the version's pages, and what was found about their reading."""
    session.execute(delete(Page).where(Page.version_id == job.facts.version_id))
    document_id = job.facts.document_id
    session.execute(delete(Finding).where(Finding.document_id == document_id, Finding.code == LAYOUT_COLLAPSED))
    readings = read_pages(job)
    for (quality, _plan), reading in zip(measured_pages(job.outputs["prepare"]), readings, strict=True):
        session.add(
            Page(
                **asdict(quality),
                version_id=job.facts.version_id,
                rotation=reading.rotation,
                confidence=reading.confidence,
                probability=_probability(reading),
                engine=reading.engine,
                reading=reading.preparation,
                alarms=list(reading.alarms) or None,
                text=reading.text(),
            )
        )
        if reading.alarms:
            add_finding(
                session,
                document_id,
                LAYOUT_COLLAPSED,
                Severity.REVIEW,
                job.ctx.clock(),
                page=reading.number,
                details={"alarms": list(reading.alarms), "reading": reading.preparation.value},
            )


def _probability(reading: PageText) -> float | None:
    """Give the mean chance that a letter of the page stands in a word read right; None where nobody weighed them."""
    weighed = [(word.probability, len(word.text)) for word in reading.words if word.probability is not None]
    letters = sum(length for _, length in weighed)
    return sum(chance * length for chance, length in weighed) / letters if letters else None
