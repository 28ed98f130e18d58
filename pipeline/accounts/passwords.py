"""Passwords through argon2id: the one place that hashes and compares them."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from config.errors import UsageError
from config.i18n import gettext
from config.i18n import mark as _
from config.text import nfc

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 256
LEAST_DIFFERENT = 5
AT_ONCE = 2
"""Each hash takes 64 MB: many attempts at once must not take the machine's memory."""

_HASHER = PasswordHasher()
_TURNS = BoundedSemaphore(AT_ONCE)
# Of a random password that nobody kept: is not known is compared for as long as one who is.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$Rpu24v8IEP88JmDd2eSIOA$x4JEoZuL72VKHyS9GZJHrh6JAAsp3Ol904siCZ+gCto"


class PasswordWeakError(UsageError):
    """A new password is too easy to guess."""

    code = "password_weak"
    message = _("the password cannot be taken: {cause}")
    remedy = _("Choose a longer one: several words that do not belong together are easy to keep in mind.")


def hash_password(login: str, password: str) -> str:
    """Give what is kept of a new password. Raise PasswordWeakError for one that is too easy to guess."""
    text = nfc(password)
    if not LEAST_CHARACTERS <= len(text) <= MOST_CHARACTERS:
        cause = gettext(_("it must have {least} to {most} characters"))
        raise PasswordWeakError(cause=cause.format(least=LEAST_CHARACTERS, most=MOST_CHARACTERS))
    if len(set(text)) < LEAST_DIFFERENT:
        raise PasswordWeakError(cause=_("it has too few different characters"))
    if login.casefold() in text.casefold():
        raise PasswordWeakError(cause=_("it contains the login"))
    with _TURNS:
        return _HASHER.hash(text)


def is_right(kept: str | None, password: str) -> bool:
    """Tell whether a password is the one kept; takes as long where none is kept."""
    text = nfc(password[:MOST_CHARACTERS])
    with _TURNS:
        try:
            _HASHER.verify(kept or _NOBODY, text)
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None
