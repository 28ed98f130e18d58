"""Stage `assemble`: the archival PDF/A-2b, the scan as delivered with its words beneath."""

from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from ocr.assemble import ASSEMBLE_VERSION, AssembleRequest, CopyMark, assemble
from pipeline.findings import Severity, add_finding
from pipeline.job import Job, Output
from pipeline.stages.recognize import read_pages
from pipeline.stages.stage import Stage
from storage.ledger.models import Document, DocumentVersion

MOST_GROWTH = 1.15
"""An archival PDF is no bigger than this times what was delivered; one that is, is told of before it is sealed."""
FIXED_PARTS_BYTES = 64 * 1024
"""Fonts, colour profile, metadata and the mark, which weigh the same in a small file."""


def _work(job: Job, target: Path) -> None:
    facts = job.facts
    job.lane = assemble(
        AssembleRequest(
            delivered=job.outputs["deliver"].path,
            texts=read_pages(job),
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
    delivered, archival = job.outputs["deliver"].path.stat().st_size, output.path.stat().st_size
    if archival > MOST_GROWTH * delivered + FIXED_PARTS_BYTES:
        details = {"delivered": delivered, "archival": archival}
        add_finding(session, job.facts.document_id, "pdf_grown", Severity.WARNING, job.ctx.clock(), details=details)


def _inputs(job: Job) -> tuple[str, ...]:
    facts = job.facts
    return (
        job.outputs["deliver"].sha256,
        job.outputs["recognize"].sha256,
        str(facts.document_id),
        facts.converter,
        facts.scanned_at.isoformat(),
    )


ASSEMBLE = Stage(
    name="assemble",
    output="assembled.pdf",
    version=lambda _: ASSEMBLE_VERSION,
    settings=lambda ctx: {"lane": ctx.settings.ocr.lane},
    inputs=_inputs,
    work=_work,
    record=_record,
)
