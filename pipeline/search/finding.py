"""Answers a search: documents whose codes and fields have all the words, then those whose pages do; newest first."""

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, literal_column, or_, select, text
from sqlalchemy.orm import Session

from config.codes import normalize_record_code
from config.errors import CodeError
from config.text import search_spelling
from storage.ledger.models import Record, RegisterEntry, SearchText

_QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]*)[\"“”«»]")
MOST = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as understood: phrases that must stand so, each of words in search spelling; the last may go on."""

    phrases: tuple[tuple[str, ...], ...]
    is_open: bool
    """The last word may be the beginning of a longer one: nothing was typed after it."""

    @classmethod
    def of(cls, typed: str) -> "Asked":
        """Understand what a person typed: words in any order, quoted ones in just this order."""
        quoted = [tuple(search_spelling(match[1]).split()) for match in _QUOTED.finditer(typed)]
        rest = _QUOTED.sub(" ", typed)
        words = [(word,) for word in search_spelling(rest).split()]
        is_open = bool(words) and typed == typed.rstrip() and typed[-1:].isalnum()
        return cls((*(phrase for phrase in quoted if phrase), *words), is_open)

    def __bool__(self) -> bool:
        return bool(self.phrases)


def find_documents(session: Session, asked: Asked, most: int = MOST) -> list[UUID]:
    """Give the documents found, those by code or field first; at most so many."""
    found: list[UUID] = []
    for column in ("head", "body"):
        if asked and len(found) < most:
            query = _matching(session, column, asked).order_by(SearchText.id.desc()).limit(most)
            found += [id_ for id_ in session.scalars(query) if id_ not in found]
    return found[:most]


def find_unscanned(session: Session, typed: str, most: int = MOST) -> list[RegisterEntry]:
    """Give register rows without a scan whose mã hồ sơ, own name or symbol is just what was typed."""
    try:
        code = normalize_record_code(typed.strip())
    except CodeError:
        code = typed.strip()
    named = or_(RegisterEntry.record_code == code, RegisterEntry.symbol == typed.strip())
    has_scan = select(Record.id).where(Record.register_entry_id == RegisterEntry.id).exists()
    query = select(RegisterEntry).where(named, ~has_scan).order_by(RegisterEntry.id).limit(most)
    return list(session.scalars(query))


def _matching(session: Session, column: str, asked: Asked) -> Select[UUID]:
    query = select(SearchText.document_id)
    if session.get_bind().dialect.name == "sqlite":
        rows = text("SELECT rowid FROM search_index WHERE search_index MATCH :asked").bindparams(
            asked=f"{column} : ({_fts5(asked)})"
        )
        return query.where(SearchText.id.in_(rows.columns(literal_column("rowid")).scalar_subquery()))
    vector = func.to_tsvector(literal_column("'simple'"), literal_column(column))
    return query.where(vector.op("@@")(func.to_tsquery(literal_column("'simple'"), _tsquery(asked))))


def _fts5(asked: Asked) -> str:
    phrases = [f'"{" ".join(phrase)}"' for phrase in asked.phrases]
    if asked.is_open:
        phrases[-1] += " *"
    return " AND ".join(phrases)


def _tsquery(asked: Asked) -> str:
    phrases = ["(" + " <-> ".join(phrase) + ")" for phrase in asked.phrases]
    if asked.is_open:
        phrases[-1] = f"{asked.phrases[-1][-1]}:*"
    return " & ".join(phrases)
