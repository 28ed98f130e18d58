"""When the register's value stands for one that could not be read, without a person: never against the page.

A wrong date on a signed record is worse than a record that waits. So it must be certain which row the paper is,
something else read on the page must be the row's too, nothing read for sure may be otherwise, and what is legible of
the field itself must agree. Which fields, for which doubts: config/reference/review_policy.toml, with the reasons.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.clock import legal_date
from config.codes import is_record_code, parse_record_code
from config.text import accentless
from pipeline.extract import FieldName, FieldStatus
from pipeline.extract.code_fields import RECORD_CODE
from pipeline.extract.place_date import OLDEST_YEAR
from pipeline.extract.rule_book import broken, kept
from pipeline.job import Job
from pipeline.register.agreement import agree, is_same
from pipeline.register.keys import plain_code
from pipeline.register.legible import legible_date
from pipeline.register.likeness import likeness
from pipeline.register.matching import Verdict
from pipeline.register.policy import FieldFill, fill_policy, match_policy
from storage.ledger.models import FieldValue, RegisterEntry, RegisterMatch

ROW, WITNESS, PAGE, PARTS, RANGE = (
    "register_row",
    "register_witness",
    "register_page",
    "register_parts",
    "register_range",
)
FILLING = (ROW, WITNESS, PAGE, PARTS, RANGE)
"""The rules on whether the register's value counts."""
_CODE = re.compile(r"^(?:số|so)?\s*:?\s*(?P<number>\d+[a-z]?)\s*/\s*(?P<symbol>\S.*)$", re.IGNORECASE)
_MARKS = re.compile(r"[.,;:()]+")
_BLANKS = re.compile(r" +")

Readings = Mapping[str, FieldValue]


@dataclass(frozen=True, slots=True)
class Filled:
    """The register's value of a field that could not be read, the rules that spoke, and whether it counts."""

    name: str
    value: str
    is_accepted: bool
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """One document beside its row."""

    job: Job
    entry: RegisterEntry
    is_certain: bool
    paper_code: str | None
    said: Mapping[str, str]
    readings: Readings
    is_at_odds: bool


def filled_fields(
    session: Session, job: Job, said: Mapping[str, str], readings: Readings, *, is_at_odds: bool
) -> Iterator[Filled]:
    """Give the fields of a document that wait for a person and that the register gives, each with what speaks for it.

    `is_at_odds`: something that was read for sure is otherwise in the register.
    """
    found = session.execute(
        select(RegisterMatch, RegisterEntry)
        .join(RegisterEntry, RegisterEntry.id == RegisterMatch.entry_id)
        .where(RegisterMatch.version_id == job.facts.version_id, RegisterMatch.verdict == Verdict.LINKED)
    ).first()
    if found is None:
        return
    match, entry = found
    is_certain = match.basis in fill_policy().certain
    paper_code = match.evidence.get("paper_code")
    case = _Case(job, entry, is_certain, paper_code, said, readings, is_at_odds)
    for rule in fill_policy().fields.values():
        reading = readings.get(rule.field)
        if reading is None or not _waits(reading, rule) or rule.field not in said:
            continue
        filled = _judged(case, rule, reading)
        yield filled
        if rule.field == FieldName.CODE:
            yield from _parts_of_code(filled, rule, readings)


def _waits(reading: FieldValue, rule: FieldFill) -> bool:
    return reading.status == FieldStatus.REVIEW and reading.reason_code in rule.doubts


def _judged(case: _Case, rule: FieldFill, reading: FieldValue) -> Filled:
    said = case.said[rule.field]
    checks = {
        ROW: case.is_certain,
        WITNESS: _has_witness(case, rule.field),
        PAGE: not case.is_at_odds and not _reads_otherwise(rule, reading, said),
        PARTS: all(_part_agrees(part, case, reading, said) for part in sorted(rule.parts)),
    }
    if rule.field == FieldName.ISSUED_ON:
        checks[RANGE] = _is_in_range(case, date.fromisoformat(said))
    why = tuple((kept if is_kept else broken)(name) for name, is_kept in checks.items())
    return Filled(rule.field, _clean(rule.field, said), all(checks.values()), why)


def _has_witness(case: _Case, field: str) -> bool:
    """Tell whether something else that was read on the page is the row's."""
    if any(_testifies(case, name) for name in fill_policy().witnesses if name != field):
        return True
    abstract = f" {accentless(case.said.get(FieldName.SUBJECT, ''))} "
    return any(_is_named(case.readings.get(name), abstract) for name in fill_policy().witness_names)


def _is_named(reading: FieldValue | None, abstract: str) -> bool:
    """Tell whether a name that was read for sure, of two words at least, stands whole in the row's abstract."""
    if reading is None or reading.value is None or reading.status != FieldStatus.ACCEPTED:
        return False
    name = accentless(reading.value)
    return " " in name and f" {name} " in _BLANKS.sub(" ", _MARKS.sub(" ", abstract))


def _testifies(case: _Case, name: str) -> bool:
    if name == RECORD_CODE:
        return case.paper_code == case.entry.record_code
    reading, said = case.readings.get(name), case.said.get(name)
    if reading is None or reading.value is None or said is None:
        return False
    if name == FieldName.SUBJECT:
        # Not by the mildest comparison: a row that names the procedure alone is like any paper of it.
        return likeness(reading.value, said) >= match_policy().subject_likeness
    return agree(name, reading.value, said)


def _reads_otherwise(rule: FieldFill, reading: FieldValue, said: str) -> bool:
    """Tell whether what was read faintly is another value: then the page does say something, and a person looks."""
    return "words" not in rule.parts and reading.value is not None and not is_same(rule.field, reading.value, said)


def _part_agrees(part: str, case: _Case, reading: FieldValue, said: str) -> bool:
    if part == "year":
        legible, day = legible_date(case.job, reading), date.fromisoformat(said)
        return legible.year == day.year and legible.agrees(day)
    if part == "symbol":
        symbol, match = case.readings.get(FieldName.SYMBOL), _CODE.match(said)
        if symbol is None or symbol.value is None or symbol.status != FieldStatus.ACCEPTED or match is None:
            return False
        return plain_code(symbol.value) == plain_code(match["symbol"])
    if part == "words":
        return sorted(accentless(reading.value or "").split()) == sorted(accentless(said).split())
    return False


def _is_in_range(case: _Case, day: date) -> bool:
    """Tell whether a result can be of this day: not before its record came in, nor after it was solved or scanned."""
    first = date(OLDEST_YEAR, 1, 1)
    if is_record_code(case.entry.record_code):
        first = parse_record_code(case.entry.record_code).received_on
    last = legal_date(case.job.facts.received_at)
    if case.entry.resolved_on is not None:
        last = min(last, case.entry.resolved_on)
    return first <= day <= last


def _parts_of_code(filled: Filled, rule: FieldFill, readings: Readings) -> Iterator[Filled]:
    match = _CODE.match(filled.value)
    if match is None or not filled.is_accepted:
        return
    for name in (FieldName.NUMBER, FieldName.SYMBOL):
        reading = readings.get(name)
        if reading is not None and _waits(reading, rule):
            yield replace(filled, name=str(name), value=match[str(name)])


def _clean(field: str, said: str) -> str:
    """Give a number and symbol as they stand on a paper, without the word “Số”."""
    match = _CODE.match(said) if field == FieldName.CODE else None
    return f"{match['number']}/{match['symbol']}" if match else said
