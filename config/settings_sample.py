"""The sample settings file and the reference page, both made from the settings model so that they cannot drift."""

from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from config.settings import known_keys


def sample_text() -> str:
    """Give the sample `sohoa.toml`: every setting with its description and default, commented out."""
    lines = ["# Sohoa settings. A line that is commented out shows the default.", ""]
    section = ""
    for key, field in known_keys().items():
        if key == "home":
            continue
        table, _, name = key.rpartition(".")
        if table != section:
            lines += ["", f"[{table}]"]
            section = table
        lines += [f"# {field.description}", f"# {name} = {_toml(field)}"]
    return "\n".join(lines) + "\n"


def reference_page() -> str:
    """Give docs/settings.md: a table of all settings."""
    rows = [
        "# Settings",
        "",
        "Made from `config/settings.py`; `sohoa init` writes a commented sample.",
        "Each can also be given as an environment variable: `store.bucket` is `SOHOA_STORE__BUCKET`.",
        "Secrets stand only as references: `env:NAME` or `file:PATH`.",
        "",
        "| Setting | Default | Meaning |",
        "|---|---|---|",
    ]
    rows += [f"| `{key}` | `{_toml(field)}` | {field.description} |" for key, field in known_keys().items()]
    return "\n".join(rows) + "\n"


def _toml(field: FieldInfo) -> str:
    value: Any = field.default
    if value is None:
        return '""'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | Path):
        return f'"{value}"'
    return str(value)
