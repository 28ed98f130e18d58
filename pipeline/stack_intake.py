"""A stack in the inbox, split at its separator sheets: each document's pages are staged as a PDF of their own.

The pages are taken out with their images untouched. The stack itself stays in the inbox until all of its documents
have passed the secrecy check; then it is stored whole (pipeline/stack_keeping.py).
"""

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ocr.source import SourceFacts, SourceFormat, deliver, open_delivered, take_pages
from pipeline.admission import Staged, StagedPart, StagedStack
from pipeline.context import Context
from pipeline.holds import EmptyStackError, SignedStackError
from pipeline.inbox import Arrival, limits
from pipeline.job import file_sha256, staged_version, staging_folder
from pipeline.separators import StackPart, cut, separators_in
from storage.ledger.types import new_id


def stage_stack(
    ctx: Context, arrival: Arrival, files: Sequence[Path], sha256: str, facts: SourceFacts
) -> StagedStack | None:
    """Stage the documents of an arrival that has separator sheets; None for one that has none.

    Raise SignedStackError for a signed PDF with such sheets, EmptyStackError where nothing lies between them.
    """
    if facts.page_count < 2:
        return None
    with ExitStack() as undo:
        pdf = _as_pdf(ctx, files, facts)
        if pdf not in files:
            undo.callback(pdf.unlink)
        with open_delivered(pdf) as delivered:
            separators = separators_in(delivered)
        if not separators:
            return None
        if facts.is_signed:
            raise SignedStackError(file=arrival.path)
        cuts = cut(facts.page_count, separators)
        if not cuts:
            raise EmptyStackError(file=arrival.path)
        with ExitStack() as unstage:
            parts = []
            for number, one in enumerate(cuts, 1):
                parts.append(_staged(ctx, pdf, one, facts, part_path(arrival, number)))
                unstage.callback(drop_staged, ctx, parts[-1])
            unstage.pop_all()
        return StagedStack(sha256, facts.page_count, tuple(sorted(separators)), tuple(parts))


def drop_staged(ctx: Context, part: StagedPart) -> None:
    """Delete what is staged of a document that did not become one."""
    shutil.rmtree(staging_folder(ctx, part.staged.document_id), ignore_errors=True)


def _as_pdf(ctx: Context, files: Sequence[Path], facts: SourceFacts) -> Path:
    if facts.format is SourceFormat.PDF:
        return files[0]
    out = files[0].parent.with_name("stack.pdf")
    deliver(files, out, limits(ctx))
    return out


def part_path(arrival: Arrival, number: int) -> str:
    """Give the path by which a document of a stack goes: `chong#2.pdf`, under which it may be scanned again alone."""
    path = PurePosixPath(arrival.path)
    stem = path.name if arrival.is_folder else path.stem
    return str(path.with_name(f"{stem}#{number}.pdf"))


def _staged(ctx: Context, pdf: Path, part: StackPart, facts: SourceFacts, path: str) -> StagedPart:
    document_id = new_id()
    folder = staged_version(ctx, document_id, 1)
    folder.mkdir(parents=True)
    out = folder / "000001.pdf"
    take_pages(pdf, range(part.first, part.last + 1), out)
    pages = part.last - part.first + 1
    # Of its own pages no more is known than the largest of the stack.
    most_px = min(facts.all_pages_px, pages * facts.largest_page_px)
    own = replace(facts, format=SourceFormat.PDF, page_count=pages, all_pages_px=most_px)
    return StagedPart(part, Staged(document_id, file_sha256(out), own, out.stat().st_size), path)
