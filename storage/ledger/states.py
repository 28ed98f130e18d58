"""The closed tables of states, and which may follow which; the first migration puts them into the database."""

from enum import StrEnum


class DocumentState(StrEnum):
    """Where a document stands."""

    IN_WORK = "in_work"
    """Stages are running or may run."""
    WAITING_ATTEST = "waiting_attest"
    """Its PDF is built and waits for the signature of the person who scanned it."""
    WAITING_REVIEW = "waiting_review"
    """Waits for a person to settle what the machine was unsure of."""
    WAITING_RELEASE = "waiting_release"
    """Ready to be sealed once a named person has released its batch."""
    PENDING_SIGNATURE = "pending_signature"
    """Released, but a timestamp or key could not be had; tried again."""
    SEALED = "sealed"
    """Signed bytes are on disk with their hash here, not yet in the store."""
    ARCHIVED = "archived"
    """In the store, read back, current."""
    WAITING_TRUST = "waiting_trust"
    """Signed by others, stored bit-exact; not counted until its chain is trusted."""
    STUCK = "stuck"
    """Failed several times for a technical reason; waits for the administrator."""
    SUPERSEDED = "superseded"
    """A later document took its place."""
    REFUSED = "refused"
    """Cannot be digitized as it is; reason and remedy are in the ledger."""
    QUARANTINED = "quarantined"
    """Bears a secrecy mark; nothing of it was kept."""
    DUPLICATE = "duplicate"
    """The same bytes already stand in this record."""


class RecordState(StrEnum):
    """Where a record stands."""

    OPEN = "open"
    DIGITIZED = "digitized"
    """All expected documents are archived at their current version."""
    SUPERSEDED = "superseded"


_D = DocumentState
DOCUMENT_TRANSITIONS: frozenset[tuple[DocumentState, DocumentState]] = frozenset(
    (before, after)
    for before, afters in {
        _D.IN_WORK: (
            _D.WAITING_ATTEST,
            _D.WAITING_REVIEW,
            _D.WAITING_RELEASE,
            _D.ARCHIVED,
            _D.WAITING_TRUST,
            _D.STUCK,
            _D.REFUSED,
            _D.QUARANTINED,
            _D.DUPLICATE,
        ),
        _D.WAITING_ATTEST: (_D.IN_WORK, _D.STUCK, _D.REFUSED, _D.SUPERSEDED),
        _D.WAITING_REVIEW: (
            _D.IN_WORK,
            _D.WAITING_RELEASE,
            _D.ARCHIVED,
            _D.WAITING_TRUST,
            _D.STUCK,
            _D.REFUSED,
            _D.SUPERSEDED,
        ),
        _D.WAITING_RELEASE: (
            _D.IN_WORK,
            _D.WAITING_ATTEST,
            _D.WAITING_REVIEW,
            _D.PENDING_SIGNATURE,
            _D.SEALED,
            _D.STUCK,
            _D.REFUSED,
            _D.SUPERSEDED,
        ),
        _D.PENDING_SIGNATURE: (
            _D.IN_WORK,
            _D.WAITING_ATTEST,
            _D.SEALED,
            _D.WAITING_RELEASE,
            _D.WAITING_REVIEW,
            _D.STUCK,
            _D.SUPERSEDED,
        ),
        _D.SEALED: (_D.ARCHIVED, _D.STUCK),
        _D.ARCHIVED: (_D.IN_WORK, _D.SUPERSEDED, _D.WAITING_REVIEW, _D.WAITING_TRUST, _D.STUCK),
        _D.WAITING_TRUST: (_D.IN_WORK, _D.ARCHIVED, _D.WAITING_REVIEW, _D.SUPERSEDED, _D.STUCK),
        _D.STUCK: (_D.IN_WORK, _D.WAITING_RELEASE, _D.SEALED, _D.REFUSED),
        _D.REFUSED: (_D.IN_WORK, _D.SUPERSEDED),
        _D.SUPERSEDED: (),
        _D.QUARANTINED: (),
        _D.DUPLICATE: (),
    }.items()
    for after in afters
)

_R = RecordState
RECORD_TRANSITIONS: frozenset[tuple[RecordState, RecordState]] = frozenset(
    {(_R.OPEN, _R.DIGITIZED), (_R.DIGITIZED, _R.OPEN), (_R.OPEN, _R.SUPERSEDED), (_R.DIGITIZED, _R.SUPERSEDED)}
)


class BatchProfile(StrEnum):
    """Which signatures the documents of a batch bear."""

    AGENCY_COPY = "agency_copy"
    """The agency's alone (NĐ 30/2020)."""
    ONE_STOP_SCAN = "one_stop_scan"
    """First that of the person who scanned (TT 01/2023/TT-VPCP Điều 8), then the agency's over it."""


class Lane(StrEnum):
    """How a document's PDF comes about."""

    STRAIGHT = "straight"
    CAREFUL = "careful"
    SIGNED = "signed"
    """Came in already signed: stored bit-exact, never re-written."""


class BackfillState(StrEnum):
    """Where a backfill stands."""

    PLANNED = "planned"
    """Waits for a process that works on it."""
    RUNNING = "running"
    PAUSED = "paused"
    """A person stopped it for a while."""
    CANCELLED = "cancelled"
    """A person ended it; what was redone stays so."""
    DONE = "done"


class Role(StrEnum):
    """What a document is in its record: counted apart."""

    RESULT = "result"
    PAPER = "paper"


class Environment(StrEnum):
    """What a ledger was born as; test and production never mix."""

    TEST = "test"
    PRODUCTION = "production"
