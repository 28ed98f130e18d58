"""Kinds of values that settings hold beyond plain types: each is checked when settings are read.

A wrong value is known by the error's type alone; its text is not repeated, since it may hold a secret.
"""

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from config.cron import is_cron
from config.i18n import mark as _

WANTED = {
    "cron": _("it must be a schedule of five fields, such as */15 * * * * (minute, hour, day, month, day of the week)"),
}
"""What each kind of value must be, by the type of its error."""


def _cron(text: str) -> str:
    if not is_cron(text):
        raise PydanticCustomError("cron", "no schedule")
    return text


Cron = Annotated[str, AfterValidator(_cron)]
"""A schedule as cron writes them."""
