"""veraPDF, the reference PDF/A validator: a gate wherever it is installed, absent without complaint."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from config.errors import ToolFailedError
from config.i18n import gettext
from config.i18n import mark as _
from ocr.bounded import run


@dataclass(frozen=True, slots=True)
class VeraVerdict:
    """What veraPDF says of one file: whether it is PDF/A-2b, and the rules it breaks."""

    compliant: bool
    violations: tuple[str, ...]


def verapdf_program() -> str | None:
    """Give the path of the installed program, or None."""
    return shutil.which("verapdf")


def verapdf_version(program: str) -> str:
    """Give the program's version. Raise ToolFailedError when it does not answer."""
    lines = _run([program, "--version"], "--version").splitlines()
    return lines[0].strip() if lines else ""


def judge(program: str, path: Path) -> VeraVerdict:
    """Give veraPDF's verdict on a file as PDF/A-2b. Raise ToolFailedError when there is none."""
    report = _run([program, "--flavour", "2b", "--format", "xml", str(path)], path.name)
    try:
        root = ET.fromstring(report)  # noqa: S314 - the validator's own report
    except ET.ParseError as err:
        raise ToolFailedError(tool="veraPDF", file=path.name, cause=err) from err
    found = root.find(".//{*}validationReport")
    if found is None:
        raise ToolFailedError(tool="veraPDF", file=path.name, cause=gettext(_("no verdict in its report")))
    rules = tuple(
        f"{rule.get('specification')}:{rule.get('clause')}-{rule.get('testNumber')}"
        for rule in found.iterfind(".//{*}rule[@status='failed']")
    )
    return VeraVerdict(found.get("isCompliant") == "true", rules)


def _run(command: list[str], file: str) -> str:
    done = run(command, file, tool="veraPDF")
    if done.code not in (0, 1):  # 1: judged, and not compliant
        raise ToolFailedError(tool="veraPDF", file=file, cause=done.complaint)
    return done.out.decode("utf-8", "replace")
