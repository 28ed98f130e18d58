"""Results of one-stop procedures: the fields of a printed form, each after its label.

Labels are data (config/reference/result_documents.toml). A value runs to the next label or the end of its row, and
over further rows where the data says so. Figures and names are taken as they stand or not at all.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from config.text import accentless, fold_space
from ocr.model import Word, WordKind
from pipeline.extract import reasons
from pipeline.extract.model import FieldName, Reading
from pipeline.extract.reference import LabelledField, ResultForm, result_forms
from pipeline.extract.segments import Segment, Sheet, around, join_rows
from pipeline.extract.sureness import is_open_name, words_sureness
from pipeline.extract.syllables import is_misspelled

LABEL_NEARNESS = 88
LEAST_FIGURE_CONFIDENCE = 0.90

_LEAD = re.compile(r"^(\d{1,2}(\.\d{1,2})?[.)]|[a-zđ][.)]|[-–+*•]+)$")
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_WRITTEN_DATE = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})")


@dataclass(frozen=True, slots=True)
class _Found:
    """A label on the page: the field, its row, and how many words lead, belong to the label and follow."""

    field: LabelledField
    row: int
    start: int
    end: int


def form_of(key: str) -> ResultForm | None:
    """Give the form of a document type, if it is a result of a procedure."""
    return next((form for form in result_forms() if form.kind.key == key), None)


def read_result(form: ResultForm, sheets: Sequence[Sheet]) -> tuple[Reading, ...]:
    """Read the labelled fields of a form; the first page that has a label gives its value."""
    readings: dict[str, Reading] = {}
    for sheet in sheets:
        rows = join_rows(sheet.segments, sheet.line_px)
        labels = _labels(form, rows)
        for found in labels:
            if found.field.name not in readings:
                readings[found.field.name] = _reading(found, rows, labels, sheet)
    wanted = [field.name for field in form.fields]
    return tuple(readings[name] for name in wanted if name in readings)


def _labels(form: ResultForm, rows: Sequence[Segment]) -> list[_Found]:
    """Find labels: the longest that fits at each place of a row."""
    found: list[_Found] = []
    for number, row in enumerate(rows):
        texts = [accentless(word.text) for word in row.words]
        position = 0
        while position < len(texts):
            hit = _label_at(form, texts, position)
            if hit is None or not _may_begin(row, position):
                position += 1
                continue
            field, size = hit
            size += _aside(row.words[position + size :])
            found.append(_Found(field, number, position, position + size))
            position += size
    return found


def _label_at(form: ResultForm, texts: Sequence[str], position: int) -> tuple[LabelledField, int] | None:
    best: tuple[int, LabelledField] | None = None
    for field in form.fields:
        for label in field.labels:
            words = accentless(label).split()
            piece = texts[position : position + len(words)]
            if len(piece) < len(words) or (best is not None and best[0] >= len(words)):
                continue
            after = texts[position + len(words) : position + len(words) + 1]
            ends = piece[-1].endswith(":") or after in ([":"], ["(ghi"])
            if _is_label([part.rstrip(":,;") for part in piece], words) and (ends or len(words) > 2):
                best = (len(words), field)
    return (best[1], best[0]) if best else None


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


def _reading(found: _Found, rows: Sequence[Segment], labels: Sequence[_Found], sheet: Sheet) -> Reading:
    words = _value_words(found, rows, labels, sheet)
    if not words:
        return Reading(found.field.name, None, 0.0, sheet.number, rows[found.row].box, reasons.MISSING)
    value, doubt = _shaped(found.field.form, words)
    # An amount in figures is read by its figures.
    counted = words[:1] if found.field.form == "money" else words
    return Reading(found.field.name, value, words_sureness(counted), sheet.number, around(words), doubt)


def _value_words(found: _Found, rows: Sequence[Segment], labels: Sequence[_Found], sheet: Sheet) -> list[Word]:
    row = rows[found.row]
    stop = min((other.start for other in labels if other.row == found.row and other.start >= found.end), default=None)
    words = _before_label([word for word in row.words[found.end : stop] if word.text != ":"])
    if not found.field.runs_on or stop is not None:
        return words
    labelled = {other.row for other in labels}
    for number in range(found.row + 1, min(found.row + 3, len(rows))):
        after = rows[number]
        is_next = after.middle - rows[number - 1].middle < 1.9 * sheet.line_px
        if number in labelled or not is_next or _LEAD.match(after.words[0].text) or ":" in after.text:
            break
        words += after.words
    return words


def _before_label(words: list[Word]) -> list[Word]:
    """Give the words before a label nobody asked for: `20/04/1977 Giới tính: Nữ`."""
    colon = next((place for place, word in enumerate(words) if place and word.text.endswith(":")), None)
    if colon is None:
        return words
    start = next((place for place in range(colon, 0, -1) if words[place].text[:1].isupper()), 0)
    return words[:start] if start else words


def _shaped(form: str, words: Sequence[Word]) -> tuple[str | None, str | None]:
    """Give the value in the shape its form wants, and what stands against it."""
    text = fold_space(" ".join(word.text for word in words)).strip(" :;,_|").removesuffix(".").strip()
    if any(word.kind is WordKind.HANDWRITING for word in words):
        return None, reasons.HANDWRITTEN
    least = min(word.confidence for word in words)
    if form == "date":
        return _date(text), None if _date(text) and least >= LEAST_FIGURE_CONFIDENCE else reasons.INCOMPLETE
    if form == "money":
        return _amount(words)
    if form == "digits":
        return _digits(text.replace(" ", ""), least)
    if any(is_misspelled(word.text) for word in words) or text.count("(") != text.count(")"):
        return text, reasons.SPELLING
    is_sure = least >= 0.85 and not (form == "name" and is_open_name(words))
    return text or None, None if is_sure else reasons.UNSURE


def _digits(text: str, least: float) -> tuple[str, str | None]:
    """Give a value that must be figures alone."""
    if not (text.isdigit() and text.isascii()):
        return text, reasons.INCOMPLETE
    return text, None if least >= LEAST_FIGURE_CONFIDENCE else reasons.UNSURE


def _amount(words: Sequence[Word]) -> tuple[str | None, str | None]:
    """Give an amount in figures, `150.000.000 đồng`; what it is in words, in brackets, is left out."""
    figures = words[0].text
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})*", figures) is None or len(words) < 2 or accentless(words[1].text) != "dong":
        return fold_space(" ".join(word.text for word in words)) or None, reasons.INCOMPLETE
    doubt = None if words[0].confidence >= LEAST_FIGURE_CONFIDENCE else reasons.UNSURE
    return f"{figures.replace(',', '.')} đồng", doubt


def _date(text: str) -> str | None:
    found = _DATE.search(text) or _WRITTEN_DATE.search(accentless(text))
    if not found:
        return None
    day, month, year = (int(part) for part in found.groups())
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= day <= 31 and 1 <= month <= 12 else None


def granted_on(form: ResultForm, sheets: Sequence[Sheet]) -> Reading | None:
    """Give the date a certificate was granted on: that of its last registration row.

    Where a later row has no date that can be read, or the dates do not follow each other, a person decides.
    """
    keys = [accentless(label) for label in form.date_labels]
    for sheet in sheets[:1]:
        rows = [row for row in join_rows(sheet.segments, sheet.line_px) if accentless(row.text).startswith(tuple(keys))]
        dated = [(row, value) for row in rows if (value := _date(row.text)) is not None]
        if keys and dated:
            row, value = dated[-1]
            figures = [word for word in row.words if any(ch.isdigit() for ch in word.text)]
            values = [value for _, value in dated]
            doubt = None
            if any(word.kind is WordKind.HANDWRITING for row in rows for word in row.words):
                doubt = reasons.HANDWRITTEN
            elif row is not rows[-1] or values != sorted(values):
                doubt = reasons.AMBIGUOUS
            elif min(word.confidence for word in figures) < LEAST_FIGURE_CONFIDENCE:
                doubt = reasons.UNSURE
            sure = words_sureness(figures)
            return Reading(FieldName.ISSUED_ON, value, sure, sheet.number, row.box, doubt)
    return None
