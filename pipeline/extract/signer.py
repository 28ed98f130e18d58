"""Quyền ký, chức vụ, người ký: the signature block at the lower right, on whichever page it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from config.syllables import is_misspelled
from config.text import accentless, fold_space
from ocr.model import Word, WordKind
from pipeline.extract import reasons
from pipeline.extract.model import ExtractContext, FieldName, Reading
from pipeline.extract.reference import bodies, family_names, titles
from pipeline.extract.rule_book import broken, kept
from pipeline.extract.segments import Segment, Sheet, around, join_rows
from pipeline.extract.sureness import is_open_name, word_sureness, words_sureness
from pipeline.extract.vocabulary import Match, all_spellings, best_match

RIGHT_HALF = 0.42
OFF_AXIS = 0.55
"""Rows of a block are centred on one axis; a lost word moves a row by half its width, in line heights."""
WIDEST_PITCH = 2.4
"""Rows of titles stand at most so many line heights apart."""
NAME_REACH = 0.17
"""The name stands at most this share of the page height below the last title."""


@dataclass(frozen=True, slots=True)
class TitleRow:
    """One row of capitals above the signature: its text as settled, its mark of authority, how it was matched.

    `is_settled`: a part of it was read, and only this it can be (signer_settling.py).
    """

    row: Segment
    text: str
    authority: str | None
    is_listed: bool
    is_settled: bool = False

    @property
    def centre(self) -> float:
        """Give the middle of the row as it is printed: of one whose end was read, by the width of what was read."""
        read = max(1, len(self.row.text))
        whole = (self.row.right - self.row.left) * len(self.text) / read
        return self.row.right - whole / 2 if self.is_settled else self.row.centre


@dataclass(frozen=True, slots=True)
class Block:
    """A signature block: its rows of titles and, below, the name."""

    sheet: Sheet
    rows: tuple[TitleRow, ...]
    name: Segment | None
    is_cut: bool = False
    """Scraps of letters stand against the name: a word of it was not read."""
    has_unread_top: bool = False
    """Capitals just above the first row that were not read as a title: perhaps a mark of authority."""


def find_block(sheets: Sequence[Sheet], context: ExtractContext) -> Block | None:
    """Find the document's own signature block: the first page that has one with a name, else any."""
    blocks = [block for sheet in sheets if (block := _block_on(sheet, context)) is not None]
    return next((block for block in blocks if block.name is not None), blocks[0] if blocks else None)


def read_signer(block: Block | None, page: int) -> tuple[Reading, ...]:
    """Read authority, title and name from a signature block."""
    if block is None:
        names = (FieldName.SIGNER_TITLE, FieldName.SIGNER_NAME)
        return tuple(Reading(name, None, 0.0, page, doubt=reasons.MISSING) for name in names)
    readings = []
    marked = [row for row in block.rows if row.authority]
    if marked:
        readings.append(_titles_reading(FieldName.AUTHORITY, marked, block))
    own = [row for row in block.rows if not row.authority]
    if own:
        readings.append(_titles_reading(FieldName.SIGNER_TITLE, own[-1:], block))
    else:
        readings.append(Reading(FieldName.SIGNER_TITLE, None, 0.0, block.sheet.number, doubt=reasons.MISSING))
    readings.append(_name_reading(block))
    return tuple(readings)


def _block_on(sheet: Sheet, context: ExtractContext) -> Block | None:
    right = [s for s in sheet.segments if s.left > RIGHT_HALF * sheet.width or s.centre > 0.55 * sheet.width]
    rows = join_rows(right, sheet.line_px)
    start = skipped = None
    taken: list[TitleRow] = []
    for row in rows:
        title = _title_row(row, context)
        if title is None or (title.authority is None and not title.is_listed and not taken):
            if taken and row.middle - taken[-1].row.middle > 4 * sheet.line_px:
                break
            skipped = row if title is not None and start is None else skipped
            continue
        if taken and row.middle - taken[-1].row.middle > 4 * sheet.line_px:
            break
        if row.middle < 0.12 * sheet.height and title.authority is None:
            continue
        start = row if start is None else start
        taken.append(title)
    if not taken or start is None:
        return None
    unread = skipped is not None and start.middle - skipped.middle < 4 * sheet.line_px
    found = _name_below(rows, taken, sheet)
    if found is None:
        return Block(sheet, tuple(taken), None, has_unread_top=unread)
    name = Segment(found.page, _name_words(found), found.top, found.bottom)
    return Block(sheet, tuple(taken), name, is_cut=_is_cut(found, name), has_unread_top=unread)


def _title_row(row: Segment, context: ExtractContext) -> TitleRow | None:
    """Give what a row of capitals says: a mark of authority with the one signed for, or a title."""
    # Marks before a word of a title are dirt: of a seal, of the line under a heading.
    words = [replace(word, text=bare) for word in row.words if (bare := word.text[_first_letter(word.text) :])]
    letters = [ch for word in words for ch in word.text if ch.isalpha()]
    if len(letters) < 4 or sum(ch.isupper() for ch in letters) < 0.85 * len(letters) or len(words) > 12:
        return None
    row = Segment(row.page, tuple(_without_scraps(words)), row.top, row.bottom)
    words = list(row.words)
    authority = _authority(words[0].text)
    if authority is None:
        match = best_match(row.text, titles().deputy_of)
        return TitleRow(row, match.value if match else row.text, None, match is not None and match.nearness > 0.93)
    rest = fold_space(" ".join([_after_mark(words[0].text), *(word.text for word in words[1:])]))
    match = _signed_for(rest, context)
    listed = match is not None and match.nearness > 0.93 and not match.is_tied
    return TitleRow(row, f"{authority} {match.value if match else rest}", authority, listed)


def _first_letter(text: str) -> int:
    return next((place for place, ch in enumerate(text) if ch.isalpha()), len(text))


def _without_scraps(words: Sequence[Word]) -> Sequence[Word]:
    """Drop single letters at the edges that a seal or signature left; whether a word is lost there, the axis tells."""
    kept = list(words)
    while len(kept) > 1 and len(kept[0].text.strip(".,")) == 1 and kept[0].text[:1].upper() != "Q":
        kept.pop(0)
    while len(kept) > 1 and len(kept[-1].text.strip(".,")) == 1:
        kept.pop()
    return kept


def _authority(word: str) -> str | None:
    """Give the mark of authority a word begins with; a bare Q without its dot is no mark."""
    head, dot, _ = word.replace(",", ".").partition(".")
    marks = {mark.rstrip("."): mark for mark in titles().authorities}
    return marks.get(head.upper()) if dot or head.upper() != "Q" else None


def _after_mark(word: str) -> str:
    return word.replace(",", ".").partition(".")[2]


def _signed_for(text: str, context: ExtractContext) -> Match | None:
    """Match the title or body signed for."""
    own = [agency.name.upper() for agency in context.agencies]
    names = [*titles().deputy_of, *all_spellings([*bodies().composed, *bodies().symbols, *own])]
    return best_match(text, names)


def _name_below(rows: Sequence[Segment], taken: Sequence[TitleRow], sheet: Sheet) -> Segment | None:
    """Give the row below the titles that is written as a person's name."""
    last = taken[-1].row
    centre = last.centre
    for row in rows:
        depth = row.middle - last.middle
        if not 0.8 * sheet.line_px < depth < NAME_REACH * sheet.height:
            continue
        words = _name_words(row)
        if words and abs(around(words).left / 2 + around(words).right / 2 - centre) < 0.14 * sheet.width:
            return row
    return None


def _is_cut(row: Segment, name: Segment) -> bool:
    """Say whether letters that are no part of a name stand against it in its row."""
    reach = name.bottom - name.top
    scraps = [word for word in row.words if word not in name.words and any(ch.isalpha() for ch in word.text)]
    return any(word.box.right > name.left - reach and word.box.left < name.right + reach for word in scraps)


def _name_words(row: Segment) -> tuple[Word, ...]:
    """Give the words of a row when they read as a name: two to six, each with a capital and small letters.

    What is left of a first word under a seal may stand before them.
    """
    words = tuple(word for word in row.words if any(ch.isalpha() for ch in word.text) and len(word.text) > 1)
    own = words[1:] if words and not _is_written_as_name(words[0]) else words
    return own if all(map(_is_written_as_name, own)) and 2 <= len(own) <= 6 else ()


def _is_written_as_name(word: Word) -> bool:
    return word.text[0].isupper() and word.text[1:].islower() and word.text.isalpha()


def _off_centre(row: Segment, block: Block) -> bool:
    """Say whether a row stands off the axis the block is centred on: a word at its edge was not read."""
    named = [(block.name, block.name.centre)] if block.name and not block.is_cut else []
    listed = [(title.row, title.centre) for title in block.rows if title.is_listed and not title.is_settled]
    if not listed:
        listed = [(title.row, title.centre) for title in block.rows if title.is_settled]
    others = [centre for other, centre in [*listed, *named] if other is not row]
    return bool(others) and abs(row.centre - median(others)) > OFF_AXIS * block.sheet.line_px


def _titles_reading(field: FieldName, rows: Sequence[TitleRow], block: Block) -> Reading:
    words = [word for row in rows for word in row.row.words]
    value = ", ".join(row.text for row in rows)
    listed = all(row.is_listed for row in rows)
    sure = max(words_sureness(words), 0.96) if listed else words_sureness(words)
    doubt = None if listed else reasons.NOT_IN_VOCABULARY
    if doubt is None and any(_off_centre(row.row, block) for row in rows if not row.is_settled):
        doubt = reasons.INCOMPLETE
    if doubt is None and field == FieldName.AUTHORITY and (block.has_unread_top or _lost_a_row(block)):
        doubt = reasons.INCOMPLETE
    mark = kept("known_title") if listed else broken("known_title")
    marks = (mark, kept("only_title")) if any(row.is_settled for row in rows) else (mark,)
    return Reading(field, value, sure, block.sheet.number, around(words), doubt, marks)


def _lost_a_row(block: Block) -> bool:
    """Say whether a row of the block was not read: a deputy who signs for nobody, or a wide gap between rows.

    One who signs on behalf of a body (TM.) as its head has his title right below.
    """
    own = [row for row in block.rows if not row.authority]
    signs_for = any(row.authority == "KT." for row in block.rows)
    is_deputy = bool(own) and accentless(own[-1].text).startswith("pho ")
    gaps = [below.row.middle - above.row.middle for above, below in pairwise(block.rows)]
    return (is_deputy and not signs_for) or any(gap > WIDEST_PITCH * block.sheet.line_px for gap in gaps)


def _name_reading(block: Block) -> Reading:
    page = block.sheet.number
    if block.name is None:
        return Reading(FieldName.SIGNER_NAME, None, 0.0, page, doubt=reasons.MISSING)
    words = block.name.words
    box = around(words)
    doubt = None
    if any(word.kind is WordKind.HANDWRITING for word in words):
        doubt = reasons.HANDWRITTEN
    elif is_open_name(words):
        doubt = reasons.UNSURE
    elif words[0].text not in family_names():
        doubt = reasons.NOT_IN_VOCABULARY
    elif any(is_misspelled(word.text) for word in words):
        doubt = reasons.SPELLING
    elif block.sheet.is_crossed(block.name):
        doubt = reasons.OVER_STAMP
    elif block.is_cut or _off_centre(block.name, block):
        doubt = reasons.INCOMPLETE
    confidence = 1.0
    for word in words:
        confidence *= word_sureness(word)
    return Reading(FieldName.SIGNER_NAME, block.name.text, confidence, page, box, doubt)


def is_of_body(rows: Sequence[TitleRow], issuer: str) -> bool | None:
    """Say whether the head in whose place, by whose order or as whom the signer signs can be that of a body.

    None where no list says whose head has which title, or where the title heads no body at all.
    """
    wanted = heads_of(issuer)
    delegated = [row.text.partition(" ")[2] for row in rows if row.authority in {"TL.", "TUQ.", "KT.", "Q."}]
    own = [row.text for row in rows if not row.authority]
    head = next(iter([*delegated[:1], *own[-1:]]), None)
    if not wanted or not any(head in known for known in titles().heads.values()):
        return None
    return head in wanted


def heads_of(issuer: str) -> frozenset[str]:
    """Give the titles that the head of a body may have; the longest beginning of its name counts."""
    key = accentless(issuer)
    fitting = [body for body in titles().heads if key == accentless(body) or key.startswith(accentless(body) + " ")]
    return titles().heads[max(fitting, key=len)] if fitting else frozenset()


def agrees(rows: Sequence[TitleRow], title: str) -> bool | None:
    """Say whether a title may sign for the one named after KT., and none but a deputy does; None without KT."""
    signed_for = [row.text.partition(" ")[2] for row in rows if row.authority == "KT."]
    if not signed_for or not title:
        return None
    known = titles().deputy_of
    superiors = {accentless(name) for name in known.get(title, ())}
    return (
        accentless(signed_for[-1]) in superiors if title in known else accentless(signed_for[-1]) != accentless(title)
    )
