"""The one spelling in which numbers and symbols are compared, and the one under which a row is looked up."""

import re

from config.text import accentless, nfc

_LEADING = re.compile(r"^(?:SỐ|SO)\s*:?\s*|(?<![0-9])0+(?=[0-9])")
_BLANKS = re.compile(r"\s+")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")


def plain_code(text: str) -> str:
    """Give a number and symbol for comparison: without “Số:”, leading zeros, blanks, and kinds of dashes."""
    return _BLANKS.sub("", _LEADING.sub("", _DASHES.sub("-", nfc(text).upper().strip())))


def symbol_key(text: str) -> str:
    """Give the spelling under which a register row is looked up by its number and symbol: plain, without marks.

    The migration that made the column has its own copy; whoever changes this must fill the column anew.
    """
    return accentless(plain_code(text)).upper()
