"""How far two engines agree, how turned pages are set upright, how often words of a confidence are wrong."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from config.settings import OcrSettings
from ocr.engines import open_engine
from ocr.images import Image, image_of
from ocr.prepare import plan_page, turned
from ocr.quality import measure
from ocr.source import deliver, open_delivered
from scripts.bench.accuracy.calibration import CONFIDENCE_STEPS, errors_by_step
from scripts.bench.accuracy.reading import LIMITS, read_file, read_files
from scripts.bench.accuracy.truth import Scorer, TruePage

_TURNS = (0, 90, 180, 270)


def agreement(pages: Sequence[TruePage]) -> str:
    """Give, page by page, the share of characters in which the two engines agree."""
    engines = [open_engine(OcrSettings(engine=name)) for name in ("tesserocr", "pytesseract")]
    lines, different, letters = ["   ".join(engine.identity for engine in engines)], 0, 0
    for page in pages:
        first, second = (read_files([page.image], engine)[0].text() for engine in engines)
        distance = Levenshtein.distance(first, second)
        different, letters = different + distance, letters + len(first)
        lines.append(f"{page.name:26s} agree {100 - 100 * distance / max(1, len(first)):6.2f} %")
    return "\n".join([*lines, f"{'all':26s} agree {100 - 100 * different / max(1, letters):6.2f} %"])


def orientation(pages: Sequence[TruePage]) -> str:
    """Give the rotation planned for each page turned four ways, and how many are wrong."""
    lines, wrong = [], 0
    for page in pages:
        image = image_of(np.asarray(cv2.imread(str(page.image))))
        found = [_planned_rotation(turned(image, (360 - turn) % 360)) for turn in _TURNS]
        wrong += sum(rotation != turn for rotation, turn in zip(found, _TURNS, strict=True))
        lines.append(f"{page.name:26s} {found}")
    return "\n".join([*lines, f"wrong: {wrong} of {len(_TURNS) * len(pages)}"])


def word_errors(pages: Sequence[TruePage], scorer: Scorer, cache: Path | None) -> str:
    """Give how many words of each step of engine confidence were read and wrong, as JSON."""
    counts: Counter[tuple[float, bool, bool]] = Counter()
    for page in pages:
        counts += errors_by_step(page, read_file(page.image, cache), scorer)
    rows = [
        {"from": step, "roofed": roof, "read": counts[step, roof, True] + wrong, "wrong": wrong}
        for step in CONFIDENCE_STEPS
        for roof in (False, True)
        for wrong in (counts[step, roof, False],)
    ]
    return json.dumps(rows, indent=1)


def _planned_rotation(image: Image) -> int:
    with TemporaryDirectory() as name:
        picture, delivered = Path(name) / "page.png", Path(name) / "delivered.pdf"
        cv2.imwrite(str(picture), image)
        deliver([picture], delivered, LIMITS)
        with open_delivered(delivered) as source:
            return plan_page(source, 1, measure(source, 1)).rotation
