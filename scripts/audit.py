"""Known faults of the pinned Python packages, and the list of all of them: pip-audit and cyclonedx-py.

    python -m scripts.audit [--sbom FILE]

The two tools live in an environment of their own, so that nothing of theirs comes near the program. Where the database
of faults cannot be reached it is said that nothing was audited; a known fault ends with exit code 1.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.i18n import gettext as _

_ROOT = Path(__file__).parents[1]
_TOOLS = _ROOT / ".venv" / "audit"
_PINS = _ROOT / "requirements" / "audit.txt"
_AUDITED = _ROOT / "requirements" / "runtime.txt"
_PROJECT = _ROOT / "pyproject.toml"
_MOST_S = 600
_FAULTY = 1
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found: faults as `package version: name of the fault, mended in …`, and who could not be looked up."""

    faults: tuple[str, ...]
    unknown: tuple[str, ...]
    audited: int


class ToolsMissingError(Exception):
    """The tools could not be installed here."""


def main(arguments: Sequence[str]) -> int:
    """Audit what is pinned, or write the list of packages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sbom", type=Path, help="write the list of packages there (CycloneDX JSON)")
    chosen = parser.parse_args(arguments)
    try:
        _install_tools()
    except ToolsMissingError as err:
        print(_("The tools of the audit could not be installed here: {cause}").format(cause=err))
        if not chosen.sbom:
            print(tell(None).text)
        return _FAULTY if chosen.sbom else 0
    if chosen.sbom:
        _write_list(chosen.sbom)
        return 0
    told = tell(read_audit(_found()))
    print(told.text)
    return told.exit_code


def read_audit(found: Mapping[str, Any] | None) -> Audit | None:
    """Read what pip-audit found; None where it found nothing out."""
    if found is None:
        return None
    packages = found["dependencies"]
    faults = tuple(
        _("{package} {version}: {fault}, mended in {mended}").format(
            package=package["name"],
            version=package["version"],
            fault=fault["id"],
            mended=", ".join(fault["fix_versions"]) or "-",
        )
        for package in packages
        for fault in package.get("vulns", [])
    )
    unknown = tuple(package["name"] for package in packages if "skip_reason" in package)
    return Audit(faults, unknown, len(packages) - len(unknown))


@dataclass(frozen=True, slots=True)
class Told:
    """What a person reads, and what the command ends with."""

    text: str
    exit_code: int


def tell(audit: Audit | None) -> Told:
    """Say what an audit came to."""
    if audit is None or not audit.audited:
        return Told(_("NOTHING WAS AUDITED: the tools or the database of known faults are not to be had from here."), 0)
    lines = [
        _("Packages audited: {count}; known faults: {faults}").format(count=audit.audited, faults=len(audit.faults))
    ]
    lines += [f"  {fault}" for fault in audit.faults]
    if audit.unknown:
        names = ", ".join(audit.unknown[:_SHOWN]) + (", …" if len(audit.unknown) > _SHOWN else "")
        lines.append(_("Not in the database: {names}").format(names=names))
    if audit.faults:
        lines.append(_("Raise what is pinned in requirements/*.in or by `make lock`, and run the tests."))
    return Told("\n".join(lines), _FAULTY if audit.faults else 0)


def _found() -> dict[str, Any] | None:
    command = [str(_TOOLS / "bin" / "pip-audit"), "--requirement", str(_AUDITED), "--disable-pip", "--require-hashes"]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program on a path of ours
            [*command, "--progress-spinner", "off", "--format", "json"],
            capture_output=True,
            timeout=_MOST_S,
            check=False,
            text=True,
        )
    except subprocess.TimeoutExpired:
        return None
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except json.JSONDecodeError:
        return None
    return found


def _write_list(out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    options = ["--pyproject", str(_PROJECT), "--output-reproducible", "--of", "JSON", "-o", str(out)]
    command = [str(_TOOLS / "bin" / "cyclonedx-py"), "environment", *options, sys.executable]
    subprocess.run(command, check=True, timeout=_MOST_S)  # noqa: S603 - as above
    print(_("Packages listed in {file}").format(file=out))


def _install_tools() -> None:
    stamp = _TOOLS / f".installed-{hashlib.sha256(_PINS.read_bytes()).hexdigest()[:16]}"
    if stamp.exists():
        return
    print(_("Installing the tools of the audit into {folder}").format(folder=_TOOLS.relative_to(_ROOT)), flush=True)
    # One that stopped half-way is made anew.
    venv.create(_TOOLS, clear=True, with_pip=True)
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps"]
    done = subprocess.run(  # noqa: S603 - as above
        [str(_TOOLS / "bin" / "python"), *install, "--requirement", str(_PINS)],
        capture_output=True,
        timeout=_MOST_S,
        check=False,
        text=True,
    )
    if done.returncode:
        raise ToolsMissingError("".join(done.stderr.strip().splitlines()[-1:]))
    stamp.touch()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
