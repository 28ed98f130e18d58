"""What an event may carry: ids, hashes, numbers, codes, dates; nothing a name, a text or a personal number fits into.

A text value is allowed only when it has the shape of one of: a lower-case code (`waiting_review`), a hash, a UUID, an
ISO date or instant, or an identifier with a digit and without spaces (`H41.15`, `v2`, an object key). Words with
capitals or Vietnamese letters, anything with a space, and bare runs of nine digits and more (numbers of identity
cards, telephones) are refused.
"""

import math
import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from config.errors import EventPayloadError
from config.i18n import gettext
from config.i18n import mark as _

LONGEST_TEXT = 128
LONGEST_LIST = 1000
_DEEPEST = 3
_LARGEST_INT = 2**53 - 1

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CODE = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_IDENTIFIER = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9_.:/+-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_PERSONAL_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]{9,12}(?![0-9A-Za-z])")
_ACTOR = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:@/\\+-]{0,63}")

_SHAPE = _("its text is not an id, a hash, a code or a date")
_TYPE = _("its value is not of a kind that events carry")
_NUMBER = _("its number is too large or not finite")
_TOO_MUCH = _("it is too long or too deep")
_NAME = _("its name is not a short lower-case word")

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]


def clean_payload(kind: str, payload: Mapping[str, object]) -> dict[str, JsonValue]:
    """Give the payload as plain JSON. Raise EventPayloadError for anything that might be personal."""
    return _Cleaning(kind).mapping(payload, 1)


def clean_code(kind: str, key: str, value: str) -> str:
    """Give a code as a plain string. Raise EventPayloadError for anything else."""
    if not _CODE.fullmatch(value):
        raise EventPayloadError(kind=ascii(kind), key=key, cause=gettext(_SHAPE))
    return str(value)


def clean_identifier(kind: str, key: str, value: object) -> str:
    """Give an id, hash or code as a plain string. Raise EventPayloadError for anything else."""
    return _Cleaning(kind).text(key, str(value))


def clean_hash(kind: str, key: str, value: str | None) -> str | None:
    """Give a SHA-256 in lower-case hex, or None. Raise EventPayloadError for anything else."""
    if value is not None and not _SHA256.fullmatch(value):
        raise EventPayloadError(kind=ascii(kind), key=key, cause=gettext(_SHAPE))
    return value


def clean_actor(kind: str, actor: str) -> str:
    """Give the actor's login (`lan`, `flow:digitize`). Raise EventPayloadError for what cannot be one: a full name."""
    if not _ACTOR.fullmatch(actor) or _has_personal_number(actor):
        raise EventPayloadError(kind=ascii(kind), key="actor", cause=gettext(_SHAPE))
    return str(actor)


class _Cleaning:
    """One walk over a payload, knowing the event's kind for its complaints."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def mapping(self, value: Mapping[str, object], depth: int) -> dict[str, JsonValue]:
        if depth > _DEEPEST or len(value) > LONGEST_LIST:
            raise self._refused("payload", _TOO_MUCH)
        for key in value:
            if not _KEY.fullmatch(str(key)):
                raise self._refused("payload", _NAME)
        return {str(key): self.value(key, item, depth) for key, item in value.items()}

    def value(self, key: str, value: object, depth: int) -> JsonValue:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return self.number(key, value)
        if isinstance(value, str | UUID):
            return self.text(key, str(value))
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.isoformat()
        if isinstance(value, Mapping):
            return self.mapping(value, depth + 1)
        if isinstance(value, list | tuple) and depth < _DEEPEST and len(value) <= LONGEST_LIST:
            return [self.value(key, item, depth + 1) for item in value]
        raise self._refused(key, _TYPE)

    def number(self, key: str, value: float) -> int | float:
        if not math.isfinite(value) or abs(value) > _LARGEST_INT:
            raise self._refused(key, _NUMBER)
        return int(value) if isinstance(value, int) else float(value)

    def text(self, key: str, value: str) -> str:
        if len(value) > LONGEST_TEXT:
            raise self._refused(key, _TOO_MUCH)
        if not (_CODE.fullmatch(value) or _IDENTIFIER.fullmatch(value)) or _has_personal_number(value):
            raise self._refused(key, _SHAPE)
        return value

    def _refused(self, key: str, cause: str) -> EventPayloadError:
        return EventPayloadError(kind=ascii(self._kind), key=ascii(key), cause=gettext(cause))


def _has_personal_number(value: str) -> bool:
    # A group of a UUID may be twelve digits by chance.
    return _PERSONAL_NUMBER.search(_UUID.sub("", value)) is not None
