"""What one reading of one page scores: characters, words, text beyond the truth."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from scripts.bench.accuracy.truth import Scorer, TruePage

_FIRST_LETTER = 0xF0000
"""Each word is one letter of the private planes, so that the scorer's distance counts words."""


@dataclass(frozen=True, slots=True)
class TextScore:
    """Characters and words of a page, how many are wrong, and how many characters are beyond the truth.

    `beyond`: the extra characters that are more than the stamps and handwritten notes the truth lists.
    """

    chars: int = 0
    errors: int = 0
    words: int = 0
    word_errors: int = 0
    extra: int = 0
    beyond: int = 0

    @property
    def cer(self) -> float:
        """Characters wrong in percent."""
        return 100 * self.errors / max(1, self.chars)

    @property
    def wer(self) -> float:
        """Words wrong in percent."""
        return 100 * self.word_errors / max(1, self.words)


def score_text(scorer: Scorer, page: TruePage, text: str) -> TextScore:
    """Hold a text against the truth of its page; what is handwritten or stamped is no error."""
    counted = scorer.score_page(page.truth, text, None)
    words, wrong = _words(scorer, page, text)
    beyond = max(0, counted["extra"] - page.listed_chars(scorer))
    return TextScore(counted["chars"], counted["errors"], words, wrong, counted["extra"], beyond)


def total(scores: Iterable[TextScore]) -> TextScore:
    """Add pages up."""
    rows = list(scores)
    return TextScore(*(sum(getattr(row, field.name) for row in rows) for field in fields(TextScore)))


def _words(scorer: Scorer, page: TruePage, text: str) -> tuple[int, int]:
    letters: dict[str, str] = {}

    def spelled(words: str) -> str:
        return "".join(letters.setdefault(word, chr(_FIRST_LETTER + len(letters))) for word in words.split())

    hay = spelled(scorer.norm(text))
    units = [spelled(unit) for unit, is_inked in scorer.units(page.truth) if unit and not is_inked]
    wrong = sum(min(scorer.infix_distance(unit, hay), len(unit)) for unit in units)
    return sum(map(len, units)), wrong
