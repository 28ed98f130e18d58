"""Accounts: who may look at the page, as what, and for how long."""

from pipeline.accounts.model import Account, AccountRole, Opened, Visitor
from pipeline.accounts.sessions import end_session, find_visitor
from pipeline.accounts.sign_in import sign_in
from pipeline.accounts.users import NewUser, add_user, list_users, lock_user, set_password, set_role, unlock_user

__all__ = [
    "Account",
    "AccountRole",
    "NewUser",
    "Opened",
    "Visitor",
    "add_user",
    "end_session",
    "find_visitor",
    "list_users",
    "lock_user",
    "set_password",
    "set_role",
    "sign_in",
    "unlock_user",
]
