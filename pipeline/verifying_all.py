"""Every archived object, judged one after the other: for the day on which somebody asks whether all of it holds.

How far a run has come is kept in a file of the home folder, so that one that was stopped goes on where it was, and
its end tells of all of it. Nothing is held in memory but one page of the ledger's rows.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from pipeline.context import Context
from pipeline.objects import ARCHIVAL
from pipeline.rereading import KnownObject, known_objects
from pipeline.verification import Proof, verify_object
from signing.report import Verdict
from storage.ledger import events
from storage.ledger.models import StoredObject

PROGRESS_FILE = "verify-all.json"
PAGE = 200
KEPT_EACH = 20
_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Sweep:
    """How far a run through all archived objects has come, and what it found; `last`: the object judged last."""

    started_at: datetime
    last: UUID | None = None
    valid: int = 0
    indeterminate: int = 0
    invalid: int = 0

    @property
    def judged(self) -> int:
        """How many objects were judged."""
        return self.valid + self.indeterminate + self.invalid

    @property
    def verdict(self) -> Verdict:
        """The worst verdict so far."""
        if self.invalid:
            return Verdict.INVALID
        return Verdict.INDETERMINATE if self.indeterminate else Verdict.VALID

    def __add__(self, verdict: Verdict) -> "Sweep":
        """Give it with one more object judged."""
        return replace(self, **{verdict.value: getattr(self, verdict.value) + 1})


def verify_all(
    ctx: Context,
    *,
    anew: bool = False,
    found: Callable[[Proof], None] = lambda _proof: None,
    tell: Callable[[Sweep, int], None] = lambda _sweep, _total: None,
) -> Sweep:
    """Judge every archived object of the ledger, going on where an earlier run was stopped unless `anew`.

    `found` is given each proof, `tell` how far it has come after each. Raise StoreError when the store as a whole
    does not answer; what was judged before is kept.
    """
    path = ctx.settings.home / PROGRESS_FILE
    sweep = (None if anew else _kept(path)) or Sweep(ctx.clock())
    total = _total(ctx)
    try:
        for known in _objects(ctx, sweep.last):
            proof = verify_object(ctx, known, one_of_all=True)
            sweep = replace(sweep + proof.verdict, last=known.id)
            found(proof)
            tell(sweep, total)
            if sweep.judged % KEPT_EACH == 0:
                _keep(path, sweep)
    finally:
        _keep(path, sweep)
    path.unlink(missing_ok=True)
    _note(ctx, sweep)
    return sweep


def stopped_before(ctx: Context) -> Sweep | None:
    """Give how far a run came that was stopped, or None."""
    return _kept(ctx.settings.home / PROGRESS_FILE)


def _objects(ctx: Context, last: UUID | None) -> Iterator[KnownObject]:
    while True:
        after = [StoredObject.id > last] if last else []
        page = known_objects(ctx, StoredObject.kind == ARCHIVAL, *after, limit=PAGE, as_stored=True)
        if not page:
            return
        yield from page
        last = page[-1].id


def _total(ctx: Context) -> int:
    with ctx.ledger.reading() as session:
        counted = select(func.count()).select_from(StoredObject).where(StoredObject.kind == ARCHIVAL)
        return session.scalar(counted) or 0


def _kept(path: Path) -> Sweep | None:
    """Give what a stopped run left; a damaged file is none, and the run begins anew."""
    try:
        left = json.loads(path.read_text("utf-8"))
        if left.pop("schema") != _SCHEMA:
            return None
        started = datetime.fromisoformat(left.pop("started_at"))
        return Sweep(started, UUID(left.pop("last")), **{name: int(count) for name, count in left.items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _keep(path: Path, sweep: Sweep) -> None:
    if sweep.last is None:
        return
    counts = {verdict.value: getattr(sweep, verdict.value) for verdict in Verdict}
    left = {"schema": _SCHEMA, "started_at": sweep.started_at.isoformat(), "last": str(sweep.last), **counts}
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(left), "utf-8")
    beside.replace(path)


def _note(ctx: Context, sweep: Sweep) -> None:
    with ctx.ledger.session() as session:
        events.append(
            session,
            kind="objects.verified",
            actor=ctx.actor,
            subject_type="store",
            subject_id="1",
            at=ctx.clock(),
            payload={verdict.value: getattr(sweep, verdict.value) for verdict in Verdict},
        )
