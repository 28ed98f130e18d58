"""Reference data of extraction, read once: bodies, titles, places, names, sureness steps."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import config
from config.errors import ReferenceDataError
from config.text import nfc

FOLDER = Path(config.__file__).parent / "reference"


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
    """Marks of signing authority, signers' titles with those each may sign for, and heads' titles by their bodies."""

    authorities: tuple[str, ...]
    deputy_of: dict[str, frozenset[str]]
    heads: dict[str, frozenset[str]]


def load_table(name: str) -> dict[str, Any]:
    """Read one reference file. Raise ReferenceDataError when it is missing or not TOML."""
    try:
        return tomllib.loads(nfc((FOLDER / name).read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as err:
        raise ReferenceDataError(file=name, place="-", cause=err) from err


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
        heads={row["body"]: frozenset(row["titles"]) for row in table["head"]},
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
def vouched_error_share() -> float:
    """Give what share of a word's chance of error is left where a word pair vouches for it."""
    return float(load_table("word_sureness.toml")["vouched_error_share"])


@cache
def word_pairs() -> frozenset[tuple[str, str]]:
    """Give pairs of syllables that stand together in administrative Vietnamese, in small letters."""
    pairs = (pair.split() for pair in load_table("word_pairs.toml")["pairs"].split(","))
    return frozenset((pair[0], pair[1]) for pair in pairs if len(pair) == 2)
