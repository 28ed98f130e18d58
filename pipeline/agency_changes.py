"""Notes in the event log when the agencies of the ledger changed, and what they are known again by."""

import hashlib
from datetime import date, datetime

import rfc8785
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from pipeline.noted_changes import note_change
from storage.ledger.models import Agency

CHANGED = "agencies.changed"
_COLUMNS = tuple(sorted(column.key for column in inspect(Agency).column_attrs if column.key != "id"))
"""All that the ledger says of an agency: a name is printed on seals, level and unit decide where its records count."""


def note_agencies(session: Session, actor: str, at: datetime) -> bool:
    """Note agencies that are not those noted last; say whether they were."""
    total, with_parent, with_unit = session.execute(
        select(func.count(), func.count(Agency.parent_code), func.count(Agency.unit_code))
    ).one()
    counts = {"agencies": total, "with_parent": with_parent, "with_unit": with_unit}
    return note_change(session, CHANGED, digest_kept_agencies(session), counts, actor, at)


def digest_kept_agencies(session: Session) -> str:
    """Give the SHA-256 of the agencies as the ledger keeps them, whatever order and ids their rows have."""
    rows = session.scalars(select(Agency))
    plain = sorted(([_plain(getattr(row, name)) for name in _COLUMNS] for row in rows), key=rfc8785.dumps)
    return hashlib.sha256(rfc8785.dumps([list(_COLUMNS), plain])).hexdigest()


def _plain(value: str | bool | date | None) -> str | bool | None:
    return value.isoformat() if isinstance(value, date) else value
