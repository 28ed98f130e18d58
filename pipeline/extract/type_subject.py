"""Tên loại and trích yếu: the centred title block, or `V/v …` under the number of a công văn."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import median

from config.syllables import is_misspelled
from config.text import accentless, fold_space
from ocr.model import Word, WordKind
from ocr.second.weigh import REASON as SECOND_OPINION
from pipeline.extract import reasons
from pipeline.extract.document_types import DocumentType, TypeBook
from pipeline.extract.model import FieldName, Reading
from pipeline.extract.segments import Segment, Sheet, around, join_rows
from pipeline.extract.sureness import Echo, are_disputed, is_known_pair, word_sureness, words_sureness
from pipeline.extract.vocabulary import all_spellings, best_match
from pipeline.extract.zones import Heading, is_number_row

LEAST_SURE = 0.45
"""A word less sure counts as not read, whatever vouches for it."""
LEAST_MARK_CONFIDENCE = 0.85
"""Below this a mark that the engine alone read may be a speck: what vouches for letters does not vouch for marks."""
MARKS = ",;:"
DASHES = frozenset("-–")
BEFORE_NONE = ".,;:"
MOST_ROWS = 12
WIDEST_PITCH = 1.55
"""Lines of one abstract stand closer than this, in usual line pitches; the body begins after a wider gap."""

_ENDS = re.compile(
    r"^(kinh g\w{2,3}|can cu|dieu \d|chuong [ivx\d]|phan (thu|[ivx])|theo de nghi|xet |thuc hien |[ivx]+\.|1\.|so:"
    r"|bo truong |chu tich |giam doc |uy ban nhan dan |hoi dong nhan dan |thu tuong |quoc hoi |chinh phu$)"
)
_OFFICIAL_LETTER = re.compile(r"^v\W?/?\W?[vijl]?\W*$|^vv$|^vw$|^viv$|^v/y$")
_YEARS = re.compile(r"\b(19|20)\d\d[ –-](19|20)\d\d\b")
_ABOUT = re.compile(r"^ve viec\b")


@dataclass(frozen=True, slots=True)
class Title:
    """The title block: the document type, the rows that name it as one, and the title as it is spelled."""

    kind: DocumentType
    row: Segment
    text: str


def read_type_subject(heading: Heading, echo: Echo, types: TypeBook) -> tuple[Title | None, tuple[Reading, ...]]:
    """Read type and abstract below the heading, or the abstract of a công văn inside it."""
    title = find_title(heading, types)
    if title is not None:
        sure = max(words_sureness(title.row.words), 0.98)
        reading = Reading(FieldName.TYPE_NAME, title.text, sure, title.row.page, title.row.box)
        if FieldName.SUBJECT in title.kind.not_asked:
            # Certificates have no abstract: their title says it all.
            return title, (reading,)
        return title, (reading, _subject(_title_rows(heading, title), heading.sheet, echo, title))
    letter = _letter_rows(heading)
    if letter:
        return None, (_subject(letter, heading.sheet, echo, None),)
    missing = Reading(FieldName.SUBJECT, None, 0.0, heading.sheet.number, doubt=reasons.MISSING)
    return None, (Reading(FieldName.TYPE_NAME, None, 0.0, heading.sheet.number, doubt=reasons.MISSING), missing)


def find_title(heading: Heading, types: TypeBook) -> Title | None:
    """Find the rows that are a document type in capitals, centred, below number and date."""
    floor, width = _heading_floor(heading), heading.sheet.width
    rows = [s for s in heading.below if floor < s.middle < 0.55 * heading.sheet.height]
    centred = [row for row in rows if 0.25 < row.centre / width < 0.75]
    titles = _titles(types)
    for position in range(len(centred)):
        # The longest title wins: GIẤY CHỨNG NHẬN / ĐĂNG KÝ HỘ KINH DOANH stands on two rows.
        for size in (3, 2, 1):
            title = _title_of(centred[position : position + size], titles, heading.sheet.line_px)
            if title is not None:
                return title
    return None


@lru_cache(maxsize=8)
def _titles(types: TypeBook) -> dict[str, DocumentType]:
    return {spelling: kind for kind in types.types for spelling in all_spellings(kind.titles)}


def _title_of(rows: Sequence[Segment], titles: dict[str, DocumentType], line_px: float) -> Title | None:
    """Give the type that rows name: all of their words, but for dirt."""
    if not rows:
        return None
    # A title may be set larger than the text.
    pitch = 2.2 * max(line_px, median(row.bottom - row.top for row in rows))
    if rows[-1].middle - rows[0].middle > pitch * (len(rows) - 1) + 1:
        return None
    words = [word for row in rows for word in row.words if len(word.text) > 1 and word.text[:1].isalpha()]
    if any(row.words[0].text.startswith("(") for row in rows):
        return None
    if not words or len(words) > 20 or not all(word.text.isupper() for word in words):
        return None
    match = best_match(" ".join(word.text for word in words).rstrip(":."), titles)
    if match is None:
        return None
    row = Segment(rows[0].page, tuple(words), rows[0].top, rows[-1].bottom)
    return Title(titles[match.value], row, match.value)


def _heading_floor(heading: Heading) -> float:
    """Give the height below which the title may stand: under the motto, and under the number where it is known."""
    rows = [row.middle for row in heading.right[:2]]
    rows += [row.middle for row in heading.left if is_number_row(row)][:1]
    return max(rows, default=0.0) - 0.3 * heading.sheet.line_px


def _title_rows(heading: Heading, title: Title) -> list[Segment]:
    """Give the rows of the abstract below a title: centred, close together, until the body begins."""
    sheet = heading.sheet
    below = [s for s in heading.below if s.middle > title.row.bottom]
    rows = [clean for row in join_rows(below, sheet.line_px) if (clean := _without_dirt(row)) is not None]
    taken: list[Segment] = []
    for row in rows:
        if _ENDS.match(accentless(row.text)) or len(taken) >= MOST_ROWS:
            break
        before = taken[-1] if taken else title.row
        gap = row.middle - before.middle
        if taken and gap > _widest_gap(taken, sheet) and not _continues(row, gap, sheet):
            break
        if not taken and gap > 4.5 * sheet.line_px:
            break
        if row.left < 0.05 * sheet.width:
            continue
        taken.append(row)
    return taken


def _widest_gap(taken: Sequence[Segment], sheet: Sheet) -> float:
    pitches = [b.middle - a.middle for a, b in pairwise(taken)]
    pitch = median(pitches) if pitches else 1.5 * sheet.line_px
    return WIDEST_PITCH * pitch if pitches else 1.75 * sheet.line_px


def _continues(row: Segment, gap: float, sheet: Sheet) -> bool:
    """Say whether a row a little further down goes on in the middle of a sentence, centred as the abstract is."""
    goes_on = row.words[0].text[:1].islower() or row.words[0].text[:1] in "-–" or row.words[0].text[:1].isdigit()
    is_short = row.left > 0.2 * sheet.width and row.right < 0.85 * sheet.width
    return goes_on and is_short and gap < 2.4 * sheet.line_px


def _without_dirt(row: Segment) -> Segment | None:
    """Drop specks, rules and marks at the edges of a row."""
    words = [word for word in row.words if word.kind is not WordKind.STAMP]
    while words and _is_dirt(words[0]) and not _spans_years(words):
        words.pop(0)
    while words and _is_dirt(words[-1]) and words[-1].text not in {"-", "–"}:
        words.pop()
    return Segment(row.page, tuple(words), row.top, row.bottom) if words else None


def _spans_years(words: Sequence[Word]) -> bool:
    """Say whether words begin with the dash of a period whose first year ended the row above."""
    return len(words) > 1 and words[0].text in {"-", "–"} and words[1].text[:1].isdigit()


def _is_dirt(word: Word) -> bool:
    return not any(ch.isalnum() for ch in word.text) or (len(word.text) == 1 and word_sureness(word) < 0.6)


def _letter_rows(heading: Heading) -> list[Segment]:
    """Give the rows of `V/v …` below the number in the left column."""
    numbers = [position for position, row in enumerate(heading.left) if is_number_row(row)]
    if not numbers:
        return []
    rows = [row for row in heading.left[numbers[0] + 1 :] if _without_dirt(row)]
    start = next((position for position, row in enumerate(rows) if _begins_letter(row)), None)
    if start is None:
        return []
    taken = [rows[start]]
    for row in rows[start + 1 :]:
        gap = row.middle - taken[-1].middle
        if gap > _widest_gap(taken, heading.sheet) or _ENDS.match(accentless(row.text)):
            break
        taken.append(row)
    return taken


def _begins_letter(row: Segment) -> bool:
    first = accentless(row.words[0].text)
    return bool(_OFFICIAL_LETTER.match(first)) or first.startswith("v/v") or bool(_ABOUT.match(accentless(row.text)))


def _subject(rows: Sequence[Segment], sheet: Sheet, echo: Echo, title: Title | None) -> Reading:
    if not rows:
        return Reading(FieldName.SUBJECT, None, 0.0, sheet.number, doubt=reasons.MISSING)
    words = [word for row in rows for word in row.words]
    texts, free = _open(words, is_letter=title is None)
    # No abstract begins with a mark; inside it none stands against the front of a word.
    value = fold_space(" ".join(texts)).strip(" _|`'").lstrip(BEFORE_NONE)
    doubt = _subject_doubt(free, rows, echo) or _crossed(rows, sheet)
    if doubt is None and any(len(text) > 1 and text[0] in BEFORE_NONE for text in texts[1:]):
        doubt = reasons.UNSURE
    return Reading(FieldName.SUBJECT, value, words_sureness(free, echo), sheet.number, around(words), doubt)


def _open(words: list[Word], *, is_letter: bool) -> tuple[list[str], list[Word]]:
    """Give the texts with the fixed opening written as it is always written, and the words that are not fixed."""
    texts = [word.text for word in words]
    if is_letter and _OFFICIAL_LETTER.match(accentless(texts[0])):
        return ["V/v", *texts[1:]], words[1:]
    if _ABOUT.match(accentless(" ".join(texts[:2])).lstrip(" '`\"‘“.,")):
        return ["Về", "việc", *texts[2:]], words[2:]
    return texts, words


def _crossed(rows: Sequence[Segment], sheet: Sheet) -> str | None:
    return reasons.OVER_STAMP if any(sheet.is_crossed(row) for row in rows) else None


SAME_SHAPE = "COSUVWXZ"
HANGING = frozenset(
    # Fields of words read better than a list of fifty quoted ones.
    re.findall(
        r"\S+",
        """
trên dưới của và về cho tại theo các những với từ đến trong do bằng để đối nhằm vào giữa hoặc cùng là bị được - –
số quý tháng năm ngày khóa khoản điều điểm chương lần thứ kỳ xã phường huyện tỉnh quận
""",
    )
)
"""Words no abstract ends in: what follows them (a numeral, a name) was not read."""
CLOSED = frozenset({"cấp", "bàn", "các", "hằng", "hàng", "mỗi", "định", "học"})
"""After these such a word may end: `trên địa bàn tỉnh`, `hằng năm`."""
_OPEN_PERIOD = re.compile(r"giai đoạn (19|20)\d\d$")
"""A period whose second year was not read."""


def _subject_doubt(words: Sequence[Word], rows: Sequence[Segment], echo: Echo) -> str | None:
    """Say what stands against an abstract, or None."""
    if any(word.kind is WordKind.HANDWRITING or _may_be_unread(word) for word in words):
        return reasons.UNSURE
    if _YEARS.search(" ".join(word.text for word in words)):
        # 2021 - 2025 without its dash, or with the spaces around it lost.
        return reasons.INCOMPLETE
    if any(is_misspelled(word.text) for word in words):
        return reasons.SPELLING
    grown = (
        one.text.islower() and _only_grew(other.text) and is_known_pair(one.text, other.text.lower())
        for one, other in pairwise(words)
    )
    if any(grown):
        return reasons.SPELLING
    if are_disputed(words, echo):
        return reasons.AMBIGUOUS
    # A capital makes a name of it: thôn Mẫu Dưới.
    last = [word.text.strip(".,;:") for word in words[-2:]]
    hangs = not last or (last[-1] in HANGING and last[0] not in CLOSED)
    hangs = hangs or bool(_OPEN_PERIOD.search(" ".join(word.text for word in words[-4:])))
    return reasons.ENDS_UNCLEAR if hangs or len(rows) >= MOST_ROWS else None


def _may_be_unread(word: Word) -> bool:
    """Say whether a word counts as not read, or the mark it ends with may be a speck."""
    mark = word.text[-1]
    if mark in MARKS and word.second is not None and word.second[-1:] != mark:
        # Of 40 such marks on pages with truth 19 were not there, of 1411 that both recognizers read 5.
        return True
    is_engines = word.reason != SECOND_OPINION
    if (mark in MARKS or word.text in DASHES) and is_engines and word.confidence < LEAST_MARK_CONFIDENCE:
        return True
    return word_sureness(word) < LEAST_SURE


def _only_grew(text: str) -> bool:
    """Say whether a word differs from small letters by a first letter whose two forms have one shape: v and V."""
    return text[:1] in SAME_SHAPE and text[1:].islower()
