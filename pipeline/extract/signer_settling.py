"""Titles of a signature block that were read in part, settled by what alone they can be.

Signatures and seals lie over these rows. But whose head has which title is known, and so is who may sign in his place:
where a scrap fits just one of these few, it is that one. Everything else stays as it was read.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from rapidfuzz import fuzz

from config.text import accentless
from pipeline.extract.reference import titles
from pipeline.extract.signer import Block, TitleRow, heads_of
from pipeline.extract.sureness import word_sureness

LEAST_LIKE = 75
"""So like the head's title, in hundredths, a scrap after KT. must be …"""
CLEARLY = 15
"""… and so much liker than to the next one."""
LEAST_SURE = 0.85
LEAST_LETTERS = 4
_FOR = "KT."


def settle_titles(block: Block | None, issuer: str | None) -> Block | None:
    """Give a signature block whose scraps are settled by the body that issued the document."""
    if block is None:
        return None
    rows = [_signed_for(row, heads_of(issuer or "")) for row in block.rows]
    for place, (above, below) in enumerate(pairwise(rows)):
        if above.is_listed and above.authority in {None, _FOR}:
            superior = above.text.removeprefix(f"{_FOR} ")
            rows[place + 1] = signer = _deputy(below, superior)
            if above.authority is None and superior in titles().deputy_of.get(signer.text, ()):
                # Only one signs; whose title stands above that of his deputy is the one signed for.
                rows[place] = replace(above, text=f"{_FOR} {superior}", authority=_FOR, is_settled=True)
    return replace(block, rows=tuple(rows))


def _signed_for(row: TitleRow, heads: Iterable[str]) -> TitleRow:
    """Settle whom a row `KT. …` names, where it can only be the body's head."""
    if row.authority != _FOR or row.is_listed:
        return row
    read = accentless(row.text.partition(" ")[2])
    ranked = sorted(((fuzz.ratio(read, accentless(head)), head) for head in heads), reverse=True)
    if not ranked or ranked[0][0] < LEAST_LIKE or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < CLEARLY):
        return row
    return replace(row, text=f"{_FOR} {ranked[0][1]}", is_listed=True, is_settled=True)


def _deputy(row: TitleRow, superior: str) -> TitleRow:
    """Settle a signer's title of which the end was read: he is one of the few deputies of the one he signs for."""
    if row.authority or row.is_listed:
        return row
    end = accentless(row.text)
    deputies = [title for title, superiors in titles().deputy_of.items() if superior in superiors]
    fitting = [title for title in deputies if accentless(title).endswith(end)]
    if len(fitting) != 1 or len(end.replace(" ", "")) < LEAST_LETTERS:
        return row
    # Of the first word perhaps only a part was read; the others must be sure.
    is_whole = f" {accentless(fitting[0])}".endswith(f" {end}")
    words = row.row.words if is_whole else row.row.words[1:]
    is_read = bool(words) and all(word_sureness(word) >= LEAST_SURE for word in words)
    return replace(row, text=fitting[0], is_listed=True, is_settled=True) if is_read else row
