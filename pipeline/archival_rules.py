"""What the law asks of a document's and a record's metadata, as data: required fields, codes, identifiers."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from config.errors import ReferenceDataError, UsageError
from config.i18n import gettext
from config.i18n import mark as _
from storage.ledger.models import Document, Record

METADATA_FILE = Path(__file__).parents[1] / "config" / "reference" / "archival_metadata.toml"
SCHEMA = 2
FLAG = "risk_recovery"
_FLAGS = {"1": True, "có": True, "true": True, "0": False, "không": False, "false": False}


@dataclass(frozen=True, slots=True)
class ArchivalRules:
    """Required columns of documents and records, the codes they take, and how a document's code is made."""

    document: tuple[str, ...]
    record: tuple[str, ...]
    codes: dict[str, dict[str, str]]
    """Column to code to its meaning; the prevailing code first."""
    born_digital: str
    digitized: str
    mixed: str
    document_code: str


@cache
def archival_rules(path: Path = METADATA_FILE) -> ArchivalRules:
    """Read the rules. Raise ReferenceDataError when the file names a column that is none or lacks something."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        if data.get("schema") != SCHEMA:
            raise ReferenceDataError(file=path.name, place="schema", cause=f"{data.get('schema')!r} is not {SCHEMA}")
        rules = _rules(data)
        rules.document_code.format(file_code="H41", number=1)
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err
    for place, names, table in (("document", rules.document, Document), ("record", rules.record, Record)):
        unknown = [name for name in names if name not in table.__table__.columns]
        if unknown:
            raise ReferenceDataError(file=path.name, place=place, cause=f"no such column: {', '.join(unknown)}")
    return rules


def _rules(data: dict[str, Any]) -> ArchivalRules:
    for place in ("document", "record", "identifiers", "confidence_level"):
        if not data[place]["legal_basis"]:
            raise KeyError(f"{place}.legal_basis")
    levels = data["confidence_level"]
    return ArchivalRules(
        document=tuple(data["document"]["required"]),
        record=tuple(data["record"]["required"]),
        codes={column: dict(codes) for column, codes in data["codes"].items()},
        born_digital=levels["born_digital"],
        digitized=levels["digitized"],
        mixed=levels["mixed"],
        document_code=data["identifiers"]["document"],
    )


def check_metadata(column: str, value: str) -> str | bool:
    """Give a metadata value as the ledger keeps it. Raise UsageError naming the codes that may stand there."""
    if column == FLAG:
        if value.strip().lower() not in _FLAGS:
            raise UsageError(cause=gettext(_("{field} is 1 or 0, not “{value}”")).format(field=column, value=value))
        return _FLAGS[value.strip().lower()]
    codes = archival_rules().codes.get(column)
    if codes is not None and value.strip() not in codes:
        known = ", ".join(f"{code} {meaning}" for code, meaning in sorted(codes.items()))
        cause = gettext(_("{field} is one of: {known}; not “{value}”"))
        raise UsageError(cause=cause.format(field=column, known=known, value=value))
    return value.strip()
