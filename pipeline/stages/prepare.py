"""Stage `prepare`: measure every page, judge it by the scanning rules, plan how it will be read."""

import json
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ocr.model import PageQuality
from ocr.model_json import (
    page_plan_from_json,
    page_plan_to_json,
    page_quality_from_json,
    page_quality_to_json,
)
from ocr.prepare import PREPARE_VERSION, PagePlan, plan_page
from ocr.prepare_lines import letter_ink
from ocr.quality import measure
from ocr.source import open_delivered
from pipeline.findings import Severity, add_finding
from pipeline.image_rules import judge, load_image_rules
from pipeline.job import Job, Output
from pipeline.stages.stage import Stage
from storage.ledger.models import Finding


def measured_pages(output: Output) -> list[tuple[PageQuality, PagePlan]]:
    """Read what the stage left: each page's measures and plan."""
    pages = json.loads(output.path.read_text("utf-8"))["pages"]
    return [(page_quality_from_json(page["quality"]), page_plan_from_json(page["plan"])) for page in pages]


def _work(job: Job, target: Path) -> None:
    pages = []
    with open_delivered(job.outputs["deliver"].path) as delivered:
        for geometry in delivered.pages:
            letters = letter_ink(delivered.grey(geometry.number), geometry.dpi)
            quality = measure(delivered, geometry.number, letters)
            plan = plan_page(delivered, geometry.number, quality, letters)
            pages.append({"quality": page_quality_to_json(quality), "plan": page_plan_to_json(plan)})
            job.keep_alive()
    target.write_text(json.dumps({"schema": 1, "pages": pages}), "utf-8")


def _record(job: Job, session: Session, output: Output) -> None:
    now = job.ctx.clock()
    # What the pages were judged by before is judged anew.
    codes = [rule.code for rule in load_image_rules()]
    session.execute(delete(Finding).where(Finding.document_id == job.facts.document_id, Finding.code.in_(codes)))
    for quality, _plan in measured_pages(output):
        for finding in judge(quality):
            add_finding(
                session,
                job.facts.document_id,
                finding.code,
                Severity(finding.severity),
                now,
                page=quality.number,
                details=finding.details,
            )


PREPARE = Stage(
    name="prepare",
    output="prepare.json",
    version=lambda _: PREPARE_VERSION,
    settings=lambda _: {},
    inputs=lambda job: (job.outputs["deliver"].sha256,),
    work=_work,
    record=_record,
)
