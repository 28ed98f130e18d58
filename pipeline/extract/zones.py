"""Where the zones of NĐ 30/2020 lie: the two columns of the heading, the title block, the signature block.

The quốc hiệu ("CỘNG HÒA XÃ HỘI…") is the anchor: it heads the right column, and its left edge parts the two.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from config.text import accentless
from ocr.model import Word
from pipeline.extract.segments import Segment, Sheet, join_rows, split_at

HEADING_SHARE = 0.40
"""The heading stands in the upper part of the page."""

CENTRED = 0.60
"""Left of this the middle of the state's name is that of the page; that of a right column is at about two thirds."""

COLUMN_GAP = 1.0
"""Rows of the two columns stand so many line heights apart; the words of a large title less."""

_MOTTO = re.compile(r"doc lap|tu do|hanh phuc")
_STATE = re.compile(r"cong h\w{1,2} xa h|xa hoi chu ngh|chu nghia v|dang cong san")
_BODY_STARTS = re.compile(r"^(kinh g\w{2,3}|can cu|dieu 1\b|theo de nghi|xet de nghi)")
_ABSTRACT = re.compile(r"^(v\W?/\W?v\b|v\.?[vw]\b|ve viec\b)")
_NOT_A_PLACE = re.compile(r"dang ky|can cu|so |lan |tu |cap |kem |den |vao |gio")
# The engine also reads the S as § or 5, and dirt before it.
NUMBER_START = re.compile(r"^(?:(?:luat|nghi quyet|phap lenh|lenh)\s+)?\W{0,2}?[s§$5][oeaó06]\s*[:;.,]?\s*(?=\S|$)")


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a page: rows of its left and right column, and what follows it; `divide` parts the columns."""

    sheet: Sheet
    divide: float
    left: tuple[Segment, ...]
    right: tuple[Segment, ...]
    below: tuple[Segment, ...]


def find_heading(sheet: Sheet) -> Heading | None:
    """Find the heading of a page, or None when the page has none."""
    upper = [segment for segment in sheet.segments if segment.middle < HEADING_SHARE * sheet.height]
    state = next((segment for segment in upper if _STATE.search(accentless(segment.text))), None)
    motto = next((segment for segment in upper if len(_MOTTO.findall(accentless(segment.text))) >= 2), None)
    if state is None and motto is None:
        return None
    divide = _divide(state, motto, sheet)
    anchor = state or motto
    if anchor is None:
        return None
    if _stands_alone(anchor, sheet):
        divide = 0.0
    cut = [part for segment in sheet.segments for part in _halves(segment, divide, sheet)]
    bottom = _heading_bottom(cut, divide, sheet)
    top = anchor.middle - 2.5 * sheet.line_px
    inside = [segment for segment in cut if top <= segment.middle < bottom]
    left = join_rows([s for s in inside if s.centre < divide], sheet.line_px)
    right = join_rows([s for s in inside if s.centre >= divide], sheet.line_px)
    below = [segment for segment in sheet.segments if segment.middle > anchor.middle]
    return Heading(sheet, divide, tuple(left), tuple(right), tuple(below))


def is_state_name(segment: Segment) -> bool:
    """Say whether a row is the quốc hiệu or the tiêu ngữ."""
    key = accentless(segment.text)
    return bool(_STATE.search(key)) or len(_MOTTO.findall(key)) >= 2


def is_number_row(segment: Segment) -> bool:
    """Say whether a row is `Số: …/…`."""
    key = accentless(segment.text)
    start = NUMBER_START.match(key)
    if start is None:
        return False
    if start[0].rstrip().endswith((":", ";")):
        return True
    # A colon further on ends a label: `Số định danh cá nhân: …`.
    return "/" in key and ":" not in key


def begins_text(segment: Segment) -> bool:
    """Say whether a row begins an abstract (`V/v …`) or the text: what follows cites other documents."""
    key = accentless(segment.text)
    return bool(_ABSTRACT.match(key) or _BODY_STARTS.match(key))


def is_place_date_row(segment: Segment) -> bool:
    """Say whether a row is `<place>, ngày … tháng … năm …`, with or without its figures."""
    key = accentless(segment.text)
    place = key.partition("ngay")[0]
    if len(place.split()) > 7 or any(ch.isdigit() for ch in place) or _NOT_A_PLACE.search(place):
        return False
    return "ngay" in key and ("thang" in key or "nam" in key or re.search(r"\w, ?ngay", key) is not None)


def rows_between(segments: Sequence[Segment], top: float, bottom: float, line_px: float) -> list[Segment]:
    """Give the rows whose middle lies between two heights."""
    return join_rows([segment for segment in segments if top < segment.middle < bottom], line_px)


def _divide(state: Segment | None, motto: Segment | None, sheet: Sheet) -> float:
    """Give the x that parts the columns: just left of CỘNG, or of the motto less the usual overhang."""
    if state is not None:
        word = _first_like(state.words, ("cong", "dang"))
        if word is not None:
            return word.box.left - 0.3 * sheet.line_px
    if motto is not None:
        word = _first_like(motto.words, ("doc",))
        return (word.box.left if word else motto.left) - 2.5 * sheet.line_px
    return 0.43 * sheet.width


def _first_like(words: Sequence[Word], starts: tuple[str, ...]) -> Word | None:
    return next((word for word in words if accentless(word.text).startswith(starts)), None)


def _stands_alone(anchor: Segment, sheet: Sheet) -> bool:
    """Say whether the state's name is centred over the page, as on certificates: there are no two columns then."""
    is_wide = anchor.left < 0.30 * sheet.width and anchor.right > 0.65 * sheet.width
    return (is_wide or 0.42 < anchor.centre / sheet.width < CENTRED) and len(anchor.words) < 10


def _halves(segment: Segment, divide: float, sheet: Sheet) -> list[Segment]:
    """Cut a run that reaches over both columns; a title centred under the heading stays whole."""
    if not segment.left < divide < segment.right or segment.middle >= HEADING_SHARE * sheet.height:
        return [segment]
    parts = split_at(segment, divide)
    is_heading = is_state_name(segment) or is_place_date_row(segment) or is_number_row(parts[0])
    if len(parts) == 2 and (is_heading or parts[1].left - parts[0].right > COLUMN_GAP * sheet.line_px):
        return parts
    return [segment]


def _heading_bottom(cut: Sequence[Segment], divide: float, sheet: Sheet) -> float:
    """Give the height where the heading ends: at a run over both columns, at Kính gửi or Căn cứ, or its usual share."""
    bottom = HEADING_SHARE * sheet.height
    for segment in cut:
        crosses = segment.left < divide - sheet.line_px and segment.right > divide + sheet.line_px
        if crosses or _BODY_STARTS.match(accentless(segment.text)):
            bottom = min(bottom, segment.top)
    return bottom
