"""Stage `recognize`: the one reading of every page, to a work file that can be deleted.

Its text enters the ledger only after the secrecy check, with the stage that extracts.
"""

import json
from pathlib import Path

from sqlalchemy.orm import Session

from config.errors import UnreadableError
from ocr.model import PageText
from ocr.model_json import page_text_from_json, page_text_to_json
from ocr.recognize import READ_VERSION, read_page
from ocr.source import open_delivered
from pipeline.job import Job, Output
from pipeline.stages.prepare import measured_pages
from pipeline.stages.stage import Stage

MOST_PAGES_AT_HAND = 100
"""Words of longer documents are read from disk each time, so that memory stays bounded."""


def read_pages(job: Job) -> tuple[PageText, ...]:
    """Read what the stage left: each page's words. Several stages ask; of a usual document they are kept at hand."""
    output = job.outputs["recognize"]
    if job.readings is not None and job.readings[0] == output.sha256:
        return job.readings[1]
    pages = tuple(page_text_from_json(page) for page in json.loads(output.path.read_text("utf-8"))["pages"])
    job.readings = (output.sha256, pages) if len(pages) <= MOST_PAGES_AT_HAND else None
    return pages


def _work(job: Job, target: Path) -> None:
    pages = []
    with open_delivered(job.outputs["deliver"].path) as delivered:
        for _quality, plan in measured_pages(job.outputs["prepare"]):
            page = read_page(delivered, plan, job.ctx.engine)
            pages.append(page)
            job.ctx.watcher.page_read(job.facts.document_id)
            job.keep_alive()
    if not any(page.words for page in pages):
        raise UnreadableError(file=job.facts.record_code)
    target.write_text(
        json.dumps({"schema": 1, "pages": [page_text_to_json(page) for page in pages]}, ensure_ascii=False), "utf-8"
    )


def _record(job: Job, session: Session, output: Output) -> None:
    """Nothing goes into the ledger before the secrecy check but the run itself."""


RECOGNIZE = Stage(
    name="recognize",
    output="recognize.json",
    version=lambda _: READ_VERSION,
    settings=lambda ctx: {"engine": ctx.engine.identity},
    inputs=lambda job: (job.outputs["deliver"].sha256, job.outputs["prepare"].sha256),
    work=_work,
    record=_record,
)
