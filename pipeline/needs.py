"""What a document needs while it is worked on, by its pages and pixels: memory above an idle process, space on disk.

The figures are measured (scripts/bench/needs) and stand as data in config/reference/document_needs.toml. An estimate
is a bound: no document that was measured needed more.
"""

import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import BigInteger, ColumnElement, cast, func

from config.reference_file import read_reference
from storage.ledger.models import Document

NEEDS_FILE = Path(__file__).parents[1] / "config" / "reference" / "document_needs.toml"
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Size:
    """How large a document is: its pages, the pixels of the largest and of all, the bytes of its files."""

    pages: int
    largest_page_px: int
    all_pages_px: int
    original_bytes: int


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes of memory and of disk."""

    memory: int
    disk: int


@dataclass(frozen=True, slots=True)
class Rates:
    """Bytes for any document, for each pixel, for each page and for each byte of its files."""

    bytes: float
    a_pixel: float
    a_page: float
    a_byte: float


@dataclass(frozen=True, slots=True)
class NeedRates:
    """All figures of the file."""

    memory: Rates
    disk: Rates
    kept_free_bytes: int
    kept_free_share: float
    """What no document may be planned into: so many bytes, or this share of a disk on which that is less."""
    unknown_page_px: int
    unknown_page_bytes: int
    memory_share: float


@cache
def need_rates(path: Path = NEEDS_FILE) -> NeedRates:
    """Read the measured figures. Raise ReferenceDataError where the file is wrong."""
    data = read_reference(path, {"source", "memory", "disk", "unknown", "machine"}, SCHEMA)
    disk = dict(data["disk"])
    kept_free_bytes, kept_free_share = disk.pop("kept_free_bytes"), disk.pop("kept_free_share")
    return NeedRates(
        memory=Rates(**data["memory"]),
        disk=Rates(**disk),
        kept_free_bytes=kept_free_bytes,
        kept_free_share=kept_free_share,
        unknown_page_px=data["unknown"]["page_px"],
        unknown_page_bytes=data["unknown"]["page_bytes"],
        memory_share=data["machine"]["memory_share"],
    )


def need_of(size: Size) -> Need:
    """Give what a document of a size needs."""
    rates = need_rates()
    memory, disk = rates.memory, rates.disk
    return Need(
        memory=int(
            memory.bytes
            + memory.a_pixel * size.largest_page_px
            + memory.a_page * size.pages
            + memory.a_byte * size.original_bytes
        ),
        disk=int(
            disk.bytes + disk.a_pixel * size.all_pages_px + disk.a_page * size.pages + disk.a_byte * size.original_bytes
        ),
    )


def size_of(document: Document) -> Size:
    """Give how large a document is; one that came in before its size was noted is taken to be large."""
    rates, pages = need_rates(), document.page_count or 1
    px, size = document.largest_page_px, document.original_bytes
    return Size(
        pages=pages,
        largest_page_px=rates.unknown_page_px if px is None else px,
        all_pages_px=rates.unknown_page_px * pages if document.all_pages_px is None else document.all_pages_px,
        original_bytes=rates.unknown_page_bytes * pages if size is None else size,
    )


def free_for_documents(folder: Path) -> int:
    """Give how many bytes documents may still write on the disk of a folder; below nothing where it is nearly full."""
    disk, rates = shutil.disk_usage(folder), need_rates()
    return disk.free - min(rates.kept_free_bytes, int(rates.kept_free_share * disk.total))


def memory_needed() -> ColumnElement[int]:
    """Give the SQL expression of the memory a document needs, as `need_of` computes it."""
    rates = need_rates()
    memory, pages = rates.memory, func.coalesce(Document.page_count, 1)
    px = func.coalesce(Document.largest_page_px, rates.unknown_page_px)
    size = func.coalesce(Document.original_bytes, rates.unknown_page_bytes * pages)
    return cast(
        memory.bytes + memory.a_pixel * px + memory.a_page * pages + memory.a_byte * size,
        BigInteger,
    )
