"""A TOML file of reference data, read so that whatever is wrong with it is told by its place."""

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from config.errors import ReferenceDataError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import nfc


def read_reference(path: Path, parts: Collection[str], schema: int, *, may_lack_schema: bool = False) -> dict[str, Any]:
    """Give a file's content, its text in NFC. Raise ReferenceDataError for another schema or a part it does not have.

    `parts`: the keys that may stand beside the schema; one that is mistyped would count for nothing unseen.
    """
    try:
        data = tomllib.loads(nfc(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err
    except (ValueError, RecursionError) as err:
        cause = _("a number in it is too long, or its tables are nested too deep")
        raise ReferenceDataError(file=path.name, place="-", cause=cause) from err
    found = data.get("schema", schema if may_lack_schema else None)
    if found != schema or isinstance(found, bool):
        cause = gettext(_("{found} is not {schema}")).format(found=repr(found), schema=schema)
        raise ReferenceDataError(file=path.name, place="schema", cause=cause)
    if unknown := data.keys() - {"schema", *parts}:
        raise ReferenceDataError(file=path.name, place=min(unknown), cause=_("there is no such part"))
    return data


def rows_of(path: Path, data: dict[str, Any], part: str) -> list[dict[str, Any]]:
    """Give the tables `[[part]]` of a file. Raise ReferenceDataError when something else bears their name."""
    rows = data.get(part, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        cause = gettext(_("write it as tables: {example}")).format(example=f"[[{part}]]")
        raise ReferenceDataError(file=path.name, place=part, cause=cause)
    return rows
