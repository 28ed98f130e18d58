"""Stage `assemble`: the archival PDF/A-2b, the scan as delivered with its words beneath."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from ocr.assemble import ASSEMBLE_VERSION, AssembleRequest, CopyMark, assemble
from ocr.model import PageText
from ocr.source import take_pages
from pipeline.context import Context
from pipeline.findings import Severity, add_finding
from pipeline.job import Job, Output
from pipeline.stages.prepare import measured_pages
from pipeline.stages.recognize import read_pages
from pipeline.stages.stage import Inputs, Stage
from storage.ledger.models import Document, DocumentVersion, Finding

LEFT_OUT = "blank_page_left_out"
"""A blank page that the original has and the archival PDF has not."""
MOST_GROWTH = 1.15
"""An archival PDF is no bigger than this times what was delivered; one that is, is told of before it is sealed."""
FIXED_PARTS_BYTES = 64 * 1024
"""Fonts, colour profile, metadata and the mark, which weigh the same in a small file."""


def blank_pages(job: Job) -> tuple[int, ...]:
    """Give the numbers of the pages that are left out of the archival PDF: blank, and nothing was read on them."""
    if not job.ctx.settings.ocr.drop_blank_pages:
        return ()
    empty = {page.number for page in read_pages(job) if not (page.words or page.barcodes or page.unread)}
    return tuple(
        quality.number
        for quality, _ in measured_pages(job.outputs["prepare"])
        if quality.is_blank and quality.number in empty
    )


def _work(job: Job, target: Path) -> None:
    left_out = blank_pages(job)
    delivered, texts = job.outputs["deliver"].path, read_pages(job)
    if not left_out:
        _assemble(job, delivered, texts, target)
        return
    kept = [page for page in texts if page.number not in left_out]
    shorter = target.with_suffix(".kept")
    try:
        take_pages(delivered, [page.number for page in kept], shorter)
        numbered = tuple(replace(page, number=number) for number, page in enumerate(kept, 1))
        _assemble(job, shorter, numbered, target)
    finally:
        shorter.unlink(missing_ok=True)


def _assemble(job: Job, delivered: Path, texts: tuple[PageText, ...], target: Path) -> None:
    facts = job.facts
    job.lane = assemble(
        AssembleRequest(
            delivered=delivered,
            texts=texts,
            out=target,
            title=f"{facts.record_code}.{facts.stt}",
            document_id=str(facts.document_id),
            mark=CopyMark(converter=facts.converter, converted_at=facts.scanned_at),
            lane=job.ctx.settings.ocr.lane,
        )
    ).lane


def _record(job: Job, session: Session, output: Output) -> None:
    session.execute(
        update(DocumentVersion).where(DocumentVersion.id == job.facts.version_id).values(assembled_sha256=output.sha256)
    )
    session.execute(update(Document).where(Document.id == job.facts.document_id).values(lane=job.lane))
    session.execute(delete(Finding).where(Finding.document_id == job.facts.document_id, Finding.code == LEFT_OUT))
    for number in blank_pages(job):
        add_finding(session, job.facts.document_id, LEFT_OUT, Severity.NOTE, job.ctx.clock(), page=number)
    delivered, archival = job.outputs["deliver"].path.stat().st_size, output.path.stat().st_size
    if archival > MOST_GROWTH * delivered + FIXED_PARTS_BYTES:
        details = {"delivered": delivered, "archival": archival}
        add_finding(session, job.facts.document_id, "pdf_grown", Severity.WARNING, job.ctx.clock(), details=details)


def _inputs(known: Inputs) -> tuple[str, ...]:
    facts = known.facts
    return (
        known.outputs["deliver"].sha256,
        known.outputs["recognize"].sha256,
        str(facts.document_id),
        facts.converter,
        facts.scanned_at.isoformat(),
        *([known.outputs["prepare"].sha256] if known.ctx.settings.ocr.drop_blank_pages else []),
    )


def _settings(ctx: Context) -> dict[str, Any]:
    # Where all pages stay, as they do by default, the key is what it was before they could be left out.
    dropped = {"drop_blank_pages": True} if ctx.settings.ocr.drop_blank_pages else {}
    return {"lane": ctx.settings.ocr.lane, **dropped}


ASSEMBLE = Stage(
    name="assemble",
    output="assembled.pdf",
    version=lambda _: ASSEMBLE_VERSION,
    settings=_settings,
    inputs=_inputs,
    work=_work,
    record=_record,
)
