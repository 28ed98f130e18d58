"""Takes the pictures of docs/images/web that lead from the overview down to records, of a fictional province.

python -m tests.end_to_end.unit_pictures
"""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser

from pipeline import accounts, reporting
from pipeline.accounts import AccountRole, NewUser
from pipeline.progress.snapshots import take_snapshot
from storage.ledger.models import Record
from tests.end_to_end.page_pictures import PICTURES, SCREENS, chromium, kept_screen, served, sign_in
from tests.integration.pipeline.house import build_template, copy_of, page
from tests.integration.web.browser import PASSWORD
from tests.integration.web.conftest import Archive
from tests.integration.web.province import UNIT, settle_province
from web.app import create_app


def freeze_months(archive: Archive, months: int) -> None:
    """Freeze the figures of a day in each of the last months, and of today."""
    ctx = archive.house.ctx
    for back in range(months, -1, -1):
        progress = reporting.count(ctx, ctx.clock().date() - timedelta(days=31 * back))
        with ctx.ledger.session() as session:
            take_snapshot(session, progress, "tester", ctx.clock)


def paths_of(archive: Archive) -> dict[str, str]:
    """Give the pages that pictures are taken of, by the name of the picture."""
    today = archive.house.ctx.clock().date()
    return {
        "overview": "/",
        "units": "/units",
        "unit": f"/units/{UNIT}",
        "list": f"/lists/records?year={today.year}&unit={UNIT}&done=undone",
        "comparison": f"/snapshots/compare-days?day_before={today - timedelta(days=40)}&day_now={today}",
    }


def take_unit_pictures(
    browser: Browser, base: str, archive: Archive, folder: Path, *, is_whole: bool = False
) -> list[Path]:
    """Take a picture of each page on each screen; give their files."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    for screen, (width, height) in SCREENS.items():
        context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
        window = context.new_page()
        sign_in(window, base, "minh", PASSWORD)
        for name, path in paths_of(archive).items():
            window.goto(base + path)
            if is_whole:
                window.set_viewport_size({"width": width, "height": window.evaluate("document.body.scrollHeight")})
            taken.append(kept_screen(window, folder / f"{name}-{screen}.png"))
            window.set_viewport_size({"width": width, "height": height})
        context.close()
    return taken


def main() -> None:
    """Take the pictures of the manual."""
    with TemporaryDirectory() as folder:
        template = build_template(Path(folder) / "home")
        house = copy_of(template, Path(folder) / "archived")
        page(house.record / "1.png")
        house.archive_all()
        accounts.add_user(house.ctx, NewUser("minh", AccountRole.AUDITOR, PASSWORD))
        with house.ctx.ledger.reading() as session:
            record_id = session.query(Record.id).one()[0]
        archive = Archive(house, record_id, house.document().id, create_app(house.ctx))
        settle_province(archive)
        freeze_months(archive, 5)
        with served(archive.app) as base, chromium() as browser:
            take_unit_pictures(browser, base, archive, PICTURES)


if __name__ == "__main__":
    main()
