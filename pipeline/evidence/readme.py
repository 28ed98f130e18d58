"""The pack's own guide, in Vietnamese and English: what is in it, and how to check it with other people's tools."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def guide(language: str, values: dict[str, Any]) -> bytes:
    """Give the guide in a language."""
    return _templates().get_template(f"readme.{language}.j2").render(values).encode()


@cache
def _templates() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent)
    # Plain text: nothing in it is ever taken for markup.
    return Environment(loader=loader, autoescape=False, undefined=StrictUndefined, trim_blocks=True)  # noqa: S701
