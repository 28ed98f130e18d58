"""The corpus through the whole chain: what pdftotext reads from the archived PDF, and the fields as they came out."""

import random
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import select

from config.settings import load_settings
from ocr.pdftext import text_of
from pipeline import review
from pipeline.context import Context
from pipeline.line import run_line
from pipeline.runner import process
from scripts.bench.accuracy.truth import TruePage
from scripts.bench.agency import AGENCY_NAME
from scripts.bench.throughput.chain import SHEET, found_for_measuring
from storage.ledger.models import Document, DocumentVersion, FieldValue, StoredObject

OURS = re.compile(rf"Bản số hóa;[^\n]*|TEST[^\n]*|SAO Y[^\n]*|{AGENCY_NAME}|\d{{4}}-\d\d-\d\dT[\d:]+\+07:00")
"""What we print on a copy ourselves: the mark of a digitized copy and the signature block."""


@dataclass(frozen=True, slots=True)
class Archived:
    """What became of one page: the text of its archived PDF, and its fields before anybody answered a question."""

    text: str
    fields: Mapping[str, FieldValue]


def archive_pages(pages: Sequence[TruePage], home: Path) -> dict[str, Archived]:
    """Run pages through intake, reading, extraction, review, seal and archive; give what became of each by name.

    Each is a record of its own under a random name, without a register, so that neither leaks a number.
    """
    ctx = Context(load_settings(home, inbox={"stable_after_s": 0}), actor="bench")
    records = _lay_out(pages, ctx.settings.inbox_folder)
    found_for_measuring(ctx)
    run_line(ctx, lambda ids: [process(ctx, id_) for id_ in ids])
    fields = {name: _fields(ctx, record) for name, record in records.items()}
    settle_all(ctx)
    run_line(ctx, lambda ids: [process(ctx, id_) for id_ in ids], release_as_test=True)
    return {name: Archived(_archived_text(ctx, record), fields[name]) for name, record in records.items()}


def settle_all(ctx: Context) -> None:
    """Answer every question as somebody would who only wants to get on."""
    for document_id in {question.document_id for question in review.open_questions(ctx)}:
        review.accept(ctx, document_id)
    for question in review.open_questions(ctx):
        value = "01/04/2026" if str(question.field_name).endswith("_on") else "-"
        review.set_value(ctx, question.document_id, str(question.field_name), value, may_differ=True)


def _lay_out(pages: Sequence[TruePage], inbox: Path) -> dict[str, str]:
    """Copy each page into a record of its own under a name that says nothing; give the records by page name."""
    inbox.mkdir(parents=True)
    (inbox / "lo.toml").write_text(SHEET, "utf-8")
    records = {}
    for page, number in zip(pages, random.sample(range(1000, 9999), len(pages)), strict=True):
        record = f"H41.99-260504-{number}"
        folder = inbox / "H41.99" / record
        folder.mkdir(parents=True)
        shutil.copyfile(page.image, folder / f"{number}{page.image.suffix}")
        records[page.name] = record
    return records


def _fields(ctx: Context, record: str) -> Mapping[str, FieldValue]:
    with ctx.ledger.session() as session:
        values = session.scalars(select(FieldValue).where(FieldValue.version_id == _version(ctx, record))).all()
        session.expunge_all()
        return {value.name: value for value in values}


def _version(ctx: Context, record: str) -> UUID:
    with ctx.ledger.session() as session:
        return session.scalars(
            select(DocumentVersion.id)
            .join(Document, Document.id == DocumentVersion.document_id)
            .where(Document.source_path.contains(record))
        ).one()


def _archived_text(ctx: Context, record: str) -> str:
    with ctx.ledger.session() as session:
        key = session.scalars(
            select(StoredObject.key).where(
                StoredObject.version_id == _version(ctx, record), StoredObject.kind == "archival"
            )
        ).one()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "archived.pdf"
        ctx.store.fetch(key, path)
        return OURS.sub(" ", "\n".join(text_of(path)))
