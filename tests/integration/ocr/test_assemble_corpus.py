"""Real scans of Vietnamese agencies, their signatures taken off, through both lanes."""

from collections import Counter
from pathlib import Path

import pikepdf
import pytest

from ocr.assemble import assemble
from ocr.model import Box, PageText, Word
from ocr.pdftext import text_of
from ocr.source import Lane, open_delivered
from tests.integration.ocr.assembling import request

pytestmark = [pytest.mark.needs("poppler"), pytest.mark.needs("corpus")]

SMALL_CONSTANT = 16_000


def _page_images(original: Path, target: Path, pages: int) -> Path:
    with pikepdf.open(original) as signed, pikepdf.new() as pdf:
        for page in list(signed.pages)[:pages]:
            if "/Annots" in page.obj:
                del page.obj["/Annots"]
            pdf.pages.append(page)
        pdf.save(target, deterministic_id=True)
    return target


def _readings(delivered: Path) -> tuple[PageText, ...]:
    """Give plausible readings: words in lines over the whole page, 60 px high."""
    with open_delivered(delivered) as source:
        return tuple(
            PageText(
                page.number,
                page.width_px,
                page.height_px,
                page.dpi,
                0,
                0.4,
                tuple(
                    Word(f"từ{line}.{at}", 0.9, Box(150 + 180 * at, 60 * line, 310 + 180 * at, 60 * line + 34), 0, line)
                    for line in range(3, page.height_px // 60 - 3)
                    for at in range(6)
                ),
                "made",
            )
            for page in source.pages
        )


@pytest.mark.parametrize("name", ["qd_707_ttg", "cv_3722_metro", "tt_21_bct_fuel"])
def test_real_scans_become_pdfa_in_both_lanes(tmp_path: Path, corpus: Path, name: str) -> None:
    source = _page_images(corpus / "originals" / f"{name}.pdf", tmp_path / "in.pdf", pages=4)
    texts = _readings(source)
    straight = assemble(request(source, texts, tmp_path / "straight.pdf"))
    careful = assemble(request(source, texts, tmp_path / "careful.pdf", "careful"))
    assert (straight.lane, careful.lane) == (Lane.STRAIGHT, Lane.CAREFUL)
    expected = [[word.text for word in page.words] for page in texts]
    assert [page.split() for page in text_of(tmp_path / "straight.pdf")] == expected
    assert [page.split() for page in text_of(tmp_path / "careful.pdf")] == expected
    assert straight.size <= 1.15 * source.stat().st_size + SMALL_CONSTANT


@pytest.mark.needs("ghostscript")
@pytest.mark.parametrize("name", ["hanoi_tb_453_flag", "hanoi_qd_2280_water"])
def test_no_letter_of_a_born_digital_page_is_lost(tmp_path: Path, corpus: Path, name: str) -> None:
    """Their missing fonts go through Ghostscript, which then maps some Vietnamese letters wrongly."""
    source = _page_images(corpus / "originals" / f"{name}.pdf", tmp_path / "in.pdf", pages=1)
    (text,) = text_of(source)
    with open_delivered(source) as delivered:
        page = delivered.pages[0]
    words = tuple(
        Word(word, 0.9, Box(60 + 400 * column, 100 + 45 * row, 260 + 400 * column, 130 + 45 * row), column, at)
        for at, word in enumerate(text.split())
        for column, row in [divmod(at, 70)]
    )
    reading = PageText(1, page.width_px, page.height_px, page.dpi, 0, 0.0, words, "made")
    result = assemble(request(source, (reading,), tmp_path / "out.pdf"))
    assert result.pdfa.passed
    assert Counter(text_of(tmp_path / "out.pdf", order="content")[0].split()) == Counter(text.split())
