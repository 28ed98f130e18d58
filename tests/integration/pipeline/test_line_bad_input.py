"""One bad document never stops a batch: it is refused, stuck or waits with its reason, and the others are archived."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from config.errors import LedgerBusyError, StoreUnreachableError
from pipeline.outcome import Outcome
from storage.ledger import Ledger
from storage.ledger.states import DocumentState
from storage.objects import StoredReceipt
from storage.objects.folder import FolderStore
from tests import bad_files
from tests.integration.pipeline.house import AGENCY, RECORD, House, page

pytestmark = pytest.mark.needs("tesseract", "poppler", "ghostscript")

AT_THE_DOOR: dict[str, tuple[Callable[[Path], Path], str]] = {
    "empty.pdf": (lambda path: bad_files.cut(bad_files.pdf(path), 0), "file_empty"),
    "cut.jpg": (lambda path: bad_files.cut(bad_files.jpeg(path)), "file_damaged"),
    "cut.tif": (lambda path: bad_files.cut(bad_files.tiff(path)), "file_damaged"),
    "cut.pdf": (lambda path: bad_files.cut(bad_files.pdf(path), 0.2), "file_damaged"),
    "text.pdf": (bad_files.text_named_pdf, "content_mismatch"),
    "locked.pdf": (bad_files.encrypted_pdf, "pdf_encrypted"),
    "bomb.png": (bad_files.png_bomb, "too_large"),
    "bomb.pdf": (bad_files.pdf_image_bomb, "too_large"),
    "5000.pdf": (bad_files.pdf_of_pages, "too_large"),
    "xfa.pdf": (lambda path: bad_files.pdf_with(path, "xfa"), "pdf_xfa"),
    "script.pdf": (lambda path: bad_files.pdf_with(path, "script"), "pdf_active_content"),
    "launch.pdf": (lambda path: bad_files.pdf_with(path, "launch"), "pdf_active_content"),
    "moving.gif": (bad_files.animated_gif, "format_unsupported"),
    "phone.heic": (bad_files.heic, "format_unsupported"),
    "word.docx": (bad_files.docx, "format_unsupported"),
}


def test_every_bad_file_has_its_reason_and_the_good_ones_are_archived(house: House) -> None:
    for name, (build, _) in AT_THE_DOOR.items():
        build(house.record / name)
    bad_files.jpeg(house.record / "no-words.jpg")
    page(house.record / "good.png")
    summary = house.archive_all()
    reasons = {path.rpartition("/")[2]: reason for path, (outcome, reason) in house.items().items() if reason}
    assert reasons == {name: code for name, (_, code) in AT_THE_DOOR.items()}
    assert house.states() == [DocumentState.ARCHIVED, DocumentState.REFUSED]
    assert {document.reason_code for document in house.documents()} == {None, "unreadable"}
    assert house.in_inbox() == sorted([*AT_THE_DOOR, "no-words.jpg"]), "refused files stay where they are"
    assert not summary.has_failures, "what was refused before is not a failure of this run"


def test_odd_but_whole_scans_are_archived(house: House) -> None:
    for mode in ("L", "CMYK"):
        with_words(house.record / f"{mode}.jpg", mode)
    with_words(house.record / "sixteen.tif", "I;16")
    with_words(house.record / "turned.jpg", "RGB", orientation=6)
    house.archive_all()
    assert house.states() == [DocumentState.ARCHIVED] * 4


def test_a_dead_store_keeps_everything_and_the_next_run_archives(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    page(house.record / "a.png")

    def unreachable(store: FolderStore, key: str, *_: object) -> StoredReceipt:
        raise StoreUnreachableError(store=store.name, cause="gone")

    with monkeypatch.context() as broken:
        broken.setattr(FolderStore, "put", unreachable)
        for _ in range(4):
            assert house.run().has_failures
        assert (house.document().state, house.document().reason_code) == ("in_work", "store_unreachable")
        assert house.in_inbox() == ["a.png"]
    assert not house.archive_all().has_failures
    assert (house.states(), house.in_inbox()) == ([DocumentState.ARCHIVED], [])


def test_a_store_that_gives_back_other_bytes_loses_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    page(house.record / "a.png")
    monkeypatch.setattr(FolderStore, "read_back", lambda *_: "0" * 64)
    for _ in range(3):
        house.run()
    assert (house.document().state, house.document().reason_code) == (DocumentState.STUCK, "read_back")
    assert house.in_inbox() == ["a.png"]


def test_of_a_folder_stored_by_half_no_page_leaves_the_inbox(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 2, 3):
        page(house.record / "so-do" / f"{number}.png", seed=number)
    real = FolderStore.put

    def half(store: FolderStore, key: str, source: Path, sha256: str) -> StoredReceipt:
        if key.endswith("000003.png"):
            raise StoreUnreachableError(store=store.name, cause="gone")
        return real(store, key, source, sha256)

    monkeypatch.setattr(FolderStore, "put", half)
    house.run()
    assert house.in_inbox() == ["1.png", "2.png", "3.png"]
    monkeypatch.undo()
    house.run()
    assert house.in_inbox() == []
    assert not (house.inbox / AGENCY / RECORD).exists(), "the emptied folders go too"


def test_a_file_changed_after_it_was_taken_is_not_removed_but_taken_anew(house: House) -> None:
    scan = page(house.record / "a.png")
    house.drain()
    before = scan.stat()
    data = bytearray(scan.read_bytes())
    data[-20] ^= 1
    scan.write_bytes(data)
    os.utime(scan, ns=(before.st_atime_ns, before.st_mtime_ns))
    house.run()
    assert house.in_inbox() == ["a.png"]
    assert house.items()[f"{AGENCY}/{RECORD}/a.png"][0] == "waiting"


def test_with_keep_files_the_inbox_stays_as_it_was(house: House) -> None:
    house.open(inbox={"stable_after_s": 0, "keep_files": True})
    page(house.record / "a.png")
    house.archive_all()
    assert (house.states(), house.in_inbox()) == ([DocumentState.ARCHIVED], ["a.png"])


def test_a_busy_ledger_at_one_document_leaves_it_for_the_next_run(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in (1, 2):
        page(house.record / f"{seed}.png", seed=seed)
    house.drain()
    first = house.documents()[0].id
    real = Ledger.session
    hit: list[int] = []

    def busy(ledger: Ledger) -> object:
        if len(hit) < 2 and house_is_at(house, first):
            hit.append(1)
            raise LedgerBusyError(cause="locked")
        return real(ledger)

    monkeypatch.setattr(Ledger, "session", busy)
    results = house.work([document.id for document in house.documents()])
    assert results == [Outcome(DocumentState.IN_WORK, "ledger_busy"), Outcome(DocumentState.WAITING_REVIEW)]


def house_is_at(house: House, document_id: object) -> bool:
    """Whether the document's first stage has left its file: the ledger fails right then."""
    return (house.home / "work" / str(document_id) / "v1").exists()


FULL = """
import resource, sys
from pathlib import Path
from tests.integration.pipeline.house import House, page
house = House(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
summary = house.run()
print(summary.has_failures, sorted(house.items().values()), [d.reason_code for d in house.documents()])
"""


@pytest.mark.parametrize(
    ("is_taken", "outcome"), [(False, "[('waiting', 'disk_full')] []"), (True, "[('taken', None)] ['disk_full']")]
)
def test_a_full_disk_loses_nothing(house: House, is_taken: bool, outcome: str) -> None:
    """A limit on file size makes writes of large files fail as a full disk does."""
    noise = np.random.default_rng(1).integers(0, 255, (1000, 1000, 3), np.uint8)
    Image.fromarray(noise).save(house.record / "a.png", dpi=(200, 200))
    if is_taken:
        house.drain()
    room = 2_500_000
    assert (house.home / "ledger.sqlite3").stat().st_size < room < (house.record / "a.png").stat().st_size
    command = [sys.executable, "-c", FULL, str(house.home), str(room)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert done.stdout.strip() == f"True {outcome}", done.stderr
    assert house.in_inbox() == ["a.png"]


def with_words(path: Path, mode: str, orientation: int = 1) -> None:
    """A page with words in an unusual image mode."""
    plain = page(path.with_name("plain.png"), seed=len(path.name))
    with Image.open(plain) as opened:
        image = opened.convert("RGB")
    plain.unlink()
    if mode == "I;16":
        image = Image.fromarray((np.asarray(image.convert("L")).astype("uint16")) * 257)
    else:
        image = image.convert(mode)
    exif = Image.Exif()
    if orientation != 1:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif[274] = orientation
    if path.suffix == ".jpg":
        image.save(path, dpi=(200, 200), exif=exif)
    else:
        image.save(path, dpi=(200, 200))
