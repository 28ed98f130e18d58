"""The hash of an event, and the head of the chain, as anybody can compute them again from docs/storage.md."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

import rfc8785

from storage.ledger.event_payload import JsonValue

EVENT_SCHEMA = 1
GENESIS = "0" * 64
"""What stands for the hash before the first event."""
_HEAD_SCHEMA = 1
_HEAD_KIND = "sohoa-chain-head"


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

    def payload(self) -> bytes:
        """Give the bytes that are signed and kept outside."""
        return rfc8785.dumps({"schema": _HEAD_SCHEMA, "kind": _HEAD_KIND, "seq": self.seq, "hash": self.hash})

    @classmethod
    def from_payload(cls, payload: bytes) -> Self:
        """Read a kept head. Raise ValueError when it is none."""
        content = json.loads(payload)
        if not isinstance(content, dict) or (content.get("schema"), content.get("kind")) != (_HEAD_SCHEMA, _HEAD_KIND):
            raise ValueError("not a head of an event chain")
        seq, digest = content.get("seq"), content.get("hash")
        if not isinstance(seq, int) or not isinstance(digest, str) or len(bytes.fromhex(digest)) != 32:
            raise ValueError("not a head of an event chain")
        return cls(seq, digest)


def _instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError("an event needs an instant with a time zone")
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
