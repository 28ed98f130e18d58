"""Cơ quan chủ quản and cơ quan ban hành: the capitals at the head of the left column, above the number.

The body nearest the number issues; one above it is its superior. Names run over several lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from config.syllables import is_misspelled
from config.text import accentless, fold_space
from ocr.model import Word
from pipeline.extract import reasons
from pipeline.extract.model import ExtractContext, FieldName, Reading
from pipeline.extract.reference import bodies
from pipeline.extract.rule_book import broken, kept
from pipeline.extract.segments import Segment, around
from pipeline.extract.sureness import least_sureness, words_sureness
from pipeline.extract.vocabulary import Match, all_spellings, best_match, is_all_but_equal, spellings
from pipeline.extract.zones import is_number_row, is_state_name

LEAST_SURE = 0.93
"""So sure each word of a place's own name must be, and of a name whose beginning was put right."""

_SHORT = {"ỦY BAN NHÂN DÂN": "UBND", "HỘI ĐỒNG NHÂN DÂN": "HĐND"}
"""How letterheads shorten the people's bodies."""


@dataclass(frozen=True, slots=True)
class Name:
    """A body's name as it stands in the heading."""

    rows: tuple[Segment, ...]

    @property
    def words(self) -> tuple[Word, ...]:
        """Give the words in reading order."""
        return tuple(word for row in self.rows for word in row.words)

    @property
    def text(self) -> str:
        """Give the name as read."""
        return fold_space(" ".join(word.text for word in self.words)).strip(" .,:;-_*'\"`|")


def read_issuer(rows: Sequence[Segment], context: ExtractContext) -> tuple[Reading, ...]:
    """Read the issuing body, and its superior if the heading names one."""
    capitals = _name_rows(rows)
    names = _split_names(capitals)
    if not names:
        return (Reading(FieldName.ISSUER, None, 0.0, doubt=reasons.MISSING),)
    readings = [_reading(FieldName.ISSUER, names[-1], context)]
    if len(names) > 1:
        readings.insert(
            0, _reading(FieldName.PARENT_ISSUER, Name(tuple(r for n in names[:-1] for r in n.rows)), context)
        )
    return tuple(readings)


def _name_rows(rows: Sequence[Segment]) -> list[Segment]:
    """Give the rows of capitals above the number, without dirt."""
    found: list[Segment] = []
    for row in rows:
        if is_number_row(row):
            break
        # A body's name has no word of one letter: such ones are dirt.
        words = tuple(
            word for word in row.words if sum(ch.isalpha() for ch in word.text) > 1 or word.text in {"-", "–", ",", "&"}
        )
        letters = [ch for word in words for ch in word.text if ch.isalpha()]
        if is_state_name(row) or len(letters) < 3:
            continue
        if any("/" in word.text or any(ch.isdigit() for ch in word.text) for word in words):
            # A number and symbol whose label was not read; no body is named so.
            break
        if sum(ch.isupper() for ch in letters) < 0.75 * len(letters):
            if found:
                break
            continue
        found.append(Segment(row.page, words, row.top, row.bottom))
    return found


def _split_names(rows: Sequence[Segment]) -> list[Name]:
    """Cut the rows into names: a row that begins as bodies' names begin starts another one."""
    known = bodies()
    names: list[list[Segment]] = []
    for row in rows:
        begins = _begins_name(row.text)
        if names and (not begins or " ".join(part.text for part in names[-1]) in known.incomplete):
            names[-1].append(row)
        else:
            names.append([row])
    return [Name(tuple(name)) for name in names]


def _begins_name(text: str) -> bool:
    words = text.split()
    for head in bodies().heads:
        size = len(head.split())
        if len(words) >= size and best_match(" ".join(words[:size]), spellings(head)) is not None:
            return True
    return False


def _reading(field: FieldName, name: Name, context: ExtractContext) -> Reading:
    words, page, box = name.words, name.rows[0].page, around(name.words)
    if name.text in bodies().incomplete or len(words) < 2:
        # A people's committee of nowhere: the row with its place was not read. No body's name is one word.
        return Reading(field, name.text, words_sureness(words), page, box, reasons.INCOMPLETE)
    match = match_body(name.text, context)
    if match is not None and is_all_but_equal(name.text, match.value):
        doubt = reasons.AMBIGUOUS if match.is_tied else None
        if match.value in bodies().incomplete:
            doubt = reasons.INCOMPLETE
        sure = max(words_sureness(words), 0.97)
        return Reading(field, match.value, sure, page, box, doubt, (kept("known_body"),))
    unknown = (broken("known_body"),)
    composed = _composed(name)
    if composed is not None:
        value, own = composed
        doubt = reasons.SPELLING if any(is_misspelled(word.text) for word in own) else None
        if doubt is None and least_sureness(own) < LEAST_SURE:
            # No list knows this place: nothing but the reading says THỬ and not THƯ.
            doubt = reasons.UNSURE
        return Reading(field, value, 0.995 * words_sureness(own), page, box, doubt, unknown)
    text, mended = _with_head(name.text)
    doubt = reasons.SPELLING if any(is_misspelled(word) for word in text.split()) else None
    rest = words[mended:]
    if doubt is None and mended and least_sureness(rest) < LEAST_SURE:
        doubt = reasons.UNSURE
    return Reading(field, text, words_sureness(rest), page, box, doubt, unknown)


def _with_head(text: str) -> tuple[str, int]:
    """Give a name with the words it begins with put right (PHONG for PHÒNG), and how many those are.

    Where one word lost its marks others may have too: then every word counts.
    """
    words = text.split()
    begun = {head: " ".join(words[: len(head.split())]) for head in bodies().heads}
    if any(beginning in spellings(head) for head, beginning in begun.items()):
        return text, 0
    for head, beginning in begun.items():
        size = len(head.split())
        if accentless(beginning) == accentless(head):
            return " ".join([head, *words[size:]]), size
    return text, 0


def _composed(name: Name) -> tuple[str, list[Word]] | None:
    """Give a people's body of any unit, its fixed words put right, and the words that are the unit's own name."""
    words = [word for word in name.words if any(ch.isalnum() for ch in word.text)]
    known = bodies()
    for body in known.composed:
        size = len(body.split())
        for level in known.levels:
            own = words[size + len(level.split()) :]
            fixed = " ".join(word.text for word in words[: len(words) - len(own)])
            match = best_match(fixed, spellings(f"{body} {level}")) if own else None
            if match is not None and not match.is_tied:
                return fold_space(" ".join([match.value, *(word.text for word in own)])), own
    return None


def match_body(text: str, context: ExtractContext) -> Match | None:
    """Match a name against the bodies of the reference data and the house's own agencies."""
    own = [agency.name.upper() for agency in context.agencies]
    short = [name.replace(full, mark) for name in own for full, mark in _SHORT.items() if full in name]
    return best_match(text, [*all_spellings([*own, *short]), *_all_names()])


@lru_cache(maxsize=1)
def _all_names() -> tuple[str, ...]:
    known = bodies()
    provinces = [place.upper() for place in known.places]
    names = list(known.symbols)
    for body in known.composed:
        names += [f"{body} {level} {place}" for place in provinces for level in ("TỈNH", "THÀNH PHỐ")]
    names += list(known.composed)
    return tuple(all_spellings(names))
