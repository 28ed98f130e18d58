"""Fields of printed forms, each after its label.

Labels are data (config/document_types). A value runs to the next label or the end of its row, and
over further rows where the data says so. Figures and names are taken as they stand or not at all.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from rapidfuzz import fuzz

from config.text import accentless
from ocr.model import Word, WordKind
from pipeline.extract import reasons
from pipeline.extract.document_types import DocumentType, LabelledField
from pipeline.extract.model import FieldName, Reading
from pipeline.extract.segments import Segment, Sheet, around, join_rows
from pipeline.extract.sureness import words_sureness
from pipeline.extract.value_forms import date_in, shape

LABEL_NEARNESS = 88
NEXT_ROW, NEXT_PARAGRAPH = 1.9, 2.6
"""So many line heights further down the next row of a value runs, and the first one under a label on its own row."""

_LEAD = re.compile(r"^([IVX]{1,4}[.)]?|\d{1,2}(\.\d{1,2})?[.)]|[a-zđ][.)]|[-–+*•]+)$")


@dataclass(frozen=True, slots=True)
class _Found:
    """A label on the page: its field if it is one's, its row, and the words it reaches over."""

    field: LabelledField | None
    row: int
    start: int
    end: int


def read_result(kind: DocumentType, sheets: Sequence[Sheet]) -> tuple[Reading, ...]:
    """Read the labelled fields of a type; the first page that has a label gives its value.

    A field that its form must bear and whose label is not found is missing; of any other nothing is said.
    """
    readings: dict[str, Reading] = {}
    seen: Counter[tuple[str, ...]] = Counter()
    for sheet in sheets:
        rows = join_rows(sheet.segments, sheet.line_px)
        labels = _labels(kind.fields, rows, seen)
        for found in labels:
            if found.field is not None and found.field.name not in readings:
                readings[found.field.name] = _reading(found.field, found, rows, labels, sheet)
    for field in kind.fields:
        if field.required and field.name not in readings:
            readings[field.name] = Reading(field.name, None, 0.0, sheets[0].number, doubt=reasons.MISSING)
    return tuple(readings[field.name] for field in kind.fields if field.name in readings)


def _labels(fields: Sequence[LabelledField], rows: Sequence[Segment], seen: Counter[tuple[str, ...]]) -> list[_Found]:
    """Find labels: the longest that fits at each place of a row; `seen` counts how often each stood before."""
    found: list[_Found] = []
    for number, row in enumerate(rows):
        texts = [accentless(word.text) for word in row.words]
        position = 0
        while position < len(texts):
            hit = _label_at(fields, texts, position)
            if hit is None or not _may_begin(row, position):
                position += 1
                continue
            bearers, size = hit
            names = tuple(field.name for field in bearers)
            seen[names] += 1
            size += _aside(row.words[position + size :])
            owner = next((field for field in bearers if field.occurrence == seen[names]), None)
            found.append(_Found(owner, number, position, position + size))
            position += size
    return found


def _label_at(
    fields: Sequence[LabelledField], texts: Sequence[str], position: int
) -> tuple[tuple[LabelledField, ...], int] | None:
    """Give the fields whose label stands at a place, and how many words it has; the longest label wins."""
    bearers: dict[int, list[LabelledField]] = {}
    for field in fields:
        for label in field.labels:
            words = [word.rstrip(":,;") for word in accentless(label).split()]
            piece = texts[position : position + len(words)]
            if len(piece) < len(words):
                continue
            after = texts[position + len(words) : position + len(words) + 1]
            ends = piece[-1].endswith(":") or after in ([":"], ["(ghi"])
            if _is_label([part.rstrip(":,;") for part in piece], words) and (ends or len(words) > 2):
                bearers.setdefault(len(words), []).append(field)
    if not bearers:
        return None
    size = max(bearers)
    return tuple(dict.fromkeys(bearers[size])), size


def _is_label(texts: Sequence[str], words: Sequence[str]) -> bool:
    """Say whether words are a label's, but for slips of the engine; short ones differ by one letter at most.

    Labels share their ends: `hộ kinh doanh` must not pass for `vốn kinh doanh`.
    """
    near = fuzz.ratio(" ".join(texts), " ".join(words)) >= LABEL_NEARNESS
    return near and all(
        len(text) == len(word) and sum(a != b for a, b in zip(text, word, strict=True)) <= 1
        if len(word) < 4
        else fuzz.ratio(text, word) >= 60
        for text, word in zip(texts, words, strict=True)
    )


def _aside(words: Sequence[Word]) -> int:
    """Give how many words after a label are an aside in brackets, `(ghi bằng chữ in hoa):`."""
    if not words or not words[0].text.startswith("("):
        return 0
    closing = next((place for place, word in enumerate(words[:8]) if ")" in word.text), -1)
    return closing + 1


def _may_begin(row: Segment, position: int) -> bool:
    """A label begins a row, follows a list mark, or stands after a wide space."""
    if all(_LEAD.match(word.text) for word in row.words[:position]):
        return True
    before, here = row.words[position - 1], row.words[position]
    return here.box.left - before.box.right > 0.6 * here.box.height or here.text[:1].isupper()


def _reading(
    field: LabelledField, found: _Found, rows: Sequence[Segment], labels: Sequence[_Found], sheet: Sheet
) -> Reading:
    words = _value_words(field, found, rows, labels, sheet)
    if not words:
        return Reading(field.name, None, 0.0, sheet.number, rows[found.row].box, reasons.MISSING)
    shaped = shape(field, words)
    doubt = shaped.doubt or (reasons.AMBIGUOUS if _ends_in_colon(rows[found.row], words) else None)
    return Reading(field.name, shaped.value, words_sureness(shaped.words), sheet.number, around(words), doubt)


def _ends_in_colon(row: Segment, words: Sequence[Word]) -> bool:
    """Say whether a value was cut before a last word with a colon: a label without a value, or its own misread mark."""
    return len(row.words) > 1 and row.words[-1].text.endswith(":") and row.words[-1] not in words


def _value_words(
    field: LabelledField, found: _Found, rows: Sequence[Segment], labels: Sequence[_Found], sheet: Sheet
) -> list[Word]:
    """Give the words after a label, as far as the next one; where the value runs on, also those below in its column."""
    row = rows[found.row]
    beside = [other for other in labels if other.row == found.row]
    stop = min((other.start for other in beside if other.start >= found.end), default=None)
    words = _before_label([word for word in row.words[found.end : stop] if word.text != ":"])
    if not field.runs_on:
        return words
    is_first = found.start == min(other.start for other in beside)
    left = -math.inf if is_first else row.words[found.start].box.left - sheet.line_px
    right = math.inf if stop is None else row.words[stop].box.left - sheet.line_px / 2
    for number in range(found.row + 1, min(found.row + 3, len(rows))):
        inside = [word for word in rows[number].words if left < word.box.left < right]
        starts = {id(rows[number].words[other.start]) for other in labels if other.row == number}
        pitch = rows[number].middle - rows[number - 1].middle
        if not inside or _LEAD.match(inside[0].text) or pitch > (NEXT_ROW if words else NEXT_PARAGRAPH) * sheet.line_px:
            break
        if not words:
            words = _own_row(inside, starts)
            continue
        if any(":" in word.text or id(word) in starts for word in inside):
            break
        words += inside
    return words


def _own_row(inside: Sequence[Word], starts: set[int]) -> list[Word]:
    """Give a value that begins below its label: it ends where another label begins."""
    own = list(takewhile(lambda word: id(word) not in starts, inside))
    return _before_label(own)


def _before_label(words: list[Word]) -> list[Word]:
    """Give the words before a label nobody asked for: `20/04/1977 Giới tính: Nữ`."""
    colon = next((place for place, word in enumerate(words) if place and word.text.endswith(":")), None)
    if colon is None:
        return words
    start = next((place for place in range(colon, 0, -1) if words[place].text[:1].isupper()), 0)
    return words[:start] if start else words


def granted_on(kind: DocumentType, sheets: Sequence[Sheet]) -> Reading | None:
    """Give the date a certificate was granted on: that of its last registration row.

    Where a later row has no date that can be read, or the dates do not follow each other, a person decides.
    """
    keys = [accentless(label) for label in kind.date_labels]
    for sheet in sheets[:1]:
        rows = [row for row in join_rows(sheet.segments, sheet.line_px) if accentless(row.text).startswith(tuple(keys))]
        dated = [(row, value) for row in rows if (value := date_in(row.text)) is not None]
        if keys and dated:
            row, value = dated[-1]
            figures = [word for word in row.words if any(ch.isdigit() for ch in word.text)]
            values = [value for _, value in dated]
            doubt = None
            if any(word.kind is WordKind.HANDWRITING for row in rows for word in row.words):
                doubt = reasons.HANDWRITTEN
            elif row is not rows[-1] or values != sorted(values):
                doubt = reasons.AMBIGUOUS
            sure = words_sureness(figures)
            return Reading(FieldName.ISSUED_ON, value, sure, sheet.number, row.box, doubt)
    return None
