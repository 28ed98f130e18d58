"""Readings to try the language on: words of one line with the confidence each was read with."""

from ocr.model import Box, Word, WordKind

SURE, DOUBTFUL = 0.99, 0.80


def line(text: str, *doubtful: int, number: int = 0, kind: WordKind = WordKind.PRINT) -> list[Word]:
    """Give a line's words, sure but for those at the given places."""
    return [
        Word(
            word,
            DOUBTFUL if place in doubtful else SURE,
            Box(100 * place, 50 * number, 100 * place + 90, 50 * number + 40),
            number,
            number,
            kind,
            probability=0.6 if place in doubtful else 0.999,
        )
        for place, word in enumerate(text.split())
    ]


def texts(words: tuple[Word, ...] | list[Word]) -> str:
    """Give the words as a line of text."""
    return " ".join(word.text for word in words)
