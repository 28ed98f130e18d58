"""The head of the event chain, signed, timestamped and kept outside the database: a cut tail shows."""

import fcntl
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import rfc8785
from sqlalchemy import select

from config.errors import ChainBrokenError, ObjectMissingError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.job import file_sha256
from pipeline.stages.stage import settle
from signing.chain_head import sign_head, verify_head
from signing.report import Verdict
from storage.ledger import events
from storage.ledger.events import ChainHead
from storage.ledger.models import Agency, ChainHeadSeal

SCHEMA_VERSION = 1
SIGNATURE = ".p7s"
LOCK_NAME = ".lock"
NOT_VERIFIED = _("the signature of a sealed head does not hold")
HEAD_GONE = _("a sealed head is neither in the chain folder nor in the store")


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a check of the event chain came to."""

    events: int
    sealed_heads: int
    last_sealed_seq: int


def seal_head(ctx: Context) -> Path | None:
    """Sign the present head and put it into the chain folder and the store; None when it is sealed already.

    `<seq>.json` holds the head, `<seq>.p7s` the signature with its timestamp. A head whose upload failed is uploaded
    by the next call.
    """
    ctx.settings.chain_folder.mkdir(parents=True, exist_ok=True)
    with (ctx.settings.chain_folder / LOCK_NAME).open("w") as lock:
        # Two runs that end at the same moment must not mix their two files.
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = _sign_head(ctx)
        _upload_heads(ctx)
    return made


def _sign_head(ctx: Context) -> Path | None:
    with ctx.ledger.reading() as session:
        head = events.head(session)
    target = ctx.settings.chain_folder / f"{head.seq:012d}.json"
    if head.seq == 0 or target.exists():
        return None
    payload = rfc8785.dumps(
        {
            "schema": SCHEMA_VERSION,
            "environment": str(ctx.environment),
            "seq": head.seq,
            "hash": head.hash,
            "at": ctx.clock().isoformat(),
        }
    )
    # The signature first: a head that is there has one.
    target.with_suffix(SIGNATURE).write_bytes(sign_head(payload, ctx.sealer, _sealing_name(ctx)))
    part = target.with_suffix(".part")
    part.write_bytes(payload)
    settle(part, target)
    return target


def _upload_heads(ctx: Context) -> None:
    with ctx.ledger.reading() as session:
        uploaded = set(session.scalars(select(ChainHeadSeal.seq)))
    for path in sorted(ctx.settings.chain_folder.glob("*.json")):
        if int(path.stem) in uploaded:
            continue
        head = _head_in(path)
        for file in (path.with_suffix(SIGNATURE), path):
            ctx.store.put(f"{ctx.environment}/_chain/{file.name}", file, file_sha256(file))
        with ctx.ledger.session() as session:
            key = f"{ctx.environment}/_chain/{path.name}"
            session.add(ChainHeadSeal(seq=head.seq, hash=head.hash, sealed_at=ctx.clock(), object_key=key))


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
    with ctx.ledger.reading() as session:
        query = select(Agency.name).order_by(Agency.code)
        return session.scalar(query.where(Agency.code == own) if own else query) or own or "Sohoa"


def _sealed_heads(ctx: Context) -> Iterator[ChainHead]:
    """Give every sealed head after checking its signature; one that left the folder is fetched from the store."""
    folder = ctx.settings.chain_folder
    with ctx.ledger.reading() as session:
        noted = {
            row.seq: row.object_key for row in session.execute(select(ChainHeadSeal.seq, ChainHeadSeal.object_key))
        }
    with tempfile.TemporaryDirectory() as fetched:
        for seq, key in noted.items():
            if not (folder / f"{seq:012d}.json").exists():
                _fetch_head(ctx, seq, key, Path(fetched))
        for path in sorted([*folder.glob("*.json"), *Path(fetched).glob("*.json")], key=lambda found: found.name):
            yield _checked_head(ctx, path)


def _fetch_head(ctx: Context, seq: int, key: str, folder: Path) -> None:
    try:
        for name in (key, str(Path(key).with_suffix(SIGNATURE))):
            ctx.store.fetch(name, folder / Path(name).name)
    except ObjectMissingError as err:
        raise ChainBrokenError(seq=seq, cause=gettext(HEAD_GONE)) from err


def _checked_head(ctx: Context, path: Path) -> ChainHead:
    head, signature = _head_in(path), path.with_suffix(SIGNATURE)
    report = verify_head(path.read_bytes(), signature.read_bytes() if signature.exists() else b"", ctx.trust)
    if report.verdict is not Verdict.VALID:
        raise ChainBrokenError(seq=head.seq, cause=gettext(NOT_VERIFIED))
    return head


def _head_in(path: Path) -> ChainHead:
    try:
        head = json.loads(path.read_bytes())
        return ChainHead(int(head["seq"]), str(head["hash"]))
    except (ValueError, KeyError, TypeError) as err:
        raise ChainBrokenError(seq=int(path.stem) if path.stem.isdecimal() else 0, cause=gettext(NOT_VERIFIED)) from err
