"""All tables of the ledger under one name."""

from storage.ledger.account_tables import PersonalView, SignInAttempt, SignInHandover, WebSession, WebUser
from storage.ledger.backfill_tables import Backfill
from storage.ledger.base import Base
from storage.ledger.count_tables import CountChange, KeptCount, OutsideRecord, TouchedRecord
from storage.ledger.document_tables import (
    Batch,
    Document,
    DocumentStateName,
    DocumentTransition,
    DocumentVersion,
    FieldValue,
    Finding,
    Page,
    PageBarcode,
    Record,
    RecordStateName,
    RecordTransition,
    ReviewTask,
    Stack,
    StageRun,
)
from storage.ledger.event_tables import ChainHeadSeal, Event, LedgerBirth
from storage.ledger.figure_tables import FigureImport, SuppliedFigure
from storage.ledger.inbox_tables import InboxItem
from storage.ledger.machine_tables import ChunkDocument, Machine, WorkLease
from storage.ledger.object_tables import ObjectCopy, Signature, StoredObject
from storage.ledger.register_tables import (
    ProgressSnapshot,
    RegisterEntry,
    RegisterEntryHistory,
    RegisterImport,
    RegisterMatch,
    Target,
)
from storage.ledger.release_tables import AcceptanceItem, AcceptanceSample, Release, ReleaseDocument
from storage.ledger.search_tables import RecordSearch, SearchOpening, SearchText, TouchedDocument
from storage.ledger.standing_tables import (
    NO_UNIT,
    EntryStanding,
    KeptCompletion,
    KeptProgress,
    KeptTally,
    TouchedEntry,
)
from storage.ledger.unit_tables import AdministrativeUnit, Agency, Identifier, UnitHardship, UnitSuccession

__all__ = [
    "NO_UNIT",
    "AcceptanceItem",
    "AcceptanceSample",
    "AdministrativeUnit",
    "Agency",
    "Backfill",
    "Base",
    "Batch",
    "ChainHeadSeal",
    "ChunkDocument",
    "CountChange",
    "Document",
    "DocumentStateName",
    "DocumentTransition",
    "DocumentVersion",
    "EntryStanding",
    "Event",
    "FieldValue",
    "FigureImport",
    "Finding",
    "Identifier",
    "InboxItem",
    "KeptCompletion",
    "KeptCount",
    "KeptProgress",
    "KeptTally",
    "LedgerBirth",
    "Machine",
    "ObjectCopy",
    "OutsideRecord",
    "Page",
    "PageBarcode",
    "PersonalView",
    "ProgressSnapshot",
    "Record",
    "RecordSearch",
    "RecordStateName",
    "RecordTransition",
    "RegisterEntry",
    "RegisterEntryHistory",
    "RegisterImport",
    "RegisterMatch",
    "Release",
    "ReleaseDocument",
    "ReviewTask",
    "SearchOpening",
    "SearchText",
    "SignInAttempt",
    "SignInHandover",
    "Signature",
    "Stack",
    "StageRun",
    "StoredObject",
    "SuppliedFigure",
    "Target",
    "TouchedDocument",
    "TouchedEntry",
    "TouchedRecord",
    "UnitHardship",
    "UnitSuccession",
    "WebSession",
    "WebUser",
    "WorkLease",
]
