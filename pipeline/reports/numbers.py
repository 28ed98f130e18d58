"""Numbers as officials write them: 1.234,5 % in Vietnamese, 1,234.5% in English."""

from decimal import ROUND_DOWN, ROUND_UP, Decimal

from config.i18n import active_language

_HARD_SPACE = "\u00a0"
_MINUS = "\u2212"
NONE = "–"
"""Stands where there is nothing to give."""


def count_text(count: int, language: str) -> str:
    """Give a count with its thousands set apart."""
    text = f"{count:,}"
    return text.replace(",", ".") if language == "vi" else text


def percent_text(share: Decimal | float | None, language: str) -> str:
    """Give a share to one decimal, rounded down so that 100 means all; a dash where there is none.

    What was counted always shows its decimal, what the law states as a whole number does not.
    """
    if share is None:
        return NONE
    text = decimal_text(Decimal(str(share)), language)
    if not isinstance(share, Decimal):
        text = text.removesuffix(",0" if language == "vi" else ".0")
    return f"{text}{_HARD_SPACE}%" if language == "vi" else f"{text}%"


def bound_text(share: float, language: str | None = None, *, up: bool = True) -> str:
    """Give a share in percent to two decimals, in the active language where none is named.

    It is rounded up, so that a bound never looks better than it is; a lower one is rounded down.
    """
    chosen = language or active_language()
    exact = Decimal(str(round(100 * share, 9)))
    text = f"{exact.quantize(Decimal('0.01'), rounding=ROUND_UP if up else ROUND_DOWN):f}"
    text = text.rstrip("0").rstrip(".")
    return f"{text.replace('.', ',')}{_HARD_SPACE}%" if chosen == "vi" else f"{text}%"


def points_text(points: Decimal | None, language: str) -> str:
    """Give a distance in percentage points with its sign; a dash where there is none."""
    if points is None:
        return NONE
    sign = "+" if points > 0 else _MINUS if points < 0 else ""
    return sign + decimal_text(abs(points), language, up=points < 0)


def decimal_text(value: Decimal, language: str, *, up: bool = False) -> str:
    """Give a number to one decimal, rounded down, or up where it is what is missing."""
    rounded = value.quantize(Decimal("0.1"), rounding="ROUND_UP" if up else ROUND_DOWN)
    text = f"{rounded:,.1f}"
    if language == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    return text
