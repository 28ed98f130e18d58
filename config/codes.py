"""Codes as people write them, brought to one spelling: agencies, mã hồ sơ, procedures, register rows.

Two spellings of an agency are in use, `H41.15` and the older, reversed `000.00.15.H41`; a mã hồ sơ begins with
either. The spelling kept is the one that begins with the letter. Group widths are left as they are: no source says
that `H41.15` and `H41.015` are one agency.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from config.errors import CodeError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import nfc, printable

_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_SPACES = re.compile(r"[\s\u200b\ufeff]+")
_FORWARD = re.compile(r"[A-Z]\d{2}(?:\.\d{1,3}){0,3}", re.ASCII)
_REVERSED = re.compile(r"\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}", re.ASCII)
_RECORD = re.compile(r"(?P<agency>[^-]+)-(?P<received>\d{6})-(?P<serial>\d{4,})", re.ASCII)
_PROCEDURE = re.compile(r"(?P<number>\d\.\d{6})(?:\.(?P<agency>.+))?", re.ASCII)
_REVERSED_WIDTHS = (2, 2, 3)
_PERSONAL_NUMBER = re.compile(r"(?<![^\W_])(?:\d{9,12}|\d{3}(?:[._-]\d{3}){2,3})(?![^\W_])")
"""The run of digits of an identity card (9 or 12), a tax or telephone number, also in groups of three."""
_KNOWN_BY_HEART = 1024
"""A register asks several times for the parts of one code, row by row."""
_NAME_LENGTH = 100
"""TT 05/2025 gives a file code 100 characters."""


@dataclass(frozen=True, slots=True)
class RecordCode:
    """The parts of a mã hồ sơ."""

    agency: str
    received_on: date
    serial: str

    def __str__(self) -> str:
        return f"{self.agency}-{self.received_on:%y%m%d}-{self.serial}"


@dataclass(frozen=True, slots=True)
class ProcedureCode:
    """The parts of a mã TTHC: its number, and the agency where the longer spelling names one."""

    number: str
    agency: str | None


@lru_cache(maxsize=_KNOWN_BY_HEART)
def normalize_agency_code(raw: str) -> str:
    """Give an agency's code in the spelling that begins with the letter. Raise CodeError when it is none."""
    text = _typed(raw)
    if _FORWARD.fullmatch(text):
        groups = text.split(".")
    elif _REVERSED.fullmatch(text):
        groups = text.split(".")[::-1]
    else:
        raise _refusal(raw, _("not an agency code such as H41.15 or 000.00.15.H41"))
    while len(groups) > 1 and not groups[-1].strip("0"):
        groups.pop()
    if any(not group.strip("0") for group in groups[1:]):
        raise _refusal(raw, _("a level between two others is empty"))
    return ".".join(groups)


def reversed_agency_code(code: str) -> str | None:
    """Give the older, reversed spelling of a normalized agency code; None where its groups do not fit it."""
    head, *groups = code.split(".")
    groups += ["00", "00", "000"][len(groups) :]
    if any(len(group) != width for group, width in zip(groups, _REVERSED_WIDTHS, strict=True)):
        return None
    return ".".join([*reversed(groups), head])


@lru_cache(maxsize=_KNOWN_BY_HEART)
def parse_record_code(raw: str) -> RecordCode:
    """Give the parts of a mã hồ sơ in either spelling. Raise CodeError when it is none."""
    match = _RECORD.fullmatch(_typed(raw))
    if match is None:
        raise _refusal(raw, _("not a mã hồ sơ such as H41.15-260311-0012"))
    if len(match[0]) > _NAME_LENGTH:
        raise _refusal(raw, _("it is longer than 100 characters"))
    digits = match["received"]
    try:
        received_on = date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError as err:
        raise _refusal(raw, _("its six digits are not a date (year, month, day)")) from err
    return RecordCode(normalize_agency_code(match["agency"]), received_on, match["serial"])


def record_code_year(raw: str) -> int | None:
    """Give the year a mã hồ sơ was received in; None for a name that is none."""
    return parse_record_code(raw).received_on.year if is_record_code(raw) else None


def record_spellings(code: str) -> tuple[str, ...]:
    """Give every spelling of a mã hồ sơ under which people may look for it, the kept one first."""
    parts = parse_record_code(code)
    older = reversed_agency_code(parts.agency)
    kept = str(parts)
    return (kept,) if older is None else (kept, f"{older}{kept[len(parts.agency) :]}")


def is_record_code(raw: str) -> bool:
    """Say whether this is a mã hồ sơ in either spelling."""
    try:
        parse_record_code(raw)
    except CodeError:
        return False
    return True


def normalize_record_code(raw: str) -> str:
    """Give the name a record goes by: its mã hồ sơ normalized, or its register row's own name.

    Raise CodeError for a name that could not safely stand in a folder or object name, for one that looks like
    a mã hồ sơ but is a wrong one, and for one that holds what may be a person's number: names get into keys and logs.
    """
    text = _typed(raw)
    if _RECORD.fullmatch(text):
        return str(parse_record_code(text))
    name = nfc(raw).strip()
    if not name:
        raise _refusal(raw, _("it is empty"))
    if len(name) > _NAME_LENGTH:
        raise _refusal(raw, _("it is longer than 100 characters"))
    if ".." in name or not name[0].isalnum() or name.endswith("."):
        raise _refusal(raw, _("it begins or ends with a mark, or has two dots in a row"))
    if any(not (char.isalnum() or char in ".-_") for char in name):
        raise _refusal(raw, _("only letters, digits, dot, hyphen and underscore may stand in it"))
    if _PERSONAL_NUMBER.search(name):
        raise _refusal(
            _without_numbers(raw),
            _("9 to 12 digits may be a person's number, which keys and logs must not hold; name it by another number"),
        )
    return name


def holds_personal_number(text: str) -> bool:
    """Say whether a run of digits in a text may be a person's number."""
    return _PERSONAL_NUMBER.search(text) is not None


def parse_procedure_code(raw: str) -> ProcedureCode:
    """Give the parts of a mã TTHC (`1.012790`, `1.012790.000.00.00.H41`). Raise CodeError when it is none."""
    match = _PROCEDURE.fullmatch(_typed(raw))
    if match is None:
        raise _refusal(raw, _("not a procedure code such as 1.012790"))
    agency = match["agency"]
    return ProcedureCode(match["number"], normalize_agency_code(agency) if agency else None)


def _typed(raw: str) -> str:
    """Undo what keyboards and office programs do to a code: dashes, blanks, letter case."""
    if raw.isascii():
        return "".join(raw.split()).upper()
    return _SPACES.sub("", _DASHES.sub("-", nfc(raw))).upper()


def _without_numbers(raw: str) -> str:
    """Leave the last three digits of what may be a person's number, so that its owner alone knows it again."""
    return _PERSONAL_NUMBER.sub(lambda number: "…" + number[0][-3:], nfc(raw))


def _refusal(raw: str, cause: str) -> CodeError:
    shown = printable(nfc(raw))[:_NAME_LENGTH]
    return CodeError(file=shown, value=shown, cause=gettext(cause))
