"""Tries the corrector on laws it has not counted: how often it puts a misread word right, and how often it spoils one.

    python -m scripts.fit.language_trial LAWS PAIRS [--share 0.027]

LAWS, PAIRS: as for `scripts.fit.language_counts`. Each law is held out in turn and the counts are made of the others.
Its words are misread at random at a given share, as config/language/correction.toml counts the engine's slips, and get
confidences as often as right and wrong words of real pages have them. Prints right / wrong / neither for each law.
"""

import argparse
import math
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from random import Random

from config.text import nfc
from ocr.language.candidates import candidates
from ocr.language.correct import Corrector
from ocr.language.model import LanguageModel, read_counts, vietnamese
from ocr.language.rules import Step, rules
from ocr.language.sentence import Case, token_of
from ocr.model import Box, Word
from scripts.fit.language_counts import laws, made_counts

_LINES, _LINES_OF_PAGE = 4000, 40
_SEED = 5
RIGHT, WRONG, NEITHER = "right", "wrong", "neither"


def main(arguments: list[str] | None = None) -> int:
    """Try each law and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("laws", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--share", type=float, default=0.027, help="share of words to misread")
    chosen = parser.parse_args(arguments)
    texts = dict(laws(chosen.laws))
    print(f"{'law':40s} {'words':>7s} {'misread':>7s} {RIGHT:>6s} {WRONG:>6s} {NEITHER:>8s}")
    for name, text in texts.items():
        others = [other for other_name, other in texts.items() if other_name != name]
        counts, _head = made_counts(others, chosen.pairs)
        print(_tried(name, text, read_counts(counts), chosen.share), flush=True)
    return 0


def _tried(name: str, text: str, model: LanguageModel, share: float) -> str:
    dice = Random(_SEED)  # noqa: S311 - repeatable, not secret
    truth = [(number, word) for number, line in enumerate(text.splitlines()[:_LINES]) for word in nfc(line).split()]
    words = [_read(line, word, share, dice) for line, word in truth]
    corrector = Corrector(model, rules())
    pages = groupby(words, key=lambda word: word.block // _LINES_OF_PAGE)
    settled = [word for _, page in pages for word in corrector.correct(list(page))]
    outcomes = Counter(_outcomes(truth, words, settled))
    misread = sum(word.text != meant for word, (_line, meant) in zip(words, truth, strict=True))
    counts = f"{outcomes[RIGHT]:6d} {outcomes[WRONG]:6d} {outcomes[NEITHER]:8d}"
    return f"{Path(name).name.split('.')[0]:40s} {len(words):7d} {misread:7d} {counts}"


def _outcomes(truth: Sequence[tuple[int, str]], read: Sequence[Word], settled: Sequence[Word]) -> Iterator[str]:
    for (_line, meant), was, now in zip(truth, read, settled, strict=True):
        if was.text != now.text:
            yield RIGHT if now.text == meant else WRONG if was.text == meant else NEITHER


def _read(line: int, meant: str, share: float, dice: Random) -> Word:
    """Give a word of a law as the engine might have read it."""
    box = Box(0, 50 * line, 40, 50 * line + 40)
    word = Word(meant, 0.0, box, line, line)
    text = _misread(word, dice) if dice.random() < share else meant
    return Word(text, _confidence(dice, is_wrong=text != meant), box, line, line)


def _misread(word: Word, dice: Random) -> str:
    token = token_of(word)
    others = candidates(token.core, (), vietnamese(), rules().slips) if token and token.core else {}
    if token is None or not others:
        return word.text
    (syllable,) = dice.choices(list(others), [math.exp(chance) for chance in others.values()])
    written = {Case.UPPER: syllable.upper(), Case.TITLE: syllable.capitalize()}.get(token.case, syllable)
    return token.before + written + token.after


def _confidence(dice: Random, *, is_wrong: bool) -> float:
    def weight(step: Step) -> int:
        return step.wrong if is_wrong else step.read - step.wrong

    steps = rules().steps
    return dice.choices([step.start for step in steps], [weight(step) for step in steps])[0]


if __name__ == "__main__":
    sys.exit(main())
