"""The key of a person who signs in a session that the person opened: a file, a token, or in a test ledger a TEST key.

Nothing of it is kept: no setting names it, and its password or PIN is asked for in each session.
"""

from pathlib import Path

from config.clock import Clock
from config.errors import UsageError, WrongEnvironmentError
from config.i18n import mark as _
from config.secret_values import PROMPT
from config.settings import SigningSettings
from signing.generated_keys import GeneratedIdentities
from signing.identity import TEST_MARK, Identity, IdentitySource
from signing.key_sources import GENERATED, STORES, open_identities


class PersonalKeyError(UsageError):
    """What was named as a person's key is no kind of key."""

    code = "personal_key"
    message = _("{key} names no personal key")
    remedy = _("Write --key pkcs12:PATH or --key pkcs11:LABEL; in a test ledger --key generated makes a TEST key.")


def open_personal_key(
    settings: SigningSettings,
    key: str,
    keys_folder: Path,
    *,
    production: bool,
    clock: Clock,
    password: str | None = None,
) -> IdentitySource:
    """Open the key a person names; what is asked for at the terminal may also be given as a reference to a secret.

    Tokens are reached by the library that the settings name.
    Raise PersonalKeyError for what is no key, WrongEnvironmentError for a TEST key in a production ledger,
    KeyUnavailableError or SettingsError when the key cannot be read.
    """
    generated = GeneratedIdentities(keys_folder, clock)
    if key == GENERATED:
        if production:
            raise WrongEnvironmentError(thing="--key", found=TEST_MARK, expected="production")
        return _GeneratedPersons(generated)
    kind, _colon, place = key.partition(":")
    if kind not in STORES or not place:
        raise PersonalKeyError(key=key or "-")
    own = settings.model_copy(update={"key": key, "key_password": password or f"{PROMPT}:{place}"})
    return open_identities(own, None, generated, keys_folder, production=production, clock=clock)


class _GeneratedPersons:
    """One TEST certificate a person, made when first asked for."""

    def __init__(self, generated: GeneratedIdentities) -> None:
        self._generated = generated

    def identity(self, agency_name: str, agency_code: str = "") -> Identity:  # noqa: ARG002 - the signature is IdentitySource's
        """Give the TEST identity of a person. Raise KeyUnavailableError when its files are damaged or half gone."""
        return self._generated.person(agency_name)

    def held(self) -> tuple[Identity, ...]:
        """Give nothing: each is made when it is asked for."""
        return ()

    def written_down(self) -> tuple[str, ...]:
        """Give nothing: whose a key is, its certificate says."""
        return ()
