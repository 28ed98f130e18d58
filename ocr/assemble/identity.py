"""What an archival PDF built here says of itself: which document it is, of which record, and who converted it when."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree as ET

from pikepdf import Pdf, PdfError

_DC = "{http://purl.org/dc/elements/1.1/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_MOST_BYTES = 1 << 20
"""Longer metadata were not written here."""


@dataclass(frozen=True, slots=True)
class PdfIdentity:
    """A document as its own XMP names it: id, `{mã hồ sơ}.{STT}`, converter and time, and how many pages it has."""

    document_id: UUID
    title: str
    converter: str
    converted_at: datetime
    pages: int


def read_identity(path: Path) -> PdfIdentity | None:
    """Read what a PDF says of itself; None for one that was not built here."""
    try:
        with Pdf.open(path) as pdf:
            packet = pdf.Root.Metadata.read_bytes()
            pages = len(pdf.pages)
        if len(packet) > _MOST_BYTES or b"<!DOCTYPE" in packet or b"<!ENTITY" in packet:
            return None
        found = ET.fromstring(packet)  # noqa: S314 - without a document type nothing can expand
        return PdfIdentity(
            UUID(_text(found, f"{_DC}identifier")),
            _text(found, f"{_DC}title//{_RDF}li"),
            _text(found, f"{_DC}contributor//{_RDF}li"),
            datetime.fromisoformat(_text(found, f"{_DC}date//{_RDF}li")),
            pages,
        )
    except (PdfError, ET.ParseError, ValueError, AttributeError, KeyError):
        return None


def _text(found: ET.Element, path: str) -> str:
    return (found.findtext(f".//{path}") or "").strip()
