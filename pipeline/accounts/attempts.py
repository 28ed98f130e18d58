"""How often somebody may try to sign in: counted by account and by address, in the ledger, for all processes together.

An attempt is written down before the password is looked at, and taken back when it was right: many attempts at once
get no further than many in a row.
"""

import hashlib
import ipaddress
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config.dates import instant_text
from config.errors import ExitCode, UsageError
from config.i18n import mark as _
from pipeline.context import Context
from storage.ledger.locks import SIGN_IN_LOCK, hold
from storage.ledger.models import SignInAttempt

WINDOW = timedelta(minutes=15)
MOST_BY_ACCOUNT = 8
MOST_BY_ADDRESS = 40
"""An office shares one address."""
_IPV6_PREFIX = 64


class SignInLimitedError(UsageError):
    """Too many attempts to sign in were made."""

    code = "sign_in_limited"
    exit_code = ExitCode.BUSY
    retry_helps = True
    message = _("too many attempts to sign in; try again from {instant} on")
    remedy = _("Wait until then; who forgot the password has it set anew by the administrator: sohoa user password")


def begin_attempt(ctx: Context, login: str, address: str) -> None:
    """Write an attempt down. Raise SignInLimitedError, and write nothing, when there were too many."""
    now = ctx.clock()
    limits = {_account_key(login): MOST_BY_ACCOUNT, _address_key(address): MOST_BY_ADDRESS}
    with ctx.ledger.session() as session:
        hold(session, SIGN_IN_LOCK)
        session.execute(delete(SignInAttempt).where(SignInAttempt.at <= now - WINDOW))
        free = [_free_from(session, key, most) for key, most in limits.items()]
        until = max((instant for instant in free if instant is not None), default=None)
        if until is None:
            session.add_all(SignInAttempt(key_sha256=key, at=now) for key in limits)
    if until is not None:
        raise SignInLimitedError(instant=instant_text(until + timedelta(minutes=1)))


def forget_attempts(session: Session, login: str) -> None:
    """Forget an account's attempts: its password was right."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.key_sha256 == _account_key(login)))


def _free_from(session: Session, key: str, most: int) -> datetime | None:
    """Give from when on another attempt is free; None: now."""
    made = select(SignInAttempt.at).where(SignInAttempt.key_sha256 == key).order_by(SignInAttempt.at.desc())
    oldest = session.scalar(made.offset(most - 1).limit(1))
    return oldest + WINDOW if oldest is not None else None


def _account_key(login: str) -> str:
    return _sha256(f"account {login.strip().casefold()}")


def _address_key(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return _sha256(f"address {address}")
    # Who has one address of IPv6 has a whole network of them.
    network = str(ipaddress.ip_network((parsed, _IPV6_PREFIX), strict=False)) if parsed.version == 6 else address
    return _sha256(f"address {network}")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
