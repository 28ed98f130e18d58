"""All tables of the ledger under one name."""

from storage.ledger.base import Base
from storage.ledger.document_tables import (
    Batch,
    Document,
    DocumentStateName,
    DocumentTransition,
    DocumentVersion,
    FieldValue,
    Finding,
    InboxItem,
    Page,
    Record,
    RecordStateName,
    RecordTransition,
    ReviewTask,
    Signature,
    StageRun,
    StoredObject,
)
from storage.ledger.evidence_tables import ChainHeadSeal, Event, LedgerBirth
from storage.ledger.register_tables import (
    ProgressSnapshot,
    RegisterEntry,
    RegisterEntryHistory,
    RegisterImport,
    RegisterMatch,
    Target,
)
from storage.ledger.release_tables import AcceptanceItem, AcceptanceSample, Release, ReleaseDocument
from storage.ledger.unit_tables import AdministrativeUnit, Agency, Identifier, UnitSuccession

__all__ = [
    "AcceptanceItem",
    "AcceptanceSample",
    "AdministrativeUnit",
    "Agency",
    "Base",
    "Batch",
    "ChainHeadSeal",
    "Document",
    "DocumentStateName",
    "DocumentTransition",
    "DocumentVersion",
    "Event",
    "FieldValue",
    "Finding",
    "Identifier",
    "InboxItem",
    "LedgerBirth",
    "Page",
    "ProgressSnapshot",
    "Record",
    "RecordStateName",
    "RecordTransition",
    "RegisterEntry",
    "RegisterEntryHistory",
    "RegisterImport",
    "RegisterMatch",
    "Release",
    "ReleaseDocument",
    "ReviewTask",
    "Signature",
    "StageRun",
    "StoredObject",
    "Target",
    "UnitSuccession",
]
