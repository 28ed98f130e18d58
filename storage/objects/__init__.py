"""Archival objects: write-once, hashed, read back; a local folder or S3."""

from storage.objects.keys import archival_name, check_key, object_key
from storage.objects.model import ListedObject, ObjectStore, StoredReceipt
from storage.objects.opening import open_replica, open_store

__all__ = [
    "ListedObject",
    "ObjectStore",
    "StoredReceipt",
    "archival_name",
    "check_key",
    "object_key",
    "open_replica",
    "open_store",
]
