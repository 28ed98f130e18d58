"""Keeps a program that runs by the clock from locking a token with a wrong PIN.

A token locks after a few wrong PINs, and only its issuer opens it again. So a PIN is offered only where no wrong one
was given since the last right one: as the token itself says, and as this installation remembers where a token does not
say it. After a wrong one a person logs in by hand, once.
"""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path

from config.errors import KeyUnavailableError
from config.i18n import mark as _

_LOCK = "token-login.lock"


class PinState(StrEnum):
    """What a token says of its PIN."""

    GOOD = "good"
    LOW = "low"
    FINAL_TRY = "final_try"
    LOCKED = "locked"


class PinRefusedError(KeyUnavailableError):
    """A token was given a wrong PIN, now or before; none is offered to it again unasked."""

    code = "token_pin_refused"
    message = _("no login to the token {key}: {cause}")
    remedy = _(
        "Correct the PIN where the settings refer to it, then log in by hand once: `sohoa token login {key}`. No run "
        "tries a PIN before that, so that the token does not lock; the documents wait."
    )


class PinLockedError(KeyUnavailableError):
    """A token has locked its PIN."""

    code = "token_pin_locked"
    message = _("the token {key} has locked its PIN after too many wrong ones")
    remedy = _(
        "Have it unlocked with the code of its security officer (SO PIN), or by its issuer; then log in by hand once: "
        "`sohoa token login {key}`. The documents wait."
    )


class PinGuard:
    """Says whether a PIN may be offered to one token; remembers a refusal over the end of the process."""

    def __init__(self, folder: Path, label: str) -> None:
        self._folder = folder
        self._label = label
        self._mark = folder / f"token-{hashlib.sha256(label.encode()).hexdigest()[:16]}.pin-refused"
        self._was_refused = False

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let no other process of this installation log in meanwhile: it would offer the same wrong PIN."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = (self._folder / _LOCK).open("w")
        except OSError as err:
            raise KeyUnavailableError(file="-", key=self._folder / _LOCK, cause=err) from err
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def ensure_safe(self, state: PinState) -> None:
        """Raise PinLockedError or PinRefusedError unless a PIN may be offered without a person."""
        if state is PinState.LOCKED:
            raise PinLockedError(file="-", key=self._label)
        if state is PinState.FINAL_TRY:
            raise self._refusal(_("one more wrong PIN locks it"))
        if state is PinState.LOW or self._was_refused or self._mark.exists():
            raise self._refusal(_("a wrong PIN was given to it before"))

    def refused(self) -> PinRefusedError:
        """Remember that the PIN was wrong; give the error that says so."""
        self._was_refused = True
        # Where it cannot be written down, this process remembers, and tokens that keep count do.
        with suppress(OSError):
            self._mark.touch()
        return self._refusal(_("it refused the PIN"))

    def accepted(self) -> None:
        """Forget refusals: the right PIN was given."""
        self._was_refused = False
        self._mark.unlink(missing_ok=True)

    def _refusal(self, cause: str) -> PinRefusedError:
        return PinRefusedError(file="-", key=self._label, cause=cause)
