"""Whether a place is where the backups of this ledger belong: not the empty folder where a disk is not mounted."""

import hashlib
from contextlib import suppress

from sqlalchemy import select

from config.i18n import gettext
from config.i18n import mark as _
from pipeline.backups.manifest import BackupBrokenError
from pipeline.backups.places import BackupPlaceError, Place
from pipeline.backups.reading import names_of, read_backup
from pipeline.context import Context
from storage.ledger.models import Event

BACKED_UP = "ledger.backed_up"


def ensure_ours(ctx: Context, place: Place, *, full: bool) -> None:
    """Raise BackupPlaceError for a place that lost all its backups, or that has those of the other environment."""
    if next(names_of(place), None) is None:
        if not full and _was_used(ctx, place):
            cause = _("no backup lies there any more: is its disk mounted? To begin anew there: sohoa backup --full")
            raise BackupPlaceError(place=place.name, cause=cause)
        return
    # One that is broken says nothing of whose it is, and hinders no new one.
    with suppress(BackupBrokenError):
        found = read_backup(place).environment
        if found != ctx.environment:
            cause = gettext(_("backups of a ledger of another kind ({found}) lie there")).format(found=found)
            raise BackupPlaceError(place=place.name, cause=cause)


def _was_used(ctx: Context, place: Place) -> bool:
    """Say whether the event log tells of a backup in this place."""
    with ctx.ledger.reading() as session:
        told = session.scalars(select(Event.payload).where(Event.kind == BACKED_UP).order_by(Event.seq.desc()))
        return any(payload.get("place") == mark_of(ctx, place) for payload in told)


def mark_of(ctx: Context, place: Place) -> str:
    """Give what the event log knows a place by: events hold no names, and one path is another disk on each machine."""
    return hashlib.sha256(f"{ctx.place or ''} {place.name}".encode()).hexdigest()
