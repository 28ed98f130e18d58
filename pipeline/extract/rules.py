"""What the fields must agree on: symbol with type and issuer, authority with title.

Where they quarrel, all that take part go to a person.
"""

from collections.abc import Sequence
from dataclasses import replace

from config.text import accentless
from pipeline.extract import reasons
from pipeline.extract.model import ExtractContext, FieldName, Reading
from pipeline.extract.number_symbol import symbol_parts
from pipeline.extract.reference import DocumentType, bodies, document_types
from pipeline.extract.signer import Block, agrees

CONFIRMED = 0.97
"""A badly read symbol that is exactly what type and issuer call for is right this often."""


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
    if kind is not None and parts and not _fits_type(parts, kind):
        findings.append(reasons.TYPE_DISAGREES)
        _doubt(by_name, (*symbol_fields, FieldName.TYPE_NAME), reasons.TYPE_DISAGREES)
    if parts and not _fits_issuer(parts, _value(by_name, FieldName.ISSUER), context):
        findings.append(reasons.ISSUER_DISAGREES)
        _doubt(by_name, (*symbol_fields, FieldName.ISSUER), reasons.ISSUER_DISAGREES)
    if block is not None and not agrees(block.rows, _value(by_name, FieldName.SIGNER_TITLE)):
        findings.append(reasons.TITLE_DISAGREES)
        _doubt(by_name, (FieldName.SIGNER_TITLE, FieldName.AUTHORITY), reasons.TITLE_DISAGREES)
    return list(by_name.values()), findings


def kind_of_symbol(parts: Sequence[str]) -> DocumentType | None:
    """Give the type whose abbreviation heads a symbol; None for a công văn, whose symbol begins with its issuer."""
    known = {kind.abbreviation: kind for kind in document_types() if kind.abbreviation}
    return known.get(parts[0]) if len(parts) > 1 else None


def _names_both(parts: Sequence[str], kind: DocumentType, issuer: str, context: ExtractContext) -> bool:
    """Say whether a symbol is just the type's and the issuer's own abbreviations."""
    return parts[0] == kind.abbreviation and set(parts[1:]) <= _symbols_of(issuer, context)


def _confirm(by_name: dict[str, Reading]) -> None:
    """Let type and issuer vouch for a symbol that was read badly but is exactly theirs."""
    reading = by_name[FieldName.SYMBOL]
    if reading.doubt in {None, reasons.UNSURE}:
        by_name[FieldName.SYMBOL] = replace(reading, doubt=None, confidence=max(reading.confidence, CONFIRMED))


def _fits_type(parts: Sequence[str], kind: DocumentType) -> bool:
    """Say whether a symbol begins with the type's abbreviation, as far as its first part is one at all."""
    if not kind.abbreviation or kind.abbreviation == parts[0]:
        return True
    return parts[0] not in {other.abbreviation for other in document_types() if other.abbreviation}


def _fits_issuer(parts: Sequence[str], issuer: str, context: ExtractContext) -> bool:
    """Say whether a symbol names the issuer; true where the lists know no abbreviation for it."""
    wanted = _symbols_of(issuer, context)
    if not wanted:
        return True
    written = {accentless(part) for part in parts}
    known = {accentless(name) for name in [*bodies().symbols.values(), *bodies().composed.values()]}
    if written & {accentless(symbol) for symbol in wanted}:
        return True
    if any(part.startswith(accentless(symbol)) for part in written for symbol in wanted):
        return True
    return not written & known


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


def _doubt(by_name: dict[str, Reading], names: Sequence[FieldName], reason: str) -> None:
    for name in names:
        if name in by_name and by_name[name].doubt is None:
            by_name[name] = replace(by_name[name], doubt=reason)
