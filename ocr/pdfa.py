"""Whether a file is PDF/A-2b, as far as the judges at hand can say.

pikepdf's allow-list validator is always asked, veraPDF wherever it is installed. docs/pdfa.md says what a pass proves.
"""

from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf.pdfa import Finding, validate_written

from config.i18n import gettext
from config.i18n import mark as _
from ocr.verapdf import judge, verapdf_program, verapdf_version

_FLAVOUR = "2b"
_SIGNING_KEYS = ("AcroForm", "DSS", "Version")


@dataclass(frozen=True, slots=True)
class PdfaReport:
    """The verdict on one file: rules broken, constructs no judge looked at, and who judged."""

    passed: bool
    violations: tuple[str, ...]
    not_checked: tuple[str, ...]
    judges: tuple[str, ...]


def check_pdfa(path: Path) -> PdfaReport:
    """Judge an unsigned file: it passes when nothing is broken and nothing is left unchecked."""
    return _judged(path, allowed_unchecked=())


def check_signed_pdfa(path: Path, unsigned: Path | None) -> PdfaReport:
    """Judge a signed file: nothing broken, nothing unchecked but what signing adds, and the unsigned bytes first.

    `unsigned` is the file as it was before signing; None leaves that comparison out.
    """
    report = _judged(path, allowed_unchecked=_SIGNING_KEYS)
    if unsigned is not None and not _begins_with(path, unsigned):
        cause = gettext(_("the signed file does not begin with the bytes of the unsigned one"))
        return PdfaReport(
            False, (*report.violations, f"sohoa:unsigned-bytes: {cause}"), report.not_checked, report.judges
        )
    return report


def _judged(path: Path, allowed_unchecked: tuple[str, ...]) -> PdfaReport:
    found = validate_written(path, _FLAVOUR)
    violations = [_told(finding) for finding in found.violations]
    unsupported = [finding for finding in found.findings if finding.kind == "unsupported"]
    judges = [f"pikepdf.pdfa {pikepdf.__version__}"]
    if program := verapdf_program():
        verdict = judge(program, path)
        judges.append(verapdf_version(program))
        violations += [f"veraPDF {rule}" for rule in verdict.violations]
        if not verdict.compliant and not verdict.violations:
            violations.append("veraPDF: not compliant")
    unexpected = [finding for finding in unsupported if not _is_of_signing(finding, allowed_unchecked)]
    return PdfaReport(
        passed=not violations and not unexpected,
        violations=tuple(violations),
        not_checked=tuple(_told(finding) for finding in unsupported),
        judges=tuple(judges),
    )


def _told(finding: Finding) -> str:
    return f"{finding.rule} {finding.where}: {finding.message}"


def _is_of_signing(finding: Finding, keys: tuple[str, ...]) -> bool:
    """Say whether what was not checked is one of the catalogue's entries that signing adds."""
    text = f"{finding.where} {finding.message}"
    return "Catalog" in text and any(f"/{key}" in text for key in keys)


def _begins_with(path: Path, beginning: Path) -> bool:
    chunk_bytes = 1 << 20
    with path.open("rb") as whole, beginning.open("rb") as part:
        while expected := part.read(chunk_bytes):
            if whole.read(len(expected)) != expected:
                return False
    return True
