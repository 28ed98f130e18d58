"""Secrets stand in settings as references only; here they are looked up, and never printed or logged."""

import os
from pathlib import Path

from config.errors import SecretMissingError
from config.i18n import mark as _


def secret(key: str, reference: str | None) -> str | None:
    """Resolve `env:NAME` or `file:PATH`, the value of a setting. Raise SecretMissingError when it is not there."""
    if reference is None:
        return None
    kind, _colon, name = reference.partition(":")
    try:
        value = os.environ[name] if kind == "env" else Path(name).read_text("utf-8-sig")
    except (KeyError, FileNotFoundError):
        raise SecretMissingError(key=key, reference=reference, cause=_("it is not there")) from None
    except UnicodeDecodeError:
        # The error holds the bytes that were read: it is not handed on.
        raise SecretMissingError(key=key, reference=reference, cause=_("it is no text in UTF-8")) from None
    except OSError as err:
        raise SecretMissingError(key=key, reference=reference, cause=err) from err
    if not value.strip():
        raise SecretMissingError(key=key, reference=reference, cause=_("there is nothing in it"))
    return value.strip() if kind == "file" else value
