"""Finds every message id in the sources: Python by its syntax tree (also inside f-strings), templates by Jinja."""

import ast
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment
from jinja2.nodes import Call, Const, For, List, Name

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("config", "ocr", "signing", "storage", "pipeline", "flows", "web", "scripts")
MARKS = frozenset({"_", "gettext", "linked", "mark", "translate", "words"})


def message_ids() -> dict[str, str]:
    """Give each message id with the place of its first use."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for message, line in _of_python(path):
                found.setdefault(message, f"{path.relative_to(ROOT)}:{line}")
        for path in sorted((ROOT / package).rglob("*.j2")):
            for message, line in _of_template(path):
                found.setdefault(message, f"{path.relative_to(ROOT)}:{line}")
    return found


def _of_python(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in MARKS:
                yield from ((message, node.lineno) for message in _texts(node.args[0]))


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))


def _of_template(path: Path) -> Iterator[tuple[str, int]]:
    tree = Environment(autoescape=True).parse(path.read_text("utf-8"))
    for loop in tree.find_all(For):
        # Headings are written as a list that a loop goes over.
        for item in loop.iter.items if isinstance(loop.iter, List) else ():
            if isinstance(item, Const) and isinstance(item.value, str):
                yield item.value, item.lineno
    for node in tree.find_all(Call):
        first = node.args[0] if node.args else None
        if isinstance(node.node, Name) and node.node.name in MARKS and isinstance(first, Const):
            yield str(first.value), node.lineno
