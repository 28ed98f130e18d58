"""Which unsure fields a person is not asked about: data, each with its reason."""

import tomllib
from functools import cache
from pathlib import Path

from config.errors import ReferenceDataError

POLICY_FILE = Path(__file__).parents[1] / "config" / "reference" / "review_policy.toml"
SCHEMA = 1


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
