"""How single events are proven by signed heads: each head signs the peaks of the tree over all events up to its own.

An event is proven by the first head after it, whose timestamp says when it stood in the log already; once that head
can be proven no longer, since its certificates have run out, by the newest.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.errors import ChainBrokenError
from config.i18n import gettext
from config.i18n import mark as _
from pipeline.context import Context
from pipeline.sealed_heads import HeadNotProvenError, SealedHead, known_head, noted_keys, unproven_head
from storage.ledger.event_tree import EventTree, Step
from storage.ledger.models import Event

OTHER_TREE = _("the events that the signed head {place} covers are not those that the log has")
_ROWS_AT_A_TIME = 10_000


def head_before(ctx: Context, seq: int) -> SealedHead | None:
    """Give the last stored head before an event, to go on from; None where there is none, or it signs no tree."""
    last = max((each for each in noted_keys(ctx) if each < seq), default=0)
    head = _read(ctx, last) if last else None
    return head if head is not None and head.peaks is not None else None


def tree_over(session: Session, start: SealedHead | None, seq: int, asked: Collection[str] = ()) -> EventTree:
    """Give the tree over all events up to one, going on from a head, with the ways from the hashes asked for."""
    size, peaks = (start.seq, start.peaks or ()) if start is not None else (0, ())
    tree = EventTree(asked, size, peaks)
    hashes = select(Event.hash).where(Event.seq > size, Event.seq <= seq).order_by(Event.seq)
    tree.add(session.scalars(hashes.execution_options(yield_per=_ROWS_AT_A_TIME)))
    return tree


def covering_heads(ctx: Context, seqs: Iterable[int]) -> dict[int, SealedHead]:
    """Give for each event the head that proves it; an event after the last head that signs a tree has none."""
    heads = _Heads(ctx)
    found = ((seq, heads.proving(seq)) for seq in sorted(seqs))
    return {seq: head for seq, head in found if head is not None}


def paths_to(ctx: Context, head: SealedHead, asked: dict[str, int]) -> dict[str, list[Step]]:
    """Give the ways from events, by hash and number, to the peaks of a head after them.

    Raise ChainBrokenError when the log has other events than the head was signed over.
    """
    start = head_before(ctx, min(asked.values()))
    with ctx.ledger.reading() as session:
        tree = tree_over(session, start, head.seq, asked)
    if tree.peaks() != head.peaks:
        raise ChainBrokenError(seq=head.seq, cause=gettext(OTHER_TREE).format(place=head.place))
    return tree.paths


class _Heads:
    """The stored heads in order, each read and judged once."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._seqs = sorted(noted_keys(ctx))
        self._judged: dict[int, tuple[SealedHead, bool]] = {}

    def proving(self, seq: int) -> SealedHead | None:
        """Give the first head that covers an event if it can be proven, else the newest if that can, else the first."""
        after = [each for each in self._seqs if each >= seq]
        first = next((each for each in after if self._judge(each)[0].covers(seq)), None)
        if first is None:
            return None
        newest, is_newest_proven = self._judge(after[-1])
        head, is_proven = self._judge(first)
        return newest if not is_proven and is_newest_proven and newest.covers(seq) else head

    def _judge(self, seq: int) -> tuple[SealedHead, bool]:
        if seq not in self._judged:
            try:
                head = known_head(self._ctx, seq)
                self._judged[seq] = head, not head.is_lapsed
            except HeadNotProvenError:
                self._judged[seq] = unproven_head(self._ctx, seq), False
        return self._judged[seq]


def _read(ctx: Context, seq: int) -> SealedHead:
    """Give a head whose signature holds, whether its signer is trusted here or not."""
    try:
        return known_head(ctx, seq)
    except HeadNotProvenError:
        return unproven_head(ctx, seq)
