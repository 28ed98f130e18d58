"""Signed heads of the event log that the ledger says are in the store."""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from config.errors import StoreError
from pipeline.context import Context
from pipeline.job import file_sha256
from pipeline.reconciling.model import Difference, Found, Kind
from pipeline.sealed_heads import (
    HEAD,
    SIGNATURE,
    HeadNotProvenError,
    checked_head,
    head_key,
    noted_keys,
    stored_seqs,
)
from storage.ledger import events
from storage.objects import ObjectStore


def check_heads(ctx: Context) -> Iterator[Found]:
    """Give the heads that are gone from the store; one in the chain folder or in the replica can be put back."""
    stored = set(stored_seqs(ctx))
    for seq, key in sorted(noted_keys(ctx).items()):
        if seq in stored:
            continue
        local = ctx.settings.chain_folder / f"{seq:012d}{HEAD}"
        mend = None
        if local.is_file() and local.with_suffix(SIGNATURE).is_file():
            mend = partial(_put_back, ctx, local, seq)
        elif ctx.replica is not None and _has_head(ctx, ctx.replica, local.name):
            mend = partial(_put_back_from, ctx, ctx.replica, local.name, seq)
        yield Found(Difference(Kind.HEAD_MISSING, key, is_mendable=mend is not None), mend)


def _has_head(ctx: Context, replica: ObjectStore, name: str) -> bool:
    """Say whether the replica has a head; one that does not answer has none to give now."""
    try:
        return replica.exists(head_key(ctx, name))
    except StoreError:
        return False


def _put_back_from(ctx: Context, replica: ObjectStore, name: str, seq: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        head = Path(folder) / name
        for file in (head.with_suffix(SIGNATURE), head):
            replica.fetch(head_key(ctx, file.name), file)
        _put_back(ctx, head, seq)


def _put_back(ctx: Context, local: Path, seq: int) -> None:
    """Put a head back. Raise ChainBrokenError when the one at hand is not what was signed."""
    # Whether its signer is trusted here does not matter for keeping it.
    with suppress(HeadNotProvenError):
        checked_head(ctx, local, str(local))
    for file in (local.with_suffix(SIGNATURE), local):
        ctx.store.put(head_key(ctx, file.name), file, file_sha256(file))
    with ctx.ledger.session() as session:
        events.append(
            session,
            kind="head.put_again",
            actor=ctx.actor,
            subject_type="ledger",
            subject_id="1",
            at=ctx.clock(),
            payload={"seq": seq},
        )
