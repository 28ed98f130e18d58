"""What is missing or stale in a scope: found in the order of the documents' ids, some hundreds at a time."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, select, true

from config.clock import legal_date
from pipeline.backfill.scope import SEALED_STATES, BackfillScope, documents_in
from pipeline.backfill.units import agencies_of
from pipeline.context import Context
from pipeline.extract import type_book
from pipeline.extract.signers import load_signers
from pipeline.job import Output
from pipeline.stages import ASSEMBLE, DELIVER, PREPARE, RECOGNIZE, STAGES, KnownKeys, Stage, inputs_sha256
from storage.ledger.models import Document, StageRun
from storage.ledger.states import DocumentState, Lane

SEAL = "seal"
READING = frozenset(stage.name for stage in (DELIVER, PREPARE, RECOGNIZE))
"""The stages that others build on; nothing builds on the assembled PDF but the seal."""
AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """One document with the stages that are missing or stale."""

    document_id: UUID
    state: DocumentState
    pages: int
    stages: tuple[str, ...]
    reissued_by: UUID | None = None
    """The backfill that issues it anew as the next version; None where only what is stale of it is redone."""
    has_troubled: bool = False
    """Whether work on it failed, or ended whoever did it, since it came into its state."""


@dataclass(frozen=True, slots=True)
class BackfillPlan:
    """What a backfill would do, counted: documents, their pages, and both by stage."""

    documents: int = 0
    pages: int = 0
    sealed: int = 0
    """How many of the documents are sealed: of these only text and fields are renewed."""
    by_stage: Mapping[str, int] = field(default_factory=dict)
    pages_by_stage: Mapping[str, int] = field(default_factory=dict)
    """Pages that each stage would work on."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the ledger knows of a document that its stages' results depend on."""

    document_id: UUID
    original_sha256: str
    received_at: datetime
    converter: str
    scanned_at: datetime


@dataclass(frozen=True, slots=True)
class _Remembered:
    """A document as the ledger remembers it: what its stages gave when they were last done, without the files."""

    ctx: Context
    facts: _Facts
    outputs: Mapping[str, Output]


def plan_backfill(ctx: Context, scope: BackfillScope) -> BackfillPlan:
    """Count the missing and stale work in a scope.

    Raise UnknownAgencyError or UnknownUnitError when its unit is not known here, UsageError when its last day is before
    its first, ReferenceDataError for a fault in a site's document types or its list of signers.
    """
    documents, pages, sealed = 0, 0, 0
    by_stage: Counter[str] = Counter()
    pages_by_stage: Counter[str] = Counter()
    for item in Search(ctx, scope).found():
        documents, pages, sealed = documents + 1, pages + item.pages, sealed + (item.state in SEALED_STATES)
        by_stage.update(item.stages)
        pages_by_stage.update(dict.fromkeys({*item.stages, *_done_on_the_way(item)}, item.pages))
    return BackfillPlan(documents, pages, sealed, _in_order(by_stage), _in_order(pages_by_stage))


def _done_on_the_way(item: PlannedWork) -> tuple[str, ...]:
    """Give the stages that are done though they are not stale: what they left of a sealed document was cleared."""
    return (DELIVER.name, PREPARE.name) if item.state in SEALED_STATES else ()


def _in_order(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts[name] for name in (*(stage.name for stage in STAGES), SEAL) if name in counts}


class Search:
    """One look for work in a scope, at the versions and settings of this moment. Raise as `plan_backfill`."""

    def __init__(self, ctx: Context, scope: BackfillScope) -> None:
        scope.ensure_sensible()
        self._ctx, self._scope, self._keys = ctx, scope, KnownKeys(ctx)
        day = scope.on_day or legal_date(ctx.clock())
        self._agencies = agencies_of(ctx, scope.unit, day) if scope.unit else None
        # A fault in a site's files is told before anything is done, and not at every document.
        type_book(ctx.settings.document_types_folder)
        load_signers(ctx.settings.signers_file)

    def found(self, after: UUID | None = None) -> Iterator[PlannedWork]:
        """Give the work of the documents after one, of no more than the scope's limit."""
        left = self._scope.limit
        while left is None or left > 0:
            rows = self._rows(Document.id > after if after is not None else true())
            if not rows:
                return
            for item in self._due_of(rows):
                yield item
                left = None if left is None else left - 1
                if left == 0:
                    return
            after = rows[-1].id

    def due_of(self, document_id: UUID) -> PlannedWork | None:
        """Give the work of one document as it stands now; None where nothing is to be done any more."""
        return next(self._due_of(self._rows(Document.id == document_id)), None)

    def _rows(self, among: ColumnElement[bool]) -> list[Row[Any]]:
        query = documents_in(self._scope, self._agencies).where(among).limit(AT_A_TIME)
        with self._ctx.ledger.reading() as session:
            return list(session.execute(query).all())

    def _due_of(self, rows: list[Row[Any]]) -> Iterator[PlannedWork]:
        runs = _newest_runs(self._ctx, [row.version_id for row in rows])
        for row in rows:
            if stages := self._stages(row, runs.get(row.version_id, {})):
                yield PlannedWork(
                    row.id, DocumentState(row.state), row.page_count or 0, stages, has_troubled=row.tries > 0
                )

    def _stages(self, row: Row[Any], runs: dict[str, Row[Any]]) -> tuple[str, ...]:
        """Give the stages to redo: those missing or stale, and all that build on these."""
        scope, due, own = self._scope, list[str](), set[str]()
        known = _remembered(self._ctx, row, runs)
        for stage in _stages_of(row, with_pdf=scope.reissue):
            run = runs.get(stage.name)
            if run is None and (scope.stale_only or scope.reissue):
                # What builds on it was never done either; of a PDF nobody knows how it was built it cannot be said
                # that it would be built otherwise.
                break
            builds_on_due = any(name in READING for name in due)
            if run is None or self._is_stale(stage, run, row.type_code, None if builds_on_due else known):
                own.add(stage.name)
            if stage.name in own or builds_on_due:
                due.append(stage.name)
        if scope.reissue and ASSEMBLE.name not in due:
            return ()
        if due and scope.stage in {None, *own}:
            return tuple(due)
        # What got stuck after its stages is tried again from where it stands.
        is_stuck = row.state == DocumentState.STUCK and scope.stage is None and not scope.stale_only
        return (SEAL,) if is_stuck else ()

    def _is_stale(self, stage: Stage, run: Row[Any], type_code: str | None, known: _Remembered | None) -> bool:
        """Tell whether a stage would be done anew: its version, settings or type changed, or what it was done on.

        Without what is known now of its inputs it is judged on those it had.
        """
        inputs = run.input_sha256 if known is None else inputs_sha256(known, stage)
        return bool(run.key != self._keys.key_of(stage, inputs, type_code))


def _stages_of(row: Row[Any], *, with_pdf: bool) -> tuple[Stage, ...]:
    """Give the stages of a document that may be redone: the PDF of one that was archived, or came signed, stays."""
    is_unsealed = row.lane != Lane.SIGNED and row.archived_at is None and row.state not in SEALED_STATES
    has_own_pdf = with_pdf or is_unsealed
    return tuple(stage for stage in STAGES if stage is not ASSEMBLE or has_own_pdf)


def _remembered(ctx: Context, row: Row[Any], runs: dict[str, Row[Any]]) -> _Remembered:
    facts = _Facts(row.id, row.original_sha256, row.created_at, row.operator, row.scanned_at)
    return _Remembered(ctx, facts, {name: Output(Path(), run.output_sha256) for name, run in runs.items()})


def _newest_runs(ctx: Context, versions: list[UUID]) -> dict[UUID, dict[str, Row[Any]]]:
    query: Select[*tuple[Any, ...]] = (
        select(StageRun.version_id, StageRun.stage, StageRun.key, StageRun.input_sha256, StageRun.output_sha256)
        .where(StageRun.version_id.in_(versions))
        .order_by(StageRun.ended_at, StageRun.id)
    )
    found: dict[UUID, dict[str, Row[Any]]] = {}
    with ctx.ledger.reading() as session:
        for run in session.execute(query):
            found.setdefault(run.version_id, {})[run.stage] = run
    return found
