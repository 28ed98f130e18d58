"""The head of the event chain, signed, timestamped and kept outside the database: a cut tail shows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import rfc8785
from sqlalchemy import select

from config.errors import ChainBrokenError
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.job import file_sha256
from signing.chain_head import sign_head, verify_head
from signing.report import Verdict
from storage.ledger import events
from storage.ledger.events import ChainHead
from storage.ledger.models import Agency, ChainHeadSeal

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a check of the event chain came to."""

    events: int
    sealed_heads: int
    last_sealed_seq: int


def seal_head(ctx: Context) -> Path | None:
    """Sign the present head and put it into the chain folder and the store; None when it is sealed already.

    `<seq>.json` holds the head, `<seq>.p7s` the signature with its timestamp.
    """
    with ctx.ledger.session() as session:
        head = events.head(session)
    target = ctx.settings.chain_folder / f"{head.seq:012d}.json"
    if head.seq == 0 or target.exists():
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    now = ctx.clock()
    payload = rfc8785.dumps(
        {
            "schema": SCHEMA_VERSION,
            "environment": str(ctx.environment),
            "seq": head.seq,
            "hash": head.hash,
            "at": now.isoformat(),
        }
    )
    signature = target.with_suffix(".p7s")
    signature.write_bytes(sign_head(payload, ctx.sealer, _sealing_name(ctx)))
    target.write_bytes(payload)
    key = f"{ctx.environment}/_chain/{target.name}"
    for path in (signature, target):
        ctx.store.put(f"{ctx.environment}/_chain/{path.name}", path, file_sha256(path))
    with ctx.ledger.session() as session:
        session.add(ChainHeadSeal(seq=head.seq, hash=head.hash, sealed_at=now, object_key=key))
    return target


def check_evidence(ctx: Context) -> ChainReport:
    """Check the whole chain against itself and against every sealed head kept outside the database.

    Raise ChainBrokenError at the first event that was changed, is missing, reordered or cut off.
    """
    heads = list(_sealed_heads(ctx))
    with ctx.ledger.reading() as session:
        events.check_chain(session, heads)
        last = events.head(session)
    return ChainReport(last.seq, len(heads), max((head.seq for head in heads), default=0))


def _sealing_name(ctx: Context) -> str:
    """Give the name of the agency in whose name heads are sealed: the installation's own, else the first known."""
    own = ctx.settings.agency
    with ctx.ledger.session() as session:
        query = select(Agency.name).order_by(Agency.code)
        return session.scalar(query.where(Agency.code == own) if own else query) or own or "Sohoa"


def _sealed_heads(ctx: Context) -> Iterator[ChainHead]:
    for path in sorted(ctx.settings.chain_folder.glob("*.json")):
        payload = path.read_bytes()
        head = json.loads(payload)
        report = verify_head(payload, path.with_suffix(".p7s").read_bytes(), ctx.trust)
        if report.verdict is not Verdict.VALID:
            raise ChainBrokenError(seq=head["seq"], cause=_("the signature of a sealed head does not hold"))
        yield ChainHead(head["seq"], head["hash"])
