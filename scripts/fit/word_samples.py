"""Labelled words: read from pages with truth, each with what engine and second recognizer made of it."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ocr.engines import Engine
from ocr.kinds import mark_kinds
from ocr.levers import Levers
from ocr.model import Word, WordKind
from ocr.prepare import plan_page, prepared_image
from ocr.quality import measure
from ocr.recognize_image import read_image
from ocr.second import LineReader
from ocr.second.asking import ask
from ocr.second.opinion import Opinion
from ocr.second.pieces import pieces
from ocr.source import Limits, deliver, open_delivered
from scripts.fit.labelled_words import labels, truth_text
from scripts.specimen import render_specimens

_LIMITS = Limits(max_pages=100, max_page_pixels=200_000_000, max_file_bytes=500_000_000)
_PLAIN = Levers(second_opinion=False, language=False)


@dataclass(frozen=True, slots=True)
class Sample:
    """One word of a page with truth: both readings, and which of them is right."""

    page: str
    is_real: bool
    word: Word
    opinion: Opinion
    is_right: bool
    second_is_right: bool


def corpus_samples(corpus: Path, engine: Engine, reader: LineReader) -> Iterator[Sample]:
    """Give the words of a corpus of real pages (`pages/`, `truth/`)."""
    for path in sorted((corpus / "truth").glob("*.json")):
        truth = json.loads(path.read_text("utf-8"))
        files = [corpus / "pages" / f"{path.stem}.png"]
        yield from _of_file(path.stem, files, [truth["blocks"]], engine, reader)


def specimen_samples(layouts: str, seed: int, count: int, engine: Engine, reader: LineReader) -> Iterator[Sample]:
    """Give the words of rendered specimens."""
    with tempfile.TemporaryDirectory() as folder:
        for document in render_specimens(Path(folder), seed, layouts, count):
            truths = [page.blocks if page.kind == "text" else () for page in document.pages]
            if document.same_as is None and document.expected != "failed":
                name = f"{layouts}/{document.record}/{document.path.name}"
                yield from _of_file(name, document.files, truths, engine, reader, is_real=False)


def _of_file(
    name: str,
    files: Iterable[Path],
    truths: Iterable[Iterable[Mapping[str, Any]]],
    engine: Engine,
    reader: LineReader,
    *,
    is_real: bool = True,
) -> Iterator[Sample]:
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "delivered.pdf"
        deliver(list(files), pdf, _LIMITS)
        with open_delivered(pdf) as delivered:
            for page, blocks in zip(delivered.pages, truths, strict=False):
                truth = truth_text(list(blocks))
                if not truth:
                    continue
                plan = plan_page(delivered, page.number, measure(delivered, page.number))
                image = prepared_image(delivered, plan)
                lines: dict[int, list[Word]] = {}
                for word in mark_kinds(image, read_image(image, page.dpi, engine, _PLAIN).words):
                    if word.kind is WordKind.PRINT:
                        lines.setdefault(word.line, []).append(word)
                parts = [part for line in lines.values() for part in pieces(line)]
                for part, said in zip(parts, ask(image, parts, reader), strict=True):
                    yield from _of_piece(f"{name}#{page.number}", part, said, truth, is_real)


def _of_piece(page: str, piece: list[Word], seconds: list[Opinion], truth: str, is_real: bool) -> Iterator[Sample]:
    own = labels([word.text for word in piece], truth)
    other = labels([second.text for second in seconds], truth)
    for word, second, is_right, second_is_right in zip(piece, seconds, own, other, strict=True):
        if is_right is not None:
            yield Sample(page, is_real, word, second, is_right, bool(second_is_right))
