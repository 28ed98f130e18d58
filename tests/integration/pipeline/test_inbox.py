"""What lies in the inbox becomes documents, waits, or is refused; nothing of it is lost or taken half-written."""

import os
import shutil
import threading
import unicodedata
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from config.errors import DamagedFileError, FileVanishedError
from ocr.source import Limits, SourceFacts, inspect
from pipeline import inbox_ledger, intake
from pipeline.batch_sheet import read_sheet
from pipeline.context import Context
from pipeline.inbox import InboxMissingError, arrivals
from pipeline.inbox_ledger import reconsider_refused, settle_missing, tidy
from pipeline.line import has_work
from pipeline.overview import show_record
from pipeline.transitions import move
from storage.ledger.models import Batch, Event, Finding, Record
from storage.ledger.states import DocumentState, Role
from tests import bad_files
from tests.integration.pipeline.house import AGENCY, RECORD, SHEET, House


def test_role_folders_say_what_is_a_paper_and_what_a_result(house: House) -> None:
    for place in (".", "giay-to", "ket-qua", "Giấy tờ"):
        (house.record / place).mkdir(exist_ok=True)
        bad_files.jpeg(house.record / place / f"{len(place)}.jpg", seed=len(place))
    house.drain()
    roles = {document.source_path: document.role for document in house.documents()}
    assert [role for path, role in sorted(roles.items()) if "giay-to" in str(path) or "Giấy" in str(path)] == [
        Role.PAPER,
        Role.PAPER,
    ]
    assert list(roles.values()).count(Role.RESULT) == 2


def test_an_inbox_that_is_not_there_is_no_empty_inbox(house: House) -> None:
    bad_files.jpeg(house.record / "a.jpg")
    (house.inbox / "lo.toml").unlink()
    house.drain()
    waiting = house.items()
    house.inbox.rename(house.home / "unmounted")
    for look in (house.drain, house.run, lambda: has_work(house.ctx), lambda: settle_missing(house.ctx)):
        with pytest.raises(InboxMissingError) as missing:
            look()
        assert missing.value.details["folder"] == house.inbox
    # What waits there is not struck out as if a person had taken it away.
    assert house.items() == waiting
    house.inbox.touch()
    with pytest.raises(InboxMissingError):
        house.drain()


def test_a_folder_of_page_images_is_one_document_with_pages_in_natural_order(house: House) -> None:
    folder = house.record / "quyet-dinh"
    folder.mkdir()
    for number in (10, 2, 1):
        bad_files.jpeg(folder / f"trang{number}.jpg", seed=number)
    (folder / "Thumbs.db").write_bytes(b"x")
    (arrival,) = arrivals(house.inbox)
    assert [file.name for file in arrival.files] == ["trang1.jpg", "trang2.jpg", "trang10.jpg"]
    house.drain()
    assert house.document().page_count == 3


@pytest.mark.parametrize(
    "name",
    [
        unicodedata.normalize("NFC", "Quyết định số 5.jpg"),
        unicodedata.normalize("NFD", "Quyết định số 5.jpg"),
        "hai\ndòng.jpg",
        "con dấu 🟥.jpg",
        "ă" * 125 + ".jpg",
    ],
)
def test_odd_names_are_taken_and_shown_in_nfc(house: House, name: str) -> None:
    bad_files.jpeg(house.record / "a.jpg").rename(house.record / name)
    assert house.drain().taken == 1
    assert house.document().source_path == unicodedata.normalize("NFC", f"{AGENCY}/{RECORD}/{name}")


def test_a_name_that_is_no_utf8_is_taken_and_made_visible(house: House) -> None:
    scan = bad_files.jpeg(house.record / "a.jpg")
    scan.rename(house.record / os.fsdecode(b"\xc4\xff.jpg"))
    assert house.drain().taken == 1
    assert house.document().source_path == f"{AGENCY}/{RECORD}/\\udcc4\\udcff.jpg"


def test_two_files_whose_names_read_the_same_are_two_documents(house: House) -> None:
    bad_files.jpeg(house.record / unicodedata.normalize("NFC", "Sổ.jpg"), seed=1)
    bad_files.jpeg(house.record / unicodedata.normalize("NFD", "Sổ.jpg"), seed=2)
    assert house.drain().taken == 2
    assert house.drain().known == 2
    assert house.states() == [DocumentState.IN_WORK] * 2


def test_links_special_files_and_misplaced_files_are_refused_with_their_reason(house: House) -> None:
    outside = bad_files.jpeg(house.home / "outside.jpg")
    (house.record / "link.jpg").symlink_to(outside)
    (house.inbox / AGENCY / "linked-record").symlink_to(house.home)
    (house.inbox / "H41.77").symlink_to(house.home)
    os.mkfifo(house.record / "pipe.jpg")
    bad_files.jpeg(house.inbox / "loose.jpg")
    bad_files.jpeg(house.inbox / AGENCY / "loose.jpg")
    (house.record / "deep" / "deeper").mkdir(parents=True)
    bad_files.jpeg(house.record / "deep" / "deeper" / "a.jpg")
    count = house.drain()
    assert (count.taken, count.refused) == (0, 7)
    assert {path.removeprefix(f"{AGENCY}/"): reason for path, (_, reason) in house.items().items()} == {
        f"{RECORD}/link.jpg": "unsafe_path",
        "linked-record": "unsafe_path",
        "H41.77": "unsafe_path",
        f"{RECORD}/pipe.jpg": "format_unsupported",
        "loose.jpg": "misplaced",
        f"{RECORD}/deep": "misplaced",
    }
    assert house.items()[f"{AGENCY}/loose.jpg"][1] == "misplaced"
    assert outside.exists()


def test_side_files_and_empty_folders_are_no_documents(house: House) -> None:
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "~$a.docx", "._scan.jpg"):
        (house.record / name).write_bytes(b"x")
    (house.record / "empty").mkdir()
    count = house.drain()
    assert (count.taken, count.held, count.refused) == (0, 0, 0)


def test_without_a_batch_sheet_the_batch_waits_and_any_level_may_bring_one(house: House) -> None:
    (house.inbox / "lo.toml").unlink()
    bad_files.jpeg(house.record / "a.jpg")
    assert house.drain().held == 1
    assert house.items()[f"{AGENCY}/{RECORD}/a.jpg"] == ("waiting", "batch_sheet_missing")
    (house.inbox / AGENCY / "lo.toml").write_text(SHEET.replace("Mẫu", "Hai"), "utf-8")
    (house.record / "lo.toml").write_text("\ufeff" + SHEET.replace("Mẫu", "Một"), "utf-8")
    assert house.drain().taken == 1
    with house.ctx.ledger.reading() as session:
        assert session.scalars(select(Batch.operator)).all() == ["Nguyễn Văn Một"]


@pytest.mark.parametrize(
    "content", ["operator = 1", "not toml", SHEET.replace("2026-03-11", "2026-13-11"), 'operator = ["a"]' + SHEET[26:]]
)
def test_a_wrong_batch_sheet_holds_its_files_and_says_what_is_wrong(house: House, content: str) -> None:
    (house.inbox / "lo.toml").write_text(content, "utf-8")
    bad_files.jpeg(house.record / "a.jpg")
    assert house.drain().held == 1
    assert house.items()[f"{AGENCY}/{RECORD}/a.jpg"] == ("waiting", "batch_sheet")


@pytest.mark.parametrize(
    "written", ["11/03/2026 08:30", "08:30 11/03/2026", "2026-03-11T01:30:00Z", "2026-03-11 08:30"]
)
def test_the_time_of_a_scan_may_be_written_as_officials_do(tmp_path: Path, written: str) -> None:
    sheet = tmp_path / "lo.toml"
    sheet.write_text(f'operator = "Nguyễn Văn Mẫu"\nscanned_at = "{written}"\ndevice = "A"\n', "utf-8")
    assert read_sheet(sheet).scanned_at == datetime(2026, 3, 11, 1, 30, tzinfo=UTC)


def test_malformed_agency_and_record_folders_are_refused_unknown_agencies_noted(house: House) -> None:
    for folder in ("khong-phai-ma/H41.99-260311-0002", f"{AGENCY}/a b", "H41.88/so-01"):
        (house.inbox / folder).mkdir(parents=True)
        bad_files.jpeg(house.inbox / folder / "a.jpg", seed=len(folder))
    count = house.drain()
    assert (count.taken, count.refused) == (1, 2)
    assert {reason for _, reason in house.items().values()} == {"code_wrong", None}
    with house.ctx.ledger.reading() as session:
        assert set(session.scalars(select(Finding.code))) >= {"agency_unknown", "not_in_register"}


def test_a_duplicate_in_its_record_is_named_and_elsewhere_processed(house: House) -> None:
    scan = bad_files.jpeg(house.record / "a.jpg")
    shutil.copyfile(scan, house.record / "b.jpg")
    other = house.inbox / AGENCY / "so-2"
    other.mkdir()
    shutil.copyfile(scan, other / "a.jpg")
    assert house.drain().taken == 3
    assert house.states() == [DocumentState.DUPLICATE, DocumentState.IN_WORK, DocumentState.IN_WORK]
    twin = next(document for document in house.documents() if document.state == DocumentState.DUPLICATE)
    assert twin.reason_details == {"file": f"{AGENCY}/{RECORD}/b.jpg", "stt": 1}
    with house.ctx.ledger.reading() as session:
        assert "same_bytes_elsewhere" in session.scalars(select(Finding.code)).all()


def test_of_a_duplicate_no_archival_metadata_is_missed(house: House) -> None:
    scan = bad_files.jpeg(house.record / "a.jpg")
    shutil.copyfile(scan, house.record / "b.jpg")
    house.drain()
    (record,) = show_record(house.ctx, RECORD)
    missed = {document.state: bool(document.missing_metadata) for document in record.documents}
    assert missed == {DocumentState.IN_WORK: True, DocumentState.DUPLICATE: False}


def test_a_refused_file_is_looked_at_again_only_when_changed_or_asked(house: House) -> None:
    path = house.record / "a.jpg"
    path.write_bytes(b"")
    assert house.drain().refused == 1
    assert house.drain().known == 1
    assert reconsider_refused(house.ctx) == 1
    assert house.drain().refused == 1
    bad_files.jpeg(path)
    assert house.drain().taken == 1


def test_a_file_that_grows_or_vanishes_while_it_is_read_waits_and_is_taken_later(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bad_files.jpeg(house.record / "a.jpg")
    real = intake._opened

    monkeypatch.setattr(intake, "_opened", Growing)
    assert house.drain().held == 1
    monkeypatch.setattr(intake, "_opened", lambda source: (source.unlink(), real(source))[1])
    assert house.drain().held == 1
    assert isinstance(house.notices.causes[f"{AGENCY}/{RECORD}/a.jpg"], FileVanishedError)
    monkeypatch.setattr(intake, "_opened", real)
    bad_files.jpeg(path)
    assert house.drain().taken == 1
    assert list((house.home / "staging").iterdir()) == [house.home / "staging" / str(house.document().id)]


def test_a_fault_of_the_program_at_one_file_does_not_stop_the_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed, name in enumerate(("a.jpg", "b.jpg"), 1):
        bad_files.jpeg(house.record / name, seed=seed)
    real = inspect

    def faulty(files: tuple[Path, ...], limits: Limits) -> SourceFacts:
        if not house.notices.causes:
            raise RuntimeError("a bug")
        return real(files, limits)

    monkeypatch.setattr(intake, "inspect", faulty)
    count = house.drain()
    assert (count.held, count.taken) == (1, 1)
    assert house.items()[f"{AGENCY}/{RECORD}/a.jpg"] == ("waiting", "unexpected")


@pytest.mark.skipif(os.getuid() == 0 and not shutil.which("unshare"), reason="root reads everything")
def test_a_place_that_cannot_be_read_is_told_of(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    bad_files.jpeg(house.record / "a.jpg")
    real = Path.iterdir

    def closed(folder: Path) -> object:
        if folder.name == RECORD:
            raise PermissionError(13, "Permission denied", str(folder))
        return real(folder)

    monkeypatch.setattr(Path, "iterdir", closed)
    assert house.drain().held == 1
    assert house.items()[f"{AGENCY}/{RECORD}"] == ("waiting", "file_unreadable")


def test_two_drains_at_the_same_time_take_each_file_once(any_house: House) -> None:
    for seed in range(1, 9):
        bad_files.jpeg(any_house.record / f"{seed}.jpg", seed=seed)
    contexts = [Context(any_house.ctx.settings, actor="tester") for _ in range(2)]
    counts = []
    threads = [
        threading.Thread(target=lambda ctx=ctx: counts.append(intake.drain(ctx, lambda *_: None))) for ctx in contexts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(count.taken for count in counts) == 8
    assert all(count.held == count.refused == 0 for count in counts)
    assert any_house.states() == [DocumentState.IN_WORK] * 8
    assert sorted(document.stt or 0 for document in any_house.documents()) == list(range(1, 9))
    with any_house.ctx.ledger.reading() as session:
        assert len(session.scalars(select(Record.id)).all()) == len(session.scalars(select(Batch.id)).all()) == 1


def test_a_waiting_file_that_a_person_takes_away_is_struck_out_a_refused_one_is_gone(house: House) -> None:
    (house.record / "empty.jpg").write_bytes(b"")
    (house.record / "half.jpg.part").write_bytes(b"half")
    house.drain()
    shutil.rmtree(house.record)
    settle_missing(house.ctx)
    assert house.items() == {f"{AGENCY}/{RECORD}/empty.jpg": ("gone", "file_empty")}


def test_nothing_leaves_the_inbox_before_its_original_is_stored(house: House) -> None:
    bad_files.jpeg(house.record / "a.jpg")
    house.drain()
    assert tidy(house.ctx) == 0
    assert house.in_inbox() == ["a.jpg"]


def test_the_better_scan_under_a_refused_documents_name_takes_its_place(house: House) -> None:
    path = bad_files.jpeg(house.record / "a.jpg")
    house.drain()
    with house.ctx.ledger.session() as session:
        move(
            session,
            house.document().id,
            DocumentState.REFUSED,
            actor="tester",
            at=house.ctx.clock(),
            cause=DamagedFileError(file="a", cause="b"),
        )
    bad_files.jpeg(path, seed=9)
    assert house.drain().taken == 1
    assert (house.document().state, house.document().current_version) == (DocumentState.IN_WORK, 2)


class Growing(FileIO):
    """A file to which a scanner adds while it is read."""

    def read(self, size: int | None = -1) -> bytes:
        is_first = self.tell() == 0
        block = super().read(size)
        if is_first:
            with Path(str(self.name)).open("ab") as more:
                more.write(b"more")
        return block


KINDS = st.sampled_from(["good", "empty", "text", "part", "link", "twin"])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(KINDS, min_size=1, max_size=6))
def test_every_file_that_came_in_is_accounted_for(
    kinds: list[str], template_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("counted") / "home"
    shutil.copytree(template_home, home)
    house = House(home)
    for number, kind in enumerate(kinds):
        path = house.record / f"{number}.jpg"
        if kind == "good":
            bad_files.jpeg(path, seed=number)
        elif kind == "twin":
            bad_files.jpeg(path, seed=99)
        elif kind == "part":
            (house.record / f"{number}.part").write_bytes(b"x")
        elif kind == "link":
            path.symlink_to("/etc/hostname")
        else:
            path.write_bytes(b"" if kind == "empty" else b"text")
    count = house.drain()
    assert count.taken + count.held + count.refused == len(kinds)
    outcomes = [outcome for outcome, _ in house.items().values()]
    assert (outcomes.count("taken"), outcomes.count("waiting"), outcomes.count("refused")) == (
        len(house.documents()),
        count.held,
        count.refused,
    )
    assert house.drain().known == count.taken + count.refused
    house.ctx.ledger.close()


def test_refusals_are_events_without_names(house: House) -> None:
    (house.record / "Nguyễn Thị Bí Mật.jpg").write_bytes(b"")
    house.drain()
    with house.ctx.ledger.reading() as session:
        event = session.scalars(select(Event).where(Event.kind == "inbox.refused")).one()
    assert event.payload == {"reason": "file_empty"}
    assert inbox_ledger.TAKEN == ("taken", "removed")
