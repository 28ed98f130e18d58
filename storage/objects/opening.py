"""Which store the settings ask for."""

from config.secret_values import secret
from config.settings import Settings
from storage.objects.folder import FolderStore
from storage.objects.model import ObjectStore


def open_store(settings: Settings) -> ObjectStore:
    """Give the store of the settings; nothing is contacted yet. Raise SettingsError when a secret is not there."""
    chosen = settings.store
    if chosen.kind == "folder":
        return FolderStore(settings.store_folder)
    # boto3 takes a third of a second to import; a machine with a folder store does without.
    from storage.objects.s3 import S3Account, S3Store  # noqa: PLC0415

    return S3Store(
        S3Account(
            bucket=chosen.bucket,
            endpoint=chosen.endpoint,
            region=chosen.region,
            access_key=secret("store.access_key", chosen.access_key),
            secret_key=secret("store.secret_key", chosen.secret_key),
        )
    )
