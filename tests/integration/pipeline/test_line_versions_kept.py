"""An earlier version is never lost to a new one, nor its bytes taken for known, before all of it is in the store."""

from pathlib import Path

import pytest
from sqlalchemy import select

from config.errors import ReadBackError, StoreUnreachableError, ToolFailedError
from pipeline import review, runner, secrecy_gate
from pipeline.holds import EarlierVersionBusyError
from pipeline.job import file_sha256
from pipeline.secrecy import SecrecyMark
from pipeline.stages import recognize
from pipeline.versions import REPLACES_EARLIER
from storage.ledger.models import StoredObject
from storage.ledger.states import DocumentState
from tests.integration.pipeline.house import House, page
from tests.integration.pipeline.test_line_versions import OTHER_LETTER, open_reasons

pytestmark = pytest.mark.needs("tesseract", "poppler")


def stick(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ToolFailedError(tool="tesseract", file="-", cause="killed")

    with monkeypatch.context() as patched:
        patched.setattr(runner, "do_stage", fail)
        for _ in range(3):
            house.run()
    assert house.states() == [DocumentState.STUCK]


def copies(house: House, sha256: str) -> list[Path]:
    return [path for path in house.home.rglob("*") if path.is_file() and file_sha256(path) == sha256]


def assert_held(house: House) -> None:
    assert house.run().intake.held == 1
    assert house.document().current_version == 1
    assert EarlierVersionBusyError.code in {reason for _outcome, reason in house.items().values()}


def test_a_stuck_paper_that_is_not_stored_is_not_given_up_for_another_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = file_sha256(page(house.record / "scan.png"))
    stick(house, monkeypatch)
    page(house.record / "scan.png", *OTHER_LETTER)
    assert_held(house)
    assert copies(house, first)


def test_signed_bytes_that_could_not_be_stored_are_not_given_up_for_a_new_scan(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    page(house.record / "a.png")
    house.run()
    house.settle_questions()
    house.run()

    def fail(*_: object) -> None:
        raise ReadBackError(key="-")

    with monkeypatch.context() as patched:
        patched.setattr(type(house.ctx.store), "put", fail)
        for _ in range(4):
            house.run(release=True)
    assert house.states() == [DocumentState.STUCK]
    page(house.record / "a.png", seed=9)
    assert_held(house)
    assert list((house.home / "work").rglob("sealed-*.pdf"))


def test_a_folder_of_which_one_page_is_stored_is_not_stored(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 2, 3):
        page(house.record / "giay" / f"{number}.png", seed=number)
    put, tried = type(house.ctx.store).put, []

    def fail_later(self: object, key: str, source: Path, sha256: str) -> object:
        tried.append(key)
        if len(tried) > 1:
            raise StoreUnreachableError(store="-", cause="-")
        return put(self, key, source, sha256)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(type(house.ctx.store), "put", fail_later)
        house.run()
    with house.ctx.ledger.reading() as session:
        assert len(session.scalars(select(StoredObject)).all()) == 1
    for number in (1, 2, 3):
        page(house.record / "giay" / f"{number}.png", *OTHER_LETTER, seed=number)
    assert_held(house)


def test_the_bytes_of_a_replaced_version_in_their_old_place_are_a_version_again(house: House) -> None:
    first = page(house.record / "a.png").read_bytes()
    house.archive_all()
    page(house.record / "a.png", *OTHER_LETTER)
    house.archive_all()
    assert (house.states(), house.document().current_version) == ([DocumentState.ARCHIVED], 2)
    (house.record / "a.png").write_bytes(first)
    house.run()
    assert (house.document().current_version, house.document().same_bytes_as_id) == (3, None)
    assert REPLACES_EARLIER in open_reasons(house)
    house.settle_questions()
    house.run(release=True)
    assert house.states() == [DocumentState.ARCHIVED]


def test_a_suspicion_about_a_stored_paper_is_answered_before_a_new_version_comes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    page(house.record / "a.png")
    house.archive_all()
    monkeypatch.setattr(recognize, "READ_VERSION", "next")
    mark = SecrecyMark(grade="secret", page=1, is_certain=False)
    with monkeypatch.context() as patched:
        patched.setattr(secrecy_gate, "find_secrecy_marks", lambda _: [mark])
        house.backfill()
    assert open_reasons(house) == {"secrecy_suspected"}
    page(house.record / "a.png", seed=9)
    assert_held(house)
    assert open_reasons(house) == {"secrecy_suspected"}
    review.accept(house.ctx, house.document().id)
    house.run()
    house.run()
    assert house.document().current_version == 2
