"""Asks the second recognizer about each word of an image: in its line, and alone once more where it reads otherwise."""

from collections.abc import Iterator, Sequence

from ocr.images import Image
from ocr.model import Box
from ocr.recognize_lines import Line
from ocr.second import LineReader
from ocr.second.opinion import Opinion, core, opinions
from ocr.second.pieces import piece_box

_AGAIN = 1.08
"""Height at which words are read alone, in heights of their band: the size of letters matters to the recognizer."""


def ask(image: Image, pieces: Sequence[Line], reader: LineReader) -> list[list[Opinion]]:
    """Give an opinion on each word of each piece, the surer one where two were given.

    Raise ToolFailedError when reading fails.
    """
    given = _read(image, pieces, reader, 1.0)
    places = [
        (place, first, end)
        for place, (piece, said) in enumerate(zip(pieces, given, strict=True))
        for first, end in _differing(piece, said, reader.signs)
    ]
    again = _read(image, [pieces[place][first:end] for place, first, end in places], reader, _AGAIN)
    for (place, first, end), said in zip(places, again, strict=True):
        pairs = zip(given[place][first:end], said, strict=True)
        given[place][first:end] = [max(pair, key=lambda opinion: opinion.confidence) for pair in pairs]
    return given


def _differing(piece: Line, said: Sequence[Opinion], signs: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Give the runs of words that were read otherwise: first word, and the one after the last."""
    first = None
    for place, (word, opinion) in enumerate(zip(piece, said, strict=True)):
        if core(word.text, signs) != core(opinion.text, signs):
            first = place if first is None else first
        elif first is not None:
            yield first, place
            first = None
    if first is not None:
        yield first, len(piece)


def _read(image: Image, pieces: Sequence[Line], reader: LineReader, height: float) -> list[list[Opinion]]:
    read = reader.read_lines(image, [_resized(piece_box(piece), height) for piece in pieces])
    return [opinions(piece, signs) for piece, signs in zip(pieces, read, strict=True)]


def _resized(box: Box, height: float) -> Box:
    more = (height - 1.0) / 2 * box.height
    return Box(box.left, box.top - more, box.right, box.bottom + more)
