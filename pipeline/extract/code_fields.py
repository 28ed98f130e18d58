"""Fields that the codes of a paper give: they beat what was read; where print clearly says otherwise a person looks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from config.text import fold_space
from pipeline.extract import reasons
from pipeline.extract.code_payloads import PersonFields, code_patterns
from pipeline.extract.model import BY_CODE, ExtractedField, FieldStatus
from pipeline.extract.paper_codes import CodeValue, HeldCard, PaperCodes
from pipeline.extract.vocabulary import spellings

RECORD_CODE, PROCEDURE_CODE, PAPER_NAME = "record_code", "procedure_code", "paper_name"
CODE_FIELDS = (RECORD_CODE, PROCEDURE_CODE, PAPER_NAME)
"""Fields that codes alone give on most papers."""


def with_codes(fields: Sequence[ExtractedField], codes: PaperCodes) -> tuple[ExtractedField, ...]:
    """Give the fields as read, and beside them those that codes give; of each name one counts."""
    by_name = {field.name: field for field in fields}
    given: dict[str, ExtractedField] = {}
    for name, value in _values(codes, by_name):
        if name not in given:
            given[name] = _field(name, value, by_name.get(name))
    kept = (replace(field, status=FieldStatus.BESIDE) if field.name in given else field for field in fields)
    return (*kept, *given.values())


def _values(codes: PaperCodes, read: dict[str, ExtractedField]) -> Iterator[tuple[str, CodeValue]]:
    """Give what the codes say by field."""
    if codes.record_code is not None:
        yield RECORD_CODE, codes.record_code
    if codes.procedure_code is not None:
        yield PROCEDURE_CODE, codes.procedure_code
    if codes.paper_name is not None:
        yield PAPER_NAME, codes.paper_name
    persons = [person for person in code_patterns().persons if person.identifier in read]
    if codes.owner_identifier is not None:
        # A form with one person's number means that one; else the number goes by its own name.
        name = persons[0].identifier if len(persons) == 1 else code_patterns().persons[0].identifier
        yield name, codes.owner_identifier
    for held in codes.cards:
        for person in persons:
            if _is_of(held, person, read):
                yield from _of_card(held, person, read)


def _is_of(held: HeldCard, person: PersonFields, read: dict[str, ExtractedField]) -> bool:
    """Tell whether a card is that of a person on the form: number or name must say so, or it may be anybody's."""
    number, name = read[person.identifier].value, read[person.name].value if person.name in read else None
    return number == held.card.identifier or (name is not None and _are_same(name, held.card.name))


def _of_card(held: HeldCard, person: PersonFields, read: dict[str, ExtractedField]) -> Iterator[tuple[str, CodeValue]]:
    born_on = held.card.born_on.isoformat() if held.card.born_on else None
    said = {person.identifier: held.card.identifier, person.name: held.card.name, person.born_on: born_on}
    for name, value in said.items():
        # Only what the form itself has: nothing else of a card is kept.
        if name in read and value is not None:
            yield name, CodeValue(value, held.page, held.box)


def _field(name: str, said: CodeValue, read: ExtractedField | None) -> ExtractedField:
    """Give the field of a code; against a reading that was sure of something else it waits for a person."""
    is_contradicted = (
        read is not None
        and read.value is not None
        and read.status is FieldStatus.ACCEPTED
        and not _are_same(read.value, said.value)
    )
    # A name in capitals on the form is the same name; it is kept as the code writes it.
    return ExtractedField(
        name,
        said.value,
        code_patterns().sureness,
        said.page,
        said.box,
        FieldStatus.REVIEW if is_contradicted else FieldStatus.ACCEPTED,
        reasons.CODE_DIFFERS if is_contradicted else None,
        source=BY_CODE,
    )


def _are_same(one: str, other: str) -> bool:
    """Tell whether two values are one but for letter case, marks and where a tone stands; Hoa is not Hòa."""
    return not _spellings(one).isdisjoint(_spellings(other))


def _spellings(text: str) -> set[str]:
    return {re.sub(r"[\W_]+", "", spelling) for spelling in spellings(fold_space(text).casefold())}
