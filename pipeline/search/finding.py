"""Answers a search: documents whose codes have all the words, then those whose fields do, then those whose pages do.

Within each the newest stand first. Answers come in pages; the next begins after the place where the last ended, so that
what is indexed meanwhile moves nothing.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    column,
    func,
    literal_column,
    not_,
    select,
    table,
)
from sqlalchemy.orm import Session

from config.codes import normalize_record_code
from config.errors import CodeError
from config.text import search_spelling
from pipeline.register.keys import symbol_key
from storage.ledger.models import Agency, Record, RegisterEntry, SearchText

_QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]*)[\"“”«»]")
PAGE = 50
MOST_COUNTED = 1000
MOST_CHARACTERS = 200
"""Of what is typed; what stands after is not looked at."""


class Scope(StrEnum):
    """What is looked at: codes alone, or names and the text of pages too."""

    CODES = "codes"
    ALL = "all"


class Where(StrEnum):
    """In what the words were found."""

    CODES = "codes"
    FIELDS = "fields"
    TEXT = "text"


_COLUMNS = {Where.CODES: "codes", Where.FIELDS: "head", Where.TEXT: "body"}
"""Each holds what the one before holds, but for the last."""
_FTS5 = table("search_index", column("rowid", Integer))
_LOOKED_AT = {Scope.CODES: (Where.CODES,), Scope.ALL: tuple(Where)}


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as understood: phrases that must stand so, each of words in search spelling; the last may go on."""

    phrases: tuple[tuple[str, ...], ...]
    is_open: bool
    """The last word may be the beginning of a longer one: nothing was typed after it."""

    @classmethod
    def of(cls, typed: str) -> "Asked":
        """Understand what a person typed: words in any order; quoted ones, and those without a space, in just this."""
        typed = typed[:MOST_CHARACTERS]
        quoted = [tuple(search_spelling(match[1]).split()) for match in _QUOTED.finditer(typed)]
        rest = [tuple(search_spelling(word).split()) for word in _QUOTED.sub(" ", typed).split()]
        is_open = bool(rest and rest[-1]) and typed == typed.rstrip() and typed[-1:].isalnum()
        return cls(tuple(phrase for phrase in (*quoted, *rest) if phrase), is_open)

    def __bool__(self) -> bool:
        return bool(self.phrases)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of an answer ends, as it is named in an address."""

    where: Where
    number: int

    def __str__(self) -> str:
        return f"{self.where}.{self.number}"

    @classmethod
    def parse(cls, text_: str) -> "Place":
        """Read a place. Raise ValueError for what is none."""
        where, _dot, number = text_.partition(".")
        if not number.isdecimal() or len(number) > 18:
            raise ValueError(text_)
        return cls(Where(where), int(number))


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found, and in what."""

    document_id: UUID
    where: Where
    place: Place


def find_documents(
    session: Session, asked: Asked, scope: Scope = Scope.ALL, *, after: Place | None = None, most: int = PAGE
) -> list[Hit]:
    """Give the documents found from a place on, those by codes first; at most so many."""
    found: list[Hit] = []
    looked_at = _LOOKED_AT[scope] if asked else ()
    for where in looked_at[looked_at.index(after.where) if after and after.where in looked_at else 0 :]:
        left = most - len(found)
        if left <= 0:
            break
        query = _matching(session, asked, where)
        if after is not None and after.where is where:
            query = query.where(_number(session) < after.number)
        rows = session.execute(query.order_by(_number(session).desc()).limit(left))
        found += [Hit(document_id, where, Place(where, number)) for number, document_id in rows]
    return found


def count_documents(session: Session, asked: Asked, scope: Scope = Scope.ALL) -> int:
    """Give how many documents are found; one more than MOST_COUNTED where there are more than that."""
    total = 0
    for where in _LOOKED_AT[scope] if asked else ():
        some = _matching(session, asked, where).limit(MOST_COUNTED + 1 - total).subquery()
        total += session.scalar(select(func.count()).select_from(some)) or 0
    return total


def find_unscanned(session: Session, typed: str, most: int = PAGE) -> list[RegisterEntry]:
    """Give register rows without a scan whose mã hồ sơ, own name, or number and symbol is just what was typed."""
    name = typed.strip()
    try:
        code = normalize_record_code(name)
    except CodeError:
        code = name
    has_scan = select(Record.id).where(Record.register_entry_id == RegisterEntry.id).exists()
    # Rows are looked up by symbol within an agency; so each is asked for its own.
    by_symbol = and_(RegisterEntry.agency_code.in_(select(Agency.code)), RegisterEntry.symbol_key == symbol_key(name))
    found: dict[UUID, RegisterEntry] = {}
    for named in (RegisterEntry.record_code == code, by_symbol) if name else ():
        query = select(RegisterEntry).where(named, ~has_scan).order_by(RegisterEntry.id).limit(most)
        found |= {entry.id: entry for entry in session.scalars(query)}
    return list(found.values())[:most]


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _number(session: Session) -> ColumnElement[int]:
    """Give what answers are ordered by; FTS5 gives its own rows in that order without gathering all of them."""
    return _FTS5.c.rowid if _is_sqlite(session) else SearchText.__table__.c.id


def _matching(session: Session, asked: Asked, where: Where) -> Select[int, UUID]:
    """Give the documents that have the words in one thing, and not in what stands before it."""
    earlier = _COLUMNS[list(Where)[list(Where).index(where) - 1]] if where is not Where.CODES else None
    query = select(SearchText.id, SearchText.document_id)
    if _is_sqlite(session):
        words = _fts5(asked)
        wanted = f"({_COLUMNS[where]} : ({words}))" + (f" NOT ({earlier} : ({words}))" if earlier else "")
        matches = literal_column("search_index").bool_op("MATCH")(wanted)
        return query.join(_FTS5, _FTS5.c.rowid == SearchText.id).where(matches)
    query = query.where(_has(_COLUMNS[where], asked))
    return query.where(not_(_has(earlier, asked))) if earlier else query


def _has(name: str, asked: Asked) -> ColumnElement[bool]:
    """Say that a column has the words, in just the expression that PostgreSQL's index is over."""
    simple: ColumnElement[str] = literal_column("'simple'")
    return func.to_tsvector(simple, literal_column(name)).bool_op("@@")(func.to_tsquery(simple, _tsquery(asked)))


def _fts5(asked: Asked) -> str:
    phrases = [f'"{" ".join(phrase)}"' for phrase in asked.phrases]
    if asked.is_open:
        phrases[-1] += " *"
    return " AND ".join(phrases)


def _tsquery(asked: Asked) -> str:
    phrases = [" <-> ".join(phrase) for phrase in asked.phrases]
    if asked.is_open:
        phrases[-1] += ":*"
    return " & ".join(f"({phrase})" for phrase in phrases)
