"""What the text of a QR code or barcode says: a paper's own code, an identity card's, or nothing that is known.

The patterns are data (config/reference/code_payloads.toml). Nothing is taken from a payload that fits none of them.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from config.codes import is_record_code, parse_procedure_code, parse_record_code
from config.errors import CodeError, ReferenceDataError
from config.text import accentless, fold_space
from pipeline.extract.reference import load_table

TABLE = "code_payloads.toml"
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class PaperPayload:
    """What a paper's own code says of it."""

    record_code: str | None = None
    procedure_code: str | None = None
    owner_identifier: str | None = None
    paper_name: str | None = None


@dataclass(frozen=True, slots=True)
class PersonalCard:
    """What the code of an identity card says of its holder: never kept but as a field of the paper it stands on."""

    identifier: str
    name: str
    born_on: date | None


@dataclass(frozen=True, slots=True)
class PersonFields:
    """The fields of one person that stand together on a form, by what a card says of them; an absent one is empty."""

    identifier: str
    name: str
    born_on: str


@dataclass(frozen=True, slots=True)
class CodePatterns:
    """The patterns of payloads, and how sure a value read from a code is."""

    checked: frozenset[str]
    sureness: float
    card: re.Pattern[str]
    persons: tuple[PersonFields, ...]
    breaks: re.Pattern[str]
    assigns: re.Pattern[str]
    most_pieces: int
    keys: Mapping[str, str]
    owner_form: re.Pattern[str]
    name_form: re.Pattern[str]


@cache
def code_patterns() -> CodePatterns:
    """Give the patterns of payloads. Raise ReferenceDataError when their file is wrong."""
    table = load_table(TABLE)
    try:
        return _patterns(table)
    except (KeyError, TypeError, ValueError, re.error) as err:
        raise ReferenceDataError(file=TABLE, place="-", cause=err) from err


def read_payload(text: str) -> PaperPayload | PersonalCard | None:
    """Give what a code's text says; None for a text that fits no pattern."""
    card = code_patterns().card.fullmatch(text.strip())
    if card is not None:
        return PersonalCard(card["identifier"], fold_space(card["name"]), _day(card["born_on"]))
    pieces = list(_pieces(text.strip()))
    if len(pieces) > code_patterns().most_pieces:
        return None
    payload = PaperPayload()
    for key, piece in pieces:
        payload = _with_code(payload, key, piece)
    if payload == PaperPayload():
        return None
    # Figures and words mean something only beside a code that says what kind of payload this is.
    for key, piece in pieces:
        payload = _with_description(payload, key, piece)
    return payload


def _patterns(table: Mapping[str, Any]) -> CodePatterns:
    if table["schema"] != SCHEMA:
        raise ValueError(f"schema {table['schema']!r} is not {SCHEMA}")
    reading, card, paper = table["reading"], table["personal_card"], table["paper"]
    forms, keys = paper["forms"], paper["keys"]
    sources = (reading["sureness_reason"], card["source"], paper["source"], keys["keys_source"])
    if not all((*sources, forms["owner_identifier_source"], forms["paper_name_source"])):
        raise ValueError("an entry has no source")
    return CodePatterns(
        checked=frozenset(reading["checked"]),
        sureness=float(reading["sureness"]),
        card=re.compile(card["pattern"]),
        persons=tuple(PersonFields(row["identifier"], row["name"], row.get("born_on", "")) for row in card["person"]),
        breaks=_any_of(paper["separators"]),
        assigns=_any_of(paper["assigns"]),
        most_pieces=int(paper["most_pieces"]),
        keys={_key(word): name for name, words in keys.items() if name != "keys_source" for word in words},
        owner_form=re.compile(forms["owner_identifier"], re.ASCII),
        name_form=re.compile(forms["paper_name"]),
    )


def _any_of(marks: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, marks)))


def _pieces(text: str) -> Iterator[tuple[str | None, str]]:
    """Give the pieces of a payload, each with what its key means, where it has a key that is known."""
    if re.match(r"[a-z]+://", text, re.IGNORECASE):
        yield from _pieces_of_address(text)
        return
    if text.startswith("{"):
        try:
            values = json.loads(text)
        except (ValueError, RecursionError):
            return
        for key, value in values.items():
            if isinstance(value, str | int):
                yield _meaning(key), str(value).strip()
        return
    patterns = code_patterns()
    for piece in patterns.breaks.split(text):
        key, *value = patterns.assigns.split(piece, maxsplit=1)
        yield (_meaning(key), value[0].strip()) if value else (None, piece.strip())


def _pieces_of_address(text: str) -> Iterator[tuple[str | None, str]]:
    try:
        address = urlsplit(text)
    except ValueError:
        return
    for key, value in parse_qsl(address.query):
        yield _meaning(key), value.strip()
    for step in address.path.split("/"):
        yield None, unquote(step).strip()


def _meaning(key: str) -> str | None:
    return code_patterns().keys.get(_key(key))


def _key(word: str) -> str:
    return re.sub(r"[\W_]+", "", accentless(word))


def _with_code(payload: PaperPayload, key: str | None, piece: str) -> PaperPayload:
    if payload.record_code is None and key in {None, "record_code"} and is_record_code(piece):
        return replace(payload, record_code=str(parse_record_code(piece)))
    if payload.procedure_code is None and key in {None, "procedure_code"}:
        try:
            return replace(payload, procedure_code=parse_procedure_code(piece).number)
        except CodeError:
            return payload
    return payload


def _with_description(payload: PaperPayload, key: str | None, piece: str) -> PaperPayload:
    patterns = code_patterns()
    is_owner = patterns.owner_form.fullmatch(piece) is not None if key is None else key == "owner_identifier"
    if is_owner and payload.owner_identifier is None and re.fullmatch(r"[\dA-Z.-]{6,35}", piece, re.ASCII):
        return replace(payload, owner_identifier=piece)
    is_name = patterns.name_form.fullmatch(piece) is not None and key in {None, "paper_name"}
    if is_name and payload.paper_name is None and "://" not in piece:
        return replace(payload, paper_name=fold_space(piece))
    return payload


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    except ValueError:
        return None
