"""The installed tesseract program, through pytesseract: one process for a page, under a timeout."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
from pytesseract import pytesseract

from config.errors import TooDemandingError, ToolFailedError, ToolMissingError
from config.text import nfc
from ocr.bounded import lead_through, reached
from ocr.engines import EngineWord, Layout, joint_identity
from ocr.engines.models import Model
from ocr.images import Image
from ocr.second import LineReader

lead_through(pytesseract)


class ProgramEngine:
    """The tesseract program; each call is a process of its own, so threads need nothing shared."""

    name = "pytesseract"

    def __init__(self, model: Model, timeout_s: float, second: LineReader | None = None) -> None:
        self._model = model
        self._timeout_s = timeout_s
        self.second = second
        try:
            self.version = str(pytesseract.get_tesseract_version())
        except (pytesseract.TesseractNotFoundError, SystemExit) as err:
            raise ToolMissingError(tool="tesseract", cause=err, install="apt-get install tesseract-ocr") from err

    @property
    def model(self) -> str:
        """Name of the model."""
        return self._model.name

    @property
    def identity(self) -> str:
        """Name, version and model in one, the second recognizer's too."""
        return joint_identity(self)

    def read(self, images: Sequence[Image], dpi: float, layout: Layout) -> list[list[EngineWord]]:
        """Give the words of each grey image, all in one process.

        Raise ToolFailedError when the program fails or takes too long.
        """
        if not images:
            return []
        with tempfile.TemporaryDirectory(prefix="sohoa-read-") as name:
            rows = self._table(Path(name), images, dpi, layout)
        pages: list[list[EngineWord]] = [[] for _ in images]
        for word, page in _words(rows):
            pages[page - 1].append(word)
        return pages

    def _table(self, folder: Path, images: Sequence[Image], dpi: float, layout: Layout) -> dict[str, list[Any]]:
        """Read the images by a list file: one start of the program, and no PNG is encoded."""
        paths = [folder / f"{place:04d}.pgm" for place in range(len(images))]
        for path, image in zip(paths, images, strict=True):
            cv2.imwrite(str(path), image)
        listing = folder / "images.txt"
        listing.write_text("".join(f"{path}\n" for path in paths), "utf-8")
        try:
            table: dict[str, list[Any]] = pytesseract.image_to_data(  # type: ignore[no-untyped-call]
                str(listing),
                lang=self._model.language,
                config=f"--tessdata-dir {self._model.folder} --psm {int(layout)} --dpi {round(dpi)}",
                output_type=pytesseract.Output.DICT,
                timeout=self._timeout_s,
            )
        except TooDemandingError as err:
            # What it read is our own picture of a page, not a file of others: nobody has it to mend.
            raise ToolFailedError(tool=self.name, file="-", cause=reached(err)) from err
        except (pytesseract.TesseractError, RuntimeError, OSError) as err:
            raise ToolFailedError(tool=self.name, file="-", cause=err) from err
        return table


def _words(rows: dict[str, list[Any]]) -> list[tuple[EngineWord, int]]:
    words = []
    keys: dict[tuple[int, ...], int] = {}
    for place, raw in enumerate(rows["text"]):
        text = nfc(str(raw)).strip()
        if rows["level"][place] != 5 or not text:
            continue
        page, block = rows["page_num"][place], rows["block_num"][place]
        line = (page, block, rows["par_num"][place], rows["line_num"][place])
        left, top = float(rows["left"][place]), float(rows["top"][place])
        right, bottom = left + rows["width"][place], top + rows["height"][place]
        number = keys.setdefault(line, len(keys))
        confidence = max(0.0, float(rows["conf"][place])) / 100
        words.append((EngineWord(text, confidence, left, top, right, bottom, block, number), page))
    return words
