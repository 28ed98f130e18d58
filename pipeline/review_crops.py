"""Pictures of the fields that a person is asked about, cut out of the page.

For the command line they are files in the document's work folder; they are never stored, and go with the work files,
at the next run at the latest. Of a document that may be secret there are none.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from config.errors import NotFoundError
from ocr.framed import framed
from ocr.model import Box
from ocr.source import open_delivered
from pipeline.context import Context
from pipeline.job import work_folder
from pipeline.naming import document_name
from pipeline.resting import clear_crops, crops_folder
from pipeline.review import OpenQuestion
from pipeline.secrecy_doubts import SUSPECTED
from pipeline.stages.deliver import DELIVER
from pipeline.working_copies import WorkingCopy
from storage.ledger.models import Document, DocumentVersion, FieldValue, Page


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a field was read: page, by how much the page is turned, and the box on the upright page."""

    page: int
    rotation: int
    box: Box


def with_crops(ctx: Context, questions: Sequence[OpenQuestion]) -> list[OpenQuestion]:
    """Give the questions with a picture of each field that stands somewhere on a page, written anew.

    Raise DamagedFileError when a delivered page cannot be read.
    """
    given: list[OpenQuestion] = []
    for document_id, group in groupby(questions, lambda question: question.document_id):
        asked = list(group)
        is_doubtful = any(question.reason_code == SUSPECTED for question in asked)
        given += asked if is_doubtful else _pictured(ctx, document_id, asked)
    return given


def crop_of(ctx: Context, copy: WorkingCopy, field_name: str) -> bytes:
    """Give the place where a field was read, as a PNG. Raise NotFoundError when it stands nowhere, DamagedFileError."""
    _version, spots = _spots(ctx, copy.document_id)
    spot = spots.get(field_name)
    if spot is None or not copy.path.is_file():
        raise NotFoundError(subject=field_name)
    with open_delivered(copy.path) as delivered:
        return framed(delivered, spot.page, spot.rotation, spot.box)


def placed_fields(ctx: Context, document_id: UUID) -> frozenset[str]:
    """Give the names of the fields that stand somewhere on a page."""
    return frozenset(_spots(ctx, document_id)[1])


def _pictured(ctx: Context, document_id: UUID, asked: Sequence[OpenQuestion]) -> list[OpenQuestion]:
    version, spots = _spots(ctx, document_id)
    work = work_folder(ctx, document_id, version)
    folder = crops_folder(work.parent)
    clear_crops(work.parent)
    if not spots or not (work / DELIVER.output).is_file():
        return list(asked)
    folder.mkdir(mode=0o700)
    pictured = []
    with open_delivered(work / DELIVER.output) as delivered:
        for question in asked:
            spot = spots.get(question.field_name or "")
            if spot is None:
                pictured.append(question)
                continue
            name = f"{document_name(question.record_code, question.stt)}_{question.field_name}.png"
            path = folder / name
            # A field may be asked about for more than one reason.
            if not path.exists():
                _write_private(path, framed(delivered, spot.page, spot.rotation, spot.box))
            pictured.append(replace(question, crop=path))
    return pictured


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, from its first byte on."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)


def _spots(ctx: Context, document_id: UUID) -> tuple[int, dict[str, _Spot]]:
    """Give the current version's number, and where each field was read that has a box."""
    current = (
        select(DocumentVersion)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(Document.id == document_id, DocumentVersion.number == Document.current_version)
    )
    with ctx.ledger.reading() as session:
        version = session.scalars(current).one()
        turned = select(Page.number, Page.rotation).where(Page.version_id == version.id)
        turns = dict(session.execute(turned).all())
        fields = session.scalars(
            select(FieldValue).where(FieldValue.version_id == version.id, FieldValue.source == "ocr")
        )
        spots = {
            field.name: _Spot(field.page, turns[field.page], Box(field.left, field.top, field.right, field.bottom))
            for field in fields
            if field.page in turns
            and not (field.left is None or field.top is None or field.right is None or field.bottom is None)
        }
        return version.number, spots
