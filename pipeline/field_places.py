"""Where a field stands on its page: in millimetres from the paper's edges, and in words for who looks for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from config.i18n import gettext
from config.i18n import mark as _
from storage.ledger.models import FieldValue, Page

_INCH_MM = 25.4
_ROWS = ("top", "middle", "bottom")
_COLUMNS = ("left", "centre", "right")
_LEAST_WIDE = 0.6
"""What spans more of the page's width than this stands neither left nor right."""
_QUARTERS = (90, 270)
PLACES = {
    "top_left": _("top left"),
    "top_centre": _("top, in the middle"),
    "top_right": _("top right"),
    "middle_left": _("half-way down, on the left"),
    "middle_centre": _("in the middle of the page"),
    "middle_right": _("half-way down, on the right"),
    "bottom_left": _("bottom left"),
    "bottom_centre": _("bottom, in the middle"),
    "bottom_right": _("bottom right"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a page: its part of the page, and its box in millimetres from the left and the top of the paper."""

    page: int
    part: str
    left_mm: float
    top_mm: float
    width_mm: float
    height_mm: float

    def text(self) -> str:
        """Say where it is in the active language."""
        return gettext(_("page {page}, {place}")).format(page=self.page, place=gettext(PLACES[self.part]))


def place_of(value: FieldValue, pages: Iterable[Page]) -> Place | None:
    """Give the place of a value; None where it has none, or its page was not measured."""
    page = next((page for page in pages if page.number == value.page), None)
    if page is None or None in {value.left, value.top, value.right, value.bottom} or not page.dpi:
        return None
    left, top, right, bottom = (float(edge or 0) for edge in (value.left, value.top, value.right, value.bottom))
    turned = page.rotation in _QUARTERS
    width, height = (page.height_px, page.width_px) if turned else (page.width_px, page.height_px)
    column = "centre" if right - left > _LEAST_WIDE * width else _third((left + right) / 2 / width, _COLUMNS)
    row = _third((top + bottom) / 2 / height, _ROWS)
    scale = _INCH_MM / page.dpi
    sizes = [round(size * scale, 1) for size in (left, top, right - left, bottom - top)]
    return Place(page.number, f"{row}_{column}", *sizes)


def _third(share: float, names: tuple[str, ...]) -> str:
    return names[min(max(int(share * 3), 0), 2)]
