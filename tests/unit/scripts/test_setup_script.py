"""What set-up says to somebody who may not install packages; nothing is installed here."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
USED = ("bash", "dirname", "grep", "cat", "sha256sum", "cut")


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """The programs of a machine that lacks all packages, without apt-get and sudo; its user is not root."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in USED:
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    add(folder, "id", "echo 1000")
    add(folder, "dpkg-query", "exit 1")
    return folder


def add(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!{shutil.which('bash')}\n{script}\n", "utf-8")
    (folder / name).chmod(0o755)


def set_up(programs: Path, language: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [programs / "bash", ROOT / "scripts" / "setup.sh", "run"],
        env={"PATH": str(programs), "SOHOA_LANG": language},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("has_apt", [True, False])
@pytest.mark.parametrize(("language", "told"), [("vi", "cần quyền root hoặc sudo"), ("en", "needs root or sudo")])
def test_without_root_and_sudo_what_to_install_and_how_is_told(
    programs: Path, has_apt: bool, language: str, told: str
) -> None:
    if has_apt:
        add(programs, "apt-get", "echo called >&2; exit 9")
    done = set_up(programs, language)
    assert done.returncode == 4
    assert done.stdout == ""
    assert told in done.stderr
    (command,) = [line.strip() for line in done.stderr.splitlines() if line.startswith("  ")]
    assert command.startswith("apt-get update && apt-get install -y --no-install-recommends ")
    assert "tesseract-ocr-vie" in command
    assert "called" not in done.stderr


def test_with_sudo_packages_are_installed_through_it(programs: Path) -> None:
    add(programs, "apt-get", "exit 0")
    add(programs, "sudo", 'echo "sudo $*" >&2; exit 7')
    done = set_up(programs, "en")
    assert done.returncode == 7
    assert "Installing Debian packages: python3-venv" in done.stdout
    assert done.stderr == "sudo apt-get update -qq\n"
