"""How well codes on worn pages are read, and what looking for them costs a page.

    python -m scripts.bench.barcodes FOLDER [--seed N]

FOLDER holds page images (PNG) without codes: the paper that codes are printed on, and the pages that looking is timed
on. Prints read, wrong and all by tier, in colour and in grey, then CPU milliseconds a page with and without a code.
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

import cv2

from ocr.barcodes import read_barcodes
from ocr.images import Image, image_of
from scripts.specimen.codes import PRINTED, Tier, coded_page

_RESOLUTIONS = (200, 300)


def main(arguments: list[str] | None = None) -> int:
    """Print codes on pages, wear them, read them, print how many were read."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.barcodes")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    read = [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in sorted(chosen.folder.rglob("*.png"))]
    papers = [image_of(page) for page in read if page is not None]
    if not papers:
        print(f"no page images in {chosen.folder}", file=sys.stderr)
        return 1
    dice = Random(chosen.seed)  # noqa: S311 - the same seed gives the same pages
    print("tier | colour: read wrong | grey: read wrong | of")
    spent, pages = 0.0, 0
    for tier in Tier:
        came_to: Counter[str] = Counter()
        for code in PRINTED:
            for dpi in _RESOLUTIONS:
                page = coded_page(_paper(dice.choice(papers), dpi), code, tier, dpi, dice)
                grey = image_of(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY))
                for name, colour in (("colour", page), ("grey", None)):
                    before = time.process_time()
                    texts = [found.text for found in read_barcodes(grey, colour, dpi)]
                    spent, pages = spent + time.process_time() - before, pages + 1
                    came_to[f"{name} read"] += code.text in texts
                    came_to[f"{name} wrong"] += any(text != code.text for text in texts)
        of = len(PRINTED) * len(_RESOLUTIONS)
        print(tier, *(came_to[f"{name} {what}"] for name in ("colour", "grey") for what in ("read", "wrong")), of)
    print(f"with a code: {1000 * spent / pages:.0f} ms CPU a page; without: {_without_code_ms(papers):.0f} ms")
    return 0


def _paper(page: Image, dpi: int) -> Image:
    """Give a page at so many dots an inch; those of the folder count as 200."""
    return image_of(cv2.resize(page, None, fx=dpi / 200, fy=dpi / 200, interpolation=cv2.INTER_CUBIC))


def _without_code_ms(papers: list[Image]) -> float:
    before = time.process_time()
    for page in papers:
        read_barcodes(page, None, 200.0)
    return 1000 * (time.process_time() - before) / len(papers)


if __name__ == "__main__":
    sys.exit(main())
