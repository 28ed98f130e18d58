"""What extraction gives: fields with their value, sureness and place on the page, each accepted or for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ocr.model import Box


class FieldName(StrEnum):
    """The zones of NĐ 30/2020 that are keyed in; fields of one-stop results have names from their own data."""

    PARENT_ISSUER = "parent_issuer"
    ISSUER = "issuer"
    CODE = "code"
    NUMBER = "number"
    SYMBOL = "symbol"
    PLACE = "place"
    ISSUED_ON = "issued_on"
    TYPE_NAME = "type_name"
    SUBJECT = "subject"
    URGENCY = "urgency"
    AUTHORITY = "authority"
    SIGNER_TITLE = "signer_title"
    SIGNER_NAME = "signer_name"
    RECIPIENTS = "recipients"


class FieldStatus(StrEnum):
    """Whether a value passes by itself, waits for a person, or stands beside the one that counts."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class ExtractedField:
    """One field: its value (dates as ISO), how sure it is, where it stands, and why it waits if it does."""

    name: str
    value: str | None
    confidence: float
    page: int | None
    box: Box | None
    status: FieldStatus
    reason_code: str | None


@dataclass(frozen=True, slots=True)
class Extraction:
    """All fields of one document, the key of its type (QĐ, CV, GCNHKD, …), and codes of what looked wrong."""

    fields: tuple[ExtractedField, ...]
    document_type: str | None
    findings: tuple[str, ...]

    def field(self, name: str) -> ExtractedField | None:
        """Give the field of a name, if the document has it."""
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True, slots=True)
class AgencyName:
    """An agency this installation works for: code, full name, and its abbreviation in symbols if known."""

    code: str
    name: str
    symbol: str | None = None


@dataclass(frozen=True, slots=True)
class ExtractContext:
    """What extraction needs to know beside the pages: today's legal date, the threshold, the house's own agencies."""

    today: date
    accept_confidence: float = 0.90
    agencies: Sequence[AgencyName] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A field as read, before the rules and the threshold have judged it.

    `doubt`: the reason code of what stands against accepting it, whatever its confidence.
    """

    name: str
    value: str | None
    confidence: float
    page: int | None = None
    box: Box | None = None
    doubt: str | None = None
