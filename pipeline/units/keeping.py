"""Brings the ledger's units to what the data says and gives them back; none is removed, for records may refer to it."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipeline.targets import Level
from pipeline.units.tree import Extent, Hardship, Succession, Unit, UnitKey, UnitTree
from storage.ledger.models import AdministrativeUnit, UnitHardship, UnitSuccession


def keep_units(session: Session, tree: UnitTree) -> None:
    """Write units, who followed whom, and the hardship communes into the ledger."""
    kept = {(row.code, row.valid_from): row for row in session.scalars(select(AdministrativeUnit))}
    for unit in tree.units.values():
        row = kept.get(unit.key)
        if row is None:
            row = kept[unit.key] = AdministrativeUnit(code=unit.code, valid_from=unit.valid_from)
            session.add(row)
        row.name, row.level, row.valid_to, row.source = unit.name, unit.level, unit.valid_to, unit.source
    session.flush()
    for unit in tree.units.values():
        kept[unit.key].parent_id = kept[unit.parent].id if unit.parent else None
    known = {(row.old_id, row.new_id, row.effective): row for row in session.scalars(select(UnitSuccession))}
    for step in tree.successions:
        key = (kept[step.old].id, kept[step.new].id, step.effective)
        told = known.pop(key, None) or UnitSuccession(old_id=key[0], new_id=key[1], effective=key[2])
        told.extent, told.takes_records, told.legal_basis = step.extent, step.takes_records, step.legal_basis
        session.add(told)
    for untold in known.values():
        # A step that the data no longer tells would give a record two heirs.
        session.delete(untold)
    session.execute(delete(UnitHardship))
    session.add_all(
        UnitHardship(code=one.code, since=one.since, until=one.until, legal_basis=one.legal_basis)
        for one in tree.hardships
    )


def kept_tree(session: Session) -> tuple[UnitTree, dict[UUID, UnitKey]]:
    """Give the units as the ledger keeps them, and which of them each id of the ledger is."""
    rows = {row.id: row for row in session.execute(select(*AdministrativeUnit.__table__.columns))}
    keys = {row.id: (row.code, row.valid_from) for row in rows.values()}
    units = {
        keys[row.id]: Unit(
            code=row.code,
            name=row.name,
            level=Level(row.level),
            parent=keys[row.parent_id] if row.parent_id else None,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            source=row.source,
        )
        for row in rows.values()
    }
    steps = [
        Succession(
            keys[step.old_id],
            keys[step.new_id],
            step.effective,
            Extent(step.extent),
            step.takes_records,
            step.legal_basis,
        )
        for step in session.execute(select(*UnitSuccession.__table__.columns))
    ]
    hardships = [
        Hardship(row.code, row.since, row.until, row.legal_basis) for row in session.scalars(select(UnitHardship))
    ]
    return UnitTree(units, steps, hardships), keys
