"""`sohoa trust`: an administrator sees whom this installation believes, and changes it with the fingerprint in view."""

from pathlib import Path

import pytest
from sqlalchemy import select

from config.errors import ExitCode
from config.settings import load_settings
from pipeline.context import Context
from pipeline.founding import found
from storage.ledger.models import Event
from storage.ledger.states import Environment
from tests.integration.scripts.desk import Desk
from tests.pki import Pki


@pytest.fixture
def desk(tmp_path: Path, vietnamese_and_nothing_set: None) -> Desk:
    home = tmp_path / "home"
    home.mkdir()
    found(Context(load_settings(home), actor="tester"), Environment.TEST)
    return Desk(home, tmp_path)


@pytest.fixture
def root(pki: Pki, tmp_path: Path) -> Path:
    path = tmp_path / "root.crt"
    path.write_bytes(pki.certificate("root").dump())
    return path


def test_an_authority_is_trusted_listed_and_trusted_no_more(desk: Desk, pki: Pki, root: Path) -> None:
    fingerprint = pki.certificate("root").sha256.hex()
    assert desk("trust", "list").out.startswith("Chưa tin cậy nơi nào")
    added = desk("trust", "add", str(root), "--for", "timestamps", "--yes")
    pairs = ":".join(fingerprint[start : start + 2].upper() for start in range(0, 32, 2))
    assert [word in added.out for word in ("Gốc chứng thực", "chỉ dấu thời gian", pairs, "01/01/2080")] == [True] * 4
    (view,) = desk("trust", "list", "--json").result
    assert (view["sha256"], view["purpose"], view["is_root"]) == (fingerprint, "timestamps", True)
    ctx = Context(load_settings(desk.home), actor="tester")
    assert [root.sha256.hex() for root in ctx.trust.roots_for(timestamps=True)][-1:] == [fingerprint]
    assert fingerprint not in {root.sha256.hex() for root in ctx.trust.roots_for(timestamps=False)}
    assert desk("trust", "remove", fingerprint[:12], "--yes").code == 0
    assert desk("trust", "list", "--json").result == []
    with ctx.ledger.reading() as session:
        events = session.execute(select(Event.kind, Event.subject_id).where(Event.kind.startswith("trust."))).all()
    assert [tuple(event) for event in events] == [("trust.added", fingerprint), ("trust.removed", fingerprint)]


def test_nothing_is_trusted_without_a_persons_word(desk: Desk, root: Path) -> None:
    refused = desk("trust", "add", str(root))
    assert (refused.code, "Gốc chứng thực" in refused.err) == (ExitCode.USAGE, True)
    assert desk("trust", "list", "--json").result == []


def test_what_vouches_for_nobody_is_refused(desk: Desk, pki: Pki, tmp_path: Path) -> None:
    leaf, broken = tmp_path / "agency.crt", tmp_path / "broken.crt"
    leaf.write_bytes(pki.certificate("agency").dump())
    broken.write_bytes(b"-----BEGIN CERTIFICATE-----\nnonsense\n")
    assert desk("trust", "add", str(leaf), "--yes").code == ExitCode.INPUT
    assert desk("trust", "add", str(broken), "--yes").code == ExitCode.SETTINGS
    assert desk("trust", "add", str(tmp_path / "none.crt"), "--yes").code == ExitCode.NOT_FOUND
    assert desk("trust", "remove", "abcdef0123", "--yes").code == ExitCode.NOT_FOUND
    assert desk("trust", "list", "--json").result == []
