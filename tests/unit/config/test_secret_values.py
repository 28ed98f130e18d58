"""Secrets come by reference; one that a person is asked for is asked for once, without echo, and only at a terminal."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from config.secret_values import NoTerminalError, is_asked_for, is_reference, secret

ASKING = """
import sys
from config.i18n import activate
from config.secret_values import secret
activate("en")
first = secret("signing.key_password", "prompt:HSM")
second = secret("signing.key_password", "prompt:HSM")
sys.stderr.write(f"same={first == second == '624351'}")
"""


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("env:PIN", True), ("file:/pin", True), ("prompt:", True), ("prompt:HSM", True)]
    + [(text, False) for text in ("env:", "file:", "prompt", "624351", "", "vault:pin")],
)
def test_what_is_a_reference(text: str, is_one: bool) -> None:
    assert is_reference(text) is is_one


def test_only_what_is_asked_for_needs_a_person() -> None:
    assert [is_asked_for(text) for text in ("prompt:", "prompt:HSM", "env:PIN", None)] == [True, True, False, False]


def test_without_a_terminal_it_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (tmp_path / "nothing").open("w+") as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        with pytest.raises(NoTerminalError) as caught:
            secret("signing.key_password", "prompt:nobody")
    assert "file:" in caught.value.remedy_text()


def test_a_person_is_asked_once_and_what_is_typed_is_not_shown() -> None:
    ours, theirs = pty.openpty()
    # A session of its own, whose terminal is this one: that is what is asked at.
    with subprocess.Popen(
        [sys.executable, "-c", "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n" + ASKING],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        shown = b""
        while b"HSM" not in shown:
            shown += os.read(ours, 1000)
        os.write(ours, b"624351\n")
        while b"same=" not in shown or not shown.endswith((b"True", b"False")):
            shown += os.read(ours, 1000)
        process.wait()
    os.close(ours)
    text = shown.decode()
    assert "same=True" in text
    assert (text.count("HSM"), text.count("624351")) == (1, 0)
