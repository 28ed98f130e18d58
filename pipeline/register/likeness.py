"""How alike two abstracts are: order of words and abridgement count little, a person's name and its accents count.

Registers abridge and reorder; engines lose accents; some registers are typed without any.
"""

import re
from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from config.text import accentless, fold_space

_LEAST_WORDS = 3
_SAME_WORD = 70.0
_MARKS = re.compile(r"[^\w]+")
_CLOSEST = 40
"""So many of the closest by a quick look are compared in full; of these alone one can be the best."""


def likeness(page: str, row: str) -> float:
    """Give 0..100: 100 where both have the same words, in whatever order.

    Where the row is typed without any accent only letters are compared; else accents weigh as much as letters.
    An abstract of less than three words says nothing: 0.
    """
    plain_page, plain_row = accentless(page), accentless(row)
    if min(len(plain_page.split()), len(plain_row.split())) < _LEAST_WORDS:
        return 0.0
    letters = _words_alike(plain_page, plain_row)
    full_row = fold_space(row).casefold()
    if full_row == plain_row:
        return letters
    return (letters + _words_alike(fold_space(page).casefold(), full_row)) / 2


def is_another_case(page: str, row: str) -> bool:
    """Tell whether each of two abstracts has words that the other lacks: the same pattern, of another person or place.

    Where only one has more words it is longer or the other abridged. A word misread by a letter is no other word.
    """
    of_page, of_row = Counter(_plain_words(page)), Counter(_plain_words(row))
    page_alone, row_alone = list((of_page - of_row).elements()), list((of_row - of_page).elements())
    for word in list(page_alone):
        twin = next((other for other in row_alone if fuzz.ratio(word, other) >= _SAME_WORD), None)
        if twin is not None:
            page_alone.remove(word)
            row_alone.remove(twin)
    return bool(page_alone and row_alone)


def _plain_words(text: str) -> list[str]:
    return _MARKS.sub(" ", accentless(text)).split()


def closest(page: str, rows: Sequence[str | None]) -> set[int]:
    """Give the places of the rows that are worth a full comparison: those that a quick look finds most alike."""
    folded = [row.casefold() if row else None for row in rows]
    found: set[int] = set()
    for scorer in (fuzz.token_set_ratio, fuzz.token_sort_ratio):
        found |= {
            place for _row, _score, place in process.extract(page.casefold(), folded, scorer=scorer, limit=_CLOSEST)
        }
    return found


def _words_alike(one: str, other: str) -> float:
    """Give the mean of two views: words that only one has do not count, and do."""
    return (fuzz.token_set_ratio(one, other) + fuzz.token_sort_ratio(one, other)) / 2
