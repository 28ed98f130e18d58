from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

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
    # Days of the past are printed here, and timestamps are of today.
    return open_sealer(SigningSettings(level="B-T", most_drift_minutes=1e7), keys, production=False)


@pytest.fixture(scope="session")
def trust(sealer: Sealer, keys: Path) -> TrustStore:
    return load_trust(keys, None)


@pytest.fixture
def nobody() -> TrustStore:
    return TrustStore((), ())


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A PDF/A-2b page with some ink in its middle."""
    return drawn_page(tmp_path / "page.pdf")


def drawn_page(path: Path) -> Path:
    """Draw such a page."""
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


def append_revision(pdf: Path, change: Callable[[IncrementalPdfFileWriter], None]) -> None:
    with pdf.open("r+b") as stream:
        writer = IncrementalPdfFileWriter(stream)
        change(writer)
        writer.write_in_place()


def add_note(writer: IncrementalPdfFileWriter, *, overwrite: generic.PdfObject | None = None) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (50, 50, 150, 80)]),
            pdf_name("/Contents"): generic.pdf_string("CÔNG VĂN ĐẾN số 12"),
        }
    )
    if "/Annots" not in page:
        page["/Annots"] = generic.ArrayObject()
        writer.update_container(page)
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])
    if overwrite is not None:
        writer.update_container(overwrite)
