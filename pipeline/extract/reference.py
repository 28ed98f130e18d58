"""Reference data of extraction, read once: types, bodies, titles, places, names, sureness steps."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import config
from config.errors import ReferenceDataError
from config.text import accentless, nfc

OTHER_TYPE_CODE = "32"
FOLDER = Path(config.__file__).parent / "reference"


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A document type: its key here, name, abbreviation in symbols, typeName code of TT 05/2025, titles it bears."""

    key: str
    name: str
    abbreviation: str
    code: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelledField:
    """A field of a form: its name, the labels it stands after, how its value looks, whether it runs on over rows."""

    name: str
    labels: tuple[str, ...]
    form: str
    runs_on: bool


@dataclass(frozen=True, slots=True)
class ResultForm:
    """A result of a one-stop procedure: its type, its fields, and the labels of the date it was granted on."""

    kind: DocumentType
    fields: tuple[LabelledField, ...]
    date_labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bodies:
    """Issuing bodies: name to symbol; the words a body's name begins with; people's bodies and their units."""

    symbols: dict[str, str]
    heads: tuple[str, ...]
    incomplete: frozenset[str]
    composed: dict[str, str]
    levels: tuple[str, ...]
    places: tuple[str, ...]
    seats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Titles:
    """Marks of signing authority, and signers' titles with the titles each may sign for."""

    authorities: tuple[str, ...]
    deputy_of: dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class SurenessStep:
    """From this engine confidence on, a word is wrong this often: plain, with a roof (â ê ô), or vouched for."""

    start: float
    plain: float
    roofed: float
    vouched: float


def load_table(name: str) -> dict[str, Any]:
    """Read one reference file. Raise ReferenceDataError when it is missing or not TOML."""
    try:
        return tomllib.loads(nfc((FOLDER / name).read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as err:
        raise ReferenceDataError(file=name, place="-", cause=err) from err


@cache
def document_types() -> tuple[DocumentType, ...]:
    """Give the types of administrative and legal documents."""
    rows = load_table("document_types.toml")["type"]
    return tuple(
        DocumentType(
            row.get("key", row["abbreviation"]), row["name"], row["abbreviation"], row["code"], (row["name"].upper(),)
        )
        for row in rows
    )


@cache
def result_forms() -> tuple[ResultForm, ...]:
    """Give the results of one-stop procedures."""
    return tuple(_result_form(row) for row in load_table("result_documents.toml")["result"])


def _result_form(row: dict[str, Any]) -> ResultForm:
    fields = tuple(
        LabelledField(field["name"], tuple(field["labels"]), field["form"], field.get("lines", False))
        for field in row["fields"]
    )
    kind = DocumentType(row["key"], row["name"], "", OTHER_TYPE_CODE, tuple(row["titles"]))
    return ResultForm(kind, fields, tuple(row.get("date_labels", ())))


@cache
def bodies() -> Bodies:
    """Give the issuing bodies."""
    table = load_table("issuers.toml")
    places = table["places"]
    return Bodies(
        symbols={row["name"]: row["symbol"] for row in [*table["body"], *table["local"]]},
        heads=tuple(table["heads"]["words"]),
        incomplete=frozenset(table["heads"]["incomplete"]),
        composed=dict(table["composed"]["symbols"]),
        levels=tuple(table["composed"]["levels"]),
        places=(*places["cities"], *places["provinces"], *places["former"]),
        seats=tuple(places["seats"]),
    )


@cache
def titles() -> Titles:
    """Give authorities and titles."""
    table = load_table("signing_authority.toml")
    return Titles(
        authorities=tuple(row["mark"] for row in table["authority"]),
        deputy_of={row["name"]: frozenset(row.get("deputy_of", ())) for row in table["title"]},
    )


@cache
def family_names() -> frozenset[str]:
    """Give common family names."""
    return frozenset(load_table("family_names.toml")["names"])


@cache
def bare_roofs() -> frozenset[str]:
    """Give words of names that may have a roof without a tone, in small letters."""
    return frozenset(name.lower() for name in load_table("family_names.toml")["bare_roofs"])


@cache
def urgency_marks() -> tuple[str, ...]:
    """Give the degrees of urgency, as printed."""
    return tuple(load_table("urgency.toml")["marks"])


@cache
def sureness_steps() -> tuple[SurenessStep, ...]:
    """Give the sureness steps, highest first."""
    rows = load_table("word_sureness.toml")["steps"]
    steps = (SurenessStep(row["from"], row["plain"], row["roofed"], row["vouched"]) for row in rows)
    return tuple(sorted(steps, key=lambda step: -step.start))


@cache
def word_pairs() -> frozenset[tuple[str, str]]:
    """Give pairs of syllables that stand together in administrative Vietnamese, in small letters."""
    pairs = (pair.split() for pair in load_table("word_pairs.toml")["pairs"].split(","))
    return frozenset((pair[0], pair[1]) for pair in pairs if len(pair) == 2)


@cache
def word_pair_keys() -> frozenset[tuple[str, str]]:
    """Give the same pairs without accents."""
    return frozenset((accentless(first), accentless(second)) for first, second in word_pairs())


def labelled_field_names(kind: str | None = None) -> frozenset[str]:
    """Give the names of all labelled fields, beside those of FieldName; with a kind, those whose value looks so."""
    fields = (field for form in result_forms() for field in form.fields)
    return frozenset(field.name for field in fields if kind in {None, field.form})
