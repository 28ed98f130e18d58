"""The rules that speak for or against a value, as data (config/reference/field_rules.toml), and their sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from config.errors import ReferenceDataError
from config.i18n import LANGUAGES, active_language
from pipeline.extract.reference import load_table

FILE = "field_rules.toml"
SCHEMA = 1
KEEPS, BREAKS = "+", "-"
SIDES = ("keeps", "breaks")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its id, where it comes from, and by language what it says of a value that keeps or breaks it."""

    rule_id: str
    basis: str
    keeps: Mapping[str, str]
    breaks: Mapping[str, str]


def kept(rule_id: str) -> str:
    """Give the mark a field bears for a rule that speaks for it."""
    return rule_id + KEEPS


def broken(rule_id: str) -> str:
    """Give the mark a field bears for a rule that speaks against it."""
    return rule_id + BREAKS


def rule_text(mark: str) -> str:
    """Give the sentence of a mark in the active language; a mark of no rule stands for itself."""
    rule = rule_book().get(mark[:-1])
    if rule is None or mark[-1:] not in {KEEPS, BREAKS}:
        return mark
    return (rule.keeps if mark.endswith(KEEPS) else rule.breaks)[active_language()]


@cache
def rule_book() -> Mapping[str, Rule]:
    """Give the rules by id. Raise ReferenceDataError when the file is wrong."""
    table = load_table(FILE)
    if table.get("schema") != SCHEMA:
        raise ReferenceDataError(file=FILE, place="schema", cause=f"{table.get('schema')!r} is not {SCHEMA}")
    _known_keys(table, ("schema", "rule"), "-")
    rules: dict[str, Rule] = {}
    for number, row in enumerate(table.get("rule", ()), start=1):
        rule = _rule(row, f"rule {number}")
        if rule.rule_id in rules:
            raise ReferenceDataError(file=FILE, place=rule.rule_id, cause="stands there twice")
        rules[rule.rule_id] = rule
    return rules


def _rule(row: Any, place: str) -> Rule:
    _known_keys(row, ("id", "basis", *SIDES), place)
    place = str(row.get("id", place))
    for side in SIDES:
        _known_keys(row.get(side, {}), LANGUAGES, f"{place}, {side}")
    missing = [key for key in ("id", "basis") if not row.get(key)]
    missing += [f"{side}.{language}" for side in SIDES for language in LANGUAGES if not row.get(side, {}).get(language)]
    if missing:
        raise ReferenceDataError(file=FILE, place=place, cause=f"missing: {', '.join(missing)}")
    return Rule(row["id"], row["basis"], row["keeps"], row["breaks"])


def _known_keys(table: Any, known: Sequence[str], place: str) -> None:
    """Raise ReferenceDataError for what is no table, or has keys that nobody reads."""
    if not isinstance(table, dict):
        raise ReferenceDataError(file=FILE, place=place, cause="a table of keys is wanted here")
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise ReferenceDataError(file=FILE, place=place, cause=f"unknown: {', '.join(unknown)}")
