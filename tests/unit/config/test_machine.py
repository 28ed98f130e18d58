"""What the machine says reaches people in their language, without numbers and paths."""

import errno
import os
import socket
import ssl
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.errors import SohoaError
from config.i18n import activate, active_language
from config.machine import in_our_words
from pipeline.transitions import plain_details
from tests.message_ids import PACKAGES, ROOT

SEEN = (
    *(errno.ENOENT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EISDIR),
    *(errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY, errno.ELOOP, errno.ENAMETOOLONG, errno.EBUSY, errno.ESTALE),
    *(errno.ENOTCONN, errno.ECONNREFUSED, errno.ETIMEDOUT, errno.EMFILE, errno.ENOMEM),
)


@pytest.fixture(autouse=True)
def _vietnamese() -> Iterator[None]:
    before = active_language()
    activate("vi")
    yield
    activate(before)


@pytest.mark.parametrize("number", SEEN, ids=errno.errorcode.get)
def test_what_the_system_refuses_is_told_in_vietnamese(number: int) -> None:
    told = str(SohoaError(cause=OSError(number, os.strerror(number), "/srv/x.pdf")))
    assert os.strerror(number) not in told
    assert "Errno" not in told
    assert "/srv/x.pdf" not in told
    assert not told.isascii()


def test_a_cause_that_was_written_down_can_be_told_in_either_language_later() -> None:
    kept = plain_details(SohoaError(cause=FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "/srv/x.pdf")))
    assert "không có tệp" in str(SohoaError(**kept))
    activate("en")
    assert "there is no such file or folder" in str(SohoaError(**kept))


def test_a_file_that_is_no_toml_is_told_with_its_place() -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as broken:
        tomllib.loads('operator = "a"\ndevice = ?')
    assert "dòng 2, cột 10" in str(SohoaError(cause=broken.value))
    with pytest.raises(tomllib.TOMLDecodeError) as cut:
        tomllib.loads('operator = "')
    assert "ở cuối tệp" in str(SohoaError(cause=cut.value))
    with pytest.raises(UnicodeDecodeError) as no_text:
        b"\xff".decode()
    assert "UTF-8" in str(SohoaError(cause=no_text.value))
    assert "0xff" not in str(SohoaError(cause=no_text.value))


def test_anything_else_stays_as_it_is() -> None:
    assert in_our_words("12") == "12"
    assert in_our_words(12) == 12


def test_a_fault_that_has_only_a_message_keeps_it() -> None:
    assert in_our_words(OSError("image file is truncated")) == "image file is truncated"
    assert in_our_words(OSError()) == "OSError"


def test_a_host_without_address_and_a_certificate_nobody_trusts_are_no_faults_of_a_file() -> None:
    unknown = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    assert "không có máy chủ nào mang tên này" in str(SohoaError(cause=unknown))
    untrusted = ssl.SSLCertVerificationError(1, "certificate verify failed")
    assert "chứng thư số của máy chủ chưa được tin cậy" in str(SohoaError(cause=untrusted))


def test_nothing_else_hands_on_what_the_machine_says() -> None:
    sources = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    told = [path for path in sources if "err.strerror" in path.read_text("utf-8")]
    assert [path.relative_to(ROOT) for path in told if path != Path(ROOT / "config/machine.py")] == []
