from pathlib import Path

import pytest

from pipeline.context import Context
from pipeline.founding import found
from storage.ledger.states import Environment
from tests.integration.pipeline.house import House, build_template, copy_of


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
