"""How ruled tables are read: skewed, delivered sideways, with broken and faint rules; cell by cell against the truth.

    python -m scripts.bench.tables [--corpus CORPUS] [--way NAME] [--write]

Tables of specimens are set, their rules damaged, scanned and turned; the truth is what was set. A cell is right when
what was read in its row and column differs in no more than one letter of ten. With --write the table goes into
docs/benchmarks.md. Exit code 1 when a way of damage leaves fewer than nine cells of ten right.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

os.environ.setdefault("OMP_THREAD_LIMIT", "1")

import cv2
import numpy as np
from PIL import Image as Pillow
from rapidfuzz.distance import Levenshtein

from config.settings import OcrSettings
from ocr.engines import Engine, open_engine
from ocr.images import Image, image_of
from ocr.model import PageText
from scripts.bench.accuracy.reading import read_files
from scripts.bench.accuracy.report import table, write_between
from scripts.bench.accuracy.text_score import TextScore, score_text, total
from scripts.bench.accuracy.truth import CORPUS, Scorer, TruePage, load_scorer
from scripts.specimen.cast import load_cast
from scripts.specimen.model import Colour, Container, Scan
from scripts.specimen.paper import scan
from scripts.specimen.typeset import SetPage, typeset
from scripts.specimen.wording import Order, write_paper

DPI = 200
SHEETS = (
    ("demo", "danh_sach", 0),
    ("bench", "danh_sach", 1),
    ("bench", "quyet_dinh", 2),
    ("demo", "quyet_dinh", 1),
    ("demo", "giay_tiep_nhan", 0),
    ("bench", "giay_tiep_nhan", 2),
)
"""Papers with tables: cast, kind, layout."""
_VARIANTS = 4
_LONG_MM = (14.0, 9.0)
_GAP_MM, _GAP_EVERY_MM = 4.0, 31.0
_STAGGER = 97
_FAINT = 165
_RIGHT = 0.1
_LEAST_RIGHT = 0.9


@dataclass(frozen=True, slots=True)
class Way:
    """What happens to a sheet: its rules, its skew in degrees clockwise, the quarter turn it is delivered with."""

    name: str
    rules: str = "whole"
    skew_deg: float = 0.0
    turn: int = 0


WAYS = (
    Way("as set"),
    *(Way(f"turned {angle:g}", skew_deg=angle) for angle in (1.0, -2.0, 3.0)),
    Way("sideways 90", turn=90),
    Way("sideways 270", turn=270),
    Way("broken rules", "broken"),
    Way("faint rules", "faint"),
    Way("broken, turned -1.5", "broken", -1.5),
    Way("faint, turned 2", "faint", 2.0),
    Way("sideways 90, broken, turned 1", "broken", 1.0, 90),
)


@dataclass(frozen=True, slots=True)
class Cells:
    """One sheet read: the cells of its tables, those read right, whether they follow row by row, its text's score."""

    way: str
    cells: int
    right: int
    is_ordered: bool
    score: TextScore


@dataclass(frozen=True, slots=True)
class Sheet:
    """A set page with a table."""

    name: str
    page: SetPage

    @property
    def tables(self) -> list[Sequence[Sequence[str]]]:
        """Give the rows of each table on it."""
        return [block["rows"] for block in self.page.blocks if block["t"] == "table"]


def main() -> int:
    """Print the table; exit 1 when a way leaves too few cells right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--way", default="", help="only ways whose name holds this")
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    chosen = parser.parse_args()
    ways = [way for way in WAYS if chosen.way in way.name]
    found = list(measure_tables(ways, load_scorer(chosen.corpus)))
    text = tables_table(found)
    print(text)
    if chosen.write:
        write_between("tables", text)
    poor = [way for way in ways if share_right([one for one in found if one.way == way.name]) < _LEAST_RIGHT]
    return int(bool(poor))


def measure_tables(ways: Sequence[Way], scorer: Scorer) -> Iterator[Cells]:
    """Read every sheet in every way."""
    engine, sheets = open_engine(OcrSettings()), list(set_sheets())
    with TemporaryDirectory() as folder:
        for way in ways:
            for sheet in sheets:
                path = Path(folder) / "sheet.png"
                Pillow.fromarray(delivered(sheet, way)).save(path, dpi=(DPI, DPI))
                one = read_sheet(sheet, way, path, engine, scorer)
                print(f"{way.name}: {sheet.name}: {one.right} of {one.cells}, {one.score.cer:.2f} %", file=sys.stderr)
                yield one


def set_sheets() -> Iterator[Sheet]:
    """Set the papers and give their pages that have a table."""
    for cast_name, kind, layout in SHEETS:
        cast = load_cast(cast_name)
        for variant in range(_VARIANTS):
            name = f"{cast_name}/{kind}/{variant}"
            dice = Random(name)  # noqa: S311 - repeatable, not secret
            agency = next(iter(cast.agencies))
            order = Order(kind, agency, date(2026, 5, 12), variant=variant)
            chosen = cast.layouts[layout % len(cast.layouts)]
            pages = typeset(write_paper(cast, order, dice), chosen, DPI, watermark=False, dice=dice)
            with_table = [page for page in pages if any(block["t"] == "table" for block in page.blocks)]
            if with_table:
                yield Sheet(name, with_table[0])
                break


def delivered(sheet: Sheet, way: Way) -> Image:
    """Give what a scanner delivers of a sheet: rules damaged, worn, skewed, turned."""
    dice = Random(f"{sheet.name}/{way.name}")  # noqa: S311 - repeatable, not secret
    ink = image_of(sheet.page.ink)
    ink = {"whole": lambda page: page, "broken": broken_rules, "faint": faint_rules}[way.rules](ink)
    # Clean paper lies straight: the skew is ours.
    worn = scan(ink, (), Scan(Colour.GREY, DPI, Container.PNG, wear=0), dice, holes=False).image
    height, width = worn.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -way.skew_deg, 1.0)
    turned = cv2.warpAffine(worn, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(np.rot90(image_of(turned), -way.turn // 90))


def rules_of(ink: Image) -> tuple[Image, Image]:
    """Give the level and the standing rules of a clean page (255 on 0)."""
    dark = cv2.threshold(ink, 140, 255, cv2.THRESH_BINARY_INV)[1]
    across, down = (round(length * DPI / 25.4) for length in _LONG_MM)
    level = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, across), np.uint8))
    standing = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((down, 1), np.uint8))
    return image_of(cv2.dilate(level, np.ones((3, 1), np.uint8))), image_of(
        cv2.dilate(standing, np.ones((1, 3), np.uint8))
    )


def broken_rules(ink: Image) -> Image:
    """Give a page whose rules have gaps, as a dry pen or a fax leaves them."""
    level, standing = rules_of(ink)
    every, gap = (round(length * DPI / 25.4) for length in (_GAP_EVERY_MM, _GAP_MM))
    rows, columns = np.indices(ink.shape)
    # Each rule has its gaps elsewhere.
    across = (columns + _STAGGER * (rows // gap)) % every < gap
    down = (rows + _STAGGER * (columns // gap)) % every < gap
    changed = ink.copy()
    changed[(level > 0) & across & (standing == 0)] = 255
    changed[(standing > 0) & down & (level == 0)] = 255
    return changed


def faint_rules(ink: Image) -> Image:
    """Give a page whose rules are pale."""
    level, standing = rules_of(ink)
    ruled = (level > 0) | (standing > 0)
    return image_of(np.where(ruled, np.maximum(ink, _FAINT), ink))


def read_sheet(sheet: Sheet, way: Way, path: Path, engine: Engine, scorer: Scorer) -> Cells:
    """Read a delivered sheet and hold its cells against the truth."""
    (text,) = read_files([path], engine)
    page = TruePage(sheet.name, sheet.name, path, {"blocks": sheet.page.blocks})
    truth = {
        (number, row, column): scorer.norm(cell)
        for number, rows in enumerate(sheet.tables)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
        if scorer.norm(cell)
    }
    read = cell_texts(text)
    right = sum(_is_right(wanted, scorer.norm(read.get(place, ""))) for place, wanted in truth.items())
    order = [word.cell for word in text.words if word.cell is not None]
    return Cells(way.name, len(truth), right, order == sorted(order), score_text(scorer, page, text.text()))


def cell_texts(text: PageText) -> Mapping[tuple[int, int, int], str]:
    """Give what was read in each cell, by table, row and column."""
    read: dict[tuple[int, int, int], list[str]] = {}
    for word in text.words:
        if word.cell is not None:
            read.setdefault(word.cell, []).append(word.text)
    return {place: " ".join(words) for place, words in read.items()}


def share_right(found: Sequence[Cells]) -> float:
    """Give the share of cells that were read right."""
    return sum(one.right for one in found) / max(1, sum(one.cells for one in found))


def tables_table(found: Sequence[Cells]) -> str:
    """Give a row a way: sheets, cells, those right, sheets in order, characters wrong, worst sheet."""
    rows = []
    for name in [*dict.fromkeys(one.way for one in found), "**all**"]:
        some = [one for one in found if name in {one.way, "**all**"}]
        rows.append(
            [
                name,
                str(len(some)),
                str(sum(one.cells for one in some)),
                f"{100 * share_right(some):.1f} %",
                str(sum(one.is_ordered for one in some)),
                f"{total(one.score for one in some).cer:.2f}",
                f"{max(one.score.cer for one in some):.2f}",
            ]
        )
    return table("tables|sheets|cells|cells right|in order|characters wrong|worst sheet", rows)


def _is_right(wanted: str, read: str) -> bool:
    return Levenshtein.distance(wanted, read) <= _RIGHT * max(len(wanted), 10)


if __name__ == "__main__":
    sys.exit(main())
