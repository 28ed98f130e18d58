"""Read document types from their files: those that are shipped, and those of a site's own folder.

Every mistake is told with its file, its place and what would be right.
"""

import difflib
import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import config
from config.errors import ReferenceDataError
from config.i18n import LANGUAGES, gettext
from config.i18n import mark as _
from config.text import accentless, nfc
from pipeline.extract.document_types import (
    CHECKS,
    DATE_PLACES,
    FORMS,
    NUMBER_PLACES,
    OTHER_TYPE_CODE,
    Check,
    DocumentType,
    LabelledField,
    TypeBook,
)
from pipeline.extract.field_names import FieldName
from pipeline.extract.pattern_safety import may_run_on

SHIPPED = Path(config.__file__).parent / "document_types"
SCHEMA = 1
_TYPE = {
    **dict.fromkeys(("key", "abbreviation", "code", "legal_basis"), str),
    **dict.fromkeys(("titles", "number_at", "date_at", "date_labels", "not_asked", "fields", "checks"), list),
    "name": dict,
}
_FIELD = {"name": str, "labels": list, "form": str, "lines": bool, "required": bool, "occurrence": int, "pattern": str}
_CHECK = {"rule": str, "fields": list}
_KEY = re.compile(r"[A-ZĐa-zđÀ-ỹ][\wÀ-ỹ-]{0,63}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def type_book(folder: Path | None = None) -> TypeBook:
    """Give the types in force: shipped ones, and those in a site's folder. Raise ReferenceDataError for a fault."""
    return _book(folder, _state(folder))


def faults_of(folder: Path | None) -> tuple[ReferenceDataError, ...]:
    """Give what is wrong with a site's files, one fault a file."""
    faults: list[ReferenceDataError] = []
    known = list(type_book().types)
    for path in _files(folder):
        try:
            known += _added(known, _read(path))
        except ReferenceDataError as fault:
            faults.append(fault)
    return tuple(faults)


@lru_cache(maxsize=8)
def _book(folder: Path | None, state: str) -> TypeBook:  # noqa: ARG001 - the state of the files makes another book
    types: list[DocumentType] = []
    for path in [*_files(SHIPPED), *_files(folder)]:
        types += _added(types, _read(path))
    return TypeBook(tuple(types))


def _state(folder: Path | None) -> str:
    """Give a hash of a site's files: they may be edited while a worker runs. Raise ReferenceDataError for a fault."""
    digest = hashlib.sha256()
    for path in _files(folder):
        try:
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
        except OSError as err:
            raise ReferenceDataError(file=path.name, place="-", cause=err) from err
    return digest.hexdigest()


def _files(folder: Path | None) -> list[Path]:
    return sorted(folder.glob("*.toml")) if folder is not None and folder.is_dir() else []


def _added(known: Sequence[DocumentType], new: Sequence[DocumentType]) -> Sequence[DocumentType]:
    """Give new types, none of which is there already."""
    for kind in new:
        for other in known:
            if kind.key == other.key:
                cause = gettext(_("the key stands in {other} already; choose another")).format(other=other.file)
                raise ReferenceDataError(file=kind.file, place=kind.key, cause=cause)
            shared = {accentless(title) for title in kind.titles} & {accentless(title) for title in other.titles}
            if shared:
                told = {"title": sorted(shared)[0].upper(), "other": other.file, "key": other.key}
                cause = gettext(_("the title {title} is that of {key} in {other} already")).format(**told)
                raise ReferenceDataError(file=kind.file, place=kind.key, cause=cause)
    return new


def _read(path: Path) -> list[DocumentType]:
    try:
        table = tomllib.loads(nfc(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err
    if table.get("schema") != SCHEMA:
        cause = gettext(_("schema = {schema} is missing")).format(schema=SCHEMA)
        raise ReferenceDataError(file=path.name, place="schema", cause=cause)
    _known_keys(table, {"schema": int, "type": list}, path.name, "-")
    types: list[DocumentType] = []
    for number, row in enumerate(table.get("type", ()), start=1):
        place = str(row.get("key") or f"type {number}") if isinstance(row, dict) else f"type {number}"
        types += _added(types, [_type(row, path.name, place)])
    return types


def _type(row: Any, file: str, place: str) -> DocumentType:
    _known_keys(row, _TYPE, file, place)
    _needed(row, ("key", "name", "legal_basis"), file, place)
    if _KEY.fullmatch(row["key"]) is None:
        _refuse(file, place, _("a key is letters, digits and hyphens, at most 64"))
    names = row["name"]
    _known_keys(names, dict.fromkeys(LANGUAGES, str), file, f"{place}, name")
    _needed(names, LANGUAGES, file, f"{place}, name")
    titles = _texts(row.get("titles", [names["vi"].upper()]), file, f"{place}, titles")
    fields = tuple(_field(one, file, f"{place}, field {n}") for n, one in enumerate(row.get("fields", ()), start=1))
    forms = {field.name: field.form for field in fields}
    if len(forms) < len(fields):
        _refuse(file, place, _("two fields bear one name"))
    kind = DocumentType(
        key=row["key"],
        names=names,
        titles=titles,
        abbreviation=row.get("abbreviation", ""),
        code=row.get("code", OTHER_TYPE_CODE),
        legal_basis=row["legal_basis"],
        number_at=_among(row.get("number_at", ["heading"]), NUMBER_PLACES, file, f"{place}, number_at"),
        date_at=_among(row.get("date_at", ["heading"]), DATE_PLACES, file, f"{place}, date_at"),
        date_labels=_texts(row.get("date_labels", []), file, f"{place}, date_labels"),
        not_asked=frozenset(_among(row.get("not_asked", []), tuple(FieldName), file, f"{place}, not_asked")),
        fields=fields,
        checks=tuple(_check(one, forms, file, place) for one in row.get("checks", ())),
        file=file,
    )
    if "labels" in kind.date_at and not kind.date_labels:
        _refuse(file, f"{place}, date_at", _("labels needs date_labels: what the row of the date begins with"))
    return kind


def _field(row: Any, file: str, place: str) -> LabelledField:
    if isinstance(row, dict) and isinstance(row.get("name"), str):
        place = f"{place.partition(',')[0]}, {row['name']}"
    _known_keys(row, _FIELD, file, place)
    _needed(row, ("name", "labels"), file, place)
    if _NAME.fullmatch(row["name"]) is None or row["name"] in tuple(FieldName):
        _refuse(file, place, _("a field's name is small letters, digits and _, and none that every document has"))
    (form,) = _among([row.get("form", "text")], FORMS, file, f"{place}, form")
    try:
        re.compile(row.get("pattern", ""))
    except re.error as err:
        raise ReferenceDataError(file=file, place=f"{place}, pattern", cause=err) from err
    if may_run_on(row.get("pattern", "")):
        _refuse(file, f"{place}, pattern", _("no repetition or choice in a repeated group: it may take for ever"))
    if row.get("occurrence", 1) < 1:
        _refuse(file, f"{place}, occurrence", _("the first is 1"))
    return LabelledField(
        name=row["name"],
        labels=_texts(row["labels"], file, f"{place}, labels"),
        form=form,
        runs_on=row.get("lines", False),
        required=row.get("required", False),
        occurrence=row.get("occurrence", 1),
        pattern=row.get("pattern", ""),
    )


def _check(row: Any, known: Mapping[str, str], file: str, place: str) -> Check:
    """Read a check; `known` are the type's own fields, each with its form."""
    _known_keys(row, _CHECK, file, f"{place}, checks")
    _needed(row, ("rule", "fields"), file, f"{place}, checks")
    (rule,) = _among([row["rule"]], tuple(CHECKS), file, f"{place}, checks")
    fields = _among(row["fields"], tuple(known), file, f"{place}, {rule}")
    least, forms = CHECKS[rule]
    if not least <= len(fields) <= len(forms):
        cause = gettext(_("{rule} is about {least} to {most} fields")).format(rule=rule, least=least, most=len(forms))
        raise ReferenceDataError(file=file, place=f"{place}, checks", cause=cause)
    for name, form in zip(fields, forms, strict=False):
        if known[name] != form:
            cause = gettext(_("{rule} wants the form {form} of {name}")).format(rule=rule, form=form, name=name)
            raise ReferenceDataError(file=file, place=f"{place}, checks", cause=cause)
    return Check(rule, fields)


def _known_keys(row: Any, known: Mapping[str, type], file: str, place: str) -> None:
    if not isinstance(row, dict):
        _refuse(file, place, _("a table of keys is wanted here"))
    for key, value in row.items():
        if key not in known:
            cause = gettext(_("there is no key {key}; {nearest}")).format(key=key, nearest=_nearest(key, known))
            raise ReferenceDataError(file=file, place=place, cause=cause)
        wanted = known[key]
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            cause = gettext(_("{key} is of another kind; wanted is: {kind}")).format(key=key, kind=wanted.__name__)
            raise ReferenceDataError(file=file, place=place, cause=cause)


def _needed(row: Mapping[str, Any], keys: Iterable[str], file: str, place: str) -> None:
    for key in keys:
        if not row.get(key):
            raise ReferenceDataError(file=file, place=place, cause=gettext(_("{key} is missing")).format(key=key))


def _texts(values: Any, file: str, place: str) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
        _refuse(file, place, _("a list of texts is wanted here"))
    return tuple(values)


def _among(values: Any, known: Sequence[str], file: str, place: str) -> tuple[str, ...]:
    for value in _texts(values, file, place):
        if value not in known:
            cause = gettext(_("{value} is not known; {nearest}")).format(value=value, nearest=_nearest(value, known))
            raise ReferenceDataError(file=file, place=place, cause=cause)
    return tuple(str(value) for value in values)


def _nearest(word: str, known: Iterable[str]) -> str:
    """Give the known word a person may have meant, or all of them."""
    words = [str(one) for one in known]
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if near:
        return gettext(_("the nearest is {word}")).format(word=near[0])
    return gettext(_("known are: {words}")).format(words=", ".join(words))


def _refuse(file: str, place: str, cause: str) -> None:
    raise ReferenceDataError(file=file, place=place, cause=gettext(cause))
