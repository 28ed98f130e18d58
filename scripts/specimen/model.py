"""What a specimen is made of: who issues it, what it says, how it is set, how it was scanned, what is true of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any


class Colour(StrEnum):
    """What the scanner made of the paper."""

    COLOUR = "colour"
    GREY = "grey"
    BITONAL = "bitonal"


class Container(StrEnum):
    """What a document is delivered as."""

    PDF = "pdf"
    TIFF = "tiff"
    JPEG = "jpg"
    PNG = "png"
    FOLDER = "folder"
    SIGNED_PDF = "signed"


@dataclass(frozen=True, slots=True)
class Agency:
    """An invented agency: its code and level, the lines of its letterhead, who signs for it and how."""

    code: str
    name: str
    level: str
    parent: str
    parent_line: tuple[str, ...]
    issuer: tuple[str, ...]
    short: str
    symbol: str
    place: str
    seal: str
    signing: tuple[tuple[str, str], ...]

    @property
    def authority(self) -> str:
        """The line between preamble and order: who decides."""
        return " ".join(self.issuer)

    @property
    def area(self) -> str:
        """The area the agency looks after, as it stands in a sentence."""
        return self.name.removeprefix("Ủy ban nhân dân ")


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a paper's body: a paragraph, heading, table or turn of the page."""

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """What one document says, before it is set."""

    kind: str
    type_name: str | None
    title_rows: tuple[str, ...]
    subject: str | None
    caption: str
    urgency: str | None
    secrecy: str | None
    parent_line: tuple[str, ...]
    issuer: tuple[str, ...]
    number: str
    symbol: str
    place: str | None
    issued_on: date
    to: tuple[str, ...]
    body: tuple[Block, ...]
    after_signature: tuple[Block, ...]
    recipients: tuple[str, ...]
    authority: tuple[str, ...]
    signer_title: str
    signer_name: str
    seal: str
    by_hand: frozenset[str]
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Number and symbol as archivists write them."""
        return f"{self.number}/{self.symbol}" if self.symbol else self.number


@dataclass(frozen=True, slots=True)
class Scan:
    """How a document went through the scanner: mode, resolution, wear 0 clean .. 2 poor, turns of its pages."""

    colour: Colour
    dpi: int
    container: Container
    wear: int = 1
    turns: tuple[int, ...] = ()
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place on a set page where ink goes later: a box in pixels of the page image."""

    name: str
    left: float
    top: float
    width: float
    height: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class PageTruth:
    """What stands on one page, in the block form of the scoring script, and how the page lies."""

    number: int
    blocks: tuple[Mapping[str, Any], ...]
    handwritten: tuple[Mapping[str, str], ...] = ()
    stamps: tuple[Mapping[str, str], ...] = ()
    rotation: int = 0
    skew_deg: float = 0.0
    width_px: int = 0
    height_px: int = 0
    kind: str = "text"

    def text(self) -> str:
        """Give the page's printed text, one unit a line."""
        lines: list[str] = []
        for block in self.blocks:
            if block["t"] == "text":
                lines.append(block["s"])
            elif block["t"] == "cols":
                lines += [line for row in block["rows"] for side in row for line in side]
            else:
                lines += [" ".join(cell for cell in row if cell) for row in block["rows"]]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class SpecimenDocument:
    """One delivered document: where it lies, what it is, what is true of it, what should become of it."""

    agency: str
    record: str
    role: str
    path: Path
    files: tuple[Path, ...]
    kind: str
    scan: Scan
    pages: tuple[PageTruth, ...]
    fields: Mapping[str, Any]
    by_hand: tuple[str, ...] = ()
    expected: str = "archived"
    same_as: str | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
