"""Kinds of values that settings hold beyond plain types: each is checked when settings are read.

A wrong value is known by the error's type alone; its text is not repeated, since it may hold a secret.
"""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from config.cron import is_cron
from config.i18n import mark as _
from config.secret_values import is_reference

_LOGIN = re.compile(r"\w[\w+.-]*://[^/?#]*@")
# As SQLAlchemy takes an address apart: a password may hold anything but an at sign.
_PASSWORD = re.compile(r"\w[\w+.-]*://[^:/]*:[^@]*@")
_PASSWORD_ASKED = re.compile(r"[?&]\w*(?:password|passwd|pwd)=", re.IGNORECASE)

HERE = ("localhost", "127.0.0.1", "::1")
"""Names of this machine, to which plain http goes over no wire."""
WANTED = {
    "secret": _("a secret is given as env:NAME or file:PATH, or asked for with prompt:"),
    "ledger_password": _("it must hold no password; ledger.password refers to that (env:NAME or file:PATH)"),
    "store_login": _("it must hold no name or password; store.access_key and store.secret_key refer to these"),
    "timestamp_login": _("it must hold no name or password; settings are shown and logged, so none may stand in them"),
    "scheduler_address": _(
        "it must be http://NAME:PORT or https://NAME, without a name or password; scheduler.auth refers to these"
    ),
    "web_address": _("it must be https://NAME, or http:// on this machine, without a path, name or password"),
    "cron": _("it must be a schedule of five fields, such as */15 * * * * (minute, hour, day, month, day of the week)"),
}
"""What each kind of value must be, by the type of its error."""


def _cron(text: str) -> str:
    if not is_cron(text):
        raise PydanticCustomError("cron", "no schedule")
    return text


def _reference(text: str) -> str:
    if not is_reference(text):
        raise PydanticCustomError("secret", "no reference")
    return text


def _ledger_address(text: str) -> str:
    if _PASSWORD.match(text) or _PASSWORD_ASKED.search(text):
        raise PydanticCustomError("ledger_password", "a password")
    return text


def _store_address(text: str) -> str:
    if _LOGIN.match(text):
        raise PydanticCustomError("store_login", "a login")
    return text


def _timestamp_address(text: str) -> str:
    if _LOGIN.match(text) or _PASSWORD_ASKED.search(text):
        raise PydanticCustomError("timestamp_login", "a login")
    return text


def _scheduler_address(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or parts.query):
        raise PydanticCustomError("scheduler_address", "no address")
    return text.rstrip("/").removesuffix("/api")


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)
    if text and (not is_safe or not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment):
        raise PydanticCustomError("web_address", "no address")
    return text.rstrip("/")


SecretReference = Annotated[str, AfterValidator(_reference)]
"""Where a secret is: in an environment variable or a file, or with the person at the terminal."""
LedgerAddress = Annotated[str, AfterValidator(_ledger_address)]
"""A SQLAlchemy URL without a password."""
StoreAddress = Annotated[str, AfterValidator(_store_address)]
"""The address of an S3 store without a login."""
TimestampAddress = Annotated[str, AfterValidator(_timestamp_address)]
"""The address of a timestamp authority without a login."""
SchedulerAddress = Annotated[str, AfterValidator(_scheduler_address)]
"""The http or https address of a Prefect server without a login, without the `/api` at its end."""
Cron = Annotated[str, AfterValidator(_cron)]
"""A schedule as cron writes them."""
WebAddress = Annotated[str, AfterValidator(_web_address)]
"""The https address of a page, or http on this machine alone."""
