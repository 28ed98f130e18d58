"""The report on paper: drawn without a network, readable as text, and sealed by our own signer."""

import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from config.i18n import activate, active_language
from pipeline.context import Context
from pipeline.progress import count_progress, take_snapshot
from pipeline.progress.kept_snapshots import read_snapshot
from pipeline.reports import write_pdf
from pipeline.reports.all_sections import sections_of
from pipeline.units.keeping import keep_units
from signing.report import Verdict, overall
from signing.seal import SealRequest
from signing.validate import validate
from storage.ledger import Ledger
from storage.ledger.models import Agency
from tests.integration.pipeline.counting_town import NOON, Scan, Town, noon
from tests.integration.pipeline.house import House
from tests.integration.pipeline.test_outlook import TREE
from tests.unit.pipeline.full_progress import full_progress
from tests.unit.pipeline.test_same_figures import figures_of

TODAY = date(2026, 11, 24)


@pytest.fixture
def report(small: Ledger, tmp_path: Path) -> Path:
    """The PDF of a snapshot of a small town."""
    with small.session() as session:
        keep_units(session, TREE)
        session.scalars(select(Agency).where(Agency.code == "H41.30")).one().unit_code = "16681"
        town = Town(session)
        town.record(town.entry("H41.30", resolved_on=date(2026, 3, 1)), Scan())
        town.entry("H41.30", resolved_on=date(2026, 4, 1))
    with small.session() as session:
        progress = read_snapshot(
            session, take_snapshot(session, count_progress(session, TODAY, noon), "cli:test", noon)
        )
    path = tmp_path / "progress.pdf"
    write_pdf(progress, path)
    return path


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report of a full snapshot on paper, by language."""
    before, made = active_language(), {}
    for language in ("vi", "en"):
        activate(language)
        made[language] = tmp_path_factory.mktemp("papers") / f"{language}.pdf"
        write_pdf(full_progress(), made[language])
    activate(before)
    return made


def _text(path: Path, *options: str) -> str:
    told = subprocess.run(["pdftotext", *options, path, "-"], check=True, capture_output=True, text=True)
    return " ".join(told.stdout.split())


@pytest.mark.needs("poppler")
def test_a_report_is_sealed_by_our_signer_in_its_free_corner_and_verifies(
    report: Path, template_home: Path, house: House, tmp_path: Path
) -> None:
    corner = ("-l", "1", "-x", "640", "-y", "0", "-W", "202", "-H", "46")
    assert _text(report, *corner) == ""
    text = _text(report, "-layout")
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "ngày 24 tháng 11 năm 2026"):
        assert words in text
    assert "50,0\u00a0%" in text or "50,0 %" in text
    assert "Summary by level" not in text
    ctx: Context = house.ctx
    sealed = tmp_path / "sealed.pdf"
    ctx.sealer.seal(SealRequest(report, sealed, "SAO Y", "Sở Mẫu", NOON))
    assert overall(validate(sealed, ctx.trust, now=ctx.clock())) is Verdict.VALID
    assert sealed.read_bytes().startswith(report.read_bytes())


@pytest.mark.needs("poppler")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_report_on_paper_shows_each_figure_of_the_page(language: str, papers: dict[str, Path]) -> None:
    before = active_language()
    activate(language)
    try:
        progress = full_progress()
        words = set(_text(papers[language], "-layout").replace("\u00a0", " ").replace("/", " ").split())
        words |= {word.strip("();,:.") for word in words}
        for section in sections_of(progress):
            for text in figures_of(section, language, on_page=True):
                assert set(text.replace("\u00a0", " ").split()) <= words, (section.code, text)
    finally:
        activate(before)


@pytest.mark.needs("poppler")
def test_paper_lies_across_and_ends_with_recipients_and_the_signers_place(papers: dict[str, Path]) -> None:
    told = subprocess.run(["pdfinfo", papers["vi"]], check=True, capture_output=True, text=True).stdout
    assert re.search(r"841\.\d+ x 595\.\d+ pts \(A4\)", told)
    pages = int(told.split("Pages:")[1].split()[0])
    last = _text(papers["vi"], "-f", str(pages), "-layout")
    assert all(words in last for words in ("Nơi nhận:", "QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ", "Họ và tên"))
    # The heads of a table that goes on stand on each of its pages.
    text = _text(papers["vi"])
    assert text.count("Đơn vị hành chính Cấp Kết quả còn hiệu lực") > 3
