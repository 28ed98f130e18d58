"""Opens what seals here, as the settings name it: keys, timestamp authority, and whoever tells of revocation."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from config.clock import Clock, system_clock
from config.errors import SettingsError, WrongEnvironmentError
from config.i18n import gettext
from config.settings import SETTINGS_FILE, SigningSettings
from signing.generated_keys import GeneratedIdentities, generated_root
from signing.identity import TEST_MARK, IdentitySource
from signing.key_sources import GENERATED, KEY, open_identities
from signing.revocation import GeneratedRevocation, HttpRevocation, VouchedPaths
from signing.seal import Sealer, SealRules
from signing.seal_level import Level
from signing.timestamps import HttpTimestamps, LocalTimestamps, TimestampSource
from signing.trust import TrustStore, load_trust


def open_sealer(
    settings: SigningSettings,
    keys_folder: Path,
    *,
    production: bool,
    clock: Clock = system_clock,
    agency_keys: Path | None = None,
    trust: Callable[[], TrustStore] | None = None,
    own: IdentitySource | None = None,
) -> Sealer:
    """Open the keys and the authorities that the settings name; with `agency_keys`, the keys of that file.

    `trust`: whom this installation trusts; the TEST authority of the keys folder if not given.
    `own` are keys to sign with in place of theirs: a person's.

    Raise WrongEnvironmentError when production would use generated keys or the local authority, and
    KeyUnavailableError or SettingsError when a key or its password cannot be had.
    """
    generated = GeneratedIdentities(keys_folder, clock)
    if own is None and settings.key == GENERATED and agency_keys is None:
        _refuse_in_production(production, KEY)
    identities = own or open_identities(
        settings, agency_keys, generated, keys_folder, production=production, clock=clock
    )
    drift = timedelta(minutes=settings.most_drift_minutes)
    vouched = VouchedPaths(
        trust or (lambda: load_trust(keys_folder, None, production=production)),
        GeneratedRevocation(
            generated, lambda: generated_root(keys_folder), HttpRevocation(timeout_s=settings.revocation_timeout_s)
        ),
        clock,
        keep=timedelta(minutes=settings.revocation_keep_minutes),
        tolerance=drift,
    )
    rules = SealRules(Level(settings.level), drift, production)
    return Sealer(identities, _timestamps(settings, generated, production, clock), vouched, rules, clock)


def _timestamps(
    settings: SigningSettings, generated: GeneratedIdentities, production: bool, clock: Clock
) -> TimestampSource:
    if settings.timestamp == "local":
        _refuse_in_production(production, "signing.timestamp")
        return LocalTimestamps(generated.timestamper_identity(), clock)
    if settings.timestamp.startswith(("http://", "https://")):
        return HttpTimestamps(
            settings.timestamp,
            timeout_s=settings.timestamp_timeout_s,
            tries=settings.timestamp_tries,
            at_once=settings.timestamps_at_once,
        )
    cause = gettext("neither local nor an http address")
    raise SettingsError(file=SETTINGS_FILE, key="signing.timestamp", cause=cause)


def _refuse_in_production(production: bool, key: str) -> None:
    if production:
        raise WrongEnvironmentError(thing=key, found=TEST_MARK, expected="production")
