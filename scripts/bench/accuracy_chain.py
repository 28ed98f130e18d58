"""How well the whole chain reads: what pdftotext gives from the archived PDF, and the fields, against truth.

    python -m scripts.bench.accuracy_chain CORPUS [--home FOLDER]

CORPUS holds `pages/*.png` and `truth/*.json`; its scorer is `CORPUS/../score.py`. The pages go through intake,
recognition, assembly, extraction, review, seal and archive under random names and without a register, so that neither
leaks a number. Stock Tesseract reads the same images in the same run. Prints, page by page: characters wrong (stock,
chain), text beyond the truth, text beyond the stamps and notes it lists too, and each field: + accepted and right,
! accepted and wrong, ? sent to a person.
"""

import argparse
import importlib.util
import json
import os
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pytesseract
from PIL import Image
from sqlalchemy import select

from config.settings import load_settings
from ocr.pdftext import text_of
from pipeline import review
from pipeline.context import Context
from pipeline.line import run_line
from pipeline.runner import process
from scripts.bench.speed_child import AGENCY_NAME, SHEET, found_for_measuring
from storage.ledger.models import Document, DocumentVersion, FieldValue, StoredObject

FIELDS = {
    "so_ky_hieu": "code",
    "ngay": "issued_on",
    "co_quan_ban_hanh": "issuer",
    "ten_loai": "type_name",
    "trich_yeu": "subject",
    "nguoi_ky": "signer_name",
}
TABLES = ("qd_707_ttg_p5",)
"""Landscape tables, whose cells are not found yet; summed apart."""
OURS = re.compile(rf"Bản số hóa;[^\n]*|TEST[^\n]*|SAO Y[^\n]*|{AGENCY_NAME}|\d{{4}}-\d\d-\d\dT[\d:]+\+07:00")
"""What we print on a copy ourselves: the mark of a digitized copy and the signature block."""
STOCK: Any = pytesseract


@dataclass(frozen=True, slots=True)
class PageResult:
    """What one page came to: characters, errors of stock and chain, extra characters, and a mark for each field.

    `beyond`: the extra characters that are more than the stamps and handwritten notes the truth lists.
    """

    chars: int
    stock_errors: int
    errors: int
    extra: int
    beyond: int
    marks: Mapping[str, str]


def main(arguments: list[str] | None = None) -> int:
    """Run the pages through and print the table."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--home", type=Path)
    chosen = parser.parse_args(arguments)
    scorer = _scorer(chosen.corpus.resolve().parent / "score.py")
    with tempfile.TemporaryDirectory() as temporary:
        home = chosen.home or Path(temporary) / "home"
        shutil.rmtree(home, ignore_errors=True)
        ctx = Context(load_settings(home, inbox={"stable_after_s": 0}), actor="bench")
        names = _lay_out(chosen.corpus / "pages", ctx.settings.inbox_folder)
        found_for_measuring(ctx)
        run_line(ctx, lambda ids: [process(ctx, id_) for id_ in ids])
        fields = {page: _fields(ctx, code) for code, page in names.items()}
        _settle(ctx)
        run_line(ctx, lambda ids: [process(ctx, id_) for id_ in ids], release_as_test=True)
        results = {
            page: _score(scorer, chosen.corpus, page, _archived_text(ctx, code), fields[page])
            for code, page in sorted(names.items(), key=lambda item: item[1])
        }
    _print(results)
    return 0


def _scorer(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_score", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"no scorer at {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _lay_out(pages: Path, inbox: Path) -> dict[str, str]:
    """Copy each page into a record of its own under a name that says nothing; give page names by record."""
    inbox.mkdir(parents=True)
    (inbox / "lo.toml").write_text(SHEET, "utf-8")
    numbers = random.sample(range(1000, 9999), 4096)
    names = {}
    for path, number in zip(sorted(pages.iterdir()), numbers, strict=False):
        record = f"H41.99-260504-{number}"
        folder = inbox / "H41.99" / record
        folder.mkdir(parents=True)
        shutil.copyfile(path, folder / f"{number}{path.suffix}")
        names[record] = path.stem
    return names


def _fields(ctx: Context, record: str) -> Mapping[str, FieldValue]:
    with ctx.ledger.session() as session:
        version_id = _version(ctx, record)
        values = session.scalars(select(FieldValue).where(FieldValue.version_id == version_id)).all()
        session.expunge_all()
        return {value.name: value for value in values}


def _version(ctx: Context, record: str) -> UUID:
    with ctx.ledger.session() as session:
        return session.scalars(
            select(DocumentVersion.id)
            .join(Document, Document.id == DocumentVersion.document_id)
            .where(Document.source_path.contains(record))
        ).one()


def _settle(ctx: Context) -> None:
    """Answer every question as somebody would who only wants to get on; the readings were noted before."""
    for document_id in {question.document_id for question in review.open_questions(ctx)}:
        review.accept(ctx, document_id)
    for question in review.open_questions(ctx):
        value = "01/04/2026" if question.field_name == "issued_on" else "-"
        review.set_value(ctx, question.document_id, str(question.field_name), value, may_differ=True)


def _archived_text(ctx: Context, record: str) -> str:
    with ctx.ledger.session() as session:
        key = session.scalars(
            select(StoredObject.key).where(
                StoredObject.version_id == _version(ctx, record), StoredObject.kind == "archival"
            )
        ).one()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archived.pdf"
        ctx.store.fetch(key, path)
        return "\n".join(text_of(path))


def _score(scorer: ModuleType, corpus: Path, page: str, text: str, fields: Mapping[str, FieldValue]) -> PageResult:
    truth = json.loads((corpus / "truth" / f"{page}.json").read_text("utf-8"))
    with Image.open(corpus / "pages" / f"{page}.png") as image:
        stock = scorer.score_page(truth, STOCK.image_to_string(image, lang="vie"), None)
    ours = scorer.score_page(truth, OURS.sub(" ", text), None)
    wanted = truth.get("fields") or {}
    marks = {name: _mark(scorer, wanted.get(name), fields.get(field)) for name, field in FIELDS.items()}
    inked = [item["s"] for kind in ("stamps", "handwritten") for item in truth.get(kind, [])]
    listed = sum(len(scorer.norm(text)) + 1 for text in inked if not text.startswith("<"))
    beyond = max(0, ours["extra"] - listed)
    return PageResult(ours["chars"], stock["errors"], ours["errors"], ours["extra"], beyond, marks)


def _mark(scorer: ModuleType, wanted: str | None, read: FieldValue | None) -> str:
    if read is None:
        return "?" if wanted else " "
    if read.status != "accepted":
        return "?"
    return "+" if scorer.norm(str(wanted or "")) == scorer.norm(str(read.value or "")) else "!"


def _print(results: Mapping[str, PageResult]) -> None:
    print(f"{'page':28s} stock %  chain %  extra %  beyond %  {'  '.join(FIELDS)}")
    for page, result in results.items():
        marks = "  ".join(f"{result.marks[name]:^{len(name)}s}" for name in FIELDS)
        print(f"{page:28s} {_rates([result])}  {marks}")
    print(f"{'all':28s} {_rates(results.values())}")
    prose = [result for page, result in results.items() if page not in TABLES]
    print(f"{'all but ' + ', '.join(TABLES):28s} {_rates(prose)}")
    counts = Counter(mark for result in results.values() for mark in result.marks.values())
    print(f"fields: {counts['+']} accepted and right, {counts['!']} accepted and wrong, {counts['?']} sent to a person")


def _rates(results: Iterable[PageResult]) -> str:
    rows = list(results)
    chars = sum(row.chars for row in rows) or 1
    counted = [(row.stock_errors, row.errors, row.extra, row.beyond) for row in rows]
    sums = [sum(column) for column in zip(*counted, strict=True)]
    return "  ".join(f"{100 * total / chars:7.2f}" for total in sums)


if __name__ == "__main__":
    sys.exit(main())
