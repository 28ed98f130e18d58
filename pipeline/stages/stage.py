"""What a stage is, and how one is done once: same key, no work.

The key is the hash of (stage, its version, its inputs' hashes, the settings that matter). A stage writes one file;
the file is moved into place whole, then its hash is committed together with what the stage puts into the ledger.
A crash in between costs this one stage.
"""

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.context import Context
from pipeline.job import Job, Output, file_sha256
from storage.ledger import events
from storage.ledger.models import Document, DocumentVersion, StageRun


class InputFacts(Protocol):
    """What stages take from the ledger about a document."""

    @property
    def document_id(self) -> UUID:
        """Its id, which its PDF bears."""

    @property
    def original_sha256(self) -> str:
        """That of what came in."""

    @property
    def received_at(self) -> datetime:
        """When this version came in."""

    @property
    def converter(self) -> str:
        """Who scanned it."""

    @property
    def scanned_at(self) -> datetime:
        """When it was scanned."""


class Inputs(Protocol):
    """What the inputs of a stage are found in: a document in work, or one as the ledger remembers it."""

    @property
    def ctx(self) -> Context:
        """The composition it is worked on in."""

    @property
    def facts(self) -> InputFacts:
        """What the ledger knows of it."""

    @property
    def outputs(self) -> Mapping[str, Output]:
        """What earlier stages left."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its name in the ledger, its output file, what its key is made of, and its two halves.

    `work` writes the output file; `record` puts what it found into the ledger, in the transaction that says
    the stage is done. `of_type` gives what else the output depends on, for a document of a type as this stage found
    it: a changed template makes stale the documents of its type and no others.
    """

    name: str
    output: str
    version: Callable[[Context], str]
    settings: Callable[[Context], dict[str, Any]]
    inputs: Callable[[Inputs], tuple[str, ...]]
    work: Callable[[Job, Path], None]
    record: Callable[[Job, Session, Output], None]
    of_type: Callable[[Context, str | None], str] | None = None


def do_stage(job: Job, stage: Stage) -> Output:
    """Give a stage's output, doing the work only when this key was not done or its file is gone."""
    output = find_done(job, stage) or _do(job, stage, job.folder / stage.output)
    job.outputs[stage.name] = output
    return output


def find_done(job: Job, stage: Stage) -> Output | None:
    """Give a stage's output if this key was done and its file is there; None when there is work to do."""
    target, inputs = job.folder / stage.output, inputs_sha256(job, stage)
    with job.ctx.ledger.reading() as session:
        type_code = session.scalar(select(Document.type_code).where(Document.id == job.facts.document_id))
        key = stage_key(job.ctx, stage, inputs, type_code)
        known = session.scalar(
            select(StageRun.output_sha256).where(
                StageRun.version_id == job.facts.version_id, StageRun.stage == stage.name, StageRun.key == key
            )
        )
    if known is None or not target.is_file() or file_sha256(target) != known:
        return None
    job.outputs[stage.name] = Output(target, known)
    return job.outputs[stage.name]


def stage_key(ctx: Context, stage: Stage, inputs: str, type_code: str | None) -> str:
    """Give the key under which a stage's work on these inputs, for a document of a type, is known."""
    return KnownKeys(ctx).key_of(stage, inputs, type_code)


def settings_sha256(ctx: Context, stage: Stage) -> str:
    """Give the hash of the settings that change a stage's output."""
    return _digest(stage.settings(ctx))


def inputs_sha256(known: Inputs, stage: Stage) -> str:
    """Give one hash over a stage's inputs."""
    return _digest(list(stage.inputs(known)))


class KnownKeys:
    """The keys that stages would have today, for many documents: what they have in common is found out once."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._heads: dict[str, tuple[str, str]] = {}
        self._types: dict[tuple[str, str | None], str] = {}

    def key_of(self, stage: Stage, inputs: str, type_code: str | None) -> str:
        """Give what `stage_key` gives."""
        if stage.name not in self._heads:
            self._heads[stage.name] = (stage.version(self._ctx), settings_sha256(self._ctx, stage))
        version, settings = self._heads[stage.name]
        parts = [stage.name, version, inputs, settings]
        if stage.of_type is not None:
            known = (stage.name, type_code)
            if known not in self._types:
                self._types[known] = stage.of_type(self._ctx, type_code)
            parts.append(self._types[known])
        return _digest(parts)


def _do(job: Job, stage: Stage, target: Path) -> Output:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{job.fence}.part")
    started_at, cpu_before = job.ctx.clock(), time.thread_time()
    stage.work(job, part)
    # A worker that slept through its claim must not put its file over that of the one who took over.
    job.ensure_claimed()
    settle(part, target)
    output = Output(target, file_sha256(target))
    with job.commit() as session:
        stage.record(job, session, output)
        _note_run(job, session, stage, output, started_at, time.thread_time() - cpu_before)
    return output


def settle(part: Path, target: Path) -> None:
    """Move a finished file into its place, on the disk and not only in its cache."""
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _note_run(job: Job, session: Session, stage: Stage, output: Output, started_at: datetime, cpu_s: float) -> None:
    inputs = inputs_sha256(job, stage)
    # After the stage has recorded what it found: the document's type among it.
    key = stage_key(job.ctx, stage, inputs, session.get_one(Document, job.facts.document_id).type_code)
    run = session.scalar(
        select(StageRun).where(
            StageRun.version_id == job.facts.version_id, StageRun.stage == stage.name, StageRun.key == key
        )
    )
    if run is None:
        run = StageRun(version_id=job.facts.version_id, stage=stage.name, key=key)
        session.add(run)
    run.input_sha256 = inputs
    run.stage_version = stage.version(job.ctx)
    run.settings_sha256 = settings_sha256(job.ctx, stage)
    run.output_sha256 = output.sha256
    run.fence = job.fence
    run.started_at, run.ended_at = started_at, job.ctx.clock()
    run.cpu_s = cpu_s
    if session.get_one(DocumentVersion, job.facts.version_id).secrecy_passed_at is not None:
        tell_run(session, job, run)


def tell_run(session: Session, job: Job, run: StageRun) -> None:
    """Add the event of a stage that was done; before the secrecy gate it is held back."""
    events.append(
        session,
        kind=f"stage.{run.stage}",
        actor=job.ctx.actor,
        subject_type="document",
        subject_id=str(job.facts.document_id),
        at=run.ended_at,
        input_hash=run.input_sha256,
        output_hash=run.output_sha256,
        payload={"key": run.key, "fence": run.fence},
    )


def _digest(value: Any) -> str:
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()
