"""Until when the law keeps a record: by its class and the year its work ended, once both are known."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.clock import VIETNAM, legal_date
from config.errors import ReferenceDataError
from pipeline.archival_rules import archival_rules
from pipeline.record_metadata import record_metadata
from storage.ledger.models import Record, RegisterEntry

RETENTION_FILE = Path(__file__).parents[2] / "config" / "reference" / "retention.toml"
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class RetentionRules:
    """Years by class; the classes without an end, for how long these are locked, and when again."""

    years: dict[str, int]
    permanent: tuple[str, ...]
    permanent_years: int
    renew_years: int


@cache
def retention_rules(path: Path = RETENTION_FILE) -> RetentionRules:
    """Read the rules. Raise ReferenceDataError when the file lacks something or names a class that is none."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        if data["schema"] != SCHEMA or not data["legal_basis"]:
            raise ReferenceDataError(file=path.name, place="schema", cause=f"{data['schema']!r} is not {SCHEMA}")
        endless = data["permanent"]
        years = {code: int(years) for code, years in data["years"].items()}
        rules = RetentionRules(years, tuple(endless["codes"]), int(endless["years"]), int(endless["renew_years"]))
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err
    unknown = {*rules.years, *rules.permanent} - set(archival_rules().codes["maintenance"])
    if unknown:
        raise ReferenceDataError(file=path.name, place="years", cause=", ".join(sorted(unknown)))
    return rules


def locked_until(session: Session, record: Record, now: datetime, present: datetime | None) -> datetime | None:
    """Give until when a record's files are to be locked; None while its class is not known or when its time is over.

    `present`: the end of the lock that is there.
    """
    code = record_metadata(session, record).values.get("maintenance")
    return lock_end(code, _work_ended(session, record), now, present)


def lock_end(code: str | None, ended: date | None, now: datetime, present: datetime | None) -> datetime | None:
    """Give the end of the lock for a class and the day on which the work ended; as `locked_until`.

    A lock on what is kept for good is left alone until half of it is over.
    """
    rules = retention_rules()
    if code in rules.permanent:
        enough = _begin_of(legal_date(now).year + rules.renew_years)
        return present if present and present > enough else _begin_of(legal_date(now).year + rules.permanent_years)
    if code not in rules.years or ended is None:
        return None
    # From the year in which the work ended, and for whole years.
    end = _begin_of(ended.year + rules.years[code] + 1)
    return end if end > now else None


def _work_ended(session: Session, record: Record) -> date | None:
    """Give the day on which the register says that the work ended."""
    return session.scalar(select(RegisterEntry.resolved_on).where(RegisterEntry.id == record.register_entry_id))


def _begin_of(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=VIETNAM).astimezone(UTC)
