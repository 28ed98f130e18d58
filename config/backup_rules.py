"""What the archives' law says about backups: data with its source, in config/reference/backups.toml."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from config.errors import ReferenceDataError
from config.i18n import mark as _
from config.reference_file import read_reference

BACKUPS_FILE = Path(__file__).parent / "reference" / "backups.toml"
SCHEMA = 1
_PARTS = {
    "incremental": "every_days",
    "full": "every_months",
    "long_term": "every_years",
    "copies": "least",
}


@dataclass(frozen=True, slots=True)
class BackupRules:
    """How often what is copied, and how many independent sets there must be."""

    legal_basis: str
    incremental_days: int
    full_months: int
    long_term_years: int
    least_copies: int


@cache
def backup_rules() -> BackupRules:
    """Give the rules this program knows. Raise ReferenceDataError for a damaged file."""
    return load_backup_rules(BACKUPS_FILE)


def load_backup_rules(path: Path) -> BackupRules:
    """Read a file of rules. Raise ReferenceDataError when something in it is wrong."""
    data = read_reference(path, {"legal_basis", *_PARTS}, SCHEMA)
    if not isinstance(data.get("legal_basis"), str) or not data["legal_basis"]:
        raise ReferenceDataError(file=path.name, place="legal_basis", cause=_("a source is needed"))
    return BackupRules(data["legal_basis"], *(_number(path, data, part, key) for part, key in _PARTS.items()))


def _number(path: Path, data: dict[str, Any], part: str, key: str) -> int:
    found = data.get(part, {}).get(key) if isinstance(data.get(part), dict) else None
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise ReferenceDataError(file=path.name, place=f"{part}.{key}", cause=_("write a whole number from 1 on"))
    return found
