"""Signing in with a password: whoever is refused learns neither whether the login is known nor whether it is locked."""

from sqlalchemy import select

from config.errors import ExitCode, UsageError
from config.i18n import mark as _
from pipeline.accounts.attempts import begin_attempt, forget_attempts
from pipeline.accounts.model import Opened
from pipeline.accounts.passwords import MOST_CHARACTERS, is_right
from pipeline.accounts.sessions import open_session
from pipeline.context import Context
from storage.ledger.models import WebUser


class SignInRefusedError(UsageError):
    """Login and password do not belong together, or the user is locked."""

    code = "sign_in_refused"
    exit_code = ExitCode.USAGE
    message = _("the login or the password is not right")
    remedy = _("Type both again; who forgot the password, or is locked, asks the administrator.")


def sign_in(ctx: Context, login: str, password: str, address: str) -> Opened:
    """Open a session for whoever has the password.

    Raise SignInRefusedError, or SignInLimitedError after too many attempts with this login or from this address.
    """
    login = "".join(filter(str.isprintable, login))[:MOST_CHARACTERS]
    begin_attempt(ctx, login, address)
    with ctx.ledger.reading() as session:
        user = session.scalar(select(WebUser).where(WebUser.login == login.strip().casefold()))
    if not is_right(user.password_hash if user is not None else None, password) or user is None:
        raise SignInRefusedError
    with ctx.ledger.session() as session:
        # Looked at again: it may have been locked, or been given another password, meanwhile.
        now = session.get_one(WebUser, user.id, with_for_update=True)
        if now.locked_at is not None or now.password_hash != user.password_hash:
            raise SignInRefusedError
        forget_attempts(session, login)
        return open_session(ctx, session, now)
