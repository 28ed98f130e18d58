"""What extraction gives: fields with their value, sureness and place on the page, each accepted or for a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from ocr.model import Box
from pipeline.extract.document_types import TypeBook
from pipeline.extract.field_names import FieldName
from pipeline.extract.type_files import type_book
from pipeline.promise import usual_confidence

__all__ = [
    "AgencyName",
    "ExtractContext",
    "ExtractedField",
    "Extraction",
    "FieldName",
    "FieldStatus",
    "Reading",
    "Signer",
]


BY_READING, BY_CODE = "ocr", "code"
"""Sources of what the machine says: the print of the paper, and the codes on it."""


class FieldStatus(StrEnum):
    """Whether a value passes by itself, waits for a person, or stands beside the one that counts."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class ExtractedField:
    """One field: its value (dates as ISO), how sure it is, where it stands, and why it waits if it does.

    `why`: marks of the rules that spoke for (`symbol_type+`) or against it (`symbol_type-`), in the order they spoke;
    `rule_book.rule_text` gives their sentences.
    """

    name: str
    value: str | None
    confidence: float
    page: int | None
    box: Box | None
    status: FieldStatus
    reason_code: str | None
    why: tuple[str, ...] = ()
    source: str = BY_READING


@dataclass(frozen=True, slots=True)
class Extraction:
    """All fields of one document, the key of its type (QĐ, CV, GCNHKD, …), and codes of what looked wrong."""

    fields: tuple[ExtractedField, ...]
    document_type: str | None
    findings: tuple[str, ...]

    def field(self, name: str) -> ExtractedField | None:
        """Give the field of a name, if the document has it."""
        return next((found for found in self.fields if found.name == name), None)


@dataclass(frozen=True, slots=True)
class AgencyName:
    """An agency this installation works for: code, full name, and its abbreviation in symbols if known."""

    code: str
    name: str
    symbol: str | None = None


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: the name as it is printed, the code of the agency, from when until when; None where it is not told."""

    name: str
    agency: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def is_in_office(self, day: date) -> bool:
        """Say whether this one signs on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class ExtractContext:
    """What extraction needs to know beside the pages: today's legal date, the threshold, the house's own agencies.

    `types`: the document types in force; without a site's own, those that are shipped. `signers`: those a site knows.
    """

    today: date
    accept_confidence: float = field(default_factory=usual_confidence)
    agencies: Sequence[AgencyName] = ()
    signers: Sequence[Signer] = ()
    types: TypeBook = field(default_factory=type_book)


@dataclass(frozen=True, slots=True)
class Reading:
    """A field as read, before the rules and the threshold have judged it.

    `doubt`: the reason code of what stands against accepting it, whatever its confidence.
    `why`: marks of the rules that spoke for or against it.
    """

    name: str
    value: str | None
    confidence: float
    page: int | None = None
    box: Box | None = None
    doubt: str | None = None
    why: tuple[str, ...] = ()

    def told(self, *marks: str) -> "Reading":
        """Give the reading with marks of rules that spoke; each is noted once."""
        new = tuple(mark for mark in dict.fromkeys(marks) if mark not in self.why)
        return replace(self, why=(*self.why, *new)) if new else self
