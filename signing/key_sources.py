"""Opens what the settings name as keys. The place where a further kind of key, such as a signing service, plugs in."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from config.clock import Clock
from config.errors import SecretMissingError, SettingsError, WrongEnvironmentError
from config.i18n import gettext
from config.i18n import mark as _
from config.secret_values import is_asked_for, secret
from config.settings import SETTINGS_FILE, SigningSettings
from signing.agency_keys import AgencyKeys, KeyReference, read_agency_keys
from signing.certificate_files import read_certificates
from signing.generated_keys import GeneratedIdentities
from signing.held_keys import HeldKeys
from signing.identity import TEST_MARK, IdentitySource
from signing.key_holder import KeyStore, Secret
from signing.pkcs11 import Token, TokenKeys
from signing.pkcs12 import Pkcs12Keys

GENERATED, PKCS12, PKCS11 = "generated", "pkcs12", "pkcs11"
KEY, PASSWORD, MODULE, CHAIN = "signing.key", "signing.key_password", "signing.pkcs11_module", "signing.chain_file"

Opener = Callable[[KeyReference, Secret, Path], KeyStore]
"""Opens a store from what the settings say of it, what opens it, and the folder of keys."""


def open_identities(
    settings: SigningSettings,
    agency_keys: Path | None,
    generated: GeneratedIdentities,
    keys_folder: Path,
    *,
    production: bool,
    clock: Clock,
) -> IdentitySource:
    """Give where identities come from: the file of agencies' keys if there is one, else the one key source.

    A key file is read now, and so is the file of agencies' keys; what its rows lead to, and tokens, when they are asked
    for, so that one fault holds up one agency. Whoever is to be asked for a PIN or password is asked now.
    Raise SettingsError for a kind that is not known, KeyUnavailableError or SettingsError for a key file that cannot be
    read, WrongEnvironmentError for one marked TEST in production, ReferenceDataError for a fault in the file of keys.
    """
    if agency_keys is None:
        if settings.key == GENERATED:
            return generated
        one = key_reference(settings)
        held = _held(one, KEY, PASSWORD, keys_folder, clock)
        if one.kind == PKCS12:
            _refuse_test(held, one, production)
        return held
    rows = read_agency_keys(agency_keys, settings.pkcs11_module, settings.chain_file)
    references = {row.reference: f"{agency_keys.name}, {row.code}" for row in reversed(rows)}
    opened = {one: _held(one, place, place, keys_folder, clock) for one, place in references.items()}
    return AgencyKeys(agency_keys, rows, opened)


def key_reference(settings: SigningSettings) -> KeyReference:
    """Give what the settings say of their one key."""
    return KeyReference(settings.key, settings.key_password, settings.pkcs11_module, settings.chain_file)


def key_references(settings: SigningSettings, agency_keys: Path | None) -> list[KeyReference]:
    """Give all that the settings name as keys, in order. Raise ReferenceDataError for a fault in the file of keys."""
    if agency_keys is None:
        return [key_reference(settings)]
    rows = read_agency_keys(agency_keys, settings.pkcs11_module, settings.chain_file)
    return list(dict.fromkeys(row.reference for row in rows))


def needs_a_person(settings: SigningSettings, agency_keys: Path | None) -> bool:
    """Say whether a key can only be opened by asking a person. Raise as `key_references`."""
    return any(is_asked_for(reference.password) for reference in key_references(settings, agency_keys))


def _refuse_test(held: HeldKeys, reference: KeyReference, production: bool) -> None:
    for identity in held.held():
        if production and identity.is_test:
            raise WrongEnvironmentError(thing=reference.place, found=TEST_MARK, expected="production")


def _held(reference: KeyReference, setting: str, password: str, keys_folder: Path, clock: Clock) -> HeldKeys:
    open_store = STORES.get(reference.kind)
    if open_store is None or not reference.place:
        cause = gettext(_("neither generated nor pkcs12:PATH nor pkcs11:LABEL"))
        raise SettingsError(file=SETTINGS_FILE, key=setting, cause=cause)
    if is_asked_for(reference.password):
        # Before anything is shown on the screen. Without a terminal it is told where the key is needed.
        with suppress(SecretMissingError):
            secret(password, reference.password)
    opens = partial(secret, password, reference.password)
    return HeldKeys(reference.place, lambda: open_store(reference, opens, keys_folder), clock)


def _open_pkcs12(reference: KeyReference, password: Secret, _keys_folder: Path) -> KeyStore:
    return Pkcs12Keys(Path(reference.place), password())


def _open_token(reference: KeyReference, pin: Secret, keys_folder: Path) -> KeyStore:
    if reference.module is None:
        cause = gettext(_("it must name the library of the token's maker"))
        raise SettingsError(file=SETTINGS_FILE, key=MODULE, cause=cause)
    issuers = read_certificates(reference.chain_file, CHAIN) if reference.chain_file else []
    token = Token(reference.module, reference.place, pin, keys_folder)
    return TokenKeys(token, tuple(issuers))


STORES: dict[str, Opener] = {PKCS12: _open_pkcs12, PKCS11: _open_token}
"""Kinds of key by the first word of a reference; a signing service is one more line here."""
