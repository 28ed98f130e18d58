"""XML of a workbook taken in piece by piece: never a whole part in memory, and nothing that a bomb is made of.

Spreadsheet programs write neither document types nor entities, and nothing deep, long or of many names.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import IO
from xml.parsers.expat import ParserCreate

from config.i18n import mark as _

_CHUNK = 1 << 16
_LONGEST = 1 << 20
"""Most letters of one text, and most bytes of one tag; a cell holds 32,767 letters."""
_DEEPEST = 256
_MOST_NAMES = 10_000
_DOCTYPE = _("a part of the workbook has a document type, which no spreadsheet program writes")
_MONSTROUS = _("a part of the workbook holds what no spreadsheet program writes: too deep, too long, or too many names")


class MarkupRefusedError(Exception):
    """A part of a workbook is not read; carries the cause, as a message id."""


class Markup(ABC):
    """Takes in one part: subclasses say what begins and what ends, and when its letters are to be kept."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        """The letters kept since somebody cleared them."""
        self._depth = 0
        self._parser = ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = _refuse_doctype

    @abstractmethod
    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Take in that an element begins; the name is without its prefix."""

    @abstractmethod
    def end(self, name: str) -> None:
        """Take in that an element ends."""

    def keep_letters(self, *, keep: bool) -> None:
        """Keep the letters that come from here on, or no more."""
        self._parser.CharacterDataHandler = self.texts.append if keep else None

    def pieces(self, source: IO[bytes]) -> Iterator[None]:
        """Take in the part, pausing after each piece. Raise MarkupRefusedError for a bomb, ExpatError for no XML."""
        fed = 0
        while chunk := source.read(_CHUNK):
            self._parser.Parse(chunk, False)
            fed += len(chunk)
            self._check(fed)
            yield
        self._parser.Parse(b"", True)
        yield

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self.begin(name if ":" not in name else local_name(name), attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self.end(name if ":" not in name else local_name(name))

    def _check(self, fed: int) -> None:
        """Refuse what would grow with the part."""
        unfinished = fed - self._parser.CurrentByteIndex
        letters = sum(map(len, self.texts))
        names = len(self._parser.intern)
        if unfinished > _LONGEST or letters > _LONGEST or self._depth > _DEEPEST or names > _MOST_NAMES:
            raise MarkupRefusedError(_MONSTROUS)


class Tags(Markup):
    """Tells which elements a small part has, each with its attributes and the element it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self._found: list[tuple[str, str, dict[str, str]]] = []
        self._path = [""]

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Note an element, its attributes without their prefixes."""
        self._found.append((self._path[-1], name, {local_name(key): value for key, value in attributes.items()}))
        self._path.append(name)

    def end(self, name: str) -> None:
        """Step out of an element."""
        del name
        self._path.pop()

    def read(self, source: IO[bytes]) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Give all elements in their order: what each stands in, its name, its attributes."""
        for _piece in self.pieces(source):
            yield from self._found
            self._found.clear()


def local_name(name: str) -> str:
    """Give a name without its prefix."""
    return name.rpartition(":")[2]


def _refuse_doctype(*_declaration: object) -> None:
    raise MarkupRefusedError(_DOCTYPE)
