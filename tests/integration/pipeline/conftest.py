from collections.abc import Iterator
from pathlib import Path

import pytest

from config.i18n import activate, active_language
from pipeline.agencies import AgencyFacts, keep_agencies
from pipeline.context import Context
from pipeline.founding import found
from pipeline.targets import Level
from storage.ledger import Ledger
from storage.ledger.states import DocumentState, Environment
from tests.integration.pipeline.counting_town import open_town
from tests.integration.pipeline.house import (
    AGENCY,
    OTHER_AGENCY,
    OWN_PAPER,
    OWN_TYPE,
    House,
    build_template,
    copy_of,
    page,
)


@pytest.fixture(scope="session")
def template_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_template(tmp_path_factory.mktemp("template") / "home")


@pytest.fixture
def house(template_home: Path, tmp_path: Path) -> House:
    """A fresh installation on SQLite and a folder store."""
    return copy_of(template_home, tmp_path / "home")


@pytest.fixture
def any_house(template_home: Path, tmp_path: Path, ledger_url: str, database: str) -> House:
    """A fresh installation on SQLite and on PostgreSQL."""
    house = copy_of(template_home, tmp_path / "home", ledger={"url": ledger_url})
    found(Context(house.ctx.settings, actor="tester"), Environment.TEST, template_home.with_name("agencies.toml"))
    return house


@pytest.fixture(scope="session")
def archived_home(template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with one archived document, to copy."""
    house = copy_of(template_home, tmp_path_factory.mktemp("archived") / "home")
    page(house.record / "a.png")
    house.archive_all()
    assert house.states() == [DocumentState.ARCHIVED]
    house.ctx.ledger.close()
    return house.home


@pytest.fixture
def archived(archived_home: Path, tmp_path: Path) -> Iterator[House]:
    house = copy_of(archived_home, tmp_path / "home")
    yield house
    house.ctx.ledger.close()


@pytest.fixture(scope="session")
def stock_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two archived notices, and an own type's paper of another agency that is not sealed."""
    home = tmp_path_factory.mktemp("stock") / "home"
    build_template(home)
    file = home / "document_types" / "tieng_cuoi.toml"
    file.parent.mkdir()
    file.write_text(OWN_TYPE, "utf-8")
    house = House(home)
    with house.ctx.ledger.session() as session:
        keep_agencies(
            session,
            [
                AgencyFacts("H41.90", "Huyện Mẫu", Level.DISTRICT),
                AgencyFacts(AGENCY, "Xã Mẫu", Level.COMMUNE, "H41.90"),
                AgencyFacts(OTHER_AGENCY, "Sở Mẫu", Level.PROVINCE),
            ],
        )
    page(house.record / "a.png")
    page(house.record / "b.png", seed=2)
    house.archive_all()
    page(house.inbox / OTHER_AGENCY / "so-2" / "c.png", *OWN_PAPER)
    house.run()
    house.settle_questions()
    house.run()
    assert house.states() == [DocumentState.ARCHIVED] * 2 + [DocumentState.WAITING_RELEASE]
    house.ctx.ledger.close()
    return home


@pytest.fixture
def waiting(house: House) -> House:
    """One document that waits for its release."""
    page(house.record / "a.png")
    house.run()
    house.settle_questions()
    house.run()
    assert house.states() == [DocumentState.WAITING_RELEASE]
    return house


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Ledger]:
    """For rules that do not depend on the database."""
    with open_town(f"sqlite:///{tmp_path}/l.sqlite3") as town:
        yield town


@pytest.fixture
def english() -> Iterator[None]:
    before = active_language()
    activate("en")
    yield
    activate(before)
