"""Agencies with their level for counting: read from data, kept in the ledger by code."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.codes import normalize_agency_code
from config.errors import CodeError, ReferenceDataError, UsageError
from config.i18n import gettext
from config.i18n import mark as _
from config.reference_file import read_reference, rows_of
from config.text import fold_space
from pipeline.archival_metadata import DEFAULTS
from pipeline.archival_rules import check_metadata
from pipeline.targets import Level
from storage.ledger.models import Agency

AGENCIES_FILE = Path(__file__).parents[1] / "config" / "reference" / "agencies.toml"
SCHEMA = 1
_KEYS = frozenset({"code", "name", "level", "parent", "unit_code", "valid_from", "valid_to", "source", "metadata"})


@dataclass(frozen=True, slots=True)
class AgencyMetadata:
    """What an agency says of the archival metadata of all its documents, and by what law."""

    legal_basis: str
    values: dict[str, str | bool]


@dataclass(frozen=True, slots=True)
class AgencyFacts:
    """One agency as data knows it."""

    code: str
    name: str
    level: Level
    parent: str | None = None
    unit_code: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    metadata: AgencyMetadata | None = None


def load_agencies(path: Path = AGENCIES_FILE) -> tuple[AgencyFacts, ...]:
    """Read agencies from a file. Raise ReferenceDataError naming file and place when it is wrong."""
    data = read_reference(path, {"agency"}, SCHEMA, may_lack_schema=True)
    found: dict[str, AgencyFacts] = {}
    for number, entry in enumerate(rows_of(path, data, "agency"), start=1):
        facts = _facts(path, f"agency {number}", entry)
        if facts.code in found:
            raise ReferenceDataError(
                file=path.name,
                place=f"agency {number}",
                cause=gettext(_("{code} stands there twice")).format(code=facts.code),
            )
        found[facts.code] = facts
    for code in found:
        if _is_its_own_ancestor(code, found):
            raise ReferenceDataError(
                file=path.name, place=code, cause=gettext(_("its parents lead back to {code} itself")).format(code=code)
            )
    return tuple(found.values())


def _is_its_own_ancestor(code: str, agencies: dict[str, AgencyFacts]) -> bool:
    seen: set[str] = set()
    parent = agencies[code].parent
    while parent in agencies and parent not in seen:
        if parent == code:
            return True
        seen.add(parent)
        parent = agencies[parent].parent
    return False


def keep_agencies(session: Session, agencies: Iterable[AgencyFacts]) -> None:
    """Bring the ledger's agencies to what the data says; none is removed, for records may refer to it."""
    kept = {row.code: row for row in session.scalars(select(Agency))}
    for facts in agencies:
        row = kept.get(facts.code)
        if row is None:
            row = kept[facts.code] = Agency(code=facts.code)
            session.add(row)
        row.name, row.level, row.parent_code = facts.name, facts.level, facts.parent
        row.unit_code = facts.unit_code
        row.valid_from, row.valid_to = facts.valid_from, facts.valid_to
        if facts.metadata is not None:
            row.metadata_basis = facts.metadata.legal_basis
            for column in DEFAULTS:
                setattr(row, column, facts.metadata.values.get(column))


def _facts(path: Path, place: str, entry: dict[str, Any]) -> AgencyFacts:
    unknown = entry.keys() - _KEYS
    if unknown:
        raise ReferenceDataError(
            file=path.name, place=place, cause=gettext(_("there is no key {key}")).format(key=sorted(unknown)[0])
        )
    for key in ("code", "name", "level"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise ReferenceDataError(file=path.name, place=place, cause=gettext(_("{key} is missing")).format(key=key))
    if entry["level"] not in set(Level):
        raise ReferenceDataError(
            file=path.name, place=f"{place}, level", cause=_("not one of: province, district, commune")
        )
    for key in ("valid_from", "valid_to"):
        if entry.get(key) is not None and type(entry[key]) is not date:
            raise ReferenceDataError(file=path.name, place=f"{place}, {key}", cause=_("not a date, such as 2025-07-01"))
    return AgencyFacts(
        code=_code(path, place, entry["code"]),
        name=fold_space(entry["name"]),
        level=Level(entry["level"]),
        parent=_code(path, place, entry["parent"]) if entry.get("parent") else None,
        unit_code=str(entry["unit_code"]) if entry.get("unit_code") else None,
        valid_from=entry.get("valid_from"),
        valid_to=entry.get("valid_to"),
        metadata=_metadata(path, place, entry["metadata"]) if "metadata" in entry else None,
    )


def _metadata(path: Path, place: str, entry: object) -> AgencyMetadata:
    """Read what an agency says for all its documents: codes of TT 05/2025, with their legal basis."""
    place = f"{place}, metadata"
    if not isinstance(entry, dict) or not str(entry.get("legal_basis", "")).strip():
        raise ReferenceDataError(
            file=path.name, place=place, cause=gettext(_("{key} is missing")).format(key="legal_basis")
        )
    values: dict[str, str | bool] = {}
    for key, value in entry.items():
        if key == "legal_basis":
            continue
        if key not in DEFAULTS:
            raise ReferenceDataError(
                file=path.name, place=place, cause=gettext(_("there is no key {key}")).format(key=key)
            )
        try:
            values[key] = check_metadata(key, str(value))
        except UsageError as err:
            raise ReferenceDataError(file=path.name, place=place, cause=str(err.details["cause"])) from err
    return AgencyMetadata(fold_space(str(entry["legal_basis"])), values)


def _code(path: Path, place: str, raw: object) -> str:
    try:
        return normalize_agency_code(str(raw))
    except CodeError as err:
        raise ReferenceDataError(file=path.name, place=place, cause=str(err)) from err
