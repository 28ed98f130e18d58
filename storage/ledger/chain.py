"""The hash of an event, and the head of the chain, as anybody can compute them again from docs/storage.md."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

import rfc8785

from storage.ledger.event_payload import JsonValue

EVENT_SCHEMA = 1
GENESIS = "0" * 64
"""What stands for the hash before the first event."""


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What an event says; all of it goes into its hash."""

    schema_version: int
    seq: int
    at: datetime
    kind: str
    actor: str
    subject_type: str
    subject_id: str
    input_sha256: str | None
    output_sha256: str | None
    payload: dict[str, JsonValue]

    def canonical(self) -> bytes:
        """Give the event as canonical JSON (RFC 8785)."""
        return rfc8785.dumps(
            {
                "schema": self.schema_version,
                "seq": self.seq,
                "at": _instant(self.at),
                "kind": self.kind,
                "actor": self.actor,
                "subject_type": self.subject_type,
                "subject_id": self.subject_id,
                "input_sha256": self.input_sha256,
                "output_sha256": self.output_sha256,
                "payload": self.payload,
            }
        )

    def hash_after(self, prev_hash: str) -> str:
        """Give the event's hash: SHA-256 of the hash before it, as 32 bytes, and its canonical JSON."""
        return hashlib.sha256(bytes.fromhex(prev_hash) + self.canonical()).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The last event of a chain at some moment; kept outside the database it pins all before it."""

    seq: int
    hash: str


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("an event needs an instant with a time zone")
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
