"""What assembling is asked for, and what it gives."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ocr.assemble.copymark import CopyMark
from ocr.model import PageText
from ocr.pdfa import PdfaReport
from ocr.source.facts import Lane


@dataclass(frozen=True, slots=True)
class AssembleRequest:
    """One document: the delivered PDF, the reading of each of its pages, and where the archival PDF goes."""

    delivered: Path
    texts: tuple[PageText, ...]
    out: Path
    title: str
    document_id: str
    mark: CopyMark
    lane: Literal["auto", "straight", "careful"] = "auto"


@dataclass(frozen=True, slots=True)
class Assembled:
    """The archival PDF as written: by which lane, its hash and size, and the verdict on it.

    `own_text_pages` (from 1) kept the readable text they came with, because it says what we read.
    """

    lane: Lane
    sha256: str
    size: int
    pages: int
    pdfa: PdfaReport
    own_text_pages: tuple[int, ...] = ()
