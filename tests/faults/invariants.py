"""What holds after every hard day, looked at in ledger, store and on disk, past the wires."""

import os
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from config.errors import SohoaError
from pipeline.event_chain import check_event_chain
from pipeline.reconciling.running import reconcile
from pipeline.runner import sweep, workable
from pipeline.verification import verify_record
from signing.report import Verdict
from storage.ledger.models import Document, DocumentVersion, Event, InboxItem, StoredObject
from storage.ledger.states import DocumentState
from tests.faults.ground import REFUSED, Ground
from tests.integration.pipeline.house import RECORD, House

LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
_LATER = timedelta(days=2)
"""By then what no process owns is old enough to be taken away."""


def broken(ground: Ground, *, archived: int) -> list[str]:
    """Give what does not hold; `archived`: how many documents must have come into the archive."""
    house = ground.house()
    try:
        return [
            *_accounted(house, ground.good, archived),
            *_once(house),
            *_whole(house),
            *_sound(ground, house),
            *_clean(ground, house),
        ]
    except SohoaError as err:
        return [f"looking at it: {err.code}: {err}"]
    finally:
        house.ctx.ledger.close()


def _accounted(house: House, good: int, archived: int) -> list[str]:
    """Every file that came in is archived, waits for a person, or was refused with a reason."""
    states = Counter(house.states())
    refused = [
        (path.rpartition("/")[2], reason) for path, (outcome, reason) in house.items().items() if outcome == "refused"
    ]
    found = []
    if states[DocumentState.ARCHIVED] != archived or sum(states.values()) != good:
        reasons = [document.reason_code for document in house.documents()]
        found.append(f"{archived} of {good} documents archived were expected: {dict(states)}, {reasons}")
    if refused != [(REFUSED, "file_empty")]:
        found.append(f"refused: {refused}")
    if house.in_inbox() != [REFUSED] and archived == good:
        found.append(f"in the inbox: {house.in_inbox()}")
    return found


def _once(house: House) -> list[str]:
    """One document, one version, one object of a kind; a number is given once."""
    with house.ctx.ledger.reading() as session:
        versions = Counter(session.scalars(select(DocumentVersion.document_id)))
        objects = Counter(
            (version, kind) for version, kind in session.execute(select(StoredObject.version_id, StoredObject.kind))
        )
        numbers = Counter(session.scalars(select(Document.stt)))
        items = Counter(session.scalars(select(InboxItem.path)))
        ends = Counter(session.scalars(select(Event.subject_id).where(Event.kind == "object.stored.archival")))
    counts: dict[str, Counter[Any]] = {
        "version": versions,
        "object": objects,
        "number": numbers,
        "inbox": items,
        "archived": ends,
    }
    return [f"{what} twice: {one}" for what, found in counts.items() for one, count in found.items() if count > 1]


def _whole(house: House) -> list[str]:
    """The event chain holds, and ledger, store and disk agree, every byte read."""
    check_event_chain(house.ctx)
    differences: list[str] = []
    reconcile(house.ctx, read=True, found=lambda one: differences.append(f"{one.kind}: {one.place}"))
    return differences


def _sound(ground: Ground, house: House) -> list[str]:
    """Every archived document is validly signed, at the level that is set or above."""
    if DocumentState.ARCHIVED not in house.states():
        return []
    least = LEVELS.index(ground.scenario.level)
    found = []
    for proof in verify_record(house.ctx, RECORD):
        levels = [one.level for one in proof.signatures if one.level in LEVELS]
        if proof.verdict is not Verdict.VALID or proof.ledger_match is not True:
            found.append(f"{proof.subject}: {proof.verdict}, {[one.reason_code for one in proof.signatures]}")
        if not levels or min(map(LEVELS.index, levels)) < least:
            found.append(f"{proof.subject}: sealed at {levels}")
    return found


def _let_get_old(folder: Path) -> None:
    """Age files by their own time: a folder store goes by that, and by no clock that a test can move."""
    for path in folder.rglob("*"):
        before = path.stat().st_mtime - _LATER.total_seconds()
        os.utime(path, (before, before))


def _clean(ground: Ground, house: House) -> list[str]:
    """No claim is held, nothing is left to do, and no half-written or temporary file lies anywhere."""
    found = []
    with house.ctx.ledger.reading() as session:
        claimed = session.scalars(select(Document.id).where(Document.claim_until.is_not(None))).all()
    found += [f"claimed: {one}" for one in claimed]
    found += [f"left to do: {one}" for one in workable(house.ctx)]
    now = house.ctx.clock()
    house.ctx.clock = lambda: now + _LATER
    sweep(house.ctx)
    _let_get_old(house.home / "store" / ".incoming")
    house.ctx.store.check(house.ctx.environment)
    resting = {str(one.id) for one in house.documents() if one.state != DocumentState.ARCHIVED}
    for name in ("work", "staging", "chain", "store/.incoming"):
        for path in (house.home / name).rglob("*"):
            owner = path.relative_to(house.home / name).parts[0]
            is_half = name in {"work", "staging"} and owner not in resting
            if path.is_file() and (is_half or path.suffix == ".part" or name == "store/.incoming"):
                found.append(f"left: {path.relative_to(house.home)}")
    found += [f"temporary: {path.name}" for path in (ground.folder / "tmp").glob("*")]
    return found
