"""Finds the Tesseract language model, the same one for every engine, and says which it is."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from config.errors import ToolMissingError
from config.i18n import gettext
from config.i18n import mark as _

_FOLDERS = (
    Path("/usr/share/tesseract-ocr/5/tessdata"),
    Path("/usr/share/tesseract-ocr/4.00/tessdata"),
    Path("/usr/share/tessdata"),
    Path("/usr/local/share/tessdata"),
    Path("/opt/homebrew/share/tessdata"),
)


@dataclass(frozen=True, slots=True)
class Model:
    """A language model on this machine."""

    language: str
    folder: Path
    sha256: str

    @property
    def name(self) -> str:
        """The language and the start of the file's sha256, which tells fast, best and script models apart."""
        return f"{self.language}-{self.sha256[:12]}"


def find_model(language: str, folder: Path | None = None) -> Model:
    """Find a language's model in the folder given, else in TESSDATA_PREFIX, else where systems put them.

    Raise ToolMissingError when there is none.
    """
    candidates = [folder] if folder else [*_from_environment(), *_FOLDERS]
    for candidate in candidates:
        path = candidate / f"{language}.traineddata"
        if path.is_file():
            return Model(language, candidate, hashlib.sha256(path.read_bytes()).hexdigest())
    raise ToolMissingError(
        tool=f"tesseract {language}",
        cause=gettext(_("no {name} in {folders}")).format(
            name=f"{language}.traineddata", folders=", ".join(str(candidate) for candidate in candidates)
        ),
        install=f"apt-get install tesseract-ocr tesseract-ocr-{language}",
    )


def _from_environment() -> list[Path]:
    prefix = os.environ.get("TESSDATA_PREFIX")
    return [Path(prefix), Path(prefix) / "tessdata"] if prefix else []
