"""One import of one file of supplied figures: a version with its difference, in one transaction."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import rfc8785
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from config.clock import Clock, legal_date
from config.codes import normalize_agency_code
from config.errors import CodeError, EmptyFileError, RegisterFileError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.figures.faults import FigureError, FigureFault
from pipeline.figures.reading import FigureRow, read_figures
from storage.ledger import events
from storage.ledger.models import AdministrativeUnit, Agency, FigureImport, SuppliedFigure
from storage.ledger.types import new_id

IMPORTED = "figures.imported"
MOST_BYTES = 50_000_000
_NAMING = ("metric", "subject_kind", "subject_code", "period", "year")
_TELLING = ("level", "numerator", "denominator", "minutes", "source")


@dataclass(frozen=True, slots=True)
class FiguresResult:
    """What an import did. rows = added + changed + unchanged + refused."""

    import_id: UUID | None
    """None: there was nothing to write."""
    sha256: str
    rows: int
    added: int
    changed: int
    unchanged: int
    refused: int
    errors: tuple[FigureError, ...]


def import_figures(session: Session, path: Path, actor: str, clock: Clock) -> FiguresResult:
    """Take the figures of a file that are new or differ, and give the difference and the wrong rows.

    Raise RegisterFileError when the file cannot be read as a whole. What a later file lacks stays as it was.
    """
    content = _content(path)
    now = clock()
    kept = {(row.metric, row.subject_code, row.period): row for row in in_order(session)}
    taken: list[SuppliedFigure] = []
    errors: list[FigureError] = []
    counts = dict.fromkeys(("rows", "added", "changed", "unchanged"), 0)
    for figure in _checked(session, path, legal_date(now)):
        counts["rows"] += 1
        if isinstance(figure, FigureError):
            errors.append(figure)
            continue
        before = kept.get((figure.metric, figure.subject_code, figure.period))
        what = "added" if before is None else "unchanged" if _same(before, figure) else "changed"
        counts[what] += 1
        if what != "unchanged":
            taken.append(figure)
    sha256 = hashlib.sha256(content).hexdigest()
    counts["refused"] = len(errors)
    version = FigureImport(id=new_id(), sha256=sha256, imported_at=now, actor=actor, **counts)
    if taken:
        session.add(version)
        session.flush()
        for figure in taken:
            figure.import_id = version.id
        session.add_all(taken)
        session.flush()
        events.append(
            session,
            kind=IMPORTED,
            actor=actor,
            subject_type="figure_import",
            subject_id=version.id,
            at=now,
            input_hash=sha256,
            payload={**counts, "figures": digest_taken(taken)},
        )
    return FiguresResult(version.id if taken else None, sha256, **counts, errors=tuple(errors))


def digest_taken(figures: Iterable[SuppliedFigure]) -> str:
    """Give the SHA-256 of figures, in the order of the rows they came from."""
    rows = [
        [figure.source_row, *(getattr(figure, name) for name in (*_NAMING, *_TELLING))]
        for figure in sorted(figures, key=lambda figure: figure.source_row)
    ]
    return hashlib.sha256(rfc8785.dumps(rows)).hexdigest()


def in_order(session: Session) -> Iterator[SuppliedFigure]:
    """Give all supplied figures in the order in which they were imported."""
    query = select(SuppliedFigure).join(FigureImport, FigureImport.id == SuppliedFigure.import_id)
    yield from session.scalars(query.order_by(FigureImport.imported_at, FigureImport.id, SuppliedFigure.source_row))


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise RegisterFileError(file=path.name, cause=gettext(_("there is no such file")))
    if path.stat().st_size > MOST_BYTES:
        raise RegisterFileError(file=path.name, cause=gettext(_("the file is too large for a list of figures")))
    content = path.read_bytes()
    if not content.strip():
        raise EmptyFileError(file=path.name)
    if content.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise RegisterFileError(file=path.name, cause=gettext(_("this is no CSV file")))
    return content


def _checked(session: Session, path: Path, today: date) -> Iterator[SuppliedFigure | FigureError]:
    """Hold each good row against agencies, units and the other rows of the file."""
    agencies = {row.code: row.level for row in session.scalars(select(Agency))}
    earlier: dict[tuple[str, str], list[FigureRow]] = {}
    for row in read_figures(path):
        if isinstance(row, FigureError):
            yield row
            continue
        if date(row.period.year, row.period.first_month, 1) > today:
            yield FigureError(row.number, FigureFault.FUTURE, {"value": str(row.period)})
            continue
        subject = _subject(session, agencies, row)
        if subject is None:
            yield FigureError(row.number, FigureFault.SUBJECT, {"value": row.subject})
            continue
        others = earlier.setdefault((row.metric, subject[1]), [])
        clash = next((other for other in others if other.period.overlaps(row.period)), None)
        if clash is not None:
            yield FigureError(row.number, FigureFault.OVERLAP, {"value": str(clash.number)})
            continue
        others.append(row)
        yield _figure(row, *subject)


def _subject(session: Session, agencies: dict[str, str], row: FigureRow) -> tuple[str, str, str] | None:
    """Give kind, code and level of what a row is about; None when nothing of the name is known here."""
    unit = AdministrativeUnit
    last = date(row.period.year, row.period.last_month, 1)
    standing = (unit.valid_from <= last, or_(unit.valid_to.is_(None), unit.valid_to > last))
    level = session.scalar(select(unit.level).where(unit.code == row.subject, *standing))
    if level is not None:
        return "unit", row.subject, level
    try:
        code = normalize_agency_code(row.subject)
    except CodeError:
        return None
    return ("agency", code, agencies[code]) if code in agencies else None


def _figure(row: FigureRow, kind: str, code: str, level: str) -> SuppliedFigure:
    return SuppliedFigure(
        id=new_id(),
        metric=str(row.metric),
        subject_kind=kind,
        subject_code=code,
        level=level,
        period=str(row.period),
        year=row.period.year,
        numerator=row.numerator,
        denominator=row.denominator,
        minutes=row.minutes,
        source=row.source,
        source_row=row.number,
    )


def _same(before: SuppliedFigure, now: SuppliedFigure) -> bool:
    return all(getattr(before, name) == getattr(now, name) for name in _TELLING)


def as_plain(result: FiguresResult) -> dict[str, object]:
    """Give a result as JSON can hold it, with the causes of wrong rows in the active language."""
    plain = asdict(result)
    plain["errors"] = [{"row": error.row, "fault": str(error.fault), "cause": error.cause()} for error in result.errors]
    return plain
