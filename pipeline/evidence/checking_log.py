"""The log of a pack, computed anew: from each event to a peak of a head, and the heads' own signatures."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from config.i18n import gettext
from config.i18n import mark as _
from pipeline.evidence.layout import (
    EVENTS,
    HEADS,
    PROOFS,
    Manifest,
    PackDamagedError,
    PackedDocument,
    read_facts,
    read_json,
    read_whole,
)
from pipeline.evidence.log_slice import KIND, RENEWED, SCHEMA, STAMPED, STORED, TOKEN
from pipeline.evidence.verdicts import PackFinding, Question, SignedBy
from pipeline.objects import ARCHIVAL, ORIGINAL
from pipeline.sealed_heads import HEAD, SIGNATURE, SealedHead, read_head
from signing.certificates import SignatureTime, signature_time
from signing.chain_head import verify_head
from signing.hostile import HOSTILE
from signing.report import Verdict, reason_text
from signing.trust import TrustStore
from storage.ledger.event_tree import Step, peak_over

OTHER_EVENT = _("event {seq} is not the one that the log has")
OTHER_TREE = _("event {seq} does not lead to the signed head {head}")
NO_HEAD = _("the signed head {head} is missing or is none of this log")
HEAD_SIGNER = _("the signed head {head}: {reason}")
OTHER_STAMP = _("the timestamp beside the signed head {head} is not that of its signature")
NOT_NAMED = _("{file}: the log names no such file")
OTHER_FILE = _("{file}: the log names another file in its place")
NAMED_UNPROVEN = _("{file}: the event that names it is under no signed head")


@dataclass(frozen=True, slots=True)
class PackedEvent:
    """One event of a pack, and its way to a head; no head where it is under none yet."""

    seq: int
    kind: str
    subject_id: str
    output_sha256: str | None
    version: int | None
    object: int | None
    """The number of the stored file that a renewed timestamp made of a version."""
    is_sound: bool
    head: int | None
    peak: str | None
    """The top of the part of the tree that its way leads to."""


@dataclass(frozen=True, slots=True)
class LogAnswer:
    """What the log of a pack shows."""

    finding: PackFinding
    events: tuple[PackedEvent, ...]
    heads: tuple[SignedBy, ...]

    @property
    def unproven(self) -> int:
        """How many events are under no signed head."""
        return sum(event.head is None for event in self.events)


def check_log(folder: Path, manifest: Manifest, trust: TrustStore, now: datetime) -> LogAnswer:
    """Compute the log of a pack anew. Raise PackDamagedError when its files are not as the format has them."""
    events = _events(folder)
    heads = {
        seq: _head(folder, seq, manifest) for seq in sorted({each.head for each in events if each.head is not None})
    }
    wrong = [message for event in events for message in _objections(event, heads)]
    signed, doubts = [], []
    for seq, head in heads.items():
        if head is None:
            continue
        by = _signed_by(folder, seq, trust, now)
        signed.append(by)
        told = gettext(HEAD_SIGNER).format(head=seq, reason=reason_text(by.reason_code))
        if by.verdict is Verdict.INVALID:
            wrong.append(told)
        elif by.verdict is Verdict.INDETERMINATE:
            doubts.append(told)
        if not _is_own_stamp(folder, seq):
            wrong.append(gettext(OTHER_STAMP).format(head=seq))
    verdict = Verdict.INVALID if wrong else Verdict.INDETERMINATE if doubts else Verdict.VALID
    return LogAnswer(PackFinding(Question.LOG, verdict, tuple(wrong or doubts)), tuple(events), tuple(signed))


def check_binding(document: PackedDocument, manifest: Manifest, log: LogAnswer) -> PackFinding:
    """Hold a document's files against the events that say what was stored; a sealed file's event needs a head."""
    wanted = [(ARCHIVAL, document.archival), *((ORIGINAL, path) for path in document.originals)]
    wrong, doubts = [], []
    numbers = _numbers(document, log)
    for kind, path in wanted:
        stored = [each for each in log.events if _stores(each, document, kind, numbers)]
        named = [each for each in stored if each.output_sha256 == manifest.hash_of(path)]
        if not named:
            wrong.append(gettext(OTHER_FILE if stored else NOT_NAMED).format(file=path))
        elif all(each.head is None for each in named):
            doubts.append(gettext(NAMED_UNPROVEN).format(file=path))
    verdict = Verdict.INVALID if wrong else Verdict.INDETERMINATE if doubts else Verdict.VALID
    return PackFinding(Question.BINDING, verdict, tuple(wrong or doubts), document.stt)


def _numbers(document: PackedDocument, log: LogAnswer) -> set[int | None]:
    """Give the numbers under which files of a document's version were stored: its own, and those of renewals."""
    about = (RENEWED, str(document.document_id), document.version)
    return {
        document.version,
        *(each.object for each in log.events if (each.kind, each.subject_id, each.version) == about),
    }


def _stores(event: PackedEvent, document: PackedDocument, kind: str, numbers: set[int | None]) -> bool:
    is_its_own = (event.kind, event.subject_id) == (f"{STORED}{kind}", str(document.document_id))
    return is_its_own and event.version in numbers


def _events(folder: Path) -> list[PackedEvent]:
    lines = read_whole(folder, EVENTS).split(b"\n")
    body = read_facts(folder, PROOFS)
    try:
        if (body["kind"], body["schema"], lines.pop()) != (KIND, SCHEMA, b""):
            raise ValueError(PROOFS)
        return [_event(line, proof) for line, proof in zip(lines, body["events"], strict=True)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as err:
        raise PackDamagedError(file=PROOFS, cause=_("its log is not as the format has it")) from err


def _event(line: bytes, proof: dict[str, Any]) -> PackedEvent:
    event = read_json(line, EVENTS)
    event_hash = hashlib.sha256(bytes.fromhex(proof["prev_hash"]) + line).hexdigest()
    seq, head = proof["seq"], proof["head"]
    if type(seq) is not int or not (head is None or type(head) is int):
        raise TypeError(seq)
    version, number = (_whole(event["payload"].get(name)) for name in ("version", "object"))
    return PackedEvent(
        seq=seq,
        kind=str(event["kind"]),
        subject_id=str(event["subject_id"]),
        output_sha256=event["output_sha256"],
        version=version,
        object=number,
        is_sound=event_hash == proof["hash"] and event["seq"] == seq,
        head=head,
        peak=peak_over(event_hash, _steps(proof["path"])) if head is not None else None,
    )


def _whole(value: object) -> int | None:
    return value if type(value) is int else None


def _steps(path: list[dict[str, str]]) -> Iterator[Step]:
    for step in path:
        ((side, neighbour),) = step.items()
        yield side, neighbour


def _objections(event: PackedEvent, heads: dict[int, SealedHead | None]) -> Iterator[str]:
    if not event.is_sound:
        yield gettext(OTHER_EVENT).format(seq=event.seq)
        return
    if event.head is None:
        return
    head = heads[event.head]
    if head is None:
        yield gettext(NO_HEAD).format(head=event.head)
    elif event.peak not in (head.peaks or ()) or not head.covers(event.seq):
        yield gettext(OTHER_TREE).format(seq=event.seq, head=event.head)


def _head(folder: Path, seq: int, manifest: Manifest) -> SealedHead | None:
    path = _beside(seq, HEAD)
    try:
        body = json.loads(read_whole(folder, path))
        head = read_head(body, path)
        return head if (head.seq, body["environment"]) == (seq, manifest.environment) else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _signed_by(folder: Path, seq: int, trust: TrustStore, now: datetime) -> SignedBy:
    return signed_by(folder, _beside(seq, HEAD), _beside(seq, SIGNATURE), f"{seq}", trust, now)


def _beside(seq: int, suffix: str) -> str:
    """Give the path of a head, of its signature, or of its timestamp."""
    return f"{HEADS}/{seq:012d}{suffix}"


def signed_by(folder: Path, path: str, signature: str, what: str, trust: TrustStore, now: datetime) -> SignedBy:
    """Judge the signature beside a file; one that is missing is invalid."""
    signed = read_whole(folder, signature) if (folder / signature).is_file() else b""
    report = verify_head(read_whole(folder, path), signed, trust, now=now)
    return SignedBy(
        what=what,
        signer=report.signer,
        certificate_sha256=report.certificate_sha256,
        timestamp_at=report.timestamp_at,
        is_test=report.is_test,
        verdict=report.verdict,
        reason_code=report.reason_code,
    )


def _is_own_stamp(folder: Path, seq: int) -> bool:
    """Say whether the timestamp that lies beside a head for other programs is the one in its signature."""
    try:
        beside = SignatureTime(*(read_whole(folder, _beside(seq, suffix)) for suffix in (TOKEN, STAMPED)))
        return signature_time(read_whole(folder, _beside(seq, SIGNATURE))) == beside
    except HOSTILE:
        return False
