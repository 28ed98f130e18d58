"""Notes in the event log when the units of the ledger changed, and what they are known again by."""

import hashlib
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import rfc8785
from sqlalchemy.orm import Session

from pipeline.noted_changes import note_change
from pipeline.units.keeping import kept_tree

CHANGED = "units.changed"


def note_units(session: Session, actor: str, at: datetime) -> bool:
    """Note units, successions and hardship communes that are not those noted last; say whether they were."""
    tree, _ids = kept_tree(session)
    counts = {"units": len(tree.units), "successions": len(tree.successions), "hardships": len(tree.hardships)}
    return note_change(session, CHANGED, digest_kept_units(session), counts, actor, at)


def digest_kept_units(session: Session) -> str:
    """Give the SHA-256 of the units as the ledger keeps them, whatever order and ids their rows have."""
    tree, _ids = kept_tree(session)
    parts = [
        sorted(rfc8785.dumps(_plain(asdict(one))).decode() for one in some)
        for some in (tree.units.values(), tree.successions, tree.hardships)
    ]
    return hashlib.sha256(rfc8785.dumps(parts)).hexdigest()


def _plain(value: Any) -> Any:
    """Give a value as canonical JSON can hold it."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
