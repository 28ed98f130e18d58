"""Which documents a backfill looks at, and what of them."""

from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select

from config.clock import VIETNAM
from config.errors import UsageError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.secrecy_doubts import SUSPECTED
from storage.ledger.models import Agency, Batch, Document, DocumentVersion, ReviewTask
from storage.ledger.states import DocumentState, Lane

OPEN_STATES = (DocumentState.WAITING_REVIEW, DocumentState.WAITING_RELEASE, DocumentState.STUCK)
SEALED_STATES = (DocumentState.ARCHIVED, DocumentState.WAITING_TRUST)
_DAYS = frozenset({"on_day", "first_day", "last_day"})


@dataclass(frozen=True, slots=True)
class BackfillScope:
    """Which documents to look at, and which of their work.

    `unit`: an agency with those under it, or an administrative unit as it is made up on `on_day`. `first_day` and
    `last_day`: of receipt, in Vietnamese time. `stage`: only from this stage on. `stale_only`: neither what is missing
    nor what got stuck. `limit`: at most so many documents. `reissue`: a new PDF version of what is archived, where the
    PDF would be built otherwise today.
    """

    unit: str | None = None
    on_day: date | None = None
    level: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    type_code: str | None = None
    stage: str | None = None
    stale_only: bool = False
    limit: int | None = None
    reissue: bool = False

    def as_json(self) -> dict[str, Any]:
        """Give the scope as plain values, to be kept; what it does not narrow is left out."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value.isoformat() if name in _DAYS else value for name, value in given.items() if value}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "BackfillScope":
        """Give the scope that was kept."""
        values: dict[str, Any] = {
            name: date.fromisoformat(value) if name in _DAYS else value for name, value in kept.items()
        }
        return cls(**values)

    def ensure_sensible(self) -> None:
        """Raise UsageError when the last day is before the first."""
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise UsageError(cause=gettext(_("the day of --to is before that of --from")))


def documents_in(scope: BackfillScope, agencies: frozenset[str] | None) -> Select[*tuple[Any, ...]]:
    """Give the query of the documents in a scope with their current versions; `agencies`: those its unit stands for."""
    query: Select[*tuple[Any, ...]] = (
        select(
            Document.id,
            Document.state,
            Document.lane,
            Document.page_count,
            Document.tries,
            Document.type_code,
            Document.original_sha256,
            DocumentVersion.id.label("version_id"),
            DocumentVersion.created_at,
            DocumentVersion.archived_at,
            Batch.operator,
            Batch.scanned_at,
        )
        .join(
            DocumentVersion,
            (DocumentVersion.document_id == Document.id) & (DocumentVersion.number == Document.current_version),
        )
        .join(Batch, Batch.id == Document.batch_id)
        .where(Document.state.in_([*OPEN_STATES, *SEALED_STATES]), ~_is_suspected())
        .order_by(Document.id)
    )
    if scope.reissue:
        # What others signed is never re-written, and what was never sealed here is not issued anew.
        query = query.where(
            Document.state == DocumentState.ARCHIVED,
            Document.lane.is_distinct_from(Lane.SIGNED),
            DocumentVersion.sealed_sha256.is_not(None),
            DocumentVersion.archived_at.is_not(None),
        )
    if agencies is not None:
        query = query.where(Document.agency_code.in_(sorted(agencies)))
    if scope.level:
        query = query.join(Agency, Agency.code == Document.agency_code).where(Agency.level == scope.level)
    if scope.type_code:
        query = query.where(Document.type_code == scope.type_code)
    if scope.first_day:
        query = query.where(Document.received_at >= _midnight(scope.first_day))
    if scope.last_day:
        query = query.where(Document.received_at < _midnight(date.fromordinal(scope.last_day.toordinal() + 1)))
    return query


def _is_suspected() -> ColumnElement[bool]:
    """Give the SQL condition that a person is asked whether a document is secret: until then nothing more is read."""
    return exists().where(
        ReviewTask.document_id == Document.id, ReviewTask.reason_code == SUSPECTED, ReviewTask.settled_at.is_(None)
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)
