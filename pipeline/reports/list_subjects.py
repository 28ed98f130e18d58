"""Whose rows a list holds: the level, the agency, the unit, by name."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.errors import NotFoundError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.progress.lists import NO_UNIT, Selection, agencies_of, unit_called
from pipeline.reports.list_wording import level_name
from pipeline.units.keeping import kept_tree
from pipeline.units.tree import Unit
from storage.ledger.models import Agency, KeptTally

NO_UNIT_NAME = _("Agencies whose unit nobody entered")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a list is of; empty where it is of all."""

    level: str | None
    agency: str | None
    agency_name: str | None
    unit: Unit | None
    is_without_unit: bool
    agencies: tuple[str, ...]
    """The agencies that have rows of the unit, where one is named."""

    def names(self) -> Iterator[str]:
        """Give the parts of its name, in the active language."""
        if self.level is not None:
            yield level_name(self.level)
        if self.agency is not None:
            yield f"{self.agency_name} ({self.agency})" if self.agency_name else self.agency
        if self.unit is not None:
            yield f"{self.unit.name} ({self.unit.code})"
        if self.is_without_unit:
            yield gettext(NO_UNIT_NAME)


def subject_of(session: Session, of: Selection) -> Subject:
    """Give what a selection is of. Raise NotFoundError for an agency or a unit that nobody knows."""
    unit = None
    if of.unit is not None and of.unit != NO_UNIT:
        unit = unit_called(kept_tree(session)[0], of.unit, of.day)
    name = None
    if of.agency is not None:
        name = session.scalar(select(Agency.name).where(Agency.code == of.agency))
        is_counted = select(KeptTally.id).where(KeptTally.agency_code == of.agency).limit(1)
        if name is None and session.scalar(is_counted) is None:
            raise NotFoundError(subject=of.agency)
    return Subject(
        level=None if of.level is None else str(of.level),
        agency=of.agency,
        agency_name=name,
        unit=unit,
        is_without_unit=of.unit == NO_UNIT,
        agencies=agencies_of(session, of) if of.unit is not None else (),
    )
