"""Document types as an administrator names them: by key, or by name in either language, accents and case aside."""

import difflib

from sqlalchemy import select

from config.errors import NotFoundError
from config.i18n import active_language
from config.i18n import mark as _
from config.text import accentless
from pipeline.context import Context
from pipeline.extract import type_book
from storage.ledger.models import Document


class UnknownTypeError(NotFoundError):
    """A document type was asked for that no file defines and no document bears."""

    code = "type_not_here"
    message = _("there is no document type {type}; the nearest is {nearest}")
    remedy = _("Give the name or key of a type, as the files of types have it (docs/document-types.md).")


def type_named(ctx: Context, typed: str) -> str:
    """Give the key of the type that a person means. Raise UnknownTypeError when there is none."""
    names: dict[str, str] = {}
    for kind in type_book(ctx.settings.document_types_folder).types:
        for name in (kind.key, *kind.names.values()):
            names.setdefault(accentless(name), kind.key)
        if kind.key == typed:
            return typed
    with ctx.ledger.reading() as session:
        # One whose file was taken away since is still on the documents that were read by it.
        names.update((accentless(key), key) for key in session.scalars(select(Document.type_code).distinct()) if key)
    plain = accentless(typed)
    if plain in names:
        return names[plain]
    near = difflib.get_close_matches(plain, sorted(names), n=1, cutoff=0.0)
    raise UnknownTypeError(type=typed, nearest=type_title(ctx, names[near[0]]) if near else "–")


def type_title(ctx: Context, key: str) -> str:
    """Give what a type is called in the active language; one that no file has any more keeps its key."""
    kind = type_book(ctx.settings.document_types_folder).find(key)
    return kind.names.get(active_language(), key) if kind else key
