"""Who signs, as a site knows it: names that the name below a signature is held against.

A name that stands in the list as it was read, accent by accent, is believed; one that differs from it in accents alone
is asked about. The list never changes what was read.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from config.errors import ReferenceDataError
from config.i18n import gettext
from config.i18n import mark as _
from config.reference_file import read_reference, rows_of
from config.text import accentless, fold_space
from pipeline.extract import reasons
from pipeline.extract.field_checks import LISTED
from pipeline.extract.model import ExtractContext, FieldName, Reading, Signer
from pipeline.extract.rule_book import broken, kept

SCHEMA = 1
SETTLED = frozenset({reasons.UNSURE, reasons.NOT_IN_VOCABULARY, reasons.SPELLING})
"""Doubts that a name as the list spells it clears; that a part was lost, or a hand wrote it, is none of them."""
_KEYS = {"name": str, "agency": str, "valid_from": date, "valid_to": date, "source": str}


def load_signers(path: Path) -> tuple[Signer, ...]:
    """Read a site's list; empty where it has none. Raise ReferenceDataError naming the place when it is wrong."""
    if not path.exists():
        return ()
    table = read_reference(path, {"signer"}, SCHEMA, may_lack_schema=True)
    rows = enumerate(rows_of(path, table, "signer"), start=1)
    return tuple(_signer(path.name, f"signer {number}", row) for number, row in rows)


def signers_digest(path: Path) -> str:
    """Give a hash of a site's list, which says whether it is another one; empty where there is none.

    Raise ReferenceDataError when it cannot be read.
    """
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
    except OSError as err:
        raise ReferenceDataError(file=path.name, place="-", cause=err) from err


def held_against(readings: Sequence[Reading], context: ExtractContext) -> list[Reading]:
    """Give the readings, the signer's name as far as the list of signers speaks for or against it."""
    values = {reading.name: reading.value for reading in readings}
    signers = _in_office(values.get(FieldName.ISSUER), values.get(FieldName.ISSUED_ON), context)
    return [_held(reading, signers) if reading.name == FieldName.SIGNER_NAME else reading for reading in readings]


def _held(reading: Reading, names: Sequence[str]) -> Reading:
    read = fold_space(reading.value or "")
    alike = {name for name in names if accentless(name) == accentless(read)}
    if not alike:
        return reading
    if read not in alike:
        return replace(reading, doubt=reading.doubt or reasons.SIGNER_DIFFERS).told(broken("known_signer"))
    doubt = None if reading.doubt in SETTLED else reading.doubt
    return replace(reading, doubt=doubt, confidence=max(reading.confidence, LISTED)).told(kept("known_signer"))


def _in_office(issuer: str | None, issued_on: str | None, context: ExtractContext) -> list[str]:
    """Give the names of those who sign for a body on a day, as far as body and day were read."""
    bodies = {agency.code: _body(agency.name) for agency in context.agencies}
    return [
        signer.name
        for signer in context.signers
        if (issuer is None or signer.agency is None or bodies.get(signer.agency) == _body(issuer))
        and (issued_on is None or signer.is_in_office(date.fromisoformat(issued_on)))
    ]


def _body(name: str) -> str:
    return accentless(name).replace("ubnd", "uy ban nhan dan")


def _signer(file: str, place: str, row: dict[str, Any]) -> Signer:
    for key, value in row.items():
        if key not in _KEYS or not isinstance(value, _KEYS[key]):
            raise ReferenceDataError(file=file, place=place, cause=f"{key} = {value!r}")
    name = fold_space(str(row.get("name", "")))
    if not name:
        raise ReferenceDataError(file=file, place=place, cause=gettext(_("a signer has no name")))
    return Signer(name, row.get("agency"), row.get("valid_from"), row.get("valid_to"))
