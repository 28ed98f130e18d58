"""What the assembly tests share: a request, and words with boxes as poppler finds them."""

import html
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from ocr.assemble import AssembleRequest, CopyMark
from ocr.model import Box, PageText

CONVERTED_AT = datetime(2026, 3, 5, 2, 41, 7, tzinfo=UTC)
_WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>')


def mark(*, visible: bool = False) -> CopyMark:
    return CopyMark("Nguyễn Thị Hường", CONVERTED_AT, visible=visible)


def request(
    delivered: Path,
    texts: tuple[PageText, ...],
    out: Path,
    lane: Literal["auto", "straight", "careful"] = "auto",
    copy_mark: CopyMark | None = None,
) -> AssembleRequest:
    return AssembleRequest(delivered, texts, out, "Quyết định số 12/QĐ-UBND", "doc-0001", copy_mark or mark(), lane)


def words_on_page(pdf: Path, dpi: float, page: int = 1) -> list[tuple[str, Box]]:
    """Give the words of a page with their boxes in pixels of the displayed page."""
    command = ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), str(pdf), "-"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    scale = dpi / 72
    return [
        (html.unescape(hit[5]), Box(*(float(hit[side]) * scale for side in range(1, 5))))
        for hit in _WORD.finditer(answer)
    ]


def rows(text: str) -> list[str]:
    """Give the lines that hold words, white space folded."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]
