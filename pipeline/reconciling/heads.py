"""Signed heads of the event log that the ledger says are in the store."""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

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


def check_heads(ctx: Context) -> Iterator[Found]:
    """Give the heads that are gone from the store; one that lies in the chain folder can be put back."""
    stored = set(stored_seqs(ctx))
    for seq, key in sorted(noted_keys(ctx).items()):
        if seq in stored:
            continue
        local = ctx.settings.chain_folder / f"{seq:012d}{HEAD}"
        is_here = local.is_file() and local.with_suffix(SIGNATURE).is_file()
        difference = Difference(Kind.HEAD_MISSING, key, is_mendable=is_here)
        yield Found(difference, partial(_put_back, ctx, local, seq) if is_here else None)


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
