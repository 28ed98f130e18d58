"""Document types as templates: what each is called, where its zones stand, which fields it has, what must agree."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import rfc8785

OTHER_TYPE_CODE = "32"
NUMBER_PLACES = ("heading", "below_title", "right")
DATE_PLACES = ("heading", "foot", "labels")
FORMS = ("text", "name", "body", "sex", "digits", "count", "date", "money", "area", "personal_id", "record_code")
CHECKS = {
    "id_agrees": (2, ("personal_id", "date", "sex")),
    "dates_in_order": (2, ("date", "date")),
    "code_received": (2, ("record_code", "date")),
}
"""Rules a template may ask for: how many fields each is about at least, and of which form each of them is."""


@dataclass(frozen=True, slots=True)
class LabelledField:
    """A field of a form: its name, the labels it stands after, how its value looks, whether it runs on over rows.

    `occurrence`: which of the places where the label stands is this field's, from 1. `required`: a person is asked
    where the label is not found. `pattern`: what the whole value must look like, as a regular expression.
    """

    name: str
    labels: tuple[str, ...]
    form: str
    runs_on: bool = False
    required: bool = False
    occurrence: int = 1
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A rule that some fields of a type must keep together."""

    rule: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A document type: its key, names by language, titles, abbreviation in symbols, typeName code of TT 05/2025.

    `number_at`, `date_at`: where number and date may stand, in the order they are looked for. `not_asked`: fields of
    every document that this one need not bear. `file`: the file the template stands in.
    """

    key: str
    names: Mapping[str, str]
    titles: tuple[str, ...]
    abbreviation: str = ""
    code: str = OTHER_TYPE_CODE
    legal_basis: str = ""
    number_at: tuple[str, ...] = ("heading",)
    date_at: tuple[str, ...] = ("heading",)
    date_labels: tuple[str, ...] = ()
    not_asked: frozenset[str] = frozenset()
    fields: tuple[LabelledField, ...] = ()
    checks: tuple[Check, ...] = ()
    file: str = ""

    @property
    def digest(self) -> str:
        """Give a hash of all that a template says of how a document is read."""
        said = asdict(replace(self, not_asked=frozenset(), file=""))
        return _digest([said | {"not_asked": sorted(self.not_asked)}])


@dataclass(frozen=True, eq=False, slots=True)
class TypeBook:
    """All types in force: those that are shipped, and a site's own."""

    types: tuple[DocumentType, ...]

    def find(self, key: str | None) -> DocumentType | None:
        """Give the type of a key."""
        return next((kind for kind in self.types if kind.key == key), None)

    def by_abbreviation(self) -> Mapping[str, DocumentType]:
        """Give the types by their abbreviation in symbols, of several the first: a site's own takes none away."""
        return {kind.abbreviation: kind for kind in reversed(self.types) if kind.abbreviation}

    def field_names(self, form: str | None = None) -> frozenset[str]:
        """Give the names of all labelled fields; with a form, those whose value looks so."""
        return frozenset(field.name for kind in self.types for field in kind.fields if form in {None, field.form})

    @property
    def titles_digest(self) -> str:
        """Give a hash of what tells types apart: a change may make another type of any document."""
        return _digest([[kind.key, list(kind.titles), kind.abbreviation] for kind in self.types])

    def digest_of(self, key: str | None) -> str:
        """Give a hash of one type's template; empty for a document of no known type."""
        kind = self.find(key)
        return kind.digest if kind else ""


def known_parts(book: TypeBook) -> frozenset[str]:
    """Give abbreviations and keys of types, as they stand in symbols."""
    return frozenset(part for kind in book.types for part in (kind.abbreviation, kind.key) if part)


def _digest(value: object) -> str:
    # Everything in it is a list, a mapping by text, text, number or claim.
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()  # type: ignore[arg-type]
