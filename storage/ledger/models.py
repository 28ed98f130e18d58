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
    Release,
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
    Target,
)
from storage.ledger.unit_tables import AdministrativeUnit, Agency, Identifier, UnitSuccession

__all__ = [
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
    "Release",
    "ReviewTask",
    "Signature",
    "StageRun",
    "StoredObject",
    "Target",
    "UnitSuccession",
]
