"""The texts of a workbook, which its cells name by number: kept in a file, for a long register has millions of them."""

from array import array
from collections.abc import Sequence
from functools import lru_cache
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Self

from config.text import nfc
from pipeline.register.workbook.markup import Markup

_IN_A_BLOCK = 16
_BLOCKS_AT_HAND = 4096
_BETWEEN = "\0"
"""Stands between two texts of a block; XML has no such letter."""


class Texts:
    """Texts by number, in blocks on disk; those asked for lately are at hand."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._starts = array("Q", [0])
        self._block: list[str] = []
        self._count = 0
        self._at = lru_cache(_BLOCKS_AT_HAND)(self._read)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _err: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return self._count

    def add(self, text: str) -> None:
        """Keep one more text."""
        self._block.append(text)
        self._count += 1
        if len(self._block) == _IN_A_BLOCK:
            self._write()

    def at(self, number: int) -> str:
        """Give a text. Raise IndexError when there is none of this number."""
        if not 0 <= number < self._count:
            raise IndexError(number)
        return self._at(number // _IN_A_BLOCK)[number % _IN_A_BLOCK]

    def close_last(self) -> None:
        """Write down what was added last; nothing is added after that."""
        self._write()

    def _write(self) -> None:
        if self._block:
            self._starts.append(self._starts[-1] + self._file.write(_BETWEEN.join(self._block).encode()))
            self._block = []

    def _read(self, block: int) -> Sequence[str]:
        start, end = self._starts[block], self._starts[block + 1]
        self._file.seek(start)
        return self._file.read(end - start).decode().split(_BETWEEN)


class _TextsPart(Markup):
    """Takes in the part of the texts; how a word is read aloud is no part of the text."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._into = texts
        self._is_reading = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a text, or a part of it."""
        del attributes
        if name == "t":
            self.keep_letters(keep=not self._is_reading)
        elif name == "si":
            self.texts.clear()
        elif name == "rPh":
            self._is_reading = True

    def end(self, name: str) -> None:
        """Keep a text that is whole."""
        if name == "t":
            self.keep_letters(keep=False)
        elif name == "si":
            text = "".join(self.texts).replace("x005F_", "")
            self._into.add(nfc(text) if text.strip() else "")
        elif name == "rPh":
            self._is_reading = False


def read_texts(source: IO[bytes], texts: Texts) -> None:
    """Keep all texts of a workbook, in NFC, blank ones empty."""
    for _piece in _TextsPart(texts).pieces(source):
        pass
    texts.close_last()
