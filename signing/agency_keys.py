"""Which key seals for which agency, where a site has written it down (`signing.agency_keys`).

The file decides alone: an agency that is not in it has no key. And it decides where to look, never whose a certificate
is: one whose subject is another agency is refused, whatever the file says.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.codes import normalize_agency_code
from config.errors import CodeError, KeyUnavailableError, ReferenceDataError
from config.i18n import gettext
from config.i18n import mark as _
from config.reference_file import read_reference, rows_of
from config.secret_values import is_reference
from signing.held_keys import HeldKeys
from signing.identity import Identity

SCHEMA = 1
PART = "agency"
_KEYS = ("code", "key", "password", "certificate", "module", "chain_file")
_NEEDED = ("code", "key")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class KeyReference:
    """Where keys lie: the kind and place, what opens them, and for a token its library and a file of issuers."""

    key: str
    password: str | None
    module: Path | None = None
    chain_file: Path | None = None

    @property
    def kind(self) -> str:
        """The first word: what kind of key it is."""
        return self.key.partition(":")[0]

    @property
    def place(self) -> str:
        """What follows it: the path of a file, the label of a token; empty where nothing does."""
        return self.key.partition(":")[2]


@dataclass(frozen=True, slots=True)
class AgencyKey:
    """One row of the file: the agency's code, where its key lies, and which certificate it is if that is said."""

    code: str
    reference: KeyReference
    sha256: str


class AgencyKeyMissingError(KeyUnavailableError):
    """The file of agencies' keys has no row for an agency that is to seal."""

    code = "agency_key_missing"
    message = _("{key} has no key for the agency {agency}")
    remedy = _("Add a table [[agency]] with its code and its key there (docs/signing.md); the documents wait.")


class AgencyKeys:
    """The identities of the agencies of a file; each key source in it is opened once."""

    def __init__(self, path: Path, rows: tuple[AgencyKey, ...], held: Mapping[KeyReference, HeldKeys]) -> None:
        self._path = path
        self._rows = {row.code: row for row in rows}
        self._held = held

    def held(self) -> tuple[Identity, ...]:
        """Give nothing: whose a key is, the file says."""
        return ()

    def written_down(self) -> tuple[str, ...]:
        """Give the codes of the agencies in the file."""
        return tuple(self._rows)

    def identity(self, agency_name: str, agency_code: str = "") -> Identity:
        """Give the identity of an agency. Raise AgencyKeyMissingError without a row, else as `HeldKeys.named`."""
        row = self._rows.get(agency_code)
        if row is None:
            raise AgencyKeyMissingError(file="-", key=self._path, agency=agency_code or agency_name)
        return self._held[row.reference].named(agency_name, row.sha256)


def read_agency_keys(path: Path, module: Path | None, chain_file: Path | None) -> tuple[AgencyKey, ...]:
    """Read a file of agencies' keys; library and issuers of tokens are the settings' where a row names none.

    Raise ReferenceDataError with the place of whatever is wrong, a missing file among them.
    """
    rows = rows_of(path, read_reference(path, {PART}, SCHEMA), PART)
    keys = [_row(path, f"{PART} {number}", row, module, chain_file) for number, row in enumerate(rows, start=1)]
    codes = [key.code for key in keys]
    for number, code in enumerate(codes, start=1):
        if code in codes[: number - 1]:
            cause = gettext(_("the agency {code} is there twice")).format(code=code)
            raise ReferenceDataError(file=path.name, place=f"{PART} {number}", cause=cause)
    return tuple(keys)


def _row(path: Path, place: str, row: dict[str, Any], module: Path | None, chain_file: Path | None) -> AgencyKey:
    def wrong(part: str, cause: object) -> ReferenceDataError:
        return ReferenceDataError(file=path.name, place=f"{place}, {part}", cause=cause)

    if unknown := row.keys() - set(_KEYS):
        raise wrong(min(unknown), _("there is no such part"))
    for part in _KEYS:
        if part in row and not (isinstance(row[part], str) and row[part].strip()):
            raise wrong(part, _("it must be a text in quotation marks"))
        if part in _NEEDED and part not in row:
            raise wrong(part, _("it is missing"))
    if "password" in row and not is_reference(row["password"]):
        # What stands there may be the secret itself: it is not repeated.
        raise wrong("password", _("a secret is given as env:NAME or file:PATH, or asked for with prompt:"))
    sha256 = re.sub(r"[\s:]", "", row.get("certificate", "")).lower()
    if sha256 and not _SHA256.fullmatch(sha256):
        raise wrong("certificate", _("it must be a SHA-256 of 64 hexadecimal digits"))
    try:
        code = normalize_agency_code(row["code"])
    except CodeError as err:
        raise wrong("code", err) from err
    own = Path(row["module"]) if "module" in row else module
    chain = Path(row["chain_file"]) if "chain_file" in row else chain_file
    return AgencyKey(code, KeyReference(row["key"].strip(), row.get("password"), own, chain), sha256)
