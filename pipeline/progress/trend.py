"""How a unit's shares went, from one month's last snapshot to the next: what was frozen, not what is counted now."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from pipeline.progress.kept_snapshots import find_snapshot, list_snapshots
from pipeline.progress.model import Tally, percent_of
from pipeline.progress.snapshots import check_snapshot
from pipeline.targets import Level
from pipeline.units.tree import Unit, UnitKey, UnitTree
from storage.ledger.models import ProgressSnapshot

MONTHS = 12
"""Points of a trend: the last snapshot of each of the last months that have one."""
_LOOKED_THROUGH = 800
"""Snapshots that the last ones of the months are sought among: two years of days."""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A unit's figures as one snapshot froze them; its target then is the one of its level."""

    snapshot_id: UUID
    as_of: date
    stock: Tally
    flow: Tally
    stock_target: float | None
    flow_target: float | None


@dataclass(frozen=True, slots=True)
class _Frozen:
    """What of a snapshot a trend needs: by issuing unit, and the targets by level."""

    stock: Mapping[UnitKey, Tally]
    flow: Mapping[UnitKey, Tally]
    targets: Mapping[str, tuple[float | None, float | None]]


@dataclass(slots=True)
class Trends:
    """Trends of units; what a snapshot holds is read and checked once, for it never changes."""

    _read: dict[UUID, _Frozen] = field(default_factory=dict)

    def of_unit(
        self, session: Session, unit: Unit, tree: UnitTree, day: date, *, is_as_issued: bool = False
    ) -> tuple[TrendPoint, ...]:
        """Give a unit's trend, oldest first, as today's tree gives records to heirs.

        Raise ChainBrokenError when a snapshot is not what was frozen.
        """

        def counted_for(key: UnitKey) -> bool:
            issuer = tree.units.get(key)
            return issuer is not None and (issuer if is_as_issued else tree.heir(issuer, day)) == unit

        return tuple(self._points(session, unit.level, counted_for))

    def _points(self, session: Session, level: Level, is_counted: Callable[[UnitKey], bool]) -> Iterator[TrendPoint]:
        snapshots = _last_of_months(session)
        for left in self._read.keys() - {snapshot.id for snapshot in snapshots}:
            # Another request may have dropped it first.
            self._read.pop(left, None)
        for snapshot in snapshots:
            frozen = self._read.get(snapshot.id)
            if frozen is None:
                frozen = self._read[snapshot.id] = _read(find_snapshot(session, snapshot.id))
            stock_target, flow_target = frozen.targets.get(level, (None, None))
            stock, flow = (
                sum((tally for key, tally in sums.items() if is_counted(key)), start=Tally())
                for sums in (frozen.stock, frozen.flow)
            )
            if stock.records or flow.records:
                yield TrendPoint(snapshot.id, snapshot.as_of, stock, flow, stock_target, flow_target)


def share_of(tally: Tally) -> float | None:
    """Give a share in percent for drawing."""
    share = percent_of(tally.digitized, tally.records)
    return None if share is None else float(share)


def _last_of_months(session: Session) -> list[ProgressSnapshot]:
    """Give the last snapshot of each of the last months that have one, oldest first."""
    last: dict[tuple[int, int], ProgressSnapshot] = {}
    for snapshot in list_snapshots(session, _LOOKED_THROUGH, with_figures=False):
        month = (snapshot.as_of.year, snapshot.as_of.month)
        known = last.get(month)
        if known is None or (snapshot.as_of, snapshot.taken_at) > (known.as_of, known.taken_at):
            last[month] = snapshot
    return sorted(last.values(), key=lambda one: one.as_of)[-MONTHS:]


def _read(snapshot: ProgressSnapshot) -> _Frozen:
    check_snapshot(snapshot)
    figures: Mapping[str, Any] = snapshot.figures
    units = (figures.get("units") or {}).get("as_issued", [])
    keys = [(one["code"], date.fromisoformat(one["valid_from"])) for one in units]
    return _Frozen(
        stock={key: _tally(one["stock"]["tally"]) for key, one in zip(keys, units, strict=True)},
        flow={key: _tally(one["flow"]["tally"]) for key, one in zip(keys, units, strict=True)},
        targets={one["level"]: (_percent(one["stock"]), _percent(one["flow"])) for one in figures["levels"]},
    )


def _tally(counts: Mapping[str, int]) -> Tally:
    return Tally(records=counts["records"], digitized=counts["digitized"])


def _percent(measure: Mapping[str, Any]) -> float | None:
    return measure["target"]["percent"] if measure["target"] else None
