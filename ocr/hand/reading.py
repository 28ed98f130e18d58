"""Reads a page's blanks: figures written by hand into its heading, each as a proposal with its chance to be right."""

import tomllib
from collections.abc import Sequence
from functools import cache

import numpy as np

from config.errors import ReferenceDataError
from ocr.hand.figures import FACTS_FILE
from ocr.hand.ink import Atoms, atoms_of
from ocr.hand.lattice import Share, read_atoms
from ocr.hand.places import Place, find_places
from ocr.images import Image
from ocr.model import Blank, Box, Guess, Word
from ocr.prepare_light import without_red

_AROUND = 1.0
"""So much around a blank is cut out with it, in line heights."""
_MOST_GUESSES = 4
_LEAST_PROBABILITY = 0.01


def read_blanks(grey: Image, colour: Image | None, words: Sequence[Word], dpi: float) -> tuple[Blank, ...]:
    """Read the blanks of an upright page in which something stands that is no print; a seal over them is lifted."""
    if not words:
        return ()
    places = find_places(words, (grey.shape[1], grey.shape[0]))
    return tuple(blank for place in places if (blank := _read(grey, colour, place, dpi)) is not None)


def _read(grey: Image, colour: Image | None, place: Place, dpi: float) -> Blank | None:
    around = _AROUND * place.line_px
    left, top = max(int(place.box.left - around), 0), max(int(place.box.top - around), 0)
    rows, columns = slice(top, int(place.box.bottom + around)), slice(left, int(place.box.right + around))
    cut = grey[rows, columns]
    if cut.size and colour is not None and colour.shape[:2] == grey.shape:
        cut = without_red(cut, np.ascontiguousarray(colour[rows, columns]), dpi)
    inner = Box(place.box.left - left, place.box.top - top, place.box.right - left, place.box.bottom - top)
    atoms = atoms_of(cut, inner, place.line_px)
    if not atoms.boxes:
        return None
    return Blank(place.label, _box(atoms, left, top), sure_guesses(read_atoms(atoms)))


def is_of_blank(ink: Box, blank: Blank) -> bool:
    """Say whether ink that no word covers is the ink of a blank, and so is accounted for."""
    x, y = (ink.left + ink.right) / 2, (ink.top + ink.bottom) / 2
    return blank.box.left <= x <= blank.box.right and blank.box.top <= y <= blank.box.bottom


def sure_guesses(shares: Sequence[Share]) -> tuple[Guess, ...]:
    """Give texts with the chance that each is right, which is less than its share of the ways to read the ink."""
    if not shares:
        return ()
    best = shares[0].share
    chance = _chance(best)
    rest = (1.0 - chance) / max(1.0 - best, 1e-6)
    # What the first loses to doubt is not the others' gain alone: most of it is nothing that was thought of.
    guesses = [Guess(shares[0].text, chance), *(Guess(one.text, one.share * min(rest, 1.0)) for one in shares[1:])]
    return tuple(guess for guess in guesses[:_MOST_GUESSES] if guess.probability >= _LEAST_PROBABILITY)


def _box(atoms: Atoms, left: int, top: int) -> Box:
    x, y, right, bottom = atoms.bounds(0, len(atoms.boxes))
    across, down = left + atoms.left, top + atoms.top
    return Box(float(x + across), float(y + down), float(right + across), float(bottom + down))


def _chance(share: float) -> float:
    shares, chances = zip(*_sureness(), strict=True)
    return float(np.interp(share, shares, chances))


@cache
def _sureness() -> tuple[tuple[float, float], ...]:
    """Give how often a text with a share is right. Raise ReferenceDataError when the file is wrong."""
    try:
        points = tomllib.loads(FACTS_FILE.read_text("utf-8"))["sureness"]
        return tuple((float(share), float(chance)) for share, chance in points)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as err:
        raise ReferenceDataError(file=FACTS_FILE.name, place="sureness", cause=err) from err
