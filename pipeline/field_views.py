"""The fields of a document as people see them: the value that counts, where it comes from and stands, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.extract import FieldStatus, rule_text
from pipeline.extract.rule_book import KEEPS
from pipeline.field_places import Place, place_of
from storage.ledger.models import FieldValue, Page

PERSON, REGISTER = "person", "register"
READ = ("ocr", "code")
"""Sources that say what stands on the page."""


@dataclass(frozen=True, slots=True)
class Why:
    """One rule that spoke: its id, whether the value keeps it, and the sentence in the active language."""

    rule: str
    is_kept: bool
    text: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """The value of one field that counts now, and where it comes from.

    `confidence`: the probability that the machine's reading is right; None where the value is none of the machine's.
    """

    name: str
    value: str | None
    confidence: float | None
    source: str
    status: str
    reason_code: str | None
    page: int | None
    is_as_read: bool = False
    """A person gave the value, and it is what the machine had read."""
    is_absent: bool = False
    """A person said that it is not on the paper."""
    place: Place | None = None
    why: tuple[Why, ...] = ()
    read_value: str | None = None
    """What the machine read, where another value counts; None also where it read nothing."""
    read_reason: str | None = None
    """Why the reading does not count by itself."""
    register_value: str | None = None
    """What the register says, where its value is not the one that counts."""
    actor: str | None = None
    """The login of the person who gave it."""
    recorded_at: datetime | None = None


def current_fields(session: Session, version_id: UUID) -> tuple[FieldView, ...]:
    """Give each field's value that counts: the newest of a person, else what was read, else what the register says.

    What the register fills counts before a reading that could not be made out.
    """
    by_name: dict[str, list[FieldValue]] = {}
    for value in session.scalars(
        select(FieldValue).where(FieldValue.version_id == version_id).order_by(FieldValue.recorded_at)
    ):
        by_name.setdefault(value.name, []).append(value)
    pages = session.scalars(select(Page).where(Page.version_id == version_id)).all()
    return tuple(_view(values, pages) for values in by_name.values())


def counting_value(values: Sequence[FieldValue]) -> FieldValue:
    """Give the value of one field that counts, of all its values in the order they were recorded."""
    return max(reversed(values), key=_rank)


def told(marks: Sequence[str] | None) -> tuple[Why, ...]:
    """Give the rules of a value's marks with their sentences."""
    return tuple(Why(mark[:-1], mark.endswith(KEEPS), rule_text(mark)) for mark in marks or ())


def _rank(value: FieldValue) -> tuple[int, bool]:
    if value.source == PERSON:
        return 4, True
    if value.source == REGISTER:
        return (3 if value.status == FieldStatus.ACCEPTED else 0), True
    return (2 if value.source == "code" else 1), value.value is not None


def _view(values: Sequence[FieldValue], pages: Sequence[Page]) -> FieldView:
    counts = counting_value(values)
    readings = [value for value in values if value.source in READ]
    read = counting_value(readings) if readings else None
    said = next((value for value in reversed(values) if value.source == REGISTER), None)
    is_by_person, is_reading = counts.source == PERSON, counts.source in READ
    stands = read if read is not None else counts
    marks = [*(counts.why or []), *(said.why or [] if said is not None and said is not counts else [])]
    return FieldView(
        counts.name,
        counts.value,
        counts.confidence if is_reading else None,
        counts.source,
        counts.status,
        counts.reason_code,
        stands.page,
        is_as_read=is_by_person and counts.value is not None and read is not None and counts.value == read.value,
        is_absent=is_by_person and counts.value is None,
        place=place_of(stands, pages),
        why=told(list(dict.fromkeys(marks))),
        read_value=read.value if read is not None and not is_reading else None,
        read_reason=read.reason_code if read is not None and not is_reading else None,
        register_value=said.value if said is not None and said is not counts else None,
        actor=counts.actor,
        recorded_at=counts.recorded_at,
    )
