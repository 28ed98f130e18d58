"""Runs the whole line over one home folder, and kills itself (SIGKILL) at a named point.

Run in processes forked from one that has everything imported.
A point is `before:<what>` or `after:<what>` of one call, or `-` for an undisturbed run.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pipeline.archiving
import pipeline.event_chain
import pipeline.inbox_ledger
import pipeline.inbox_turns
import pipeline.line
import pipeline.objects
import pipeline.resting
import pipeline.runner
import pipeline.sealing
import pipeline.stages.stage
from config.settings import load_settings
from pipeline import review
from pipeline.context import Context
from pipeline.founding import found
from pipeline.line import run_line
from pipeline.runner import process
from storage.ledger.states import Environment
from storage.objects.folder import FolderStore

POINTS: dict[str, tuple[Any, str, Callable[..., bool]]] = {
    **{
        f"stage-{name}": (pipeline.stages.stage, "_note_run", lambda *args, name=name: args[2].name == name)
        for name in ("deliver", "prepare", "recognize", "assemble", "extract")
    },
    "stage-file": (pipeline.stages.stage, "settle", lambda *_: True),
    "gate": (pipeline.runner, "pass_secrecy_gate", lambda *_: True),
    "decide": (pipeline.runner, "decide", lambda *_: True),
    "put": (FolderStore, "put", lambda *_: True),
    "put-archival": (FolderStore, "put", lambda *args: args[1].endswith(".pdf")),
    "read-back": (FolderStore, "read_back", lambda *_: True),
    "sign-file": (pipeline.sealing, "settle", lambda *_: True),
    "sign-commit": (pipeline.sealing, "record_own_signatures", lambda *_: True),
    "seal": (pipeline.runner, "seal_document", lambda *_: True),
    "archive": (pipeline.runner, "archive_document", lambda *_: True),
    "record": (pipeline.resting, "settle_record", lambda *_: True),
    "clear": (pipeline.archiving, "clear_work", lambda *_: True),
    "tidy": (pipeline.inbox_turns, "tidy", lambda *_: True),
    "removed": (pipeline.inbox_ledger, "_drop_empty_folders", lambda *_: True),
    "head": (pipeline.event_chain, "seal_head", lambda *_: True),
    "head-upload": (pipeline.event_chain, "_upload_heads", lambda *_: True),
}


def arm(point: str) -> None:
    """Make the first matching call the last thing this process does."""
    when, _, name = point.partition(":")
    owner, attribute, matches = POINTS[name]
    real = getattr(owner, attribute)

    def deadly(*args: Any, **kwargs: Any) -> Any:
        hit = matches(*args)
        if hit and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **kwargs)
        if hit:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, attribute, deadly)


def main(home: Path, point: str) -> None:
    """Run everything: read, settle all questions as a person would, release, seal, archive."""
    ctx = Context(load_settings(home, inbox={"stable_after_s": 0}), actor="crash-test")
    found(ctx, Environment.TEST)
    if point != "-":
        arm(point)
    run_line(ctx, lambda ids: [process(ctx, id_) for id_ in ids])
    for document_id in {question.document_id for question in review.open_questions(ctx)}:
        review.accept(ctx, document_id)
    for question in review.open_questions(ctx):
        value = "01/03/2026" if question.field_name == "issued_on" else "1"
        review.set_value(ctx, question.document_id, str(question.field_name), value, may_differ=True)
    run_line(ctx, lambda ids: [process(ctx, id_) for id_ in ids], release_as_test=True)
