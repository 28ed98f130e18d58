"""Keys of objects: `<env>/<agency>/<year>/<record id>/v<N>/<file name>`, readable by a person, safe everywhere."""

import hashlib
import re
import unicodedata
from uuid import UUID

from config.errors import UnsafeKeyError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import nfc

KEY_BYTES = 1024
"""Longest key S3 takes."""
SEGMENT_BYTES = 255
"""Longest file name common file systems take."""
CODE_BYTES = 160
"""Longest record code that stands unshortened in a file name."""

ENVIRONMENTS = ("test", "production")

_AGENCY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]|\.(?=[A-Za-z0-9-])){0,34}")
_SUFFIX = re.compile(r"[a-z0-9]{1,8}(?:\.[a-z0-9]{1,8})?")

_EMPTY = _("it is empty or has an empty part")
_ESCAPES = _("a part begins with a dot")
_CHARACTER = _("a character is not allowed")
_NOT_NFC = _("it is not in Unicode form NFC")
_TOO_LONG = _("it is too long")
_NOT_AGENCY = _("the agency code may have letters, digits, dots and dashes only, 35 at most")
_NOT_YEAR = _("the year has four digits")
_NOT_ID = _("the record id is not a UUID")
_NOT_NUMBER = _("versions and document numbers count from 1")
_NOT_SUFFIX = _("the file name's ending is not a short lower-case word")
_NOT_ENVIRONMENT = _("the environment is test or production")


def check_key(key: str) -> None:
    """Raise UnsafeKeyError for a key that could leave its place, hide, or not be written in every store."""
    if not unicodedata.is_normalized("NFC", key):
        raise _unsafe(key, _NOT_NFC)
    if any(_is_odd(char) for char in key):
        raise _unsafe(key, _CHARACTER)
    segments = key.split("/")
    if not all(segment.strip() == segment and segment for segment in segments):
        raise _unsafe(key, _EMPTY)
    if any(segment.startswith(".") for segment in segments):
        raise _unsafe(key, _ESCAPES)
    if len(key.encode()) > KEY_BYTES or any(len(segment.encode()) > SEGMENT_BYTES for segment in segments):
        raise _unsafe(key, _TOO_LONG)


def object_key(env: str, agency: str, year: int, record_id: UUID | str, version: int, file_name: str) -> str:
    """Give the key of one file of one version of a record. Raise UnsafeKeyError when a part is not fit."""
    if env not in ENVIRONMENTS:
        raise _unsafe(env, _NOT_ENVIRONMENT)
    if not _AGENCY.fullmatch(agency):
        raise _unsafe(agency, _NOT_AGENCY)
    if not 1000 <= year <= 9999:
        raise _unsafe(str(year), _NOT_YEAR)
    if version < 1:
        raise _unsafe(str(version), _NOT_NUMBER)
    try:
        record = str(UUID(str(record_id)))
    except ValueError as err:
        raise _unsafe(str(record_id), _NOT_ID) from err
    if "/" in file_name:
        raise _unsafe(file_name, _CHARACTER)
    key = f"{env}/{agency}/{year}/{record}/v{version}/{file_name}"
    check_key(key)
    return key


def archival_name(record_code: str, stt: int | None, suffix: str = ".pdf") -> str:
    """Give `{mã hồ sơ}.{STT}.pdf`, or `{mã hồ sơ}.pdf` for a whole file in one PDF (stt None).

    Letters, digits, dots and dashes of the code stay; anything else becomes `_`; a very long code is cut and ends
    in a piece of its hash. Raise UnsafeKeyError when nothing is left of the code or a part is not fit.
    """
    if stt is not None and stt < 1:
        raise _unsafe(str(stt), _NOT_NUMBER)
    ending = suffix.removeprefix(".")
    if not _SUFFIX.fullmatch(ending):
        raise _unsafe(suffix, _NOT_SUFFIX)
    code = _safe_code(record_code)
    return f"{code}.{ending}" if stt is None else f"{code}.{stt}.{ending}"


def _safe_code(record_code: str) -> str:
    code = nfc(record_code).strip()
    safe = "".join(char if char.isalnum() or char in ".-" else "_" for char in code)
    if not any(char.isalnum() for char in safe):
        raise _unsafe(record_code, _EMPTY)
    if safe.startswith("."):
        safe = "_" + safe[1:]
    if len(safe.encode()) > CODE_BYTES:
        digest = hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()[:8]
        safe = safe.encode()[:CODE_BYTES].decode(errors="ignore") + "-" + digest
    return safe


def _is_odd(char: str) -> bool:
    # Controls, surrogates, private and unassigned characters, line separators; and the backslash, which is a
    # folder separator on Windows shares.
    return char == "\\" or unicodedata.category(char)[0] == "C" or unicodedata.category(char) in {"Zl", "Zp"}


def _unsafe(key: str, cause: str) -> UnsafeKeyError:
    return UnsafeKeyError(key=ascii(key[:200]), cause=gettext(cause))
