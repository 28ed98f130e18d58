"""Which program and which data figures were made from, so that an auditor can tell why two of them differ."""

import hashlib
from collections.abc import Iterable
from importlib import metadata

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.progress.model import DataVersions, ImportVersion
from pipeline.targets import Targets
from pipeline.units.tree import UnitTree
from storage.ledger.models import Agency, FigureImport, RegisterImport

LISTED = 1000
"""Most register imports that are named; how many there were in all is always told."""


def data_versions(session: Session, targets: Targets, tree: UnitTree) -> DataVersions:
    """Give the versions that figures counted now rest on: of a past day too these are all that are known now."""
    imports = select(RegisterImport)
    newest = imports.order_by(RegisterImport.imported_at.desc(), RegisterImport.id.desc()).limit(LISTED)
    supplied = session.scalars(select(FigureImport.sha256).order_by(FigureImport.imported_at, FigureImport.id)).all()
    return DataVersions(
        program=metadata.version("sohoa"),
        targets=targets.sha256,
        agencies=_agencies(session),
        units=_units(tree),
        supplied=_hash(supplied) if supplied else None,
        register=tuple(ImportVersion(row.sha256, row.imported_at, row.rows) for row in session.scalars(newest)),
        register_imports=session.scalar(select(func.count()).select_from(imports.subquery())) or 0,
    )


def _agencies(session: Session) -> str:
    columns = (Agency.code, Agency.name, Agency.level, Agency.parent_code, Agency.unit_code)
    rows = session.execute(select(*columns, Agency.valid_from, Agency.valid_to).order_by(Agency.code))
    return _hash(repr(tuple(row)) for row in rows)


def _units(tree: UnitTree) -> str:
    units = sorted(repr(unit) for unit in tree.units.values())
    steps = sorted(repr(step) for step in tree.successions)
    return _hash([*units, *steps, *sorted(repr(one) for one in tree.hardships)])


def _hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
