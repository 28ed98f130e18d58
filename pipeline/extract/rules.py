"""What the fields must agree on: symbol with type and issuer, authority with title.

Where they quarrel, all that take part go to a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from config.text import accentless
from pipeline.extract import reasons
from pipeline.extract.document_types import DocumentType, TypeBook
from pipeline.extract.model import ExtractContext, FieldName, Reading
from pipeline.extract.number_symbol import symbol_parts
from pipeline.extract.reference import bodies
from pipeline.extract.rule_book import broken, kept
from pipeline.extract.signer import Block, agrees, is_of_body

CONFIRMED = 0.97
"""A badly read symbol that is exactly what type and issuer call for is right this often."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of some fields: kept, broken, or nothing (None); a broken one is a doubt with its reason."""

    rule_id: str
    is_kept: bool | None
    fields: tuple[FieldName, ...]
    reason: str


def judge(
    readings: Sequence[Reading], kind: DocumentType | None, block: Block | None, context: ExtractContext
) -> tuple[list[Reading], list[str]]:
    """Give the readings with the doubts the rules raise, and the codes of rules that were broken."""
    by_name = {reading.name: reading for reading in readings}
    findings: list[str] = []
    parts = symbol_parts(_value(by_name, FieldName.SYMBOL))
    symbol_fields = (FieldName.SYMBOL, FieldName.CODE)
    if kind is not None and len(parts) > 1 and _names_both(parts, kind, _value(by_name, FieldName.ISSUER), context):
        _confirm(by_name)
    issuer = _value(by_name, FieldName.ISSUER)
    verdicts = (
        Verdict(
            "symbol_type",
            _fits_type(parts, kind, context.types),
            (*symbol_fields, FieldName.TYPE_NAME),
            reasons.TYPE_DISAGREES,
        ),
        Verdict(
            "symbol_issuer",
            # The symbol of a form names the desk or the form: not always the body that heads it.
            None if kind is not None and not kind.abbreviation else _fits_issuer(parts, issuer, context),
            (*symbol_fields, FieldName.ISSUER),
            reasons.ISSUER_DISAGREES,
        ),
        Verdict(
            "signs_for",
            agrees(block.rows, _value(by_name, FieldName.SIGNER_TITLE)) if block is not None else None,
            (FieldName.SIGNER_TITLE, FieldName.AUTHORITY),
            reasons.TITLE_DISAGREES,
        ),
        Verdict(
            "signer_body",
            is_of_body(block.rows, issuer) if block is not None else None,
            (FieldName.SIGNER_TITLE, FieldName.AUTHORITY),
            reasons.TITLE_DISAGREES,
        ),
    )
    for verdict in verdicts:
        _note(by_name, verdict)
        if verdict.is_kept is False and verdict.reason not in findings:
            findings.append(verdict.reason)
    return list(by_name.values()), findings


def kind_of_symbol(parts: Sequence[str], types: TypeBook) -> DocumentType | None:
    """Give the type whose abbreviation heads a symbol; None for a công văn, whose symbol begins with its issuer."""
    return types.by_abbreviation().get(parts[0]) if len(parts) > 1 else None


def _names_both(parts: Sequence[str], kind: DocumentType, issuer: str, context: ExtractContext) -> bool:
    """Say whether a symbol is just the type's and the issuer's own abbreviations."""
    return parts[0] == kind.abbreviation and set(parts[1:]) <= _symbols_of(issuer, context)


def _confirm(by_name: dict[str, Reading]) -> None:
    """Let type and issuer vouch for a symbol that was read badly but is exactly theirs."""
    reading = by_name[FieldName.SYMBOL]
    if reading.doubt in {None, reasons.UNSURE}:
        by_name[FieldName.SYMBOL] = replace(reading, doubt=None, confidence=max(reading.confidence, CONFIRMED))


def _fits_type(parts: Sequence[str], kind: DocumentType | None, types: TypeBook) -> bool | None:
    """Say whether a symbol begins with the type's abbreviation; None where its first part is no abbreviation."""
    if kind is None or not parts or not kind.abbreviation:
        return None
    if kind.abbreviation == parts[0]:
        return True
    return False if parts[0] in types.by_abbreviation() else None


def _fits_issuer(parts: Sequence[str], issuer: str, context: ExtractContext) -> bool | None:
    """Say whether a symbol names the issuer; None where the lists know no abbreviation for it or of it."""
    wanted = _symbols_of(issuer, context)
    if not wanted or not parts:
        return None
    written = {accentless(part) for part in parts}
    known = {accentless(name) for name in [*bodies().symbols.values(), *bodies().composed.values()]}
    if written & {accentless(symbol) for symbol in wanted}:
        return True
    if any(part.startswith(accentless(symbol)) for part in written for symbol in wanted):
        return True
    return False if written & known else None


def _symbols_of(issuer: str, context: ExtractContext) -> set[str]:
    known = bodies()
    symbols = {agency.symbol for agency in context.agencies if agency.symbol and agency.name.upper() == issuer}
    if issuer in known.symbols:
        symbols.add(known.symbols[issuer])
    symbols |= {symbol for name, symbol in known.composed.items() if accentless(issuer).startswith(accentless(name))}
    return symbols


def _value(by_name: dict[str, Reading], name: FieldName) -> str:
    reading = by_name.get(name)
    return (reading.value or "") if reading else ""


def _note(by_name: dict[str, Reading], verdict: Verdict) -> None:
    """Note a verdict on the fields it concerns; a broken rule is a doubt where there is none yet."""
    if verdict.is_kept is None:
        return
    for name in verdict.fields:
        reading = by_name.get(name)
        if reading is None or reading.value is None:
            continue
        reading = reading.told((kept if verdict.is_kept else broken)(verdict.rule_id))
        if not verdict.is_kept and reading.doubt is None:
            reading = replace(reading, doubt=verdict.reason)
        by_name[name] = reading
