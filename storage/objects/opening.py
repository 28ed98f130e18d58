"""Which stores the settings ask for."""

from pathlib import Path

from config.errors import SettingsError
from config.i18n import mark as _
from config.secret_values import secret
from config.settings import SETTINGS_FILE, Settings
from config.store_settings import PlaceSettings
from storage.objects.folder import FolderStore
from storage.objects.model import ObjectStore


def open_store(settings: Settings) -> ObjectStore:
    """Give the store of the settings; nothing is contacted yet. Raise SettingsError when a secret is not there."""
    return _opened("store", settings.store_folder, settings.store)


def open_replica(settings: Settings) -> ObjectStore | None:
    """Give the store of second copies; None where there is none. Raise SettingsError when it is the first store."""
    if settings.replica.kind == "none":
        return None
    replica = _opened("replica", settings.replica_folder, settings.replica)
    is_same_folder = (
        settings.replica.kind == settings.store.kind == "folder"
        and settings.replica_folder.resolve() == settings.store_folder.resolve()
    )
    if is_same_folder or replica.name == open_store(settings).name:
        raise SettingsError(file=SETTINGS_FILE, key="replica.kind", cause=_("the replica is the first store itself"))
    return replica


def _opened(section: str, folder: Path, chosen: PlaceSettings) -> ObjectStore:
    if chosen.kind == "folder":
        return FolderStore(folder)
    # boto3 takes a third of a second to import; a machine with a folder store does without.
    from storage.objects.s3 import S3Store  # noqa: PLC0415
    from storage.objects.s3_client import S3Account  # noqa: PLC0415

    return S3Store(
        S3Account(
            bucket=chosen.bucket,
            endpoint=chosen.endpoint,
            region=chosen.region,
            access_key=secret(f"{section}.access_key", chosen.access_key),
            secret_key=secret(f"{section}.secret_key", chosen.secret_key),
            encryption=chosen.encryption,
            kms_key=chosen.kms_key,
            lock=chosen.lock,
            section=section,
        )
    )
