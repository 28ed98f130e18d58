"""What a store promises."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    """What the store said when it took an object; kept in the ledger as evidence."""

    key: str
    sha256: str
    size: int
    version_id: str | None
    retention_until: datetime | None


@dataclass(frozen=True, slots=True)
class ListedObject:
    """One object as the store lists it, unread."""

    key: str
    size: int


class ObjectStore(Protocol):
    """A write-once store of objects under readable keys. Hashes are SHA-256 in lower-case hex."""

    @property
    def name(self) -> str:
        """Where the store is, for people: a folder, or an address with the bucket."""

    def put(self, key: str, source: Path, sha256: str) -> StoredReceipt:
        """Store a file that has the given hash; storing the same bytes again changes nothing and succeeds.

        Raise WriteOnceError when other bytes stand under the key, ChecksumRefusedError when the bytes are not
        those announced, UnsafeKeyError for a key that cannot be, DiskFullError or another StoreError otherwise.
        """

    @property
    def locks(self) -> bool:
        """Whether objects are to be locked here against being deleted or changed."""

    def replace(self, key: str, source: Path, sha256: str) -> StoredReceipt:
        """Put a good copy in the place of a bad or missing one; what was there is kept, aside or as an older version.

        Nothing changes where bytes with this hash stand already. Raise NotVersionedError where what is there would be
        lost, WriteOnceError when another writer came in between.
        """

    def lock(self, key: str, version_id: str | None, until: datetime) -> datetime | None:
        """Keep an object from being deleted until then, never for a shorter time than before; give its end.

        None where objects are not locked. Raise NotLockableError where they cannot be.
        """

    def fetch(self, key: str, target: Path, version_id: str | None = None) -> str:
        """Copy an object to a file, which appears whole or not at all; give the hash of what was written.

        `version_id`: one that the store named when it took the object, be there a newer one; a store that keeps no
        versions names none. Raise ObjectMissingError when there is none.
        """

    def read_back(self, key: str) -> str:
        """Give the hash of what the store holds now, reading every byte. Raise ObjectMissingError when nothing."""

    def exists(self, key: str) -> bool:
        """Tell whether something is stored under a key."""

    def keys(self, folder: str, after: str = "") -> Iterator[str]:
        """Give the keys directly in a folder, in the order of their bytes; only those after a key, if one is named."""

    def folders(self, folder: str) -> Iterator[str]:
        """Give the names of the folders directly in a folder."""

    def listing(self, folder: str) -> Iterator[ListedObject]:
        """Give every object below a folder with its size, unread.

        In the order of the keys' bytes, as far as no folder's name begins with that of another beside it: some servers
        sort such folders differently.
        """

    def check(self, environment: str) -> None:
        """See that the store answers, takes objects and keeps them write-once, within `test` or `production`.

        Raise StoreUnreachableError or the StoreError that says what to mend.
        """
