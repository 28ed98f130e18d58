"""Looking at what came in before any work is spent on it: headers only, bounded in memory and time."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from config.errors import EmptyFileError, InputRefusedError
from config.i18n import mark as _
from ocr.source.door import check_pages, natural_order, shown_name, steady
from ocr.source.facts import Limits, Note, SourceFacts, SourceFormat
from ocr.source.frames import Frame, frames
from ocr.source.kinds import find_format
from ocr.source.pdfcheck import examine
from ocr.source.specimen_mark import carries_specimen_mark


def inspect(paths: Sequence[Path], limits: Limits) -> SourceFacts:
    """Give the facts of one file, or of the page images of one document, which are put into natural order.

    Raise an InputRefusedError: empty, damaged, of another kind, locked, with scripts, too large, a link,
    or changed while it was read.
    """
    ordered = document_files(paths)
    if len(ordered) == 1:
        with steady(ordered[0], limits) as file:
            if find_format(ordered[0], file) is SourceFormat.PDF:
                pdf = examine(ordered[0], file, limits)
                return SourceFacts(
                    SourceFormat.PDF,
                    pdf.pages,
                    pdf.is_signed,
                    _codes(pdf.notes),
                    is_specimen=carries_specimen_mark(file),
                    largest_page_px=pdf.largest_page_px,
                    all_pages_px=pdf.all_pages_px,
                )
    found: set[Note] = set()
    formats: list[SourceFormat] = []
    pixels: list[int] = []
    for frame in document_frames(ordered, limits):
        found |= frame.notes
        formats.append(frame.format)
        pixels.append(frame.width * frame.height)
    return SourceFacts(
        formats[0],
        len(formats),
        is_signed=False,
        notes=_codes(found),
        is_specimen=any(_is_marked(path, limits) for path in ordered),
        largest_page_px=max(pixels),
        all_pages_px=sum(pixels),
    )


def document_files(paths: Sequence[Path]) -> list[Path]:
    """Give the files of one document in natural order. Raise EmptyFileError when there are none."""
    ordered = natural_order(paths) if len(paths) > 1 else list(paths)
    if not ordered:
        name = shown_name(paths[0].parent) if paths else "-"
        raise EmptyFileError(file=name)
    return ordered


def document_frames(ordered: Sequence[Path], limits: Limits) -> Iterator[Frame]:
    """Give the page images of a document one by one. Raise an InputRefusedError at the first that cannot be taken."""
    pages = 0
    for path in ordered:
        with steady(path, limits) as file:
            source_format = find_format(path, file)
            if source_format is SourceFormat.PDF:
                cause = _("a PDF among page images; a folder of pages holds images only")
                raise InputRefusedError(file=shown_name(path), cause=cause)
            for frame in frames(path, file, source_format, limits):
                pages += 1
                check_pages(path, pages, limits)
                yield frame


def _is_marked(path: Path, limits: Limits) -> bool:
    with steady(path, limits) as file:
        return carries_specimen_mark(file)


def _codes(notes: set[Note]) -> tuple[str, ...]:
    return tuple(sorted(note.value for note in notes))
