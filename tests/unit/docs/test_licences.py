"""What the page of dependencies says of licences is what the installed packages say."""

import ast
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, metadata, packages_distributions
from pathlib import Path

import cv2
import pytest

from tests.message_ids import PACKAGES

ROOT = Path(__file__).parents[3]
DECIDED = ROOT / "docs/decisions/0001-dependencies.md"
FREE_BESIDE_GPL = re.compile(r"Lesser|LGPL|MPL|Mozilla|Artistic|MIT|BSD|Apache|exception", re.IGNORECASE)
SAYS_GPL = re.compile(rb"[Ll]icen[cs]e: A?GPL")
BY_PROGRAM = """
from pathlib import Path
from config.settings import OcrSettings
import ocr.engines, ocr.recognize, ocr.assemble, pipeline.runner, flows.running
print(ocr.engines.open_engine(OcrSettings(engine="pytesseract")).name)
print("jbig" in Path("/proc/self/maps").read_text())
"""


def pinned(file: str) -> list[str]:
    return re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "requirements" / file).read_text("utf-8"), re.MULTILINE)


def licence(package: str) -> str:
    """Give what a package's metadata say of its licence; nothing for packages of other platforms."""
    try:
        found = metadata(package)
    except PackageNotFoundError:
        return ""
    stated = [*(found.get_all("License-Expression") or []), *(found.get_all("Classifier") or [])]
    return "; ".join(text for text in stated if text and (text.startswith("License") or "::" not in text))


def test_no_package_that_we_run_is_under_the_gpl_alone() -> None:
    bound = [name for name in pinned("runtime.txt") if "GPL" in licence(name) or "Affero" in licence(name)]
    assert [name for name in bound if not FREE_BESIDE_GPL.search(licence(name))] == []


def direct(kind: str) -> list[str]:
    lines = (ROOT / "requirements" / f"{kind}.in").read_text("utf-8").splitlines()
    return [re.split(r"[<\[=]", line)[0].strip() for line in lines if line.strip() and line[0] not in "#-"]


@pytest.mark.parametrize(("kind", "columns"), [("runtime", 4), ("dev", 3)])
def test_every_dependency_has_a_row_with_its_licence_and_its_reason(kind: str, columns: int) -> None:
    rows = [row.split(" | ") for row in re.findall(r"^\| (.*) \|$", DECIDED.read_text("utf-8"), re.MULTILINE)]
    said = {name: row for row in rows if len(row) == columns for name in row[0].split(", ")}
    assert [name for name in direct(kind) if name not in said or not said[name][-1]] == []
    told = {name: (families(said[name][1]), families(licence(name))) for name in direct(kind) if licence(name)}
    assert {name: pair for name, pair in told.items() if pair[0] != pair[1] or not pair[0]} == {}


def families(text: str) -> set[str]:
    """Give the licences that a text names, whatever their versions."""
    return set(re.findall(r"0BSD|MIT-CMU|MIT|BSD|Apache|MPL|LGPL|Zlib|CC0", text))


def test_every_package_that_the_sources_import_is_named() -> None:
    ours = {*PACKAGES, "tests"}
    paths = [path for folder in ours for path in (ROOT / folder).rglob("*.py")]
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    plain = {name.name.partition(".")[0] for node in nodes if isinstance(node, ast.Import) for name in node.names}
    froms = {(node.module or "").partition(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}
    foreign = (plain | froms) - ours - set(sys.stdlib_module_names)
    decided = DECIDED.read_text("utf-8").lower().replace("-", "_")
    makers = {name: of for name, of in packages_distributions().items() if name in foreign}
    assert [
        name for name, of in makers.items() if not any(one.lower().replace("-", "_") in decided for one in of)
    ] == []


def test_every_package_with_a_copyleft_licence_is_named() -> None:
    decided = DECIDED.read_text("utf-8")
    bound = {name for name in pinned("runtime.txt") if "GPL" in licence(name) or "Affero" in licence(name)}
    assert bound
    assert {name for name in bound if name not in decided} == set()


def gpl_libraries() -> set[str]:
    """Give the native libraries inside the installed wheels that call themselves GPL."""
    libraries = Path(cv2.__file__).parents[1].glob("*.libs/*.so*")
    return {path.name.split("-")[0] for path in libraries if SAYS_GPL.search(path.read_bytes())}


def test_every_library_inside_a_wheel_that_calls_itself_gpl_is_named() -> None:
    decided = DECIDED.read_text("utf-8")
    found = gpl_libraries()
    # When this is empty, the wheel of tesserocr has lost its GPL library, and the page's exception can go.
    assert found == {"libjbig"}
    assert {name for name in found if name not in decided} == set()


@pytest.mark.needs("tesseract")
def test_reading_by_program_keeps_gpl_libraries_out_of_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", BY_PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == "False"
