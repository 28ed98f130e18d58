"""Whether a reading and the register mean the same: spellings of one thing are no difference."""

from rapidfuzz import fuzz

from config.text import accentless, fold_space, nfc
from pipeline.extract import FieldName
from pipeline.register.keys import plain_code
from pipeline.review_policy import register_policy


def agree(name: str, read: str, said: str) -> bool:
    """Tell whether both mean the same: abstracts are abridged in registers, numbers and dates are not."""
    likeness = register_policy().subject_likeness
    if name == FieldName.SUBJECT:
        return fuzz.token_set_ratio(accentless(read), accentless(said)) >= likeness
    if name in {FieldName.ISSUER, FieldName.SIGNER_NAME}:
        return fuzz.token_sort_ratio(accentless(read), accentless(said)) >= likeness
    return is_same(name, read, said)


def is_same(name: str, read: str, said: str) -> bool:
    """Tell whether both are one value, but for letter case and, in a number and symbol, the way of writing it."""
    if name == FieldName.CODE:
        return plain_code(read) == plain_code(said)
    return nfc(fold_space(read)).casefold() == nfc(said).casefold()
