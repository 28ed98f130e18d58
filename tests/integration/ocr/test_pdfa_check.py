"""The PDF/A verdict: what passes, what fails, and how a signed file is judged."""

from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from config.settings import SigningSettings
from ocr.assemble import assemble
from ocr.pdfa import check_pdfa, check_signed_pdfa
from signing import SealRequest, open_sealer
from tests.integration.ocr.assembling import mark, request
from tests.integration.ocr.drawn_pages import draw_page, image_pdf


@pytest.fixture(scope="module")
def unsigned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, page = tmp_path_factory.mktemp("pdfa"), draw_page()
    out = folder / "out.pdf"
    assemble(request(image_pdf(folder / "in.pdf", [page.image]), (page.text,), out, copy_mark=mark(visible=True)))
    return out


def test_what_we_assemble_passes_and_the_judge_is_named(unsigned: Path) -> None:
    report = check_pdfa(unsigned)
    assert report.passed
    assert report.judges[0].startswith("pikepdf.pdfa ")


def test_a_plain_pdf_fails_with_the_rules_it_breaks(tmp_path: Path) -> None:
    report = check_pdfa(image_pdf(tmp_path / "in.pdf", [draw_page().image]))
    assert not report.passed
    assert any("6.6.2.1-1" in violation for violation in report.violations)


def test_something_that_is_no_pdf_never_passes(tmp_path: Path) -> None:
    (tmp_path / "in.pdf").write_text("no pdf")
    assert not check_pdfa(tmp_path / "in.pdf").passed


def test_a_sealed_file_is_judged_by_what_signing_adds(unsigned: Path, tmp_path: Path) -> None:
    sealer = open_sealer(SigningSettings(level="B-T"), tmp_path / "keys", production=False)
    sealed = tmp_path / "sealed.pdf"
    sealer.seal(SealRequest(unsigned, sealed, "SAO Y", "Ủy ban nhân dân xã Mẫu", datetime.now(UTC)))
    report = check_signed_pdfa(sealed, unsigned)
    assert report.passed, report
    assert all("/AcroForm" in told or "/DSS" in told or "/Version" in told for told in report.not_checked)
    assert not check_pdfa(sealed).passed


def test_a_file_that_does_not_begin_with_the_unsigned_bytes_fails(unsigned: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.pdf"
    with pikepdf.open(unsigned) as pdf:
        pdf.save(other)
    assert not check_signed_pdfa(other, unsigned).passed
