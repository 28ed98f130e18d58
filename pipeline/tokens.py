"""Tokens and HSMs as a person looks at them: what is in them, what they say of their PIN, and a login by hand."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config.errors import SecretMissingError, SettingsError, UsageError
from config.i18n import mark as _
from config.secret_values import is_asked_for, secret
from config.settings import SETTINGS_FILE, Settings
from signing.agency_keys import KeyReference
from signing.identity import holder_name
from signing.key_sources import MODULE, PASSWORD, PKCS11, key_references
from signing.pin_guard import PinState
from signing.pkcs11 import Token, tokens_of


class TokenUnnamedError(UsageError):
    """The settings name no token, or several, and none was asked for."""

    code = "token_unnamed"
    message = _("it is not known which token is meant; the settings name: {labels}")
    remedy = _("Name one by its label: sohoa token login LABEL. `sohoa token list` shows what is there.")


@dataclass(frozen=True, slots=True)
class CertificateView:
    """One certificate on a token."""

    subject: str
    not_after: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class TokenView:
    """One token that is there: its label and serial number, whether the settings name it, its PIN, what is on it."""

    label: str
    serial: str
    model: str
    library: str
    is_named: bool
    pin: PinState
    certificates: tuple[CertificateView, ...]


def token_views(settings: Settings, library: Path | None = None) -> list[TokenView]:
    """List the tokens that the libraries of the settings find, or the library given. No PIN is needed.

    Raise SettingsError when no library is named, TokenLibraryError when one cannot be loaded, ReferenceDataError for a
    fault in the file of agencies' keys.
    """
    named = _named(settings)
    libraries = [library or settings.signing.pkcs11_module, *(one.module for one in named if library is None)]
    known = list(dict.fromkeys(path for path in libraries if path is not None))
    if not known:
        raise SettingsError(file=SETTINGS_FILE, key=MODULE, cause=_("it must name the library of the token's maker"))
    labels = {one.place for one in named}
    return [
        TokenView(
            label=found.label,
            serial=found.serial,
            model=found.model,
            library=str(path),
            is_named=found.label in labels,
            pin=found.pin,
            certificates=tuple(
                CertificateView(holder_name(one), one.not_valid_after, one.sha256.hex()) for one in found.certificates
            ),
        )
        for path in known
        for found in tokens_of(path)
    ]


@dataclass(frozen=True, slots=True)
class TakenLogin:
    """A token took a PIN; whether it is the one that runs will offer."""

    label: str
    is_pin_of_runs: bool


class TokenLogin:
    """A login by hand to one of the tokens that the settings name, or to a person's own under the same library."""

    def __init__(self, settings: Settings, label: str | None) -> None:
        named = _named(settings)
        self._reference = _one(named, label, settings.signing.pkcs11_module)
        self._is_named = self._reference in named
        if self._reference.module is None:
            cause = _("it must name the library of the token's maker")
            raise SettingsError(file=SETTINGS_FILE, key=MODULE, cause=cause)
        self.label = self._reference.place
        self._token = Token(self._reference.module, self.label, lambda: None, settings.keys_folder)

    def pin_state(self) -> PinState:
        """Give what the token says of its PIN. Raise TokenMissingError."""
        return self._token.pin_state()

    def log_in(self, pin: str) -> TakenLogin:
        """Offer a PIN that a person typed.

        Raise PinRefusedError, PinLockedError or TokenMissingError.
        """
        self._token.log_in_by_hand(pin)
        return TakenLogin(self.label, self._is_offered(pin))

    def _is_offered(self, pin: str) -> bool:
        """Say whether runs will offer a PIN; where a person is asked each time, that is for the person to know."""
        reference = self._reference.password
        if not self._is_named or is_asked_for(reference):
            return True
        try:
            return secret(PASSWORD, reference) == pin
        except SecretMissingError:
            return False


def _named(settings: Settings) -> list[KeyReference]:
    references = key_references(settings.signing, settings.agency_keys_file)
    return [one for one in references if one.kind == PKCS11]


def _one(named: list[KeyReference], label: str | None, library: Path | None) -> KeyReference:
    fitting = [one for one in named if label in {None, one.place}]
    if label is not None and not fitting:
        return KeyReference(f"{PKCS11}:{label}", None, library)
    if len({one.place for one in fitting}) != 1:
        raise TokenUnnamedError(labels=", ".join(sorted({one.place for one in named})) or "–")
    return fitting[0]
