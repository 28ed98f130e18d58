"""Secrecy marks: Mật, Tối mật, Tuyệt mật, stamped or printed by themselves in capitals at the head of a page.

A mark that is missed would be kept and spread; one seen where there is none costs a person a look. So a clear mark is
certain, and whatever might be one is suspected. Running text about secrecy ("bí mật nhà nước", "MẶT BẰNG") is neither.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from rapidfuzz import fuzz

from config.text import accentless
from ocr.model import Box, PageText, Word, WordKind
from pipeline.extract.reference import load_table
from pipeline.extract.segments import Segment, Sheet, cut_page

HEAD_SHARE = 0.45
"""Marks stand in the upper part of a page."""
LOOKALIKES = frozenset({"mat", "wat", "ma1", "mal", "mai", "hat", "nat", "m4t"})
"""What the engine makes of a faint stamp MẬT, without accents; believed only of a stamp, never of print."""


@dataclass(frozen=True, slots=True)
class SecrecyMark:
    """A secrecy mark: its grade, the page, and whether it is certain or merely suspected."""

    grade: str
    page: int
    is_certain: bool


@dataclass(frozen=True, slots=True)
class _Marks:
    grades: tuple[tuple[str, str], ...]
    companions: tuple[str, ...]
    labels: tuple[str, ...]
    before: frozenset[str]
    after: frozenset[str]


def find_secrecy_marks(pages: Sequence[PageText]) -> tuple[SecrecyMark, ...]:
    """Give each mark of all pages once, the gravest first: certain before suspected, then the higher grade."""
    order = [name for name, _ in _marks().grades]
    found = {mark for page in pages for mark in _marks_on(page)}
    return tuple(sorted(found, key=lambda mark: (not mark.is_certain, order.index(mark.grade), mark.page)))


def _marks_on(page: PageText) -> Iterable[SecrecyMark]:
    sheet = cut_page(replace(page, words=tuple(replace(word, kind=WordKind.PRINT) for word in page.words)))
    stamps = frozenset(word.box for word in page.words if word.kind is WordKind.STAMP)
    for segment in sheet.segments:
        mark = _mark_of(segment, sheet, stamps)
        if mark is not None:
            yield mark
    if page.traces:
        # Whatever was stamped there: that it cannot be read does not make it harmless.
        yield SecrecyMark(_marks().grades[-1][0], page.number, is_certain=False)


def _mark_of(segment: Segment, sheet: Sheet, stamps: frozenset[Box]) -> SecrecyMark | None:
    """Judge one run of words."""
    stamped = any(word.box in stamps for word in segment.words)
    words = _joined([word for word in segment.words if any(ch.isalpha() for ch in word.text)])
    if stamped and any(len(text) > 1 for text in words) and _grade_of(_key(words)) is None:
        # Single letters beside a stamp's words are strokes of its frame, unless they complete the mark: M ẬT.
        words = [text for text in words if len(text) > 1]
    in_head = segment.middle < HEAD_SHARE * sheet.height
    key = _key(words)
    if not key:
        return None
    grade = _grade_of(key)
    if grade is not None:
        return _standing_alone(grade, words, segment, sheet, is_head=in_head)
    companion = _companion_grade(key, segment)
    if companion is not None:
        return SecrecyMark(companion, sheet.number, is_certain=False)
    if in_head and stamped and _is_lookalike(words):
        return SecrecyMark("Mật", sheet.number, is_certain=False)
    if in_head and _among_others(words):
        return SecrecyMark("Mật", sheet.number, is_certain=False)
    return None


def _standing_alone(
    grade: str, words: Sequence[str], segment: Segment, sheet: Sheet, *, is_head: bool
) -> SecrecyMark | None:
    """Judge a run that is a mark and nothing else: capitals at the head are certain when their accents fit."""
    is_capital = all(text.isupper() for text in words)
    mark = dict(_marks().grades)[grade]
    double = " " in mark
    if not is_capital and not (is_head and words[0][:1].isupper()):
        return None
    if not is_head and not double:
        return None
    if not double and _goes_on_below(segment, sheet):
        return None
    spelled = "MẬT" in [text.strip(".,:;!") for text in words]
    certain = is_capital and is_head and (spelled or double)
    return SecrecyMark(grade, sheet.number, is_certain=certain)


def _is_lookalike(words: Sequence[str]) -> bool:
    """Say whether a stamp's last word may be MẬT: alone, or in capitals after what was read of TỐI or TUYỆT."""
    return accentless(words[-1]) in LOOKALIKES and (len(words) == 1 or (len(words) == 2 and words[-1].isupper()))


def _key(words: Sequence[str]) -> str:
    return " ".join(accentless(text) for text in words)


def _grade_of(key: str) -> str | None:
    """Give the grade a run of words spells, through the engine's slips."""
    letters = "".join(ch for ch in key if ch.isalnum())
    for name, mark in _marks().grades:
        wanted = accentless(mark).replace(" ", "")
        if letters == wanted or (len(wanted) > 3 and fuzz.ratio(letters, wanted) >= 84):
            return name
    return None


def _companion_grade(key: str, segment: Segment) -> str | None:
    """Give the grade a companion stamp or the form field `Độ mật: …` points to."""
    if any(fuzz.ratio(key, accentless(mark)) >= 88 for mark in _marks().companions) and segment.text.isupper():
        return "Mật"
    head, colon, rest = segment.text.partition(":")
    if colon and accentless(head).strip(" -*") in {accentless(label) for label in _marks().labels}:
        return _grade_of(accentless(rest).strip(" .;,"))
    return None


def _among_others(words: Sequence[str]) -> bool:
    """Say whether a capital MẬT stands among words it does not belong to, as a stamp read into a line does."""
    known = _marks()
    for position, text in enumerate(words):
        if text.strip(".,:;!|") != "MẬT":
            continue
        before = accentless(words[position - 1]) if position else ""
        after = accentless(words[position + 1]).strip(".,:;") if position + 1 < len(words) else ""
        others = [other for place, other in enumerate(words) if place != position]
        if before not in known.before and after not in known.after and not all(other.isupper() for other in others):
            return True
    return False


def _goes_on_below(segment: Segment, sheet: Sheet) -> bool:
    """Say whether a narrow column breaks MẶT / BẰNG over two rows."""
    for other in sheet.segments:
        below = 0 < other.middle - segment.middle < 2 * sheet.line_px
        if below and other.left < segment.right and other.right > segment.left:
            first = accentless(other.words[0].text).strip(".,:;")
            if first in _marks().after and other.words[0].text.isupper():
                return True
    return False


def _joined(words: Sequence[Word]) -> list[str]:
    """Give the words' texts with letters that were set apart (M Ậ T) joined."""
    texts: list[str] = []
    run = ""
    for word in words:
        text = word.text.strip("|_*'\"`~.,:;!()[]{}<>-–—")
        if len(text) == 1:
            run += text
            continue
        texts += [part for part in (run, text) if part]
        run = ""
    return [*texts, run] if run else texts


@cache
def _marks() -> _Marks:
    table = load_table("secrecy_marks.toml")
    running, companions = table["running"], table["companions"]
    return _Marks(
        grades=tuple((row["name"], row["mark"]) for row in table["grade"]),
        companions=tuple(companions["marks"]),
        labels=tuple(companions["labels"]),
        before=frozenset(accentless(word) for word in running["before"]),
        after=frozenset(accentless(word) for word in running["after"]),
    )
