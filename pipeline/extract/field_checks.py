"""What labelled fields must keep: numbers of persons and records as they are built, dates in their order.

Data: config/reference/personal_ids.toml; which fields are held against each other a template says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from config.codes import parse_record_code
from config.errors import CodeError
from pipeline.extract import reasons
from pipeline.extract.document_types import DocumentType
from pipeline.extract.model import ExtractContext, Reading
from pipeline.extract.reference import load_table
from pipeline.extract.rule_book import broken, kept
from pipeline.extract.vocabulary import all_spellings, best_match, is_all_but_equal

SHORT, LONG = 9, 12
LISTED = 0.97
"""So sure a name is that stands in the list."""


@dataclass(frozen=True, slots=True)
class PersonalIds:
    """How numbers of persons are built: codes of provinces, those the rule is silent of, century and sex by figure."""

    provinces: frozenset[str]
    silent: frozenset[str]
    centuries: Mapping[str, tuple[int, str]]


@cache
def personal_ids() -> PersonalIds:
    """Give how numbers of persons are built."""
    table = load_table("personal_ids.toml")
    centuries = {row["digit"]: (row["century"], row["sex"]) for row in table["centuries"]}
    return PersonalIds(frozenset(table["provinces"]), frozenset(table["silent"]), centuries)


def check_fields(readings: Sequence[Reading], kind: DocumentType, context: ExtractContext) -> list[Reading]:
    """Give the readings of a type's fields with what the rules say of them."""
    forms = {field.name: field.form for field in kind.fields}
    by_name = {reading.name: reading for reading in readings}
    for name, reading in by_name.items():
        if reading.value is None or reading.doubt == reasons.INCOMPLETE:
            continue
        if forms[name] == "personal_id":
            _say(by_name, "personal_id", is_personal_id(reading.value), (name,))
        elif forms[name] == "record_code":
            _say(by_name, "record_code", _received(reading.value) is not None, (name,))
        elif forms[name] == "body":
            by_name[name] = known_body(reading, context)
    for check in kind.checks:
        values = [by_name[name].value if name in by_name else None for name in check.fields]
        _say(by_name, check.rule, _CHECKS[check.rule](values), check.fields)
    return list(by_name.values())


def known_body(reading: Reading, context: ExtractContext) -> Reading:
    """Give a body's name as the list of agencies spells it, where the reading is all but equal to it."""
    names = all_spellings([agency.name for agency in context.agencies])
    match = best_match(reading.value or "", names)
    if match is None or match.is_tied or not is_all_but_equal(reading.value or "", match.value):
        return reading
    doubt = None if reading.doubt in {reasons.SPELLING, reasons.UNSURE} else reading.doubt
    sure = max(reading.confidence, LISTED)
    return replace(reading, value=match.value, doubt=doubt, confidence=sure).told(kept("known_body"))


def is_personal_id(value: str) -> bool | None:
    """Say whether figures can be a person's number; None where the rule is silent."""
    if len(value) == SHORT:
        return None
    if len(value) != LONG:
        return False
    if value[:3] in personal_ids().silent:
        return None
    return value[:3] in personal_ids().provinces and value[3] in personal_ids().centuries


def _id_agrees(values: Sequence[str | None]) -> bool | None:
    """Say whether a person's number agrees with the date of birth, and with the sex where it was read."""
    number, born, *rest = values
    if number is None or born is None or len(number) != LONG or number[3] not in personal_ids().centuries:
        return None
    century, sex = personal_ids().centuries[number[3]]
    is_born_so = century + int(number[4:6]) == date.fromisoformat(born).year
    return is_born_so and (not rest or rest[0] in {None, sex})


def _dates_in_order(values: Sequence[str | None]) -> bool | None:
    first, last = values
    return None if first is None or last is None else first <= last


def _code_received(values: Sequence[str | None]) -> bool | None:
    """Say whether a record's code bears the day it came in."""
    code, received = values
    coded = _received(code) if code else None
    return None if coded is None or received is None else coded.isoformat() == received


_CHECKS = {"id_agrees": _id_agrees, "dates_in_order": _dates_in_order, "code_received": _code_received}


def _received(code: str) -> date | None:
    try:
        return parse_record_code(code).received_on
    except CodeError:
        return None


def _say(by_name: dict[str, Reading], rule: str, is_kept: bool | None, names: Sequence[str]) -> None:
    """Note what a rule says on the fields it is about; a broken one makes them doubtful."""
    if is_kept is None:
        return
    for name in names:
        reading = by_name.get(name)
        if reading is not None and reading.value is not None:
            told = reading.told(kept(rule) if is_kept else broken(rule))
            by_name[name] = replace(told, doubt=told.doubt or (None if is_kept else reasons.IMPLAUSIBLE))
