import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509

from config.errors import KeyUnavailableError
from signing.generated_keys import GeneratedIdentities, GeneratedKeysMissingError, generated_root

AGENCY = "Ủy ban nhân dân xã Cát Ngạn"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home") / "keys"
    GeneratedIdentities(folder).identity(AGENCY)
    return folder


def test_keys_are_readable_by_their_owner_alone(folder: Path) -> None:
    keys = list(folder.glob("*.key.pem"))
    assert len(keys) == 2
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_key_files_are_never_open_to_others_even_under_a_lax_mask(tmp_path: Path) -> None:
    code = (
        "import os,sys;from pathlib import Path;os.umask(0)\n"
        "from signing.generated_keys import GeneratedIdentities\n"
        "GeneratedIdentities(Path(sys.argv[1])).timestamper_identity()"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path / "k"], check=True)
    assert {stat.S_IMODE(key.stat().st_mode) for key in (tmp_path / "k").glob("*.key.pem")} == {0o600}


def test_identity_outlives_the_process(folder: Path) -> None:
    again = GeneratedIdentities(folder).identity(AGENCY)
    assert again.sha256 == GeneratedIdentities(folder).identity(f"  {AGENCY} ").sha256
    assert again.is_test


def test_every_certificate_says_test(folder: Path) -> None:
    for path in folder.glob("*.cert.pem"):
        subject = x509.load_pem_x509_certificate(path.read_bytes()).subject.rfc4514_string()
        assert "TEST" in subject


def test_long_agency_name_stands_whole_in_the_organisation(folder: Path) -> None:
    name = "Trung tâm Phục vụ hành chính công thuộc Ủy ban nhân dân xã Quỳnh Lưu, tỉnh Nghệ An"
    subject = GeneratedIdentities(folder).identity(name).certificate.subject.native
    assert subject["organization_name"] == name
    assert subject["common_name"].startswith("TEST Trung tâm")
    assert len(subject["common_name"].encode()) <= 64


def test_name_of_one_endless_word_is_cut_in_the_common_name(folder: Path) -> None:
    subject = GeneratedIdentities(folder).identity("Ngạn" * 40).certificate.subject.native
    assert len(subject["common_name"].encode()) <= 64
    assert subject["organization_name"] == "Ngạn" * 40


def test_agency_without_a_name_has_no_key(folder: Path) -> None:
    with pytest.raises(KeyUnavailableError):
        GeneratedIdentities(folder).identity("  ")


def test_interrupted_generation_is_done_again(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first = GeneratedIdentities(folder).identity(AGENCY)
    (certificate,) = folder.glob("agency-*.cert.pem")
    certificate.unlink()
    (folder / "agency-x.key.pem.part").write_bytes(b"half")
    assert GeneratedIdentities(folder).identity(AGENCY).sha256 != first.sha256


@pytest.mark.parametrize("name", ["test-ca.cert.pem", "test-ca.key.pem", "test-tsa.key.pem"])
def test_a_missing_file_is_named_and_nothing_is_written_over(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "keys"
    GeneratedIdentities(folder).timestamper_identity()
    (folder / name).unlink()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(GeneratedKeysMissingError, match=name) as caught:
        GeneratedIdentities(folder).timestamper_identity()
    assert str(folder / name) in caught.value.remedy_text()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_authority_lost_whole_is_not_made_anew_beside_what_it_issued(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    GeneratedIdentities(folder).identity(AGENCY)
    for path in folder.glob("test-ca*"):
        path.unlink()
    with pytest.raises(GeneratedKeysMissingError):
        GeneratedIdentities(folder).identity("Ủy ban nhân dân xã Mẫu")
    assert generated_root(folder) is None


def test_damaged_key_is_refused_not_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    GeneratedIdentities(folder).identity(AGENCY)
    (key,) = folder.glob("agency-*.key.pem")
    key.write_text("broken")
    with pytest.raises(KeyUnavailableError):
        GeneratedIdentities(folder).identity(AGENCY)


def test_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    identities = GeneratedIdentities(folder)
    identities.identity(AGENCY)
    (key,) = folder.glob("agency-*.key.pem")
    key.write_bytes((folder / "test-ca.key.pem").read_bytes())
    with pytest.raises(KeyUnavailableError):
        GeneratedIdentities(folder).identity(AGENCY)


def test_two_processes_agree_on_one_authority(tmp_path: Path) -> None:
    code = (
        "import sys;from pathlib import Path\n"
        "from signing.generated_keys import GeneratedIdentities\n"
        "print(GeneratedIdentities(Path(sys.argv[1])).identity('A').sha256)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "keys")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert len({process.communicate(timeout=60)[0] for process in running}) == 1


def test_no_root_where_nothing_was_generated(tmp_path: Path, folder: Path) -> None:
    assert generated_root(tmp_path) is None
    root = generated_root(folder)
    assert root is not None
    assert root.ca


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.touch()
    with pytest.raises(KeyUnavailableError):
        GeneratedIdentities(blocker / "keys").identity(AGENCY)
