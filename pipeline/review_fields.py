"""Which field a person means, and what is said where there is none such or nothing is asked about it.

People call fields as the screen does, by the name in the ledger or in either language, or as the columns of their
registers are called; with or without marks and punctuation.
"""

import difflib
from collections.abc import Iterable
from functools import cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.errors import NotFoundError, UsageError
from config.i18n import LANGUAGES, gettext, translate
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.describing import METADATA
from pipeline.extract import CODE_FIELDS, FieldName, type_book
from pipeline.naming import names_in
from pipeline.register.headers import header_key, header_names
from pipeline.wording import field_id, field_name, field_order, metadata_id, metadata_name
from storage.ledger.models import Document, Record, ReviewTask

_NEAR = 0.6
_OF_COLUMN = {"symbol": FieldName.CODE, "issued_on": FieldName.ISSUED_ON, "subject": FieldName.SUBJECT}
"""The field that a register's column says something of."""
_NO_FIELD = _("there is no field “{field}”")
_NEAREST = _("there is no field “{field}”; the nearest is {nearest}")
_SEVERAL = _("“{field}” may be several fields: {names}")


class FieldUnknownError(UsageError):
    """A field was named by a word that is no field's, or that of several."""

    code = "field_unknown"
    message = _("{cause}")
    remedy = _("Name one as the list shows it; now open of {document}: {open}. docs/glossary.md lists all.")


class NothingReadError(UsageError):
    """A reading was to be accepted where the machine read nothing."""

    code = "nothing_read"
    message = _("{document}: nothing was read for {field}")
    remedy = _(
        "Give its value: sohoa review set {document} {name} VALUE; where the paper has none, --absent for VALUE."
    )


class FoundWrongError(UsageError):
    """A reading was to be accepted that a person found wrong in an acceptance sample."""

    code = "found_wrong"
    message = _("{document}: {field} was found wrong in the acceptance sample; its reading is not accepted any more")
    remedy = NothingReadError.remedy


class NothingAskedError(NotFoundError):
    """A question was to be answered that is not asked, or not any more."""

    code = "nothing_asked"
    message = _("nothing is asked about {document}")
    remedy = _("See what is open: sohoa review show {record}")


class FieldNotAskedError(NothingAskedError):
    """A question about a field was to be answered that is not asked, or not any more."""

    code = "field_not_asked"
    message = _("nothing is asked about {field} of {document}")


def named_field(ctx: Context, document_id: UUID, typed: str) -> str:
    """Give the name in the ledger of the field a person means; of several so called, the one that is asked about.

    Raise FieldUnknownError with what is open where none is called so, or several.
    """
    fitting = _fitting(typed) or _of_site(ctx, typed)
    if len(fitting) == 1:
        return fitting[0]
    with ctx.ledger.reading() as session:
        still_open = _open_fields(session, document_id)
        document = names_in(session, [document_id])[document_id]
    asked = [name for name in fitting if name in still_open]
    if len(asked) == 1:
        return asked[0]
    listed = _listed(still_open) or "–"
    raise FieldUnknownError(cause=_why_unknown(typed, fitting), field=typed, document=document, open=listed)


def named_datum(typed: str) -> str | None:
    """Give the name of the archival datum that a person means; None where a field may be meant, or nothing known."""
    fitting = _fitting(typed)
    return fitting[0] if len(fitting) == 1 and fitting[0] in METADATA else None


def not_asked(session: Session, document_id: UUID, field: str | None) -> NothingAskedError:
    """Give the refusal of an answer to what is not asked, by the names that people know."""
    document = names_in(session, [document_id])[document_id]
    record = session.scalar(select(Record.code).join(Document).where(Document.id == document_id))
    if field is None:
        return NothingAskedError(document=document, record=record or document)
    return FieldNotAskedError(document=document, record=record or document, field=_called(field))


def not_acceptable(
    session: Session, document_id: UUID, field: str, *, is_wrong: bool
) -> FoundWrongError | NothingReadError:
    """Give the refusal to accept what was not read, or was found wrong."""
    document = names_in(session, [document_id])[document_id]
    kind = FoundWrongError if is_wrong else NothingReadError
    return kind(document=document, field=_called(field), name=field)


def _fitting(typed: str) -> list[str]:
    """Give the names of the fields and data that are called so."""
    if typed in _words():
        return [typed]
    wanted = header_key(typed)
    fitting = [name for name, words in _words().items() if wanted in words]
    column, _rank = header_names().fields.get(wanted, ("", 0))
    return fitting or ([str(_OF_COLUMN[column])] if column in _OF_COLUMN else [])


def _of_site(ctx: Context, typed: str) -> list[str]:
    """Give the names of fields of a site's own types that are called so."""
    names = type_book(ctx.settings.document_types_folder).field_names()
    return [name for name in sorted(names) if header_key(name) == header_key(typed)]


@cache
def _words() -> dict[str, frozenset[str]]:
    """Give the words, in all languages and without marks, that each field and datum is called by."""
    fields = {str(name): field_id(name) for name in (*FieldName, *CODE_FIELDS, *sorted(type_book().field_names()))}
    data = {name: metadata_id(name) for name in sorted(METADATA)}
    return {
        name: frozenset({header_key(name), *(header_key(translate(id_, language)) for language in LANGUAGES)})
        for name, id_ in {**data, **fields}.items()
    }


def _open_fields(session: Session, document_id: UUID) -> set[str]:
    asked = select(ReviewTask.field_name).where(
        ReviewTask.document_id == document_id, ReviewTask.settled_at.is_(None), ReviewTask.field_name.is_not(None)
    )
    return {name for name in session.scalars(asked) if name is not None}


def _why_unknown(typed: str, fitting: list[str]) -> str:
    if fitting:
        return gettext(_SEVERAL).format(field=typed, names=_listed(fitting))
    by_word = {word: name for name, words in _words().items() for word in words}
    nearest = difflib.get_close_matches(header_key(typed), sorted(by_word), n=1, cutoff=_NEAR)
    if not nearest:
        return gettext(_NO_FIELD).format(field=typed)
    return gettext(_NEAREST).format(field=typed, nearest=_called(by_word[nearest[0]]))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(_called(name) for name in sorted(names, key=field_order))


def _called(name: str) -> str:
    shown = metadata_name(name) if name in METADATA else field_name(name)
    return f"{shown} ({name})"
