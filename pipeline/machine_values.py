"""Which of a field's values is the machine's: what a code on the paper says, else what was read."""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased

from pipeline.extract.model import BY_CODE, BY_READING
from storage.ledger.models import FieldValue

MACHINE = (BY_CODE, BY_READING)


def is_machine_value() -> ColumnElement[bool]:
    """Give the condition that a field value is the one that counts of all the machine's of its field."""
    other = aliased(FieldValue)
    by_code = exists(
        select(other.id).where(
            other.version_id == FieldValue.version_id, other.name == FieldValue.name, other.source == BY_CODE
        )
    )
    return (FieldValue.source == BY_CODE) | ((FieldValue.source == BY_READING) & ~by_code)
