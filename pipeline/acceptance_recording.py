"""What a person found in an acceptance sample: kept with its interval on the batch; a failed batch goes to review."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.errors import UsageError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.acceptance import FAILED, PASSED, PERSON, SAMPLE_WRONG, WHOLE, Draw, SampleItem, draw_in
from pipeline.acceptance_plan import Measured, measured, parts_per_million
from pipeline.context import Context
from pipeline.naming import find_document
from pipeline.release import Decision, reject_in
from pipeline.review_fields import named_field
from pipeline.waiting_release import APPROVED, REJECTED, SeenOtherwiseError, covered_by, digest, ensure_seen
from storage.ledger import events
from storage.ledger.models import AcceptanceItem, AcceptanceSample, Document, DocumentVersion, FieldValue, ReviewTask

_ANOTHER = _("not at the sample that was checked ({checked}); its next one is {next}")

Item = tuple[UUID, str]
"""A document and the name of one of its fields, or WHOLE for the document as a whole."""


class NotInSampleError(UsageError):
    """Something was called wrong that is not in the batch's sample."""

    code = "not_in_sample"
    message = _("{item} is not in the acceptance sample of the batch {batch}")
    remedy = _(
        "Name fields as `sohoa sample {batch}` lists them. What is wrong outside the sample: "
        "`sohoa release reject {batch} --errors NUMBER`, or correct it with `sohoa review set`."
    )


@dataclass(frozen=True, slots=True)
class SampleResult:
    """What a checked sample came to: the verdict, what was measured, and how many documents went to review."""

    batch_id: UUID
    number: int
    verdict: str
    measured: Measured
    wrong_share: float
    confidence: float
    to_review: int


def named_item(ctx: Context, typed: str) -> Item:
    """Give the item a person means by DOCUMENT:FIELD, or by DOCUMENT for one that is looked at as a whole.

    Raise NotFoundError where there is no such document, FieldUnknownError where no field is called so.
    """
    document, _colon, field = typed.partition(":")
    document_id = find_document(ctx, document.strip())
    return document_id, named_field(ctx, document_id, field.strip()) if field.strip() else WHOLE


def foresee(draw: Draw, wrong: Collection[Item]) -> SampleResult:
    """Give what recording would come to. Raise NotInSampleError for what the sample does not have."""
    known = {(item.document_id, item.field) for item in draw.items}
    for document_id, field in wrong:
        if (document_id, field) not in known:
            raise NotInSampleError(item=_called(draw, document_id, field), batch=draw.batch_id)
    fields = sum(field != WHOLE for _document, field in wrong)
    plan = draw.plan
    # A document that is wrong as a whole counts among no fields, and lets no batch pass.
    has_failed = fields > plan.allowed or fields < len(wrong)
    found = measured(fields, plan.checked, plan.population, plan.confidence)
    verdict, to_review = (FAILED, draw.documents) if has_failed else (PASSED, 0)
    return SampleResult(draw.batch_id, draw.number, verdict, found, plan.wrong_share, plan.confidence, to_review)


def record_sample(ctx: Context, batch_id: UUID, wrong: Collection[Item], seen: str) -> SampleResult:
    """Keep what the check of a batch's sample showed; all of it that is not named wrong was found right.

    A batch with more wrong fields than its plan allows goes to review, each wrong field as a question of its own.
    Raise NothingWaitsError when nothing waits, SeenOtherwiseError when something else waits than was drawn from, or
    another sample is next, by the digest of the one that was checked, NotInSampleError for what it does not have.
    """
    with ctx.ledger.session() as session:
        waiting = covered_by(session, batch_id, APPROVED)
        ensure_seen(session, batch_id, waiting, seen)
        draw = draw_in(ctx, session, batch_id, waiting)
        ensure_drawn(draw, seen)
        result = foresee(draw, wrong)
        now = ctx.clock()
        sample = _keep(ctx, session, draw, result, now)
        session.add_all(
            AcceptanceItem(
                sample_id=sample.id,
                document_id=item.document_id,
                field_name=item.field,
                is_wrong=(item.document_id, item.field) in wrong,
            )
            for item in draw.items
        )
        if result.verdict == FAILED:
            reject_in(ctx, session, batch_id, Decision(REJECTED, draw.sampled, len(wrong)))
            _ask_again(session, (item for item in draw.items if (item.document_id, item.field) in wrong), now)
        return result


def ensure_drawn(draw: Draw, digest: str) -> None:
    """Raise SeenOtherwiseError unless a digest is that of this very sample: the next one has other fields."""
    if digest != draw.digest:
        cause = gettext(_ANOTHER).format(checked=digest, next=draw.digest)
        raise SeenOtherwiseError(batch=draw.batch_id, cause=cause)


def _keep(ctx: Context, session: Session, draw: Draw, result: SampleResult, now: datetime) -> AcceptanceSample:
    plan, found = draw.plan, result.measured
    sample = AcceptanceSample(
        batch_id=draw.batch_id,
        number=draw.number,
        seen=draw.seen,
        documents=draw.documents,
        population=plan.population,
        checked=plan.checked,
        allowed=plan.allowed,
        wrong_share=plan.wrong_share,
        confidence=plan.confidence,
        wrong=found.wrong,
        lower=found.lower,
        upper=found.upper,
        verdict=result.verdict,
        actor=ctx.actor,
        recorded_at=now,
    )
    session.add(sample)
    session.flush()
    events.append(
        session,
        kind=f"sample.{result.verdict}",
        actor=ctx.actor,
        subject_type="batch",
        subject_id=str(draw.batch_id),
        at=now,
        input_hash=digest([draw.seen]),
        payload={
            "sample": str(sample.id),
            "number": draw.number,
            "documents": draw.documents,
            "population": plan.population,
            "checked": plan.checked,
            "allowed": plan.allowed,
            "wrong": found.wrong,
            "share_ppm": parts_per_million(plan.wrong_share),
            "upper_ppm": parts_per_million(found.upper),
        },
    )
    return sample


def _ask_again(session: Session, items: Iterable[SampleItem], now: datetime) -> None:
    """Make a question of each field that was found wrong; what was read of it is rejected, and cannot be accepted."""
    for item in (item for item in items if item.field != WHOLE):
        number = session.get_one(Document, item.document_id).current_version
        session.add(
            ReviewTask(
                document_id=item.document_id,
                version=number,
                field_name=item.field,
                reason_code=SAMPLE_WRONG,
                opened_at=now,
            )
        )
        read = (
            select(FieldValue)
            .join(DocumentVersion, DocumentVersion.id == FieldValue.version_id)
            .where(
                DocumentVersion.document_id == item.document_id,
                DocumentVersion.number == number,
                FieldValue.name == item.field,
                FieldValue.source != PERSON,
            )
        )
        for value in session.scalars(read):
            value.status, value.reason_code = "rejected", SAMPLE_WRONG


def _called(draw: Draw, document_id: UUID, field: str) -> str:
    document = next((item.document for item in draw.items if item.document_id == document_id), str(document_id))
    return f"{document}:{field}" if field else gettext(_("{document} as a whole")).format(document=document)
