"""Worn pages with truth: real pages damaged in ways that happen to paper and scanners, and specimens of worn paper.

Clean scans say little about levers that are there for bad ones. What is damaged and how is fixed by page, so that two
runs read the same images.
"""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import cv2
import numpy as np
from PIL import Image as Pillow

from ocr.images import Image, image_of
from ocr.source import deliver, open_delivered
from scripts.bench.accuracy.reading import LIMITS
from scripts.bench.accuracy.stock import SCAN_DPI
from scripts.bench.accuracy.truth import TruePage
from scripts.bench.page_variants import DAMAGED
from scripts.specimen.model import Colour, Container, Scan
from scripts.specimen.paper import Ink, scan, turned_mask
from scripts.specimen.stamps import Art, cut
from scripts.specimen.studio import render_specimens

DAMAGES = (
    ("sealed", "turned 2"),
    ("aged", "shadow"),
    ("sealed, aged", "on a black bed"),
    ("faded", "turned 1"),
    ("sealed", "specks 2 %"),
    ("squared paper", "turned -3"),
    ("sealed, aged", "aged, grey"),
    ("turned 1", "aged, grey"),
    ("band inverted", "blurred"),
)
"""What happens to each page of the corpus in turn; every page is read twice."""
_SEALED_AT = ((0.3, 0.45), (0.6, 0.72))
"""Where on a page two round seals lie over its text, in shares of its width and height."""
_RENDERED = 28
_MOST_SPECIMENS = 12


def worn_pages(pages: Sequence[TruePage], folder: Path) -> list[TruePage]:
    """Write two damaged images of each page below a folder, and give them with the page's truth."""
    worn = []
    for number, page in enumerate(pages):
        grey = image_of(np.asarray(cv2.imread(str(page.image), cv2.IMREAD_GRAYSCALE)))
        for damage in DAMAGES[number % len(DAMAGES)]:
            path = folder / f"{page.name}_{damage.replace(' ', '_').replace(',', '').replace('%', 'percent')}.png"
            _write(damaged(grey, damage, page.name), path, SCAN_DPI)
            worn.append(TruePage(f"{page.name}, {damage}", page.document, path, page.truth))
    return worn


def worn_specimens(seed: int, folder: Path) -> list[TruePage]:
    """Render specimens by a seed and give the first page of each that is of poor paper or has a seal on its text."""
    worn = []
    for number, document in enumerate(render_specimens(folder / "made", seed, "bench", _RENDERED)):
        if document.scan.wear < 2 and "low_seal" not in document.scan.marks:
            continue
        path = folder / f"{number:03d}.png"
        _write_first_page(document.files, path, folder / f"{number:03d}.pdf")
        first = document.pages[0]
        truth = {"blocks": first.blocks, "handwritten": first.handwritten, "stamps": first.stamps}
        worn.append(TruePage(f"{document.kind}, {document.scan.colour}", f"{seed}/{number:03d}", path, truth))
    return worn[:_MOST_SPECIMENS]


def damaged(grey: Image, damage: str, name: str) -> Image:
    """Give a page in grey or colour after damage by a name. Raise KeyError for a name that is none."""
    if damage == "turned 1":
        return turned_by(grey, 1.0)
    if damage in DAMAGED:
        return DAMAGED[damage](grey)
    dice = Random(f"{name}/{damage}")  # noqa: S311 - repeatable, not secret
    colour = Colour.GREY if "grey" in damage else Colour.COLOUR
    how = Scan(
        colour, SCAN_DPI, Container.PNG, wear={"sealed": 1, "sealed, aged": 2, "aged": 2, "aged, grey": 2}[damage]
    )
    seals = _seals(grey, dice) if "sealed" in damage else []
    return image_of(scan(grey, seals, how, dice, holes=False).image)


def turned_by(grey: Image, degrees: float) -> Image:
    """Give a page turned on its canvas, counter-clockwise."""
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return image_of(cv2.warpAffine(grey, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255.0,)))


def _seals(grey: Image, dice: Random) -> list[Ink]:
    art = Art("seal", ("ỦY BAN NHÂN DÂN",))
    seals = []
    for across, down in _SEALED_AT:
        mask = turned_mask(cut([art], SCAN_DPI)[art], dice.uniform(-9, 9))
        left, top = (round(share * side) for share, side in ((across, grey.shape[1]), (down, grey.shape[0])))
        seals.append(Ink(mask, left, top, "red"))
    return seals


def _write_first_page(files: Sequence[Path], path: Path, delivered_pdf: Path) -> None:
    deliver(list(files), delivered_pdf, LIMITS)
    with open_delivered(delivered_pdf) as delivered:
        colour = delivered.colour(1)
        _write(delivered.grey(1) if colour is None else colour, path, round(delivered.pages[0].dpi))


def _write(image: Image, path: Path, dpi: int) -> None:
    shown = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
    Pillow.fromarray(shown).save(path, dpi=(dpi, dpi))
