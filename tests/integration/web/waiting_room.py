"""Documents that wait for the review desk: read by the real line, with two archivists, an auditor and an admin."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from starlette.types import ASGIApp

from pipeline import accounts, review
from pipeline.accounts import AccountRole, NewUser
from pipeline.review import OpenQuestion
from storage.ledger.models import Document
from tests.integration.pipeline.house import LETTER, RECORD, House, build_template, copy_of, page
from tests.integration.pipeline.test_register_comparison import register_says
from tests.integration.web.browser import PASSWORD, Browser
from web.app import create_app

LOGINS = {
    "minh": AccountRole.AUDITOR,
    "lan": AccountRole.ARCHIVIST,
    "hoa": AccountRole.ARCHIVIST,
    "son": AccountRole.ADMIN,
}
SECOND = RECORD.replace("0001", "0002")
SECRET = RECORD.replace("0001", "0003")
SYMBOL = "TB-UBND"
SUSPICIOUS = (LETTER[0], "Độ mật: Mật", *LETTER[2:])
"""With what may be a secrecy mark."""


@dataclass(frozen=True, slots=True)
class Room:
    """An installation in which documents wait for review."""

    house: House
    app: ASGIApp

    def browser(self, login: str) -> Browser:
        return Browser(self.app).sign_in(login)

    def document(self, record: str = RECORD) -> Document:
        return next(one for one in self.house.documents() if (one.source_path or "").split("/")[1] == record)

    def asked(self, document_id: UUID) -> list[OpenQuestion]:
        return review.open_questions(self.house.ctx, document_id=document_id)

    def fields(self, document_id: UUID) -> set[str | None]:
        return {one.field_name for one in self.asked(document_id)}


@pytest.fixture(scope="session")
def waiting_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    template = build_template(tmp_path_factory.mktemp("waiting") / "home")
    house = copy_of(template, template.with_name("room"))
    register_says(house, symbol=f"12/{SYMBOL}", issued_on=date(2026, 3, 12), subject=LETTER[4])
    for seed, record in enumerate((RECORD, SECOND)):
        page(house.record.with_name(record) / "a.png", seed=seed)
    page(house.record.with_name(SECRET) / "a.png", *SUSPICIOUS)
    house.run()
    for login, role in LOGINS.items():
        accounts.add_user(house.ctx, NewUser(login, role, PASSWORD))
    house.ctx.ledger.close()
    return house.home


@pytest.fixture
def room(waiting_home: Path, tmp_path: Path) -> Iterator[Room]:
    house = copy_of(waiting_home, tmp_path / "room")
    yield Room(house, create_app(house.ctx))
    house.ctx.ledger.close()
