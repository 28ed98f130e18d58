"""What a person's value is held against, as a reading is: the rest of the same paper, and the register's row.

The paper stands over the register, but a person must say that it differs; it is then a finding, seen before sealing.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config.dates import value_text
from config.errors import UsageError
from config.i18n import mark as _
from pipeline.extract import FieldName, FieldStatus
from pipeline.field_views import PERSON, REGISTER, counting_value
from pipeline.findings import Severity, add_finding
from pipeline.naming import names_in
from pipeline.register.agreement import agree
from pipeline.register.comparison import register_values
from pipeline.register.keys import plain_code
from pipeline.wording import field_name, source_name
from storage.ledger.models import FieldValue, Finding

DIFFERS = "differs_from_register"


class ContradictsCodeError(UsageError):
    """A number or symbol was given that is not the one in the number and symbol of the same paper."""

    code = "contradicts_code"
    message = _("{document}: {field} “{value}” does not agree with {whole} “{code}”")
    remedy = _("Look at the page; where {whole} is wrong, correct it first: sohoa review set {document} code VALUE")


class ContradictsRegisterError(UsageError):
    """A value was given that the register gives otherwise, and nobody said that it does."""

    code = "contradicts_register"
    message = _("{document}: {field} “{value}” differs from the register, which says “{said}”")
    remedy = _("Look at the page again; where it does say so, set it with --differs-from-register.")


def refuse_contradiction(
    session: Session, document_id: UUID, version_id: UUID, name: str, value: str | None, *, may_differ: bool
) -> None:
    """Let a person's value pass. Raise ContradictsCodeError or ContradictsRegisterError for one that stands alone."""
    document = names_in(session, [document_id])[document_id]
    said = register_values(session, document_id)
    if name in said and not may_differ and not _agrees(name, value, said[name]):
        shown = {
            "value": source_name(PERSON, is_absent=True) if value is None else value_text(value),
            "said": value_text(said[name]),
        }
        raise ContradictsRegisterError(document=document, field=field_name(name), **shown)
    if value is not None and name in {FieldName.NUMBER, FieldName.SYMBOL}:
        whole = _values(session, version_id).get(FieldName.CODE)
        if whole is not None and not _is_part(name, plain_code(value), plain_code(whole)):
            called = {"field": field_name(name), "whole": field_name(FieldName.CODE)}
            raise ContradictsCodeError(document=document, value=value, code=whole, **called)


def note_differences(session: Session, document_id: UUID, version_id: UUID, at: datetime) -> None:
    """Keep, anew each time, the finding that a person's value is not the register's."""
    said = register_values(session, document_id)
    given = _values(session, version_id, PERSON)
    if any(name in given and not _agrees(name, given[name], said[name]) for name in said):
        add_finding(session, document_id, DIFFERS, Severity.WARNING, at)
        return
    session.execute(delete(Finding).where(Finding.document_id == document_id, Finding.code == DIFFERS))


def _values(session: Session, version_id: UUID, source: str | None = None) -> dict[str, str | None]:
    """Give the value of each field that counts, or, with a source, its newest; None where there is nothing."""
    beside = (FieldValue.source == REGISTER) & (FieldValue.status != FieldStatus.ACCEPTED)
    query = select(FieldValue).where(FieldValue.version_id == version_id, ~beside)
    if source is not None:
        query = query.where(FieldValue.source == source)
    by_name: dict[str, list[FieldValue]] = {}
    for row in session.scalars(query.order_by(FieldValue.recorded_at)):
        by_name.setdefault(row.name, []).append(row)
    return {name: counting_value(rows).value for name, rows in by_name.items()}


def _agrees(name: str, value: str | None, said: str) -> bool:
    return value is not None and agree(name, value, said)


def _is_part(name: str, part: str, whole: str) -> bool:
    """Tell whether a number stands at the front of a code, or a symbol at its end, as a whole."""
    if name == FieldName.NUMBER:
        return whole.startswith(part) and not whole[len(part) : len(part) + 1].isalnum()
    return whole.endswith(part) and not whole[: len(whole) - len(part)][-1:].isalnum()
