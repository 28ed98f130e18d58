"""What of a date is printed legibly on the page, though the date as a whole could not be read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from config.text import accentless
from ocr.model import PageText, Word, WordKind
from pipeline.extract.sureness import word_sureness
from pipeline.job import Job
from pipeline.stages import RECOGNIZE
from pipeline.stages.recognize import read_pages
from storage.ledger.models import FieldValue

_LABELS = {"ngay": "day", "thang": "month", "nam": "year"}
_FIGURE = {"day": re.compile(r"\d{1,2}"), "month": re.compile(r"\d{1,2}"), "year": re.compile(r"\d{4}")}
_SLACK_PX = 4
LEAST_SURE = 0.95
"""A figure less sure counts as not legible: it is held against the register's."""


@dataclass(frozen=True, slots=True)
class LegibleDate:
    """The figures of a date that are printed and read with certainty; None for each that is not."""

    day: int | None = None
    month: int | None = None
    year: int | None = None

    def agrees(self, day: date) -> bool:
        """Tell whether no legible figure is another than that of a day."""
        pairs = ((self.day, day.day), (self.month, day.month), (self.year, day.year))
        return all(figure is None or figure == wanted for figure, wanted in pairs)


def legible_date(job: Job, reading: FieldValue | None) -> LegibleDate:
    """Give what is legible where a date was looked for; nothing where no place is known, or no page is at hand."""
    if reading is None or reading.page is None or reading.left is None or RECOGNIZE.name not in job.outputs:
        return LegibleDate()
    page = next((page for page in read_pages(job) if page.number == reading.page), None)
    return printed_figures(_words_in(page, reading)) if page else LegibleDate()


def printed_figures(words: Sequence[Word]) -> LegibleDate:
    """Give the figures that stand alone, in print, each between its own label and the next."""
    found: dict[str, int] = {}
    keys = [accentless(word.text).strip(".,:; ") for word in words]
    for place, key in enumerate(keys):
        name = _LABELS.get(key)
        if name is None or name in found:
            continue
        after = words[place + 1 : place + 3]
        is_closed = name == "year" or (len(after) == 2 and keys[place + 2] in _LABELS)
        figure = _figure(name, after[0]) if after and is_closed else None
        if figure is not None:
            found[name] = figure
    return LegibleDate(**found)


def _figure(name: str, word: Word) -> int | None:
    text = word.text.rstrip(".,;")
    is_legible = word.kind is WordKind.PRINT and word_sureness(word) >= LEAST_SURE
    return int(text) if is_legible and _FIGURE[name].fullmatch(text) else None


def _words_in(page: PageText, reading: FieldValue) -> list[Word]:
    """Give the words of a page whose middle lies in the place of a reading, left to right."""
    left, top = (reading.left or 0) - _SLACK_PX, (reading.top or 0) - _SLACK_PX
    right, bottom = (reading.right or 0) + _SLACK_PX, (reading.bottom or 0) + _SLACK_PX
    inside = [
        word
        for word in page.words
        if left <= (word.box.left + word.box.right) / 2 <= right
        and top <= (word.box.top + word.box.bottom) / 2 <= bottom
    ]
    return sorted(inside, key=lambda word: word.box.left)
