"""From words with boxes to the fields an archivist keys in: the zones of NĐ 30/2020, and one-stop results.

Nothing is guessed: what is handwritten, missing, doubtful or at odds with the rest goes to a person with its reason.
"""

from collections.abc import Sequence
from dataclasses import replace

from ocr.model import PageText, WordKind
from pipeline.extract import reasons
from pipeline.extract.code_fields import CODE_FIELDS, RECORD_CODE, with_codes
from pipeline.extract.document_types import DocumentType
from pipeline.extract.field_checks import check_fields
from pipeline.extract.handwritten import propose_date, propose_number
from pipeline.extract.issuer import read_issuer
from pipeline.extract.model import (
    AgencyName,
    ExtractContext,
    ExtractedField,
    Extraction,
    FieldName,
    FieldStatus,
    Reading,
)
from pipeline.extract.number_symbol import NumberSymbol, read_number_symbol, symbol_parts
from pipeline.extract.paper_codes import codes_on
from pipeline.extract.place_date import foot_rows, read_place_date
from pipeline.extract.recipients import read_recipients
from pipeline.extract.record_code import read_record_code
from pipeline.extract.results import granted_on, read_result
from pipeline.extract.rule_book import rule_text
from pipeline.extract.rules import judge, kind_of_symbol
from pipeline.extract.segments import Segment, Sheet, cut_page
from pipeline.extract.signer import Block, find_block, read_signer
from pipeline.extract.signer_settling import settle_titles
from pipeline.extract.signers import held_against
from pipeline.extract.sureness import Echo
from pipeline.extract.type_files import type_book
from pipeline.extract.type_subject import Title, read_type_subject
from pipeline.extract.unread import doubt_unread
from pipeline.extract.urgency import read_urgency
from pipeline.extract.zones import Heading, find_heading, is_place_date_row, rows_between

__all__ = [
    "CODE_FIELDS",
    "EXTRACT_VERSION",
    "AgencyName",
    "ExtractContext",
    "ExtractedField",
    "Extraction",
    "FieldName",
    "FieldStatus",
    "extract",
    "rule_text",
    "type_book",
]

EXTRACT_VERSION = "20"
"""Part of the stage's key: raise it when fields may come out differently."""

OFFICIAL_LETTER = "CV"
HEADING_PAGES = 3
"""A heading is looked for on so many first pages: a cover sheet may lie above it."""


def extract(pages: Sequence[PageText], context: ExtractContext) -> Extraction:
    """Give the fields of one document from its pages, in order: what codes on them say, beside what was read."""
    read = _read(pages, context)
    return replace(read, fields=with_codes(read.fields, codes_on(pages)))


def _read(pages: Sequence[PageText], context: ExtractContext) -> Extraction:
    """Read the fields of one document from the words of its pages."""
    sheets = [cut_page(page) for page in pages]
    if not sheets:
        return Extraction((), None, (reasons.MISSING,))
    heading = next((found for sheet in sheets[:HEADING_PAGES] if (found := find_heading(sheet)) is not None), None)
    block = find_block(sheets, context)
    if heading is None:
        # An annex or a later page alone: what every document must have is missing, and a person is told.
        names = (FieldName.ISSUER, FieldName.CODE, FieldName.ISSUED_ON, FieldName.TYPE_NAME, FieldName.SUBJECT)
        blank = [Reading(name, None, 0.0, sheets[0].number, doubt=reasons.MISSING) for name in names]
        signed = read_signer(settle_titles(block, None), sheets[-1].number)
        settled = [*blank, *signed, *read_recipients(sheets), *read_record_code(pages, context)]
        fields = tuple(_settle(reading, context) for reading in held_against(settled, context))
        return Extraction(fields, None, (reasons.NO_HEADING,))
    issuers = read_issuer(heading.left, context)
    block = settle_titles(block, issuers[-1].value)
    echo = Echo(word for page in pages for word in page.words if word.kind is WordKind.PRINT)
    title, type_subject = read_type_subject(heading, echo, context.types)
    kind = title.kind if title else None
    page = next(page for page in pages if page.number == heading.sheet.number)
    number = propose_number(_number(heading, title, context), page)
    readings: list[Reading] = [
        *issuers,
        *(number.readings if number else _no_number(heading)),
        *propose_date(_place_date(heading, kind, block, sheets, context), pages, context),
        *type_subject,
        *read_urgency(page),
        *read_signer(block, sheets[-1].number),
        *read_recipients(sheets),
    ]
    judged, findings = judge(held_against(readings, context), kind, block, context)
    if kind is not None:
        # What a type does not bear nobody is asked for.
        judged = [reading for reading in judged if reading.value is not None or reading.name not in kind.not_asked]
        judged += check_fields(read_result(kind, sheets), kind, context)
    if all(reading.name != RECORD_CODE for reading in judged):
        judged += read_record_code(pages, context)
    judged = doubt_unread(judged, {sheet.number: sheet for sheet in sheets})
    fields = tuple(_settle(reading, context) for reading in judged)
    return Extraction(fields, _type_key(title, number, fields, context), tuple(findings))


def _number(heading: Heading, title: Title | None, context: ExtractContext) -> NumberSymbol | None:
    """Read the number where its type has it: in the heading, under the title, at the right."""
    line_px = heading.sheet.line_px
    for place in title.kind.number_at if title else ("heading",):
        rows: Sequence[Segment] = heading.left if place == "heading" else heading.right
        if place == "below_title" and title is not None:
            rows = rows_between(heading.below, title.row.bottom, title.row.bottom + 5 * line_px, line_px)
        number = read_number_symbol(rows, context.types)
        if number is not None:
            return number
    return None


def _place_date(
    heading: Heading, kind: DocumentType | None, block: Block | None, sheets: Sequence[Sheet], context: ExtractContext
) -> tuple[Reading, ...]:
    """Read place and date where the type has them: in the heading, at the foot, or the date alone after a label."""
    missing: tuple[Reading, ...] = ()
    for place in kind.date_at if kind else ("heading",):
        rows: Sequence[Segment] = heading.right
        if place == "labels":
            granted = granted_on(kind, sheets) if kind else None
            if granted is not None:
                return (Reading(FieldName.PLACE, None, 0.0, doubt=reasons.MISSING), granted)
            continue
        if place == "foot":
            rows = foot_rows(block.sheet, block.rows[0].row.top) if block is not None else ()
        if any(is_place_date_row(row) for row in rows):
            return read_place_date(rows, context)
        missing = missing or read_place_date(rows, context)
    return missing or read_place_date((), context)


def _type_key(
    title: Title | None, number: NumberSymbol | None, fields: Sequence[ExtractedField], context: ExtractContext
) -> str | None:
    """Give the key of the type: by title, else by symbol, else công văn where there is an abstract `V/v`."""
    if title is not None:
        return title.kind.key
    kind = kind_of_symbol(symbol_parts(number.symbol or ""), context.types) if number else None
    if kind is not None:
        return kind.key
    is_letter = any(field.name == FieldName.SUBJECT and field.value for field in fields)
    return OFFICIAL_LETTER if is_letter else None


def _no_number(heading: Heading) -> tuple[Reading, ...]:
    page = heading.sheet.number
    names = (FieldName.CODE, FieldName.NUMBER, FieldName.SYMBOL)
    return tuple(Reading(name, None, 0.0, page, doubt=reasons.MISSING) for name in names)


def _settle(reading: Reading, context: ExtractContext) -> ExtractedField:
    """Accept a reading that is sure enough and has nothing against it."""
    reason = reading.doubt
    if reason is None and reading.value is None:
        reason = reasons.MISSING
    if reason is None and reading.confidence < context.accept_confidence:
        reason = reasons.UNSURE
    confidence = reading.confidence
    if reason is not None:
        # A field with a doubt never looks as sure as one without.
        confidence = min(confidence, max(0.0, context.accept_confidence - 0.01))
    status = FieldStatus.REVIEW if reason else FieldStatus.ACCEPTED
    return ExtractedField(
        reading.name, reading.value, round(confidence, 4), reading.page, reading.box, status, reason, reading.why
    )
