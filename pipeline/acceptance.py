"""The acceptance sample of a batch: which of the fields that were accepted without a person are to be checked.

It is drawn by the batch's own id and how many samples of it were recorded before, so that it is the same each time it
is asked for, and nobody can choose it. After a sample that failed the next one is another.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from config.errors import UsageError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.acceptance_plan import Measured, Plan, measured, plan_for
from pipeline.context import Context
from pipeline.naming import names_in
from pipeline.promise import load_curve
from pipeline.waiting_release import APPROVED, Waiting, covered_by, digest_of, is_current
from storage.ledger.models import AcceptanceItem, AcceptanceSample, Batch, Document, DocumentVersion, FieldValue, Page

PASSED, FAILED = "passed", "failed"
SAMPLE_WRONG = "sample_wrong"
"""The reason of a question about a field that was found wrong in a sample: its reading cannot be accepted any more."""
PERSON = "person"
WHOLE = ""
"""In place of a field's name: the document as a whole."""
_MM_PER_INCH = 25.4
_AT_ONCE = 500
"""Documents in one query."""
_NONE = _("none was checked yet")
_STALE = _("since its sample was checked, documents came in or went, or fields were settled or set")
_LOOSER = _("its sample was drawn for a larger share of wrong fields than is set now")
_FAILED = _("its last sample failed: {wrong} of {checked} checked fields were wrong")


class SampleMissingError(UsageError):
    """A batch was to be released without a checked acceptance sample of what waits now that passed."""

    code = "sample_missing"
    message = _("the batch {batch} has no acceptance sample that covers what waits: {cause}")
    remedy = _("Draw one with `sohoa sample {batch}`, check it, and record what it showed; then release the batch.")


@dataclass(frozen=True, slots=True)
class SampleItem:
    """One thing to check: a field of a document with its value and place, or, without a field, a whole document."""

    document_id: UUID
    document: str
    field: str
    value: str | None
    page: int | None
    left_mm: int | None
    top_mm: int | None
    """Where on the upright page the field begins."""


@dataclass(frozen=True, slots=True)
class Draw:
    """A sample to be checked: of which batch and what that waits, by which plan, and the items in order."""

    batch_id: UUID
    agency_code: str
    number: int
    """The sample's number in the batch, from 1."""
    seen: str
    """Short digest of the documents that wait, their files and their fields."""
    digest: str
    """What names this very sample: its number, and the digest of what waits."""
    documents: int
    """Documents that wait."""
    plan: Plan
    items: tuple[SampleItem, ...]

    @property
    def sampled(self) -> tuple[UUID, ...]:
        """Give the documents the sample touches, each once."""
        return tuple(dict.fromkeys(item.document_id for item in self.items))


def draw_sample(ctx: Context, batch_id: UUID) -> Draw:
    """Give the acceptance sample of what waits of a batch. Raise NothingWaitsError when nothing waits."""
    with ctx.ledger.reading() as session:
        return draw_in(ctx, session, batch_id, covered_by(session, batch_id, APPROVED))


def draw_in(ctx: Context, session: Session, batch_id: UUID, waiting: Waiting) -> Draw:
    """Draw the sample of some documents that wait, in an open session."""
    review = ctx.settings.review
    number = 1 + (session.scalar(select(func.count()).where(AcceptanceSample.batch_id == batch_id)) or 0)
    names = names_in(session, waiting)
    population = accepted_fields(session, names)
    plan = plan_for(len(population), review.wrong_share, load_curve().confidence)
    ordered = sorted(population, key=lambda item: _lot(batch_id, number, item.document_id, item.field))
    chosen = ordered[: plan.checked]
    touched = {item.document_id for item in chosen}
    others = sorted(waiting.keys() - touched, key=lambda id_: _lot(batch_id, number, id_, WHOLE))
    lacking = max(0, review.sample_least - len(touched))
    whole = [SampleItem(id_, names[id_], WHOLE, None, None, None, None) for id_ in others[:lacking]]
    seen = digest_of(session, batch_id, waiting)
    return Draw(
        batch_id=batch_id,
        agency_code=session.get_one(Batch, batch_id).agency_code,
        number=number,
        seen=seen,
        # With a letter first: a spreadsheet would take figures and a dash for a day.
        digest=f"M{number}-{seen}",
        documents=len(waiting),
        plan=plan,
        items=tuple(sorted([*chosen, *whole], key=lambda item: (item.document, item.page or 0, item.field))),
    )


def accepted_fields(session: Session, names: Mapping[UUID, str]) -> list[SampleItem]:
    """Give the fields of the current versions of named documents whose value no person gave or confirmed."""
    by_person = aliased(FieldValue)
    was_seen = exists().where(
        by_person.version_id == FieldValue.version_id, by_person.name == FieldValue.name, by_person.source == PERSON
    )
    query = (
        select(FieldValue, Document.id, Page.dpi)
        .join(DocumentVersion, DocumentVersion.id == FieldValue.version_id)
        .join(Document, is_current())
        .outerjoin(Page, (Page.version_id == DocumentVersion.id) & (Page.number == FieldValue.page))
        .where(FieldValue.source != PERSON, FieldValue.status == "accepted", FieldValue.value.is_not(None), ~was_seen)
        .order_by(Document.id, FieldValue.name, FieldValue.recorded_at)
    )
    ids, found = list(names), dict[tuple[UUID, str], SampleItem]()
    for start in range(0, len(ids), _AT_ONCE):
        for value, document_id, dpi in session.execute(query.where(Document.id.in_(ids[start : start + _AT_ONCE]))):
            found[document_id, value.name] = _item(document_id, names[document_id], value, dpi)
    return list(found.values())


def newest_sample(session: Session, batch_id: UUID) -> AcceptanceSample | None:
    """Give the last sample of a batch that was checked."""
    of_batch = select(AcceptanceSample).where(AcceptanceSample.batch_id == batch_id)
    return session.scalar(of_batch.order_by(AcceptanceSample.number.desc()).limit(1))


def ensure_passed(session: Session, batch_id: UUID, seen: str, wrong_share: float) -> AcceptanceSample:
    """Give the passed sample of what waits now, by its digest, for this share of wrong fields or a smaller one.

    Raise SampleMissingError when there is none.
    """
    sample = newest_sample(session, batch_id)
    if sample is None:
        raise SampleMissingError(batch=batch_id, cause=gettext(_NONE))
    if sample.verdict == FAILED:
        cause = gettext(_FAILED).format(wrong=sample.wrong, checked=sample.checked)
        raise SampleMissingError(batch=batch_id, cause=cause)
    if sample.seen != seen:
        raise SampleMissingError(batch=batch_id, cause=gettext(_STALE))
    if sample.wrong_share > wrong_share:
        raise SampleMissingError(batch=batch_id, cause=gettext(_LOOSER))
    return sample


def documents_checked(session: Session, sample: AcceptanceSample) -> list[UUID]:
    """Give the documents of which something was checked in a sample."""
    of_sample = select(AcceptanceItem.document_id).where(AcceptanceItem.sample_id == sample.id).distinct()
    return sorted(session.scalars(of_sample))


@dataclass(frozen=True, slots=True)
class CheckedSample:
    """A sample that was checked: of which batch, by whom and when, what it came to, and what was measured."""

    batch_id: UUID
    agency_code: str
    number: int
    recorded_at: datetime
    actor: str
    verdict: str
    measured: Measured


def checked_samples(ctx: Context) -> list[CheckedSample]:
    """Give all samples that were checked, the newest first."""
    query = select(AcceptanceSample, Batch.agency_code).join(Batch, Batch.id == AcceptanceSample.batch_id)
    with ctx.ledger.reading() as session:
        return [
            CheckedSample(
                sample.batch_id,
                agency,
                sample.number,
                sample.recorded_at,
                sample.actor,
                sample.verdict,
                measured_by(sample),
            )
            for sample, agency in session.execute(query.order_by(AcceptanceSample.recorded_at.desc()))
        ]


def measured_by(sample: AcceptanceSample) -> Measured:
    """Give what a checked sample says of its batch."""
    return measured(sample.wrong, sample.checked, sample.population, sample.confidence)


def _item(document_id: UUID, document: str, field: FieldValue, dpi: float | None) -> SampleItem:
    left, top = (None if at is None or not dpi else round(at / dpi * _MM_PER_INCH) for at in (field.left, field.top))
    return SampleItem(document_id, document, field.name, field.value, field.page, left, top)


def _lot(batch_id: UUID, number: int, document_id: UUID, field: str) -> bytes:
    """Give the lot that decides whether something is in a sample."""
    return hashlib.sha256(b"".join((batch_id.bytes, number.to_bytes(4), document_id.bytes, field.encode()))).digest()
