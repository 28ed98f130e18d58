"""Where the lists behind figures are: one place makes their addresses, so that each figure leads to what it counts."""

from datetime import date
from urllib.parse import urlencode

from pipeline.progress.lists import Done, Selection
from pipeline.units.tree import UnitKey

ENTRIES, DOCUMENTS, OUTSIDE = "/lists/records", "/lists/documents", "/lists/outside"
BOOK = ".xlsx"
ISSUED, EVERY = "issued", "every"


def entries_path(  # noqa: PLR0913 - one argument a thing that a figure is of
    year: int | None = None,
    *,
    level: str | None = None,
    agency: str | None = None,
    unit: str | None = None,
    is_as_issued: bool = False,
    done: str = Done.ALL,
    is_every: bool = False,
    after: object = None,
    base: str = ENTRIES,
) -> str:
    """Give the address of register rows; without a year of the results in force, or of every row."""
    values = {
        "year": year,
        "level": level,
        "agency": agency,
        "unit": unit,
        "view": ISSUED if unit and is_as_issued else None,
        "done": None if done == Done.ALL else done,
        "rows": EVERY if is_every else None,
        "after": after,
    }
    return _path(base, values)


def path_of(of: Selection, *, done: str | None = None, after: object = None, base: str = ENTRIES) -> str:
    """Give the address of a selection, or of another part of it."""
    return entries_path(
        of.year,
        level=of.level,
        agency=of.agency,
        unit=of.unit,
        is_as_issued=of.is_as_issued,
        done=done or of.done,
        is_every=of.is_every,
        after=after,
        base=base,
    )


def documents_path(
    *,
    state: str | None = None,
    finding: str | None = None,
    level: str | None = None,
    unit: str | None = None,
    after: object = None,
    base: str = DOCUMENTS,
) -> str:
    """Give the address of documents in a state or with a finding."""
    return _path(base, {"state": state, "finding": finding, "level": level, "unit": unit, "after": after})


def unit_name(key: UnitKey) -> str:
    """Give what tells a unit from all others, as addresses and the command line have it."""
    return f"{key[0]}@{key[1].isoformat()}"


def unit_path(code: str, valid_from: date) -> str:
    """Give the address of a unit's page."""
    return f"/units/{unit_name((code, valid_from))}"


def _path(base: str, values: dict[str, object]) -> str:
    query = urlencode({name: str(value) for name, value in values.items() if value is not None})
    return f"{base}?{query}" if query else base
