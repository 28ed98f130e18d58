"""The signed heads of the event log where they are kept: the chain folder and the store, held against each other.

The store is asked for what it holds, not only for what the ledger remembers: a ledger put back to an older day,
together with its chain folder, no longer knows of the heads signed since.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from config.dates import instant_text
from config.errors import ChainBrokenError, ExitCode, SohoaError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.job import file_sha256
from signing.chain_head import verify_head
from signing.report import Reason, Verdict, reason_text
from storage.ledger.events import ChainHead
from storage.ledger.models import ChainHeadSeal

SCHEMA_VERSION = 2
WITHOUT_TREE = 1
"""Heads of this older schema sign no tree: single events cannot be proven by them."""
HEAD, SIGNATURE = ".json", ".p7s"
PEAK = re.compile(r"[0-9a-f]{64}")
NO_HEAD = _("{place} is no head of this ledger's event log")
NOT_VERIFIED = _("the signature of the sealed head {place} does not hold: {reason}")
GONE = _("the head sealed there is neither in the chain folder nor in the store any more")
GONE_FROM_STORE = _("the head sealed there was put into the store and is no longer there")
DIFFERENT = _("the chain folder and the store hold different heads for it")


class HeadNotProvenError(SohoaError):
    """A sealed head stands as it was signed, but its signer or timestamp is not trusted here."""

    code = "head_not_proven"
    exit_code = ExitCode.CHECK_FAILED
    message = _("the signed head {place} of the event log cannot be proven: {cause}")
    remedy = _("Put the root certificates of the signing and timestamp authorities into {trust}, then `sohoa audit`.")


class HeadLapsedError(HeadNotProvenError):
    """The timestamp of the newest sealed head has run out, and none was sealed since."""

    code = "head_lapsed"
    message = _("the timestamp of the newest signed head {place} of the event log has run out")
    remedy = _("Let a head be signed anew: any `sohoa run` does it. Then `sohoa audit`.")


class LedgerRolledBackError(ChainBrokenError):
    """A sealed head outside the ledger is newer than the ledger."""

    code = "ledger_rolled_back"
    message = _(
        "the ledger ends at event {last}, but the head {place}, signed {at}, names event {seq}: "
        "events were cut off, or an older copy of the ledger was put back"
    )
    remedy = _(
        "Stop all runs and change nothing. Put back a backup of the ledger that reaches event {seq} (`sohoa restore`) "
        "and audit again; if there is none, what was done since event {last} is lost: report it, and accept the loss "
        "with `sohoa restore --accept-older`."
    )


@dataclass(frozen=True, slots=True)
class SealedHead:
    """One head as it was signed: the event it names, when, and where it lies.

    `peaks`: of the tree over all events up to its own; None where it is of the older schema. `is_lapsed`: it holds, but
    its timestamp has run out, so that only a later head shows when it was signed.
    """

    seq: int
    hash: str
    at: datetime
    place: str
    peaks: tuple[str, ...] | None = None
    is_lapsed: bool = False

    def covers(self, seq: int) -> bool:
        """Say whether an event can be proven by this head."""
        return self.peaks is not None and 0 < seq <= self.seq

    @property
    def pin(self) -> ChainHead:
        """The head as the check of the chain takes it."""
        return ChainHead(self.seq, self.hash)

    def beyond(self, last_seq: int) -> LedgerRolledBackError:
        """Give the error for a ledger that ends before this head."""
        return LedgerRolledBackError(last=last_seq, seq=self.seq, at=instant_text(self.at), place=self.place)


def heads_folder(ctx: Context) -> str:
    """Give the folder of heads in a store."""
    return f"{ctx.environment}/_chain"


def head_key(ctx: Context, name: str) -> str:
    """Give the key of a head's file in the store."""
    return f"{heads_folder(ctx)}/{name}"


def sealed_heads(ctx: Context) -> list[SealedHead]:
    """Give every sealed head in order, checked: it is where it was put, alike in both places, and validly signed.

    A head whose timestamp has run out stands under the later ones: each signs the log up to itself, the older heads'
    events with it. Raise ChainBrokenError for the first that is not, HeadNotProvenError for one whose signer is not
    trusted, HeadLapsedError when the timestamp of the last one has run out.
    """
    noted, stored = set(noted_keys(ctx)), set(stored_seqs(ctx))
    local = {int(path.stem): path for path in ctx.settings.chain_folder.glob(f"*{HEAD}") if path.stem.isdecimal()}
    seqs = sorted({*noted, *stored, *local})
    heads = [_head(ctx, seq, local.get(seq), seq in stored, seq in noted) for seq in seqs]
    if heads and heads[-1].is_lapsed:
        raise HeadLapsedError(place=heads[-1].place)
    return heads


def stored_seqs(ctx: Context, after: int = 0) -> Iterator[int]:
    """Give the events whose heads the store holds, in order; only those after an event, if named."""
    begin = head_key(ctx, f"{after:012d}{SIGNATURE}") if after else ""
    for key in ctx.store.keys(heads_folder(ctx), after=begin):
        path = Path(key)
        if path.suffix == HEAD and path.stem.isdecimal():
            yield int(path.stem)


def noted_keys(ctx: Context) -> dict[int, str]:
    """Give the heads that the ledger says were put into the store: event and key."""
    with ctx.ledger.reading() as session:
        rows = session.execute(select(ChainHeadSeal.seq, ChainHeadSeal.object_key)).all()
    return {row.seq: row.object_key for row in rows}


def stored_head(ctx: Context, seq: int) -> SealedHead:
    """Fetch a head from the store and check it. Raise as `sealed_heads` does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{seq:012d}{HEAD}"
        key = head_key(ctx, path.name)
        ctx.store.fetch(key, path)
        signature = path.with_suffix(SIGNATURE)
        if ctx.store.exists(head_key(ctx, signature.name)):
            ctx.store.fetch(head_key(ctx, signature.name), signature)
        return checked_head(ctx, path, key)


def unproven_head(ctx: Context, seq: int) -> SealedHead:
    """Give a head that was noted, whoever signed it. Raise as `sealed_heads` does for one that is none."""
    with tempfile.TemporaryDirectory() as folder:
        return bring_head(ctx, seq, Path(folder))


def bring_head(ctx: Context, seq: int, folder: Path) -> SealedHead:
    """Copy a kept head and its signature into a folder, checked. Raise as `sealed_heads` does."""
    target = folder / f"{seq:012d}{HEAD}"
    local = ctx.settings.chain_folder / target.name
    for file in (target, target.with_suffix(SIGNATURE)):
        here = local.with_suffix(file.suffix)
        if here.exists():
            shutil.copyfile(here, file)
        else:
            ctx.store.fetch(head_key(ctx, file.name), file)
    with suppress(HeadNotProvenError):
        checked_head(ctx, target, str(target.name))
    return head_in(ctx, target, target.name)


def checked_head(ctx: Context, path: Path, place: str) -> SealedHead:
    """Read a head and check its signature; one that has lapsed is given. Raise ChainBrokenError, HeadNotProvenError."""
    head, signature = head_in(ctx, path, place), path.with_suffix(SIGNATURE)
    signed = signature.read_bytes() if signature.exists() else b""
    report = verify_head(path.read_bytes(), signed, ctx.trust, now=ctx.clock())
    reason = reason_text(report.reason_code)
    if report.verdict is Verdict.INVALID:
        raise ChainBrokenError(seq=head.seq, cause=gettext(NOT_VERIFIED).format(place=place, reason=reason))
    if report.reason_code == Reason.LAPSED:
        return replace(head, is_lapsed=True)
    if report.verdict is not Verdict.VALID:
        raise HeadNotProvenError(place=place, cause=reason, trust=ctx.trust_folder)
    return head


def head_in(ctx: Context, path: Path, place: str) -> SealedHead:
    """Read a head. Raise ChainBrokenError for a file that is none of this ledger's."""
    try:
        head = json.loads(path.read_bytes())
        found = read_head(head, place)
        if (head["environment"], found.seq) == (ctx.environment, int(path.stem)):
            return found
    except (ValueError, KeyError, TypeError) as err:
        raise _no_head(path, place) from err
    raise _no_head(path, place)


def read_head(head: dict[str, Any], place: str) -> SealedHead:
    """Give a head out of its JSON. Raise ValueError, KeyError or TypeError for what is none."""
    found = SealedHead(int(head["seq"]), str(head["hash"]), datetime.fromisoformat(head["at"]), place)
    if head["schema"] == WITHOUT_TREE:
        return found
    if head["schema"] != SCHEMA_VERSION:
        raise ValueError(head["schema"])
    peaks = tuple(str(peak) for peak in head["peaks"])
    if len(peaks) != found.seq.bit_count() or not all(PEAK.fullmatch(peak) for peak in peaks):
        raise ValueError(head["peaks"])
    return replace(found, peaks=peaks)


def known_head(ctx: Context, seq: int) -> SealedHead:
    """Give a head that was noted, from the chain folder, else from the store, checked. Raise as `sealed_heads` does."""
    local = ctx.settings.chain_folder / f"{seq:012d}{HEAD}"
    return checked_head(ctx, local, str(local)) if local.exists() else stored_head(ctx, seq)


def _no_head(path: Path, place: str) -> ChainBrokenError:
    seq = int(path.stem) if path.stem.isdecimal() else 0
    return ChainBrokenError(seq=seq, cause=gettext(NO_HEAD).format(place=place))


def _head(ctx: Context, seq: int, local: Path | None, is_stored: bool, is_noted: bool) -> SealedHead:
    if local is None and is_stored:
        return stored_head(ctx, seq)
    if is_noted and not is_stored:
        raise ChainBrokenError(seq=seq, cause=gettext(GONE_FROM_STORE if local else GONE))
    if local is None:
        raise ChainBrokenError(seq=seq, cause=gettext(GONE))
    if is_stored and ctx.store.read_back(head_key(ctx, local.name)) != file_sha256(local):
        raise ChainBrokenError(seq=seq, cause=gettext(DIFFERENT))
    return checked_head(ctx, local, str(local))
