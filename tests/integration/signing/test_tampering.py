"""Whatever is done to a sealed file is found, and nothing that is done crashes the judge.

The long run is `python -m scripts.bench.tamper`; its figures stand in docs/signing.md.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import Random

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.bench.forgeries import KINDS, NAMED, PLACES, byte_forgery
from scripts.bench.tamper import Outcome, judged, outcome
from signing import TrustStore, Verdict
from signing.trust import load_trust
from tests.integration.signing.lasting import AGING, Pen
from tests.pki import Pki, running_pki

SIGNED = datetime(2021, 6, 1, 3, 0, tzinfo=UTC)
NOW = SIGNED + timedelta(days=1)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    with running_pki(tmp_path_factory.mktemp("tampering"), AGING) as pki:
        yield pki


@pytest.fixture(scope="module")
def vouched(authority: Pki, tmp_path_factory: pytest.TempPathFactory) -> TrustStore:
    return load_trust(tmp_path_factory.mktemp("none"), authority.trust_folder())


@pytest.fixture(scope="module")
def lasting(authority: Pki, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A page sealed at B-LTA."""
    page = tmp_path_factory.mktemp("lasting") / "page.pdf"
    page.write_bytes(_page())
    return Pen(authority).seal_for_archive(page, SIGNED).read_bytes()


def _page() -> bytes:
    out = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595.28, 841.89))
        pdf.pages[0].contents_add(b"0 0 1 rg 200 300 200 200 re f")
        pdf.save(out, static_id=True)
    return out.getvalue()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("forged") / "forged.pdf"


def test_untouched_file_is_valid(lasting: bytes, place: Path, vouched: TrustStore) -> None:
    assert judged(lasting, place, vouched, NOW)[0] is Verdict.VALID


@pytest.mark.parametrize("name", NAMED)
def test_attacks_known_by_name_are_found(lasting: bytes, place: Path, vouched: TrustStore, name: str) -> None:
    forged = NAMED[name](lasting)
    assert forged != lasting
    assert outcome(lasting, forged, place, vouched, NOW) is Outcome.FOUND


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(seed=st.integers(0, 2**32), kind=st.sampled_from(KINDS), where=st.sampled_from(PLACES))
def test_bytes_changed_anywhere_are_found_or_change_nothing_that_is_read(
    lasting: bytes, place: Path, vouched: TrustStore, seed: int, kind: str, where: str
) -> None:
    forged = byte_forgery(lasting, kind, where, Random(seed))
    assert outcome(lasting, forged, place, vouched, NOW) is not Outcome.MISSED


def test_harmless_bytes_are_only_in_what_nobody_reads_of_a_signature(
    lasting: bytes, place: Path, vouched: TrustStore
) -> None:
    """The filling behind a signature's value, and the case of its hexadecimal digits."""
    first, last = (match.span(1) for match in re.finditer(rb"/Contents <([0-9A-Fa-f]+)>", lasting))
    filling = lasting[: last[1] - 2] + b"10" + lasting[last[1] :]
    assert outcome(lasting, filling, place, vouched, NOW) is Outcome.HARMLESS
    covered = lasting[: first[1] - 2] + b"10" + lasting[first[1] :]
    assert outcome(lasting, covered, place, vouched, NOW) is Outcome.FOUND, "the document timestamp covers it"


def test_signature_of_another_record_is_found(lasting: bytes, authority: Pki, place: Path, vouched: TrustStore) -> None:
    other = place.with_name("other.pdf")
    other.write_bytes(_page().replace(b"200 300 200 200", b"100 100 300 300"))
    theirs = Pen(authority).seal_for_archive(other, SIGNED).read_bytes()
    mine, yours = (re.search(rb"/Contents <([0-9A-Fa-f]+)>", content) for content in (lasting, theirs))
    assert mine is not None
    assert yours is not None
    taken = yours[1][: len(mine[1])].ljust(len(mine[1]), b"0")
    swapped = lasting[: mine.start(1)] + taken + lasting[mine.end(1) :]
    assert outcome(lasting, swapped, place, vouched, NOW) is Outcome.FOUND
