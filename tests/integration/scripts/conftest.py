"""What several tests of the command line share."""

import os
from collections.abc import Iterator

import pytest

from config.i18n import activate, active_language


@pytest.fixture
def vietnamese_and_nothing_set(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Vietnamese is spoken and no setting comes from the environment, as in a new shell."""
    for name in [name for name in os.environ if name.startswith("SOHOA_")]:
        monkeypatch.delenv(name)
    before = active_language()
    activate("vi")
    yield
    activate(before)
