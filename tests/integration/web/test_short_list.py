"""The finding that a scan is shorter than the register states leads on the page to the rows it counts."""

import pytest
from sqlalchemy import select

from storage.ledger.models import RegisterEntry
from tests.integration.pipeline.house import RECORD
from tests.integration.web.conftest import Archive, OpenArchive
from tests.integration.web.province import settle_province

pytestmark = pytest.mark.needs("tesseract", "ghostscript", "poppler")
PATH = "/lists/records?done=short&rows=every"


@pytest.fixture
def province(open_archive: OpenArchive) -> Archive:
    archive = open_archive()
    settle_province(archive)
    with archive.house.ctx.ledger.session() as session:
        row = session.scalars(select(RegisterEntry).where(RegisterEntry.record_code == RECORD)).one()
        row.expected_pages = 987
    return archive


def test_the_overview_leads_to_the_rows_whose_scan_is_short(province: Archive) -> None:
    browser = province.browser("minh")
    assert f'<a href="{PATH.replace("&", "&amp;")}">' in browser.get("/").text
    listed = browser.get(PATH).text
    assert RECORD in listed
    assert '<td class="n">987</td>' in listed


def test_of_every_row_only_those_that_are_short_are_listed(province: Archive) -> None:
    assert province.browser("minh").get("/lists/records?rows=every").status_code == 404
