"""What is told of a setting that is wrong: which it is, where it stands, what it must be; never its value."""

import difflib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.errors import SettingRenamedError, SettingsError, UnknownSettingError
from config.i18n import gettext
from config.i18n import mark as _
from config.setting_values import WANTED

PREFIX = "SOHOA_"
ENVIRONMENT = _("the environment")
RENAMED = {"review.accept_confidence": "review.wrong_share", "review.sample_percent": "review.wrong_share"}
"""Settings of before, each with the one that took its place."""
_WANTED = {
    **WANTED,
    "greater_than_equal": _("it must be at least {ge}"),
    "greater_than": _("it must be more than {gt}"),
    "less_than_equal": _("it must be at most {le}"),
    "literal_error": _("it must be one of: {expected}"),
    "int": _("it must be a whole number"),
    "float": _("it must be a number"),
    "bool": _("it must be true or false"),
    "string": _("it must be a text in quotation marks"),
    "path": _("it must be a path in quotation marks"),
    "model": _("it must be a section with settings of its own"),
}


def variable_of(key: str) -> str:
    """Give the environment variable of a setting."""
    return PREFIX + key.replace(".", "__").upper()


def wrong_setting(path: Path, err: ValidationError, known: Sequence[str]) -> SettingsError:
    """Say which setting is wrong, and where it stands: in the environment, which wins, or in the file."""
    first = err.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    is_variable = variable_of(key) in map(str.upper, os.environ)
    name = variable_of if is_variable else str
    file = gettext(ENVIRONMENT) if is_variable else path
    if first["type"] == "extra_forbidden":
        renamed = {name(old): name(new) for old, new in RENAMED.items()}
        return _no_setting(file, name(key), name(key), [name(one) for one in known], renamed)
    return SettingsError(file=file, key=name(key), cause=_wanted(first))


def no_variable(name: str, known: Sequence[str]) -> SettingsError:
    """Say of a variable that only looks like a setting what it should be."""
    renamed = {variable_of(old): variable_of(new) for old, new in RENAMED.items()}
    return _no_setting(gettext(ENVIRONMENT), name, name.upper(), known, renamed)


def _no_setting(file: object, told: str, key: str, known: Sequence[str], renamed: Mapping[str, str]) -> SettingsError:
    """Say what a key that is no setting should be: its new name where it had another, else the nearest that is one."""
    if key in renamed:
        return SettingRenamedError(file=file, key=told, new=renamed[key])
    return UnknownSettingError(file=file, key=told, nearest=difflib.get_close_matches(key, known, n=1, cutoff=0.0)[0])


def _wanted(fault: ErrorDetails) -> str:
    """Say what a setting must be, in the active language; the value itself is not repeated."""
    limits = fault.get("ctx", {})
    if "expected" in limits:
        limits = {**limits, "expected": limits["expected"].replace(" or ", ", ").replace("'", "")}
    message = next((text for kind, text in _WANTED.items() if fault["type"].startswith(kind)), None)
    return gettext(message).format_map(limits) if message else fault["msg"]
