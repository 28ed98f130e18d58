"""Secrecy marks on specimens: printed, stamped, stamped faintly; which are missed, which suspected, which certain.

Papers without a mark are read too: what is suspected there costs a person a look.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from config.fonts import document_font
from config.settings import OcrSettings
from ocr.engines import Engine, open_engine
from pipeline.secrecy import find_secrecy_marks
from scripts.bench.accuracy.reading import read_files
from scripts.bench.accuracy.report import table
from scripts.bench.accuracy.specimens import TIERS
from scripts.specimen.cast import Cast, load_cast
from scripts.specimen.inking import Inker
from scripts.specimen.model import Colour, Container, Scan
from scripts.specimen.packing import pack
from scripts.specimen.paper import Image, Ink, scan
from scripts.specimen.typeset import SetPage, typeset
from scripts.specimen.wording import Order, write_paper

WAYS = ("printed", "stamped", "faint", "none")
GRADES = ("MẬT", "TỐI MẬT", "TUYỆT MẬT")
MISSED, SUSPECTED, CERTAIN = "missed", "suspected", "certain"
_KINDS = ("cong_van", "quyet_dinh", "thong_bao")
_COLOURS = (Colour.COLOUR, Colour.GREY, Colour.BITONAL)
_FAINT = (0.25, 0.5)
"""How much of a stamp's ink is left where its pad was dry."""
_START = date(2026, 2, 2)
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Marked:
    """One paper with its mark, and what was found: the outcome for a mark, SUSPECTED or CERTAIN also without one."""

    way: str
    tier: str
    colour: str
    outcome: str


def measure_secrecy(seed: int, count: int) -> list[Marked]:
    """Make so many papers of each way of marking by a seed, and look for their marks."""
    cast, engine = load_cast("bench"), open_engine(OcrSettings())
    with TemporaryDirectory() as folder:
        made = list(_made(cast, seed, count, Path(folder)))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(lambda paper: _found(*paper, engine=engine), made))


def secrecy_table(found: list[Marked]) -> str:
    """Give how many marks of each way and wear were missed, suspected, certain."""
    rows = []
    for way in WAYS:
        for tier in (*TIERS, "all"):
            some = [one for one in found if one.way == way and tier in {one.tier, "all"}]
            outcomes = Counter(one.outcome for one in some)
            name = "no mark" if way == "none" else way
            if some:
                rows.append(
                    [name, tier, str(len(some)), *(str(outcomes[kind]) for kind in (MISSED, SUSPECTED, CERTAIN))]
                )
    return table("mark|wear|papers|missed or none|suspected|certain", rows)


def _made(cast: Cast, seed: int, count: int, folder: Path) -> Iterator[tuple[str, Scan, tuple[Path, ...]]]:
    for way in WAYS:
        for number in range(count):
            dice = Random(f"{seed}/{way}/{number}")  # noqa: S311 - repeatable, not secret
            how = Scan(
                _COLOURS[number % 3], (200, 300)[number // 3 % 2], Container.PDF, wear=(1, 0, 2)[number // 2 % 3]
            )
            place = folder / way / f"{number}.pdf"
            place.parent.mkdir(exist_ok=True, parents=True)
            yield way, how, _paper(cast, way, number, how, dice, place)


def _paper(cast: Cast, way: str, number: int, how: Scan, dice: Random, place: Path) -> tuple[Path, ...]:
    grade = GRADES[number % len(GRADES)]
    is_stamped = way in {"stamped", "faint"}
    agency = list(cast.agencies)[number % len(cast.agencies)]
    kind = _KINDS[number // 2 % len(_KINDS)]
    issued_on = _START + timedelta(days=3 * number)
    order = Order(kind, agency, issued_on, variant=number, secrecy=grade if is_stamped else None)
    paper = write_paper(cast, order, dice)
    layout = cast.layouts[number % len(cast.layouts)]
    page = typeset(paper, layout, how.dpi, watermark=how.colour is not Colour.BITONAL, dice=dice)[0]
    inks = list(Inker(paper, how, dice).ink(page, is_first=True).inks)
    if way == "faint":
        inks[-1] = _faded(inks[-1], dice)
    print_ink = _printed(page, grade, how, dice) if way == "printed" else page.ink
    scanned = scan(print_ink, inks, how, dice, holes=False)
    return pack([scanned.image], place, how)


def _faded(ink: Ink, dice: Random) -> Ink:
    return replace(ink, mask=(ink.mask * dice.uniform(*_FAINT)).astype(np.float32))


def _printed(page: SetPage, grade: str, how: Scan, dice: Random) -> Image:
    """Print a mark by itself above the issuer, as a typist sets it."""
    at = next(anchor for anchor in page.anchors if anchor.name == "numbers")
    size = round(dice.uniform(13, 16) / 72 * how.dpi)
    font = ImageFont.truetype(BytesIO(document_font()), size)
    image = Pillow.fromarray(page.ink)
    top = dice.uniform(8, 11) / 25.4 * how.dpi
    ImageDraw.Draw(image).text((at.left + at.width / 2, top), grade, font=font, fill=0, anchor="ma")
    return np.asarray(image)


def _found(way: str, how: Scan, files: tuple[Path, ...], *, engine: Engine) -> Marked:
    marks = find_secrecy_marks(read_files(files, engine))
    outcome = MISSED
    if marks:
        outcome = CERTAIN if any(mark.is_certain for mark in marks) else SUSPECTED
    return Marked(way, TIERS[how.wear], how.colour.value, outcome)
