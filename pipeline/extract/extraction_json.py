"""An extraction as JSON, for the stage's output."""

from typing import Any

from ocr.model import Box
from pipeline.extract.model import ExtractedField, Extraction, FieldStatus

SCHEMA_VERSION = 3


def extraction_to_json(extraction: Extraction) -> dict[str, Any]:
    """Give an extraction as plain JSON values."""
    return {
        "schema": SCHEMA_VERSION,
        "document_type": extraction.document_type,
        "findings": list(extraction.findings),
        "fields": [_field_to_json(field) for field in extraction.fields],
    }


def extraction_from_json(values: dict[str, Any]) -> Extraction:
    """Read an extraction back. Raise ValueError for a schema this program does not know."""
    if values["schema"] != SCHEMA_VERSION:
        raise ValueError(f"unknown extraction schema {values['schema']!r}")
    fields = tuple(_field_from_json(field) for field in values["fields"])
    return Extraction(fields, values["document_type"], tuple(values["findings"]))


def _field_to_json(field: ExtractedField) -> dict[str, Any]:
    box = field.box
    return {
        "name": str(field.name),
        "value": field.value,
        "confidence": field.confidence,
        "page": field.page,
        "box": [float(edge) for edge in (box.left, box.top, box.right, box.bottom)] if box else None,
        "status": str(field.status),
        "reason_code": field.reason_code,
        "why": list(field.why),
        "source": field.source,
    }


def _field_from_json(values: dict[str, Any]) -> ExtractedField:
    box = Box(*values["box"]) if values["box"] else None
    status = FieldStatus(values["status"])
    return ExtractedField(
        values["name"],
        values["value"],
        values["confidence"],
        values["page"],
        box,
        status,
        values["reason_code"],
        tuple(values["why"]),
        values["source"],
    )
