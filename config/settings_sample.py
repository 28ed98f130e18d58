"""The sample settings file and the reference page, both made from the settings model so that they cannot drift."""

from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from config.i18n import gettext, translate
from config.i18n import mark as _
from config.settings import known_keys


def sample_text() -> str:
    """Give the sample `sohoa.toml`: every setting with its description and default, commented out."""
    lines = [f"# {gettext(_('Sohoa settings. A line that is commented out shows the default.'))}"]
    section = None
    for key, field in known_keys().items():
        if key == "home":
            # The home folder is where this file lies.
            continue
        table, _dot, name = key.rpartition(".")
        if table != section:
            lines += ["", f"[{table}]"] if table else [""]
            section = table
        unset = f" {gettext(_('(not set; an example:)'))}" if field.default is None else ""
        lines += [f"# {gettext(field.description or '')}{unset}", f"# {name} = {_toml(field)}"]
    return "\n".join(lines) + "\n"


def reference_page() -> str:
    """Give docs/settings.md: a table of all settings, in both languages."""
    rows = [
        "# Settings",
        "",
        "Made from `config/settings.py` by `make docs`; `sohoa init` writes a commented sample into the home folder.",
        "Each can also be given as an environment variable, which wins over the file; the command line wins over both:",
        "`store.bucket` is `SOHOA_STORE__BUCKET`.",
        "A key or `SOHOA_` variable that is no setting is refused with the nearest that is;",
        "`SOHOA_ACTOR` and variables that a secret refers to are no settings and allowed.",
        "Secrets stand only as references, `env:NAME` or `file:PATH`; they are never printed or logged.",
        "",
        "| Setting | Default | Meaning | Ý nghĩa |",
        "|---|---|---|---|",
    ]
    for key, field in known_keys().items():
        default = "" if field.default is None else f"`{_toml(field)}`"
        meaning = field.description or ""
        rows.append(f"| `{key}` | {default} | {meaning} | {translate(meaning, 'vi')} |")
    return "\n".join(rows) + "\n"


def _toml(field: FieldInfo) -> str:
    value: Any = field.default if field.default is not None else (field.examples or [""])[0]
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str | Path) else str(value)
