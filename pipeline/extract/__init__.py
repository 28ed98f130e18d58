"""From words with boxes to the fields an archivist keys in: the zones of NĐ 30/2020, and one-stop results.

Nothing is guessed: what is handwritten, missing, doubtful or at odds with the rest goes to a person with its reason.
"""

from collections.abc import Sequence

from ocr.model import PageText, WordKind
from pipeline.extract import reasons
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
from pipeline.extract.number_symbol import read_number_symbol, symbol_parts
from pipeline.extract.place_date import read_place_date
from pipeline.extract.recipients import read_recipients
from pipeline.extract.rules import judge, kind_of_symbol
from pipeline.extract.segments import Sheet, cut_page
from pipeline.extract.signer import find_block, read_signer
from pipeline.extract.sureness import Echo
from pipeline.extract.type_subject import read_type_subject
from pipeline.extract.urgency import read_urgency
from pipeline.extract.zones import Heading, find_heading

__all__ = [
    "EXTRACT_VERSION",
    "AgencyName",
    "ExtractContext",
    "ExtractedField",
    "Extraction",
    "FieldName",
    "FieldStatus",
    "extract",
]

EXTRACT_VERSION = "1"
"""Part of the stage's key: raise it when fields may come out differently."""

HEADING_PAGES = 3
"""A heading is looked for on so many first pages: a cover sheet may lie above it."""


def extract(pages: Sequence[PageText], context: ExtractContext) -> Extraction:
    """Read the fields of one document from its pages, in order."""
    sheets = [cut_page(page) for page in pages]
    heading = next((found for sheet in sheets[:HEADING_PAGES] if (found := find_heading(sheet)) is not None), None)
    if heading is None:
        return Extraction((), None, (reasons.MISSING,))
    return _administrative(pages, sheets, heading, context)


def _administrative(
    pages: Sequence[PageText], sheets: Sequence[Sheet], heading: Heading, context: ExtractContext
) -> Extraction:
    echo = Echo(word for page in pages for word in page.words if word.kind is WordKind.PRINT)
    number = read_number_symbol(heading.left)
    title, type_subject = read_type_subject(heading, echo)
    block = find_block(sheets, context)
    page = next(page for page in pages if page.number == heading.sheet.number)
    readings: list[Reading] = [
        *read_issuer(heading.left, context),
        *(number.readings if number else _no_number(heading)),
        *read_place_date(heading.right, context),
        *type_subject,
        *read_urgency(page),
        *read_signer(block, sheets[-1].number),
        *read_recipients(sheets),
    ]
    kind = title.kind if title else kind_of_symbol(symbol_parts(number.symbol or "")) if number else None
    judged, findings = judge(readings, title.kind if title else None, block, context)
    fields = tuple(_settle(reading, context) for reading in judged)
    is_letter = title is None and any(field.name == FieldName.SUBJECT and field.value for field in fields)
    document_type = kind.name if kind else "Công văn" if is_letter else None
    return Extraction(fields, document_type, tuple(findings))


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
    return ExtractedField(reading.name, reading.value, round(confidence, 4), reading.page, reading.box, status, reason)
