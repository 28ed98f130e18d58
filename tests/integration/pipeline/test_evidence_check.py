"""A changed pack is found, whoever changed it: byte by byte, sealed anew by a forger, or by one who has the key."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.errors import NotFoundError, SohoaError
from pipeline.context import Context
from pipeline.evidence.checking import check_pack
from pipeline.evidence.choosing import wanted_record
from pipeline.evidence.layout import MANIFEST, PackDamagedError, PackNewerError
from pipeline.evidence.packing import make_pack
from pipeline.evidence.readme import guide
from pipeline.evidence.wording import pack_sentence
from signing.report import Verdict
from tests.integration.pipeline.evidence_desk import Desk, edited_json
from tests.integration.pipeline.house import RECORD, House, copy_of, page

pytestmark = pytest.mark.needs("tesseract", "poppler")
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def archived_house(template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """One record with two archived papers."""
    house = copy_of(template_home, tmp_path_factory.mktemp("evidence") / "home")
    page(house.record / "a.png")
    page(house.record / "b.png", seed=3)
    house.archive_all()
    assert house.states() == ["archived", "archived"]
    return house


@pytest.fixture(scope="session")
def genuine(archived_house: House) -> Desk:
    """A pack that nobody touches."""
    house, folder = archived_house, archived_house.home.parent
    wanted = wanted_record(house.ctx, RECORD)
    make_pack(house.ctx, wanted.record_id, folder / "pack", purpose="inspection")
    make_pack(house.ctx, wanted.record_id, folder / "pack.zip", purpose="inspection")
    (folder / "roots").mkdir()
    shutil.copy2(house.ctx.settings.keys_folder / "test-ca.cert.pem", folder / "roots")
    return Desk(folder / "pack", folder / "roots")


@pytest.fixture(scope="session")
def touched(genuine: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A pack that is changed and put right again."""
    return genuine.copy(tmp_path_factory.mktemp("touched") / "pack")


@pytest.fixture
def desk(genuine: Desk, tmp_path: Path) -> Desk:
    return genuine.copy(tmp_path / "copy")


def is_found(desk: Desk) -> bool:
    try:
        return desk.check().verdict is Verdict.INVALID
    except (PackDamagedError, PackNewerError):
        return True


def test_the_untouched_pack_is_genuine(genuine: Desk) -> None:
    proof = genuine.check()
    assert proof.verdict is Verdict.VALID
    assert proof.unproven_events == 0
    assert len(proof.findings) == 8


Change = Callable[[bytes, int, int], bytes]
CHANGES: dict[str, Change] = {
    "another byte": lambda content, at, byte: content[:at] + bytes([content[at] ^ byte]) + content[at + 1 :],
    "a byte more": lambda content, at, byte: content[:at] + bytes([byte]) + content[at:],
    "a byte less": lambda content, at, _byte: content[:at] + content[at + 1 :],
    "cut off": lambda content, at, _byte: content[:at],
    "something after the end": lambda content, _at, byte: content + bytes([byte]),
}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_change_of_any_byte_of_any_file_is_found(touched: Desk, data: st.DataObject) -> None:
    path = touched.pack / data.draw(st.sampled_from(touched.files()), label="file")
    before = path.read_bytes()
    at = data.draw(st.integers(0, len(before) - 1), label="at")
    change = CHANGES[data.draw(st.sampled_from(sorted(CHANGES)), label="change")]
    path.write_bytes(change(before, at, data.draw(st.integers(1, 255), label="byte")))
    try:
        assert is_found(touched)
    finally:
        path.write_bytes(before)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_changed_zip_is_found_or_holds_the_same_files(
    genuine: Desk, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = (genuine.pack.parent / "pack.zip").read_bytes()
    # The end of the archive, where its table is, as often as all the rest.
    first = data.draw(st.sampled_from([0, max(0, len(content) - 4000)]))
    at = data.draw(st.integers(first, len(content) - 1), label="at")
    change = CHANGES[data.draw(st.sampled_from(sorted(CHANGES)), label="change")]
    pack = tmp_path_factory.getbasetemp() / f"changed-{os.getpid()}.zip"
    pack.write_bytes(change(content, at, data.draw(st.integers(1, 255), label="byte")))
    # The library passes over some bytes of the container; every file came out as it was packed then.
    with suppress(SohoaError):
        assert check_pack(pack, genuine.roots).verdict in {Verdict.VALID, Verdict.INVALID}


def drop(path: str) -> Callable[[Desk], object]:
    return lambda desk: (desk.pack / path).unlink()


def swap_papers(desk: Desk) -> None:
    one, two = (desk.pack / f"documents/{number:03d}/archival.pdf" for number in (1, 2))
    content = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(content)


def swap_signed_papers(desk: Desk) -> None:
    """Files and what was said of their signatures: only the log still knows which is which."""
    swap_papers(desk)
    one, two = (desk.pack / f"documents/{number:03d}/signatures.json" for number in (1, 2))
    content = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(content)


def other_original(desk: Desk) -> None:
    desk.edit("documents/001/original-000001.png", lambda content: content + b"x")


def other_value(desk: Desk) -> None:
    desk.edit("documents/001/fields.json", lambda content: content.replace(b"2026-03-11", b"2026-03-12"))


def other_event(desk: Desk) -> None:
    """An event says another hash; its own hash and the next one's are brought in line."""
    line, *rest = (desk.pack / "log/events.jsonl").read_bytes().split(b"\n")
    (desk.pack / "log/events.jsonl").write_bytes(b"\n".join([line.replace(b'"version":1', b'"version":2'), *rest]))


def event_left_out(desk: Desk) -> None:
    lines = (desk.pack / "log/events.jsonl").read_bytes().split(b"\n")
    gone = next(number for number, line in enumerate(lines) if b"object.stored.archival" in line)
    (desk.pack / "log/events.jsonl").write_bytes(b"\n".join(lines[:gone] + lines[gone + 1 :]))
    desk.edit("log/proofs.json", lambda content: edited_json(content, lambda body: body["events"].pop(gone)))


def other_way(desk: Desk) -> None:
    desk.edit("log/proofs.json", lambda content: edited_json(content, lambda body: body["events"][0]["path"].pop()))


def other_head(desk: Desk) -> None:
    head = min((desk.pack / "log/heads").glob("*.json"))
    head.write_bytes(head.read_bytes().replace(b'"peaks":["', b'"peaks":["0'))


def other_facts(desk: Desk) -> None:
    shutil.copy2(desk.pack / "documents/002/fields.json", desk.pack / "documents/001/fields.json")


def other_stamp(desk: Desk) -> None:
    first, *_, last = sorted((desk.pack / "log/heads").glob("*.tst"))
    shutil.copy2(last, first)


BY_KEY_HOLDER: dict[str, tuple[Callable[[Desk], object], str]] = {
    "papers swapped": (swap_papers, "content"),
    "papers swapped with their reports": (swap_signed_papers, "binding"),
    "another original": (other_original, "binding"),
    "another event": (other_event, "log"),
    "an event left out": (event_left_out, "binding"),
    "another way to the head": (other_way, "log"),
    "another head": (other_head, "log"),
    "facts of another paper": (other_facts, "content"),
    "another timestamp": (other_stamp, "log"),
}


@pytest.mark.parametrize("change", BY_KEY_HOLDER)
def test_what_the_log_and_the_seals_say_holds_against_one_who_has_the_key(
    desk: Desk, archived_house: House, change: str
) -> None:
    spoil, question = BY_KEY_HOLDER[change]
    spoil(desk)
    desk.reseal(archived_house.ctx)
    proof = desk.check()
    assert proof.verdict is Verdict.INVALID
    assert question in {finding.question for finding in proof.findings if finding.verdict is Verdict.INVALID}


@pytest.mark.parametrize("change", [*BY_KEY_HOLDER, "another value"])
def test_without_the_key_nothing_can_be_sealed_anew(desk: Desk, change: str) -> None:
    (BY_KEY_HOLDER[change][0] if change in BY_KEY_HOLDER else other_value)(desk)
    desk.reseal()
    assert desk.check().verdict is Verdict.INVALID


def test_a_pack_sealed_by_a_stranger_is_not_genuine(desk: Desk, template_home: Path, tmp_path: Path) -> None:
    stranger = copy_of(template_home, tmp_path / "stranger")
    shutil.rmtree(stranger.ctx.settings.keys_folder)
    other = Context(stranger.open().settings, actor="tester")
    other_value(desk)
    desk.reseal(other)
    proof = desk.check()
    assert proof.verdict is Verdict.INDETERMINATE
    assert {each.question for each in proof.findings if each.verdict is not Verdict.VALID} == {"statement"}


@pytest.mark.parametrize(
    "path", ["manifest.p7s", "SHA256SUMS", "record.json", "log/proofs.json", "documents/001/archival.pdf"]
)
def test_a_missing_file_is_named(desk: Desk, path: str) -> None:
    drop(path)(desk)
    proof = desk.check()
    assert proof.verdict is Verdict.INVALID
    assert path in " ".join(proof.findings[0].details)


def test_a_file_more_is_named_and_a_missing_manifest_is_refused(desk: Desk) -> None:
    (desk.pack / "documents/note.txt").write_text("x")
    assert "documents/note.txt" in " ".join(desk.check().findings[0].details)
    drop(MANIFEST)(desk)
    with pytest.raises(PackDamagedError):
        desk.check()


def test_another_schema_is_told_and_not_guessed_at(desk: Desk) -> None:
    desk.edit(MANIFEST, lambda content: content.replace(b'"schema":1', b'"schema":2'))
    with pytest.raises(PackNewerError) as caught:
        desk.check()
    assert "2" in str(caught.value)


def test_a_manifest_that_would_steer_the_terminal_is_refused(desk: Desk) -> None:
    (desk.pack / MANIFEST).write_bytes(replace(desk.manifest(), made_by="a\x1b[2KGENUINE").canonical())
    with pytest.raises(PackDamagedError):
        desk.check()


def test_roots_in_the_pack_are_not_trusted_and_a_missing_folder_of_roots_is_told(genuine: Desk) -> None:
    proof = check_pack(genuine.pack)
    assert proof.verdict is Verdict.INDETERMINATE
    assert not {each.reason_code for each in proof.signed} - {"no_trusted_root"}
    assert not [each for each in proof.findings if each.verdict is Verdict.INVALID]
    with pytest.raises(NotFoundError):
        check_pack(genuine.pack, genuine.roots / "none")


def test_it_is_checked_where_there_is_no_home_and_no_setting(genuine: Desk, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scripts.sohoa", "evidence", "verify", str(genuine.pack.parent / "pack.zip")]
    nowhere, here = tmp_path / "no-home", tmp_path / "here"
    here.mkdir()
    environment = {"PATH": os.environ["PATH"], "HOME": str(nowhere), "PYTHONPATH": str(ROOT)}

    def run(*options: str) -> tuple[int, str]:
        done = subprocess.run(
            [*command, *options], cwd=here, env=environment, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    code, told = run()
    assert (code, "CHƯA XÁC THỰC" in told) == (12, True), told
    code, told = run("--trust", str(genuine.roots), "-v", "--lang", "en")
    assert (code, "GENUINE" in told, "head of the log" in told) == (0, True, True), told
    assert [*here.iterdir(), nowhere.exists()] == [False], "nothing is left behind"


TOOLS = ("sha256sum", "openssl", "pdfsig", "sed", "grep")


def answers(desk: Desk, name: str) -> dict[str, str]:
    """Follow every command line of a guide, as it stands, in the unpacked folder; give what each said."""
    told = {}
    for line in (desk.pack / name).read_text("utf-8").splitlines():
        command = line.strip()
        if not line.startswith("   ") or command.partition(" ")[0] not in TOOLS:
            continue
        done = subprocess.run(["sh", "-c", command], cwd=desk.pack, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (command, done.stderr)
        told[command] = done.stdout + done.stderr
    return told


@pytest.mark.parametrize("name", ["README.txt", "README.en.txt"])
def test_every_command_of_the_guide_works_and_says_what_the_guide_says_of_it(desk: Desk, name: str) -> None:
    before, told = desk.files(), answers(desk, name)
    assert desk.files() == before, "nothing is written into the pack"
    heads = len(list((desk.pack / "log/heads").glob("*.json")))
    signer, shown = (next(said for command, said in told.items() if part in command) for part in ("x509", "-text"))
    assert "O=Ủy ban nhân dân xã Mẫu" in signer
    assert "Time stamp: " in shown
    stored, hashes = [set(re.findall(r"[0-9a-f]{64}", told[command])) for command in list(told)[-1:-3:-1]]
    assert (len(hashes), hashes - stored) == (4, set()), "both scans and both sealed files are in the log"
    said = "\n".join(told.values())
    assert said.count("CMS Verification successful") == 1 + heads
    assert said.count("Verification: OK") == heads
    assert said.count("Signature is Valid") == said.count("\n  - Total document signed") == 2
    assert said.count("Signature has not yet been verified") == said.count("Unimplemented Feature") == 2
    assert said.count(" OK ") == len((desk.pack / "log/events.jsonl").read_bytes().splitlines())


def test_the_lines_of_python_in_the_guide_compute_the_log_anew_and_find_a_change(desk: Desk) -> None:
    text = (desk.pack / "README.txt").read_text("utf-8")
    script = text.partition("-----\n")[2].partition("\n-----")[0]
    command = [sys.executable, "-I", "-c", script]
    done = subprocess.run(command, cwd=desk.pack, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(" OK ") == len((desk.pack / "log/events.jsonl").read_bytes().splitlines())
    other_event(desk)
    assert subprocess.run(command, cwd=desk.pack, capture_output=True, check=False).returncode != 0


def test_the_verdict_is_one_sentence_that_names_the_cause_and_says_test(desk: Desk) -> None:
    assert pack_sentence(desk.check()).count("TEST") >= 1
    other_original(desk)
    assert "original-000001.png" in pack_sentence(desk.check())


def test_a_production_pack_says_nothing_of_tests() -> None:
    values = {
        "record": "H41.99-260311-0001",
        "agency": "H41.99",
        "agency_name": "Ủy ban nhân dân xã Mẫu",
        "made_by": "lan",
        "made_at": "2026-03-11T08:00:00+07:00",
        "program": "1",
        "pack": "pack.zip",
        "documents": [],
        "heads": [],
        "left_out": [],
    }
    assert b"TEST" not in guide("vi", {**values, "is_test": False})
    assert b"TEST" in guide("vi", {**values, "is_test": True})
