"""How values of labelled fields must look: figures, dates, amounts, numbers of persons and records, names, text.

Figures and names are taken as they stand or not at all.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from config.codes import parse_record_code
from config.errors import CodeError
from config.syllables import is_misspelled
from config.text import accentless, fold_space
from ocr.model import Word, WordKind
from pipeline.extract import reasons
from pipeline.extract.document_types import LabelledField
from pipeline.extract.sureness import is_open_name

_DATE = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
_WRITTEN_DATE = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}),? nam (\d{4})")
_PERSONAL = re.compile(r"(?<!\d)(?:\d{12}|\d{9})(?!\d)")
_AREA = re.compile(r"(\d{1,3}(?:[.,]\d{3})*(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?) ?m")
_ADDRESSES = {"ong", "ba", "ong/ba", "ong(ba", "anh", "chi"}
_SEXES = {"nam": "Nam", "nu": "Nữ"}


@dataclass(frozen=True, slots=True)
class Shaped:
    """A value in the shape its form wants, what stands against it, and the words it was read from."""

    value: str | None
    doubt: str | None
    words: Sequence[Word]


def shape(field: LabelledField, words: Sequence[Word]) -> Shaped:
    """Give the value of a field from its words."""
    if any(word.kind is WordKind.HANDWRITING for word in words):
        return Shaped(None, reasons.HANDWRITTEN, words)
    shaped = _FORMS[field.form](words)
    is_odd = field.pattern and shaped.value is not None and re.fullmatch(field.pattern, shaped.value) is None
    return replace(shaped, doubt=reasons.IMPLAUSIBLE) if is_odd and shaped.doubt is None else shaped


def date_in(text: str) -> str | None:
    """Give the date a text has, as ISO; None where it has none that can be."""
    found = _DATE.search(text) or _WRITTEN_DATE.search(accentless(text))
    if not found:
        return None
    day, month, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _text(words: Sequence[Word]) -> Shaped:
    return _written(words, is_name=False)


def _body(words: Sequence[Word]) -> Shaped:
    """An agency; what a form says further after a semicolon is left out."""
    end = next((place for place, word in enumerate(words, start=1) if word.text.endswith(";")), len(words))
    return _written(words[:end], is_name=False)


def _name(words: Sequence[Word]) -> Shaped:
    """A person's name, without how the person is addressed."""
    while len(words) > 1 and accentless(words[0].text).strip("(),:/") in _ADDRESSES:
        words = words[1:]
    while len(words) > 1 and not any(ch.isalnum() for ch in words[-1].text):
        words = words[:-1]
    return _written(words, is_name=True)


def _written(words: Sequence[Word], *, is_name: bool) -> Shaped:
    text = _joined(words)
    if any(is_misspelled(word.text) for word in words) or text.count("(") != text.count(")"):
        return Shaped(text, reasons.SPELLING, words)
    is_open = is_name and is_open_name(words)
    return Shaped(text or None, reasons.UNSURE if is_open else None, words)


def _sex(words: Sequence[Word]) -> Shaped:
    value = _SEXES.get(accentless(words[0].text).strip(".,;:"))
    return Shaped(value, None if value else reasons.INCOMPLETE, words[:1])


def _digits(words: Sequence[Word]) -> Shaped:
    """Figures alone."""
    text = _joined(words).replace(" ", "")
    is_whole = text.isdigit() and text.isascii()
    return Shaped(text, None if is_whole else reasons.INCOMPLETE, words)


def _count(words: Sequence[Word]) -> Shaped:
    """How many: the first figures, `01 (bộ)`, `05 ngày làm việc`."""
    figures = words[0].text.strip("(),.;:")
    is_whole = re.fullmatch(r"\d{1,4}", figures, re.ASCII) is not None
    return Shaped(figures if is_whole else None, None if is_whole else reasons.INCOMPLETE, words[:1])


def _date(words: Sequence[Word]) -> Shaped:
    """The first date; what stands before it, such as the hour, and after it is left out."""
    for end in range(1, len(words) + 1):
        value = date_in(_joined(words[:end]))
        if value:
            start = next(start for start in range(end - 1, -1, -1) if date_in(_joined(words[start:end])) == value)
            figures = [word for word in words[start:end] if any(ch.isdigit() for ch in word.text)]
            return Shaped(value, None, figures)
    return Shaped(None, reasons.INCOMPLETE, words)


def _area(words: Sequence[Word]) -> Shaped:
    """An area in square metres, whatever was read of the small 2: `236,5 m²`."""
    found = _AREA.match(_joined(words))
    if found is None:
        return Shaped(_joined(words) or None, reasons.INCOMPLETE, words)
    return Shaped(f"{found[1]} m²", None, words[:1])


def _money(words: Sequence[Word]) -> Shaped:
    """An amount in figures, `150.000.000 đồng`; what it is in words, in brackets, is left out."""
    figures = words[0].text
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})*", figures) is None or len(words) < 2 or accentless(words[1].text) != "dong":
        return Shaped(_joined(words) or None, reasons.INCOMPLETE, words[:1])
    return Shaped(f"{figures.replace(',', '.')} đồng", None, words[:1])


def _personal_id(words: Sequence[Word]) -> Shaped:
    """A number of 12 or 9 figures, whatever paper is named before it and whoever issued it."""
    for word in words:
        found = _PERSONAL.search(word.text)
        if found:
            return Shaped(found[0], None, [word])
    text = _joined(words).replace(" ", "")
    return Shaped(text if text.isdigit() and text.isascii() else None, reasons.INCOMPLETE, words)


def _record_code(words: Sequence[Word]) -> Shaped:
    text = _joined(words).replace(" ", "")
    try:
        value = str(parse_record_code(text))
    except CodeError:
        return Shaped(text or None, reasons.IMPLAUSIBLE, words)
    return Shaped(value, None, words)


def _joined(words: Sequence[Word]) -> str:
    return fold_space(" ".join(word.text for word in words)).strip(" :;,_|").removesuffix(".").strip()


_FORMS: Mapping[str, Callable[[Sequence[Word]], Shaped]] = {
    "text": _text,
    "name": _name,
    "body": _body,
    "sex": _sex,
    "digits": _digits,
    "count": _count,
    "date": _date,
    "money": _money,
    "area": _area,
    "personal_id": _personal_id,
    "record_code": _record_code,
}
