"""The one font this program draws with: Liberation Serif, which has the widths of Times New Roman.

It is cut down to Latin, Vietnamese and common signs and scaled to 1000 units an em: pyHanko 0.38 writes the glyph
widths of other fonts unscaled, which spreads the text and breaks PDF/A. Layout tables and hinting are dropped,
so no ligature ever hides letters from a search. The bytes depend on the installed font alone.
"""

from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, TTLibError
from fontTools.ttLib.scaleUpem import scale_upem

from config.errors import ToolMissingError
from config.i18n import gettext
from config.i18n import mark as _

UNITS_PER_EM = 1000

FONT_PATHS = (
    Path("/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf"),  # Debian 12
    Path("/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf"),  # Debian 13, Ubuntu
    Path("/usr/share/fonts/liberation-serif/LiberationSerif-Regular.ttf"),  # Fedora
)
"""Where systems keep the font, looked at in this order."""

_RANGES = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0x17F),  # Latin with marks, đ
    (0x1A0, 0x1A1),  # ơ
    (0x1AF, 0x1B0),  # ư
    (0x300, 0x31B),  # marks that stand by themselves
    (0x323, 0x323),
    (0x1EA0, 0x1EF9),  # Vietnamese letters
    (0x2010, 0x203A),  # dashes, quotes, dots
    (0x20AB, 0x20AC),  # ₫ €
    (0x2116, 0x2122),  # № ™
    (0x2190, 0x2193),
    (0x2212, 0x2265),
    (0x25A0, 0x25CF),
)
_VIETNAMESE_PROBE = 0x1EA1  # ạ: the older fonts-liberation of Debian 12 lacks it
_INSTALL = "apt-get install fonts-liberation2"


def document_font() -> bytes:
    """Give the font program (TrueType). Raise ToolMissingError when no installed font has the Vietnamese letters."""
    return _build(FONT_PATHS)


@cache
def _build(paths: tuple[Path, ...]) -> bytes:
    font = _first_usable(paths)
    options = Options(
        hinting=False,
        layout_features=[],
        notdef_outline=True,
        name_IDs=[1, 2, 4, 6],
        drop_tables=["GSUB", "GPOS", "GDEF", "kern", "DSIG", "FFTM"],
        recalc_timestamp=False,
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in _RANGES for code in range(first, last + 1)])
    subsetter.subset(font)
    scale_upem(font, UNITS_PER_EM)
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def _first_usable(paths: Iterable[Path]) -> TTFont:
    cause = gettext(_("not found in {folders}")).format(folders=", ".join(str(path.parent) for path in paths))
    for path in paths:
        if not path.is_file():
            continue
        try:
            font = TTFont(path, recalcTimestamp=False)
            if _VIETNAMESE_PROBE in (font.getBestCmap() or {}):
                return font
            cause = gettext(_("{path} has no Vietnamese letters")).format(path=path)
        except (OSError, TTLibError):
            cause = gettext(_("{path} cannot be read as a font")).format(path=path)
    raise ToolMissingError(tool="Liberation Serif 2", cause=cause, install=_INSTALL)
