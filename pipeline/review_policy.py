"""Which unsure fields a person is not asked about: data, each with its reason."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.errors import ReferenceDataError

POLICY_FILE = Path(__file__).parents[1] / "config" / "reference" / "review_policy.toml"
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class RegisterPolicy:
    """Which doubts a register row that agrees settles, and how alike abstracts must be to agree, 0 to 100."""

    confirms: frozenset[str]
    subject_likeness: float


@cache
def register_policy(path: Path = POLICY_FILE) -> RegisterPolicy:
    """Give how the register is held against what was read. Raise ReferenceDataError when the file is wrong."""
    try:
        entry = tomllib.loads(path.read_text("utf-8"))["register"]
        if not (entry["confirms_reason"] and entry["subject_likeness_reason"]):
            raise ReferenceDataError(file=path.name, place="register", cause="an entry has no reason")
        return RegisterPolicy(frozenset(entry["confirms"]), float(entry["subject_likeness"]))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as err:
        raise ReferenceDataError(file=path.name, place="register", cause=err) from err


@cache
def quiet_fields(path: Path = POLICY_FILE) -> frozenset[str]:
    """Give the names of fields that do not hold a document up. Raise ReferenceDataError when the file is wrong."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        if data["schema"] != SCHEMA:
            raise ReferenceDataError(file=path.name, place="schema", cause=f"{data['schema']!r} is not {SCHEMA}")
        entries = data.get("quiet", [])
        if not all(entry["reason"] for entry in entries):
            raise ReferenceDataError(file=path.name, place="quiet", cause="an entry has no reason")
        return frozenset(entry["field"] for entry in entries)
    except (OSError, tomllib.TOMLDecodeError, KeyError) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err
