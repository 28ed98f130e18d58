"""Titles of a signature block that were read in part, settled by what alone they can be.

Signatures and seals lie over these rows. But whose head has which title is known, and so is who may sign in his place:
where a scrap fits just one of these few, it is that one. Everything else stays as it was read.
"""

from collections.abc import Iterable
from dataclasses import replace

from rapidfuzz import fuzz

from config.text import accentless
from pipeline.extract.reference import titles
from pipeline.extract.signer import Block, TitleRow, heads_of

LEAST_LIKE = 75
"""So like the head's title, in hundredths, a scrap after KT. must be …"""
CLEARLY = 15
"""… and so much liker than to the next one."""
LEAST_WORD_CONFIDENCE = 0.85
LEAST_LETTERS = 4


def settle_titles(block: Block | None, issuer: str | None) -> Block | None:
    """Give a signature block whose scraps are settled by the body that issued the document."""
    if block is None:
        return None
    rows = tuple(_signed_for(row, heads_of(issuer or "")) for row in block.rows)
    named = [row.text.partition(" ")[2] for row in rows if row.authority == "KT." and row.is_listed]
    return replace(block, rows=tuple(_deputy(row, named[-1]) if named else row for row in rows))


def _signed_for(row: TitleRow, heads: Iterable[str]) -> TitleRow:
    """Settle whom a row `KT. …` names, where it can only be the body's head."""
    if row.authority != "KT." or row.is_listed:
        return row
    read = accentless(row.text.partition(" ")[2])
    ranked = sorted(((fuzz.ratio(read, accentless(head)), head) for head in heads), reverse=True)
    if not ranked or ranked[0][0] < LEAST_LIKE or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < CLEARLY):
        return row
    return replace(row, text=f"KT. {ranked[0][1]}", is_listed=True, is_settled=True)


def _deputy(row: TitleRow, superior: str) -> TitleRow:
    """Settle a signer's title of which the end was read: he is one of the few deputies of the one he signs for."""
    if row.authority or row.is_listed:
        return row
    end = accentless(row.text).split()
    deputies = [title for title, superiors in titles().deputy_of.items() if superior in superiors]
    fitting = [title for title in deputies if accentless(title).split()[-len(end) :] == end]
    is_read = len("".join(end)) >= LEAST_LETTERS and all(
        word.confidence >= LEAST_WORD_CONFIDENCE for word in row.row.words
    )
    if len(fitting) != 1 or not is_read:
        return row
    return replace(row, text=fitting[0], is_listed=True, is_settled=True)
