"""The mark of a digitized copy: its words and look come from data (config/reference/copy_mark.toml)."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.clock import vietnam_iso
from config.errors import ReferenceDataError
from config.text import fold_space

TEMPLATE_FILE = Path(__file__).resolve().parents[2] / "config" / "reference" / "copy_mark.toml"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Mark(_Table):
    kind: str = Field(min_length=1)
    statement: str = Field(min_length=1)


class VisibleMark(_Table):
    """How the mark is printed on the page."""

    shown: bool
    pages: Literal["first", "all"]
    lines: tuple[str, ...]
    margin: Literal["top", "bottom"]
    font_size_pt: float = Field(gt=2, le=20)
    side_pt: float = Field(ge=0)
    edge_pt: float = Field(ge=0)


class _File(_Table):
    mark: _Mark
    visible: VisibleMark


@dataclass(frozen=True, slots=True)
class MarkTemplate:
    """The words of the mark, with {converter} and {time} to be filled in, and its look."""

    kind: str
    statement: str
    visible: VisibleMark


@cache
def load_mark_template(path: Path = TEMPLATE_FILE) -> MarkTemplate:
    """Give the template in a file. Raise ReferenceDataError when the file does not hold one."""
    try:
        content = _File.model_validate(tomllib.loads(path.read_text("utf-8")))
        for text in (content.mark.statement, *content.visible.lines):
            text.format(converter="", time="")
    except ValidationError as err:
        first = err.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ReferenceDataError(file=path.name, place=place, cause=first["msg"]) from err
    except (OSError, ValueError, LookupError) as err:
        raise ReferenceDataError(file=path.name, place="", cause=err) from err
    return MarkTemplate(content.mark.kind, content.mark.statement, content.visible)


@dataclass(frozen=True, slots=True)
class CopyMark:
    """Who converted a document and when, and how the copy says so; `visible` False keeps it to the metadata."""

    converter: str
    converted_at: datetime
    visible: bool = True
    template: MarkTemplate = field(default_factory=load_mark_template)

    @property
    def statement(self) -> str:
        """The sentence for the metadata."""
        return self._filled(self.template.statement)

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines printed on the page; none when nothing is printed."""
        if not (self.visible and self.template.visible.shown):
            return ()
        return tuple(self._filled(line) for line in self.template.visible.lines)

    def _filled(self, text: str) -> str:
        return text.format(converter=fold_space(self.converter), time=vietnam_iso(self.converted_at))
