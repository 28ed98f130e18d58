"""Stage `extract`: fields with their sources, and the pages' text, into the ledger; questions to a person opened."""

import json
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config.clock import legal_date
from config.codes import is_record_code
from ocr.language.rules import REASON
from pipeline.archival_metadata import describe
from pipeline.context import Context
from pipeline.extract import EXTRACT_VERSION, AgencyName, ExtractContext, Extraction, extract, type_book
from pipeline.extract.document_types import TypeBook
from pipeline.extract.extraction_json import extraction_from_json, extraction_to_json
from pipeline.extract.paper_codes import PaperCodes, codes_on
from pipeline.extract.signers import load_signers, signers_digest
from pipeline.findings import WORDS_CORRECTED, Severity, add_finding
from pipeline.job import Job, Output
from pipeline.machine_values import MACHINE
from pipeline.page_records import record_pages
from pipeline.promise import accept_confidence
from pipeline.stages.recognize import read_pages
from pipeline.stages.stage import Inputs, Stage
from storage.ledger.models import Agency, Document, FieldValue, Finding, PageBarcode
from storage.ledger.states import Role

OTHER_RECORD = "code_names_other_record"
"""The code on a paper names another record than the one it lies in."""


def _work(job: Job, target: Path) -> None:
    with job.ctx.ledger.reading() as session:
        agencies = [AgencyName(code, name) for code, name in session.execute(select(Agency.code, Agency.name))]
    context = ExtractContext(
        today=legal_date(job.facts.received_at),
        accept_confidence=accept_confidence(job.ctx.settings.review.wrong_share),
        agencies=agencies,
        types=_types(job.ctx),
        signers=load_signers(job.ctx.settings.signers_file),
    )
    extraction = extract(read_pages(job), context)
    target.write_text(json.dumps(extraction_to_json(extraction), ensure_ascii=False), "utf-8")


def _record(job: Job, session: Session, output: Output) -> None:
    extraction = extraction_from_json(json.loads(output.path.read_text("utf-8")))
    record_pages(job, session)
    _record_fields(job, session, extraction)
    _record_corrections(job, session)
    _record_codes(job, session, codes_on(read_pages(job)))
    for code in extraction.findings:
        add_finding(session, job.facts.document_id, code, Severity.WARNING, job.ctx.clock())
    document = session.get_one(Document, job.facts.document_id)
    document.type_code = extraction.document_type
    describe(session, document, job.ctx.clock())


def _record_fields(job: Job, session: Session, extraction: Extraction) -> None:
    """Replace what the machine said before; what a person said stays."""
    session.execute(
        delete(FieldValue).where(FieldValue.version_id == job.facts.version_id, FieldValue.source.in_(MACHINE))
    )
    now = job.ctx.clock()
    for field in extraction.fields:
        box = field.box
        session.add(
            FieldValue(
                version_id=job.facts.version_id,
                name=field.name,
                value=field.value,
                confidence=field.confidence,
                source=field.source,
                status=field.status,
                reason_code=field.reason_code,
                why=list(field.why) or None,
                page=field.page,
                left=box.left if box else None,
                top=box.top if box else None,
                right=box.right if box else None,
                bottom=box.bottom if box else None,
                recorded_at=now,
            )
        )


def _types(ctx: Context) -> TypeBook:
    return type_book(ctx.settings.document_types_folder)


def _record_corrections(job: Job, session: Session) -> None:
    """Note how many words language put right, in place of what an earlier reading said."""
    id_ = job.facts.document_id
    session.execute(delete(Finding).where(Finding.document_id == id_, Finding.code == WORDS_CORRECTED))
    words = sum(word.reason == REASON for page in read_pages(job) for word in page.words)
    if words:
        add_finding(session, id_, WORDS_CORRECTED, Severity.NOTE, job.ctx.clock(), details={"words": words})


def _record_codes(job: Job, session: Session, codes: PaperCodes) -> None:
    """Keep the codes of the pages, and hold the record they name against the one the paper lies in."""
    facts = job.facts
    session.execute(delete(PageBarcode).where(PageBarcode.version_id == facts.version_id))
    session.execute(delete(Finding).where(Finding.document_id == facts.document_id, Finding.code == OTHER_RECORD))
    for found in codes.found:
        session.add(
            PageBarcode(
                version_id=facts.version_id,
                page=found.page,
                format=found.code.format,
                meaning=found.meaning,
                text=found.shown_text,
                is_binary=found.code.is_binary,
                **asdict(found.code.box),
            )
        )
    named = {value.value: value.page for value in codes.record_codes}
    if named and is_record_code(facts.record_code) and facts.record_code not in named:
        # A paper handed in may well be the result of another record; a result is of its own.
        is_result = session.get_one(Document, facts.document_id).role == Role.RESULT
        severity = Severity.REVIEW if is_result else Severity.WARNING
        page = min(named.values())
        add_finding(session, facts.document_id, OTHER_RECORD, severity, job.ctx.clock(), page=page)


def _inputs(known: Inputs) -> tuple[str, ...]:
    return (known.outputs["recognize"].sha256, legal_date(known.facts.received_at).isoformat())


EXTRACT = Stage(
    name="extract",
    output="extract.json",
    version=lambda _: EXTRACT_VERSION,
    settings=lambda ctx: {
        "accept_confidence": accept_confidence(ctx.settings.review.wrong_share),
        "titles": _types(ctx).titles_digest,
        "signers": signers_digest(ctx.settings.signers_file),
    },
    inputs=_inputs,
    work=_work,
    record=_record,
    of_type=lambda ctx, type_code: _types(ctx).digest_of(type_code),
)
