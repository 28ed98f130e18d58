"""Frozen dataclasses as plain JSON values and back, by their types; names of things are left to who shows them."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

T = TypeVar("T")
LEFT_OUT = frozenset({"name"})
"""Fields that are looked up by code when a report is shown."""


def to_plain(value: object) -> Any:
    """Give a value as JSON can hold it: decimals as numbers, days and instants as ISO 8601."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: to_plain(getattr(value, field.name)) for field in fields(value) if field.name not in LEFT_OUT
        }
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    return _scalar(value)


def _scalar(value: object) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum | UUID) else value


def from_plain(kind: type[T], value: Any) -> T:
    """Give back a value of a kind; fields that are missing are None, or empty where many may stand.

    Raise ValueError or KeyError for what is none.
    """
    found: T = _of(kind, value)
    return found


def _of(kind: Any, value: Any) -> Any:
    if get_origin(kind) in {Union, types.UnionType}:
        return None if value is None else _of(next(one for one in get_args(kind) if one is not type(None)), value)
    if get_origin(kind) is tuple:
        return tuple(_of(get_args(kind)[0], item) for item in value or ())
    if get_origin(kind) is not None:
        return {key: _of(get_args(kind)[1], item) for key, item in value.items()}
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        read = {field.name: _of(hints[field.name], value.get(field.name)) for field in fields(kind)}
        make: Any = kind
        return make(**read)
    return _read_scalar(kind, value)


def _read_scalar(kind: Any, value: Any) -> Any:
    if kind in {date, datetime}:
        return kind.fromisoformat(value)
    return Decimal(str(value)) if kind is Decimal else kind(value)
