from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import pytest

from config.settings import SigningSettings
from signing import Sealer, SealRequest, TrustStore, load_trust, open_sealer

AGENCY = "Ủy ban nhân dân xã Cát Ngạn"
SIGNED_AT = datetime(2026, 3, 5, 2, 41, 7, tzinfo=UTC)

Seal = Callable[..., Path]


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home") / "keys"


@pytest.fixture(scope="session")
def sealer(keys: Path) -> Sealer:
    return open_sealer(SigningSettings(), keys, production=False)


@pytest.fixture(scope="session")
def trust(sealer: Sealer, keys: Path) -> TrustStore:
    return load_trust(keys, None)


@pytest.fixture
def nobody() -> TrustStore:
    return TrustStore((), ())


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A PDF/A-2b page with some ink in its middle."""
    path = tmp_path / "page.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595.28, 841.89))
        pdf.pages[0].contents_add(b"0 0 1 rg 200 300 200 200 re f")
        pdf.docinfo["/Title"] = "Before"
        pikepdf.pdfa.save(pdf, path, "2b")
    return path


@pytest.fixture
def seal(sealer: Sealer) -> Seal:
    def run(pdf: Path, agency: str = AGENCY) -> Path:
        out = pdf.with_name(pdf.stem + "-sealed.pdf")
        sealer.seal(SealRequest(pdf, out, "SAO Y", agency, SIGNED_AT))
        return out

    return run


@pytest.fixture
def sealed(seal: Seal, page: Path) -> Path:
    return seal(page)
