from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from starlette.types import ASGIApp

from config.i18n import activate, active_language
from pipeline import accounts, review
from pipeline.accounts import AccountRole, NewUser
from storage.ledger.models import Record
from tests.integration.pipeline.house import House, build_template, copy_of, page
from tests.integration.web.browser import PASSWORD, Browser
from web.app import create_app

LOGINS = {"minh": AccountRole.AUDITOR, "lan": AccountRole.ARCHIVIST, "son": AccountRole.ADMIN}
HOSTILE = '<script>alert("x")</script>'


@dataclass(frozen=True, slots=True)
class Archive:
    """An installation with one archived record, whose fields a hostile hand has filled."""

    house: House
    record_id: UUID
    document_id: UUID
    app: ASGIApp

    def browser(self, login: str | None = None) -> Browser:
        browser = Browser(self.app)
        return browser.sign_in(login) if login else browser


@pytest.fixture(scope="session")
def archived_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    template = build_template(tmp_path_factory.mktemp("web") / "home")
    house = copy_of(template, template.with_name("archived"))
    page(house.record / "<img src=x onerror=alert(1)>.png")
    house.archive_all()
    document = house.document()
    assert document.state == "archived"
    review.set_value(house.ctx, document.id, "subject", HOSTILE, may_differ=True)
    review.set_value(house.ctx, document.id, "place", HOSTILE, may_differ=True)
    for login, role in LOGINS.items():
        accounts.add_user(house.ctx, NewUser(login, role, PASSWORD))
    house.ctx.ledger.close()
    return house.home


OpenArchive = Callable[..., Archive]


@pytest.fixture
def open_archive(archived_home: Path, tmp_path: Path) -> Iterator[OpenArchive]:
    opened: list[House] = []

    def open_with(**settings: object) -> Archive:
        house = copy_of(archived_home, tmp_path / f"home{len(opened)}", **settings)
        opened.append(house)
        with house.ctx.ledger.reading() as session:
            record_id = session.scalars(select(Record.id)).one()
        return Archive(house, record_id, house.document().id, create_app(house.ctx))

    yield open_with
    for house in opened:
        house.ctx.ledger.close()


@pytest.fixture
def archive(open_archive: OpenArchive) -> Archive:
    return open_archive()


@pytest.fixture(autouse=True)
def _vietnamese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("SOHOA_LANG", raising=False)
    before = active_language()
    activate("vi")
    yield
    activate(before)
