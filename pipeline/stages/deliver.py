"""Stage `deliver`: the staged original becomes the delivered PDF, its images wrapped without loss."""

from pathlib import Path

from sqlalchemy.orm import Session

import ocr.source
from pipeline.inbox import limits
from pipeline.job import Job, Output
from pipeline.originals import originals_of
from pipeline.stages.stage import Stage


def _work(job: Job, target: Path) -> None:
    ocr.source.deliver(originals_of(job), target, limits(job.ctx))


def _record(job: Job, session: Session, output: Output) -> None:
    """Nothing goes into the ledger but the run itself."""


DELIVER = Stage(
    name="deliver",
    output="delivered.pdf",
    version=lambda _: ocr.source.DELIVER_VERSION,
    settings=lambda _: {},
    inputs=lambda job: (job.facts.original_sha256,),
    work=_work,
    record=_record,
)
