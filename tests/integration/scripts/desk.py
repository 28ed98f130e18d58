"""A desk with the command on it: what a person types, and what is told."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.application import run


@dataclass(frozen=True, slots=True)
class Told:
    """What one command told: exit code, result, progress and complaints."""

    code: int
    out: str
    err: str

    @property
    def result(self) -> Any:
        """The result of a command that was asked for JSON."""
        document = json.loads(self.out)
        assert document["schema"] == 1
        return document["result"]


class Desk:
    """An installation, and whoever sits in front of it."""

    def __init__(self, home: Path, specimens: Path) -> None:
        self.home = home
        self.specimens = specimens
        self.told: dict[str, Told] = {}

    def __call__(self, *arguments: str, as_step: str | None = None) -> Told:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run(["--home", str(self.home), "--actor", "lan", *arguments])
        told = Told(code, out.getvalue(), err.getvalue())
        if as_step:
            self.told[as_step] = told
        return told
