"""Sealing against authorities that die, answer nonsense and come back: documents wait, none is sealed more weakly."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.context import SCHEDULE
from pipeline.runner import workable
from storage.ledger.models import Document, DocumentVersion, Signature
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import House, copy_of, page
from tests.pki import Fault, Pki

pytestmark = pytest.mark.needs("tesseract", "poppler")
PENDING, ARCHIVED = DocumentState.PENDING_SIGNATURE, DocumentState.ARCHIVED


@pytest.fixture(scope="module")
def two_released_home(template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    house = copy_of(template_home, tmp_path_factory.mktemp("two") / "home")
    page(house.record / "a.png")
    page(house.record / "b.png", seed=7)
    house.run()
    house.settle_questions()
    house.run()
    house.ctx.ledger.close()
    return house.home


@pytest.fixture
def two(two_released_home: Path, tmp_path: Path, pki: Pki) -> House:
    """Two documents that wait for their release, and a timestamp authority outside."""
    house = copy_of(two_released_home, tmp_path / "home")
    (house.home / "trust").mkdir()
    (house.home / "trust" / "ca.crt").write_bytes(pki.certificate("ca").dump())
    (house.home / "trust" / "root.crt").write_bytes(pki.certificate("root").dump())
    house.settings["signing"] = {"timestamp": pki.tsa_url, "timestamp_tries": 1, "timestamp_timeout_s": 5}
    house.open()
    return house


def test_a_seal_is_of_the_highest_level_and_the_ledger_knows_until_when_it_is_proven(two: House, pki: Pki) -> None:
    two.run(release=True)
    assert two.states() == [ARCHIVED, ARCHIVED]
    with two.ctx.ledger.reading() as session:
        levels = session.scalars(select(Signature.level).order_by(Signature.level)).all()
        until = set(session.scalars(select(DocumentVersion.proven_until)))
    assert levels == ["B-LTA", "B-LTA", "DOC-T", "DOC-T"]
    assert until == {pki.certificate("tsa").not_valid_after}


def test_an_authority_that_dies_in_the_middle_of_a_batch_leaves_the_rest_pending(two: House, pki: Pki) -> None:
    # One for each of the first document, one for the second's signature; then nothing more, also not for the log.
    pki.dies_after["tsa"] = 3
    summary = two.run(release=True)
    assert two.states() == [ARCHIVED, PENDING]
    assert {found.code for found in summary.failures} == {"timestamp_unavailable"}
    pki.dies_after.clear()
    two.open()
    assert not two.run().has_failures
    assert two.states() == [ARCHIVED, ARCHIVED]


def test_scheduled_runs_leave_a_pending_document_alone_for_a_while_and_a_person_does_not(two: House, pki: Pki) -> None:
    pki.faults["tsa"] = Fault(status=503)
    two.run(release=True)
    assert two.states() == [PENDING, PENDING]
    two.ctx.actor = SCHEDULE
    assert workable(two.ctx) == []
    now = two.ctx.clock()
    two.ctx.clock = lambda: now + timedelta(minutes=2)
    assert len(workable(two.ctx)) == 2
    two.run()
    with two.ctx.ledger.reading() as session:
        waits = [document.wait_until for document in session.scalars(select(Document))]
    # It waited two minutes already, so it waits two more.
    assert all(wait is not None and timedelta(minutes=3) < wait - now < timedelta(minutes=6) for wait in waits)
    assert workable(two.ctx) == []
    two.ctx.actor = "tester"
    assert len(workable(two.ctx)) == 2


def test_an_answer_on_revocation_that_does_not_come_leaves_documents_pending_with_that_reason(
    two: House, pki: Pki
) -> None:
    pki.faults["crl"] = Fault(hangs_up=True)
    two.run(release=True)
    assert two.states() == [PENDING, PENDING]
    assert {document.reason_code for document in two.documents()} == {"revocation_unavailable"}
    pki.faults.clear()
    two.open()
    two.run()
    assert two.states() == [ARCHIVED, ARCHIVED]
